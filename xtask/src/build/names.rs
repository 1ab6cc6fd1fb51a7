//! What a module's functions are called, where it still knows.

use std::collections::HashMap;

use anyhow::Result;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// Names by the functions' numbers, and the number of the first function that has a body.
pub struct Names {
    pub first: u32,
    names: HashMap<u32, String>,
}

impl Names {
    pub fn read(module: &[u8]) -> Result<Self> {
        let mut first = 0;
        let mut names = HashMap::new();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        if matches!(import?.ty, TypeRef::Func(_)) {
                            first += 1;
                        }
                    }
                }
                Payload::CustomSection(section) => {
                    if let KnownCustom::Name(subsections) = section.as_known() {
                        for subsection in subsections {
                            if let Name::Function(functions) = subsection? {
                                for naming in functions {
                                    let naming = naming?;
                                    names.insert(naming.index, plain(naming.name));
                                }
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(Names { first, names })
    }

    pub fn get(&self, function: u32) -> Option<&str> {
        self.names.get(&function).map(String::as_str)
    }
}

/// Without the hashes that tell equal names apart: `core[c5930c85a12de822]::f`, `a::f::h06a5c1b8f2d3e4f5`.
fn plain(name: &str) -> String {
    let is_hash = |text: &str| text.len() >= 14 && text.chars().all(|c| c.is_ascii_hexdigit());
    let name = rustc_demangle::demangle(name).to_string();
    let name = match name.rsplit_once("::h") {
        Some((path, hash)) if is_hash(hash) => path,
        _ => &name,
    };
    let mut out = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        rest = match after.split_once(']') {
            Some((hash, tail)) if is_hash(hash) => tail,
            _ => {
                out.push('[');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_left_out() {
        for (name, expected) in [
            ("a::f::h06a5c1b8f2d3e4f5", "a::f"),
            (
                "<dlmalloc[e24a27700634d609]::D<dlmalloc[e24a27700634d609]::S>>::malloc",
                "<dlmalloc::D<dlmalloc::S>>::malloc",
            ),
            ("_ZN4core3fmt5write17h0123456789abcdefE", "core::fmt::write"),
            ("<[u8] as a::B>::c", "<[u8] as a::B>::c"),
            ("a::help", "a::help"),
        ] {
            assert_eq!(plain(name), expected);
        }
    }

    #[test]
    fn imports_come_first() {
        let module = wat::parse_str(r#"(module (import "a" "b" (func $x)) (func $a::b (nop)) (func))"#).unwrap();
        let names = Names::read(&module).unwrap();
        assert_eq!(names.first, 1);
        assert_eq!((names.get(0), names.get(1), names.get(2)), (Some("x"), Some("a::b"), None));
    }
}
