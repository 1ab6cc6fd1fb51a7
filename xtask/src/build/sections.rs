//! Rewriting some sections of a module and copying the others byte for byte.

use anyhow::{Context, Result};
use wasm_encoder::{Module, RawSection};
use wasmparser::{Parser, Payload};

/// `change` writes its own version of a section and answers true, or answers false to have it copied.
pub fn rewrite(bytes: &[u8], mut change: impl FnMut(&Payload, &mut Module) -> Result<bool>) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.context("the module can't be read")?;
        if change(&payload, &mut module)? {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let data = &bytes[range.start as usize..range.end as usize];
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untouched_module_stays_what_it_is() {
        let wat = r#"(module
            (import "a" "b" (func)) (memory 1) (table 1 funcref) (elem (i32.const 0) 0)
            (data (i32.const 8) "x") (func (export "f") (result i32) i32.const 1) (@custom "note" "hi"))"#;
        let bytes = wat::parse_str(wat).unwrap();
        assert_eq!(rewrite(&bytes, |_, _| Ok(false)).unwrap(), bytes);
    }
}
