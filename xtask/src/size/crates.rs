//! Whose code the bytes are.

use std::collections::BTreeMap;

use anyhow::Result;
use wasmparser::{Parser, Payload};

use crate::build::names::Names;

/// Our own crate is shown by its modules.
const OWN: &str = "vod_upload";

pub struct Function {
    pub name: String,
    pub bytes: u64,
}

/// All functions with a body, the largest first.
pub fn functions(module: &[u8]) -> Result<Vec<Function>> {
    let names = Names::read(module)?;
    let mut functions = Vec::new();
    let mut index = names.first;
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CodeSectionEntry(body) = payload? {
            let name = names.get(index).map_or_else(|| format!("function {index}"), str::to_owned);
            functions.push(Function { name, bytes: body.range().end - body.range().start });
            index += 1;
        }
    }
    functions.sort_by_key(|function| std::cmp::Reverse(function.bytes));
    Ok(functions)
}

pub fn data_bytes(module: &[u8]) -> Result<u64> {
    let mut bytes = 0;
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::DataSection(segments) = payload? {
            for segment in segments {
                bytes += segment?.data.len() as u64;
            }
        }
    }
    Ok(bytes)
}

/// Bytes of each crate, and of each module of our own; the largest first.
pub fn by_owner(functions: &[Function]) -> Vec<(String, u64)> {
    let mut owners: BTreeMap<String, u64> = BTreeMap::new();
    for function in functions {
        *owners.entry(owner(&function.name)).or_default() += function.bytes;
    }
    let mut owners: Vec<_> = owners.into_iter().collect();
    owners.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    owners
}

/// The crate that a demangled name begins with: of `<a::T as b::U>::f` it is `a`, of `<&mut a::T>::f` too.
///
/// A generic function counts where it was written, not where it is used: that is where it can be made smaller.
fn owner(name: &str) -> String {
    let path: String = name
        .trim_start_matches(['<', '&', '*', '[', '('])
        .trim_start_matches("mut ")
        .trim_start_matches("dyn ")
        .trim_start_matches("const ")
        .trim_start_matches("impl ")
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '$' | '.'))
        .collect();
    let mut parts = path.split("::").filter(|part| !part.is_empty());
    match (parts.next(), parts.next()) {
        (Some(OWN), Some(module)) => format!("{OWN}::{module}"),
        (Some(krate), Some(_)) => krate.to_owned(),
        // No path: shims, exports and helpers that no crate owns.
        _ => "(no crate)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_crate() {
        for (name, expected) in [
            ("core::fmt::write", "core"),
            ("vod_upload::oss::sign_v4::sign", "vod_upload::oss"),
            ("<vod_upload::engine::Engine as core::fmt::Debug>::fmt", "vod_upload::engine"),
            ("<&mut alloc::vec::Vec<T> as x::Y>::z", "alloc"),
            ("<dyn js_sys::Thing>::f", "js_sys"),
            ("__rust_alloc", "(no crate)"),
            ("core_add", "(no crate)"),
        ] {
            assert_eq!(owner(name), expected, "{name}");
        }
    }

    #[test]
    fn sizes_are_read_with_their_names_and_added_up() {
        let module = wat::parse_str(
            r#"(module (import "a" "b" (func)) (memory 1) (data (i32.const 0) "12345")
                (func $core::small (nop)) (func $core::large (nop) (nop) (nop)) (func $alloc::one (nop)))"#,
        )
        .unwrap();
        let functions = functions(&module).unwrap();
        assert_eq!(functions[0].name, "core::large");
        assert_eq!(functions[0].bytes, 5);
        assert_eq!(by_owner(&functions), [("core".to_owned(), 8), ("alloc".to_owned(), 3)]);
        assert_eq!(data_bytes(&module).unwrap(), 5);
    }
}
