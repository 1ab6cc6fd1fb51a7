//! The module: WebAssembly 1.0 by wasmparser's validator, and the rules of WXWebAssembly beyond it.

use anyhow::{bail, Context, Result};
use wasmparser::{ExternalKind, FuncType, Parser, Payload, TypeRef, ValType, Validator, WasmFeatures};

const LOWERING: &str =
    "is -Ctarget-cpu=mvp in the rustflags of wasm-pack.toml, `strip = true` in the release profile, \
                        and is the lowering among the wasm-opt passes?";
const BIGINT: &str = "an i64 becomes a BigInt in JavaScript, which older phones lack: pass an f64 or two u32 \
                      (a u64 in a #[wasm_bindgen] signature or in a value for serde-wasm-bindgen brings it in)";

/// The module as wasm-bindgen left it. Only what the precompiled std brings may go beyond WebAssembly 1.0, and wasm-opt
/// lowers it; more means that the crates were not compiled for `mvp`.
pub fn check_before_lowering(bytes: &[u8]) -> Result<()> {
    let lowered = WasmFeatures::SIGN_EXTENSION | WasmFeatures::SATURATING_FLOAT_TO_INT | WasmFeatures::BULK_MEMORY;
    validate(bytes, WasmFeatures::MVP | lowered).context("the module that wasm-bindgen wrote can't be lowered")
}

/// The module as it is shipped. Names every broken rule.
pub fn check_shipped(bytes: &[u8]) -> Result<()> {
    validate(bytes, WasmFeatures::MVP).context("the shipped module would not load on every phone")?;
    let findings = rules(bytes)?;
    if findings.is_empty() {
        return Ok(());
    }
    bail!("the shipped module would not load on every phone:\n  - {}", findings.join("\n  - "))
}

fn validate(bytes: &[u8], features: WasmFeatures) -> Result<()> {
    let mut validator = Validator::new_with_features(features);
    validator.validate_all(bytes).map(drop).with_context(|| format!("it is not plain WebAssembly 1.0; {LOWERING}"))
}

/// What a valid module of WebAssembly 1.0 may have and phones do not document.
fn rules(bytes: &[u8]) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let mut types: Vec<FuncType> = Vec::new();
    let mut functions: Vec<u32> = Vec::new();
    let mut imported_from: Option<&str> = None;
    let mut memories = 0;
    let mut memory_exported = false;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::TypeSection(section) => {
                types = section.into_iter_err_on_gc_types().collect::<Result<_, _>>()?;
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    let TypeRef::Func(ty) = import.ty else {
                        findings.push(format!(
                            "it imports {}.{}, which is no function: WXWebAssembly may lack Memory, Table and Global",
                            import.module, import.name
                        ));
                        continue;
                    };
                    functions.push(ty);
                    if *imported_from.get_or_insert(import.module) != import.module {
                        findings.push(format!(
                            "it imports {} from {}: the loader offers one module, the glue",
                            import.name, import.module
                        ));
                    }
                    if has_i64(&types, ty) {
                        findings.push(format!("i64 in the signature of the import {}: {BIGINT}", import.name));
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    functions.push(ty?);
                }
            }
            Payload::MemorySection(section) => memories += section.count(),
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    match export.kind {
                        ExternalKind::Memory => memory_exported |= export.name == "memory",
                        ExternalKind::Func => {
                            if functions.get(export.index as usize).is_some_and(|ty| has_i64(&types, *ty)) {
                                findings.push(format!("i64 in the signature of the export {}: {BIGINT}", export.name));
                            }
                        }
                        _ => findings.push(format!(
                            "it exports {}: WeChat documents only functions and memory for iPhones",
                            export.name
                        )),
                    }
                }
            }
            Payload::StartSection { .. } => {
                findings.push("it has a start section, which runs before the loader has set the glue up".into());
            }
            Payload::CustomSection(section) => findings.push(format!(
                "it carries the custom section `{}`, which may name the build machine: are --strip-debug, \
                 --strip-producers and --strip-target-features among the wasm-opt passes?",
                section.name()
            )),
            _ => {}
        }
    }
    if memories != 1 || !memory_exported {
        findings.push("it does not define one memory and export it as `memory`, through which the glue reads".into());
    }
    Ok(findings)
}

fn has_i64(types: &[FuncType], ty: u32) -> bool {
    types.get(ty as usize).is_some_and(|ty| ty.params().iter().chain(ty.results()).any(|value| *value == ValType::I64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_memory(fields: &str) -> Vec<u8> {
        wat::parse_str(format!(r#"(module {fields} (memory (export "memory") 1))"#)).unwrap()
    }

    fn message(result: Result<()>) -> String {
        result.map_or_else(|error| format!("{error:#}"), |()| String::new())
    }

    #[track_caller]
    fn refused(fields: &str, because: &str) {
        let message = message(check_shipped(&with_memory(fields)));
        assert!(message.contains(because), "expected `{because}` in: {message}");
    }

    #[test]
    fn a_plain_module_passes() {
        let bytes = with_memory(
            r#"(import "./x_bg.js" "g" (func (param f64)))
               (table 1 funcref) (elem (i32.const 0) func 0) (data (i32.const 8) "text") (global (mut i32) (i32.const 0))
               (func (export "f") (param i32 f64) (result i32) (local i64)
                 local.get 2 i64.const 1 i64.add drop
                 local.get 0 local.get 1 i32.const 0 call_indirect (param i32 f64) (result i32))"#,
        );
        assert_eq!(message(check_shipped(&bytes)), "");
    }

    #[test]
    fn what_is_newer_than_1_0_is_refused() {
        for fields in [
            "(func (drop (i32.extend8_s (i32.const 1))))",
            "(func (memory.copy (i32.const 0) (i32.const 8) (i32.const 4)))",
            "(func (drop (i32.trunc_sat_f64_u (f64.const 1))))",
            "(func (drop (v128.const i64x2 0 0)))",
            "(func return_call 0)",
            "(func (drop (ref.null func)))",
            "(table 1 funcref) (table 1 funcref)",
            r#"(func (export "f") (param externref))"#,
            "(func (result i32 i32) i32.const 1 i32.const 2)",
            r#"(data "x")"#,
            "(memory 1)",
            "(tag)",
            "(func (result i32))",
        ] {
            refused(fields, "it is not plain WebAssembly 1.0; is -Ctarget-cpu=mvp in the rustflags");
        }
        assert!(check_shipped(b"not wasm").is_err());
    }

    #[test]
    fn only_functions_are_imported_and_from_one_place() {
        refused(r#"(import "./x_bg.js" "g" (global i32))"#, "imports ./x_bg.js.g, which is no function");
        refused(r#"(import "./x_bg.js" "g" (func)) (import "env" "f" (func))"#, "imports f from env");
        let imported = r#"(module (import "./x_bg.js" "memory" (memory 1)) (export "memory" (memory 0)))"#;
        assert!(message(check_shipped(&wat::parse_str(imported).unwrap())).contains("does not define one memory"));
        assert!(message(check_shipped(&wat::parse_str("(module (memory 1))").unwrap())).contains("export it"));
    }

    #[test]
    fn only_functions_and_memory_are_exported() {
        refused(r#"(global (export "__abort_handler") i32 (i32.const 0))"#, "exports __abort_handler");
        refused(r#"(table (export "table") 1 funcref)"#, "exports table");
    }

    #[test]
    fn no_i64_crosses_to_javascript() {
        refused(r#"(func (export "f") (param i64))"#, "i64 in the signature of the export f");
        refused(r#"(import "./x_bg.js" "g" (func (result i64)))"#, "i64 in the signature of the import g");
        assert_eq!(message(check_shipped(&with_memory("(func (param i64))"))), "");
    }

    #[test]
    fn nothing_runs_by_itself_and_nothing_is_hidden() {
        refused("(func) (start 0)", "has a start section");
        refused(r#"(@custom "producers" "x")"#, "the custom section `producers`");
    }

    #[test]
    fn before_lowering_only_what_std_brings_is_allowed() {
        let check = |fields: &str| message(check_before_lowering(&with_memory(fields)));
        assert_eq!(check("(func (drop (i32.extend8_s (i32.const 1)))) (global i32 (i32.const 1))"), "");
        assert!(check("(table 1 funcref) (table 1 externref)").contains("can't be lowered"));
    }
}
