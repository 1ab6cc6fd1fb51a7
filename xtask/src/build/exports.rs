//! Removes the exported globals and tables of a module: wasm-bindgen 0.2.130 exports `__abort_handler` and
//! `__instance_terminated`, which its own glue does not read, and WeChat documents only functions and memory for iPhones.

use anyhow::{Context, Result};
use wasm_encoder::{ExportSection, Module, RawSection};
use wasmparser::{ExternalKind, Parser, Payload};

/// The same module with functions and memories as its only exports.
pub fn keep_functions_and_memory(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.context("the module can't be read")?;
        if let Payload::ExportSection(exports) = payload {
            let mut kept = ExportSection::new();
            for export in exports {
                let export = export?;
                if matches!(export.kind, ExternalKind::Func | ExternalKind::Memory) {
                    kept.export(export.name, export.kind.into(), export.index);
                }
            }
            module.section(&kept);
        } else if let Some((id, range)) = payload.as_section() {
            module.section(&RawSection { id, data: &bytes[range.start as usize..range.end as usize] });
        }
    }
    Ok(module.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_functions_and_memory_stay_exported() {
        let module = |exports: &str| {
            let text = format!(
                r#"(module (import "a" "b" (func)) (memory 1) (table 1 funcref) (global i32 (i32.const 0)) {exports}
                   (elem (i32.const 0) 0) (data (i32.const 8) "x") (func (result i32) i32.const 1) (@custom "note" "hi"))"#
            );
            wat::parse_str(text).unwrap()
        };
        let kept = r#"(export "memory" (memory 0)) (export "f" (func 1))"#;
        let all = format!(r#"{kept} (export "table" (table 0)) (export "__abort_handler" (global 0))"#);
        assert_eq!(keep_functions_and_memory(&module(&all)).unwrap(), module(kept));
    }
}
