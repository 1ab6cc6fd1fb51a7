//! Takes out what only panics need. A panic of the shipped module says nothing: it traps, and the loader throws the
//! instance away. std is compiled to say a lot, and with it comes everything that formats text.
//!
//! Functions of the recipe's paths keep their place, for the table and for those that call them, but their body becomes
//! `unreachable`. wasm-opt then drops what was computed to call them.

use anyhow::{ensure, Result};
use wasm_encoder::CodeSection;
use wasmparser::{Parser, Payload};

use super::names::Names;
use super::sections;

/// No locals; unreachable; end.
const TRAP: [u8; 3] = [0, 0, 0x0b];

/// The same module with traps for all functions under these paths: `core::fmt` is `core::fmt::write`,
/// `<core::fmt::Formatter>::pad` and, as a trait's path, `<str as core::fmt::Display>::fmt`.
pub fn run(module: &[u8], paths: &[String]) -> Result<Vec<u8>> {
    let names = Names::read(module)?;
    let mut matched = vec![false; paths.len()];
    let mut code = CodeSection::new();
    let mut bodies = 0;
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CodeSectionEntry(body) = payload? {
            let name = names.get(names.first + bodies).unwrap_or_default();
            bodies += 1;
            match paths.iter().position(|path| is_under(name, path)) {
                Some(path) => {
                    matched[path] = true;
                    code.raw(&TRAP);
                }
                None => {
                    code.raw(body.as_bytes());
                }
            }
        }
    }
    let idle: Vec<&str> = paths.iter().zip(&matched).filter(|(_, hit)| !**hit).map(|(path, _)| path.as_str()).collect();
    ensure!(
        idle.is_empty(),
        "nothing in the module is under {}: take it out of [post-link] cut, or keep the functions' names until then",
        idle.join(", ")
    );
    sections::rewrite(module, |payload, out| {
        let is_code = matches!(payload, Payload::CodeSectionStart { .. });
        if is_code {
            out.section(&code);
        }
        Ok(is_code)
    })
}

fn is_under(name: &str, path: &str) -> bool {
    let begins = |name: &str| {
        name.strip_prefix(path).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    begins(name.trim_start_matches(['<', '&'])) || name.split(" as ").skip(1).any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_functions_types_and_traits_under_it() {
        for name in
            ["core::fmt::write", "<core::fmt::Formatter>::pad", "<&str as core::fmt::Display>::fmt", "core::fmt"]
        {
            assert!(is_under(name, "core::fmt"), "{name}");
        }
        for name in ["core::fmtx::write", "mycore::fmt::write", "alloc::fmt::format", "<a::B<core::fmt::C> as d::E>::f"]
        {
            assert!(!is_under(name, "core::fmt"), "{name}");
        }
        assert!(is_under("alloc::raw_vec::handle_error", "alloc::raw_vec::handle_error"));
    }

    fn module() -> Vec<u8> {
        wat::parse_str(
            r#"(module (import "a" "b" (func $core::fmt::import))
                (func $core::fmt::write (param i32) (result i32) (local i64) local.get 0)
                (func $kept (result i32) i32.const 7 call $core::fmt::write)
                (func (nop)) (table 1 funcref) (elem (i32.const 0) $core::fmt::write))"#,
        )
        .unwrap()
    }

    fn bodies(module: &[u8]) -> Vec<Vec<u8>> {
        Parser::new(0)
            .parse_all(module)
            .filter_map(|payload| match payload.unwrap() {
                Payload::CodeSectionEntry(body) => Some(body.as_bytes().to_vec()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn only_bodies_change() {
        let before = module();
        let after = run(&before, &["core::fmt".to_owned()]).unwrap();
        wasmparser::validate(&after).unwrap();
        let (old, new) = (bodies(&before), bodies(&after));
        assert_eq!(new[0], TRAP);
        assert_eq!(new[1..], old[1..]);
        assert_eq!(after.len(), before.len() - (old[0].len() - TRAP.len()));
    }

    #[test]
    fn a_path_without_functions_is_refused() {
        let error = run(&module(), &["core::fmt".to_owned(), "core::nowhere".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("core::nowhere") && !error.contains("core::fmt"), "{error}");
    }
}
