//! Takes exports out of a module that nobody asks for: WeChat documents no exported global for iPhones, and with a function
//! goes what only it calls.

use anyhow::{ensure, Result};
use serde::Deserialize;
use wasm_encoder::ExportSection;
use wasmparser::{ExternalKind, Payload};

use super::sections;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExportKind {
    Global,
    Table,
}

/// The same module without the exports of these kinds and of these names.
pub fn remove(bytes: &[u8], kinds: &[ExportKind], names: &[String]) -> Result<Vec<u8>> {
    let mut missing = names.to_vec();
    let rewritten = sections::rewrite(bytes, |payload, module| {
        let Payload::ExportSection(exports) = payload else {
            return Ok(false);
        };
        let mut kept = ExportSection::new();
        for export in exports.clone() {
            let export = export?;
            missing.retain(|name| name != export.name);
            let named = names.iter().any(|name| name == export.name);
            if !named && !kind(export.kind).is_some_and(|kind| kinds.contains(&kind)) {
                kept.export(export.name, export.kind.into(), export.index);
            }
        }
        module.section(&kept);
        Ok(true)
    })?;
    ensure!(
        missing.is_empty(),
        "the module exports no {}: take it out of [post-link] remove-functions",
        missing.join(", ")
    );
    Ok(rewritten)
}

fn kind(kind: ExternalKind) -> Option<ExportKind> {
    match kind {
        ExternalKind::Global => Some(ExportKind::Global),
        ExternalKind::Table => Some(ExportKind::Table),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use wasmparser::Parser;

    use super::*;

    const WAT: &str = r#"(module
        (memory (export "memory") 1) (table (export "table") 1 funcref)
        (global (export "__abort_handler") i32 (i32.const 0))
        (func (export "f")))"#;

    fn exported(bytes: &[u8]) -> Vec<String> {
        Parser::new(0)
            .parse_all(bytes)
            .filter_map(|payload| match payload.unwrap() {
                Payload::ExportSection(exports) => Some(exports),
                _ => None,
            })
            .flatten()
            .map(|export| export.unwrap().name.to_owned())
            .collect()
    }

    #[test]
    fn only_the_named_kinds_go() {
        let bytes = wat::parse_str(WAT).unwrap();
        let both = remove(&bytes, &[ExportKind::Global, ExportKind::Table], &[]).unwrap();
        assert_eq!(exported(&both), ["memory", "f"]);
        let one = remove(&bytes, &[ExportKind::Global], &[]).unwrap();
        assert_eq!(exported(&one), ["memory", "table", "f"]);
    }

    #[test]
    fn a_function_goes_by_its_name_and_must_be_there() {
        let bytes = wat::parse_str(WAT).unwrap();
        assert_eq!(exported(&remove(&bytes, &[], &["f".to_owned()]).unwrap()), ["memory", "table", "__abort_handler"]);
        let error = remove(&bytes, &[], &["g".to_owned()]).unwrap_err().to_string();
        assert!(error.contains("no g"), "{error}");
    }
}
