//! One module for each rule, broken on purpose.

use super::*;

fn rules() -> Rules<'static> {
    Rules { features: &[], forbidden_text: &[] }
}

fn with_memory(fields: &str) -> Vec<u8> {
    wat::parse_str(format!(r#"(module {fields} (memory (export "memory") 1))"#))
        .expect("the test's own module is valid")
}

fn shipped(bytes: &[u8]) -> String {
    match check_shipped(bytes, &rules()) {
        Ok(()) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn refused(fields: &str, because: &str) {
    let message = shipped(&with_memory(fields));
    assert!(message.contains(because), "expected `{because}` in: {message}");
}

#[test]
fn a_plain_module_passes() {
    let bytes = with_memory(
        r#"(table 1 funcref) (elem (i32.const 0) func 0) (data (i32.const 8) "text")
           (global (mut i32) (i32.const 0))
           (func (export "f") (param i32 f64) (result i32) (local i64)
             local.get 2 i64.const 1 i64.add drop
             local.get 0 local.get 1 i32.const 0 call_indirect (param i32 f64) (result i32))"#,
    );
    assert_eq!(shipped(&bytes), "");
}

#[test]
fn what_is_no_module_is_refused() {
    assert!(!shipped(b"").is_empty());
    assert!(!shipped(b"not wasm").is_empty());
}

#[test]
fn newer_instructions_are_named_with_their_function() {
    refused(
        r#"(func) (func (export "core_add") (result i32) i32.const 1 i32.extend8_s)"#,
        "uses sign-ext (i32.extend8_s in function 1 (exported as core_add)): is -Ctarget-cpu=mvp in the rustflags",
    );
    refused(
        "(func $copy (memory.copy (i32.const 0) (i32.const 8) (i32.const 4)))",
        "uses bulk-memory (memory.copy in function 0 (copy))",
    );
    refused(
        "(func (drop (i32.trunc_sat_f64_u (f64.const 1))))",
        "uses nontrapping-fptoint (i32.trunc_sat_f64_u in function 0)",
    );
    refused("(func (drop (v128.const i64x2 0 0)))", "uses simd");
    refused("(func return_call 0)", "uses tail-call (return_call");
    refused("(func (drop (i32.atomic.load (i32.const 0))))", "uses threads");
    refused("(func (drop (ref.null func)))", "uses reference-types (ref.null");
}

#[test]
fn the_other_places_are_counted() {
    refused("(func (drop (i32.extend8_s (i32.extend8_s (i32.extend16_s (i32.const 1))))))", "and in 2 more places");
}

#[test]
fn one_table_at_most() {
    refused("(table 1 funcref) (table 1 externref)", "has 2 tables, iPhones take one");
    refused("(table 1 externref)", "uses reference-types (table 0 holds externref)");
}

#[test]
fn references_are_refused_wherever_they_stand() {
    refused(r#"(func (export "f") (param externref))"#, "externref in the signature of function 0 (exported as f)");
    refused(
        r#"(import "./x_bg.js" "g" (func (result externref)))"#,
        "externref in the signature of the imported function g",
    );
    refused("(func (local externref))", "a local of type externref");
    refused("(global externref (ref.null extern))", "global 0 holds externref");
    refused("(type (struct (field i32)))", "uses gc");
}

#[test]
fn several_results_are_refused() {
    refused("(func (result i32 i32) i32.const 1 i32.const 2)", "uses multivalue (2 results in function 0)");
    refused(
        "(func i32.const 1 (block (param i32) drop))",
        "uses multivalue (a block with a function type in function 0)",
    );
}

#[test]
fn one_memory_of_its_own() {
    let bytes =
        wat::parse_str(r#"(module (import "./x_bg.js" "memory" (memory 1)) (export "memory" (memory 0)))"#).unwrap();
    assert!(shipped(&bytes).contains("imports the memory ./x_bg.js.memory"));
    let bytes = wat::parse_str("(module (memory 1))").unwrap();
    assert!(shipped(&bytes).contains("does not export its memory"));
    let bytes = wat::parse_str("(module)").unwrap();
    assert!(shipped(&bytes).contains("has 0 memories"));
    refused("(memory 1)", "has 2 memories");
    let bytes = wat::parse_str(r#"(module (memory (export "memory") 1 2 shared))"#).unwrap();
    assert!(shipped(&bytes).contains("shared"));
}

#[test]
fn only_functions_are_imported_and_from_one_place() {
    refused(r#"(import "./x_bg.js" "g" (global i32))"#, "imports the global ./x_bg.js.g");
    refused(r#"(import "./x_bg.js" "t" (table 1 funcref))"#, "imports the table ./x_bg.js.t");
    refused(
        r#"(import "./x_bg.js" "g" (func)) (import "env" "f" (func))"#,
        "imports f from env and others from ./x_bg.js",
    );
}

#[test]
fn only_functions_and_memory_are_exported() {
    refused(r#"(global (export "__abort_handler") i32 (i32.const 0))"#, "exports the global __abort_handler");
    refused(r#"(table (export "table") 1 funcref)"#, "exports the table table");
}

#[test]
fn no_i64_crosses_the_border() {
    refused(r#"(func (export "f") (param i64))"#, "i64 in the signature of exported function f");
    refused(r#"(import "./x_bg.js" "g" (func (result i64)))"#, "i64 in the signature of imported function g");
    assert_eq!(shipped(&with_memory("(func (param i64))")), "");
}

#[test]
fn segments_are_active() {
    refused(r#"(data "x")"#, "data segment 0 is passive");
    refused(
        r#"(data "x") (func (memory.init 0 (i32.const 0) (i32.const 0) (i32.const 1)))"#,
        "has a data count section",
    );
    refused("(func) (elem func 0)", "element segment 0 is not active");
    refused(
        "(table 1 funcref) (func) (elem (i32.const 0) funcref (ref.func 0))",
        "element segment 0 is made of expressions",
    );
}

#[test]
fn nothing_starts_by_itself_and_nothing_is_hidden() {
    refused("(func) (start 0)", "has a start section (function 0)");
    refused(r#"(@custom "producers" "x")"#, "carries the custom section `producers`");
    refused("(tag)", "has exception tags");
}

#[test]
fn what_does_not_validate_is_refused() {
    assert!(shipped(&with_memory("(func (result i32))")).contains("not plain WebAssembly 1.0"));
}

#[test]
fn what_no_rule_names_is_left_to_the_validator() {
    // A table index in five bytes, as a linker writes it where reference types are on.
    let mut bytes = with_memory("(table 1 funcref) (func i32.const 0 call_indirect)");
    let at = bytes.windows(3).position(|w| w == [0x11, 0, 0]).expect("the call is there");
    bytes.splice(at + 2..at + 3, [0x80, 0x80, 0x80, 0x80, 0]);
    for size in [at - 5, at - 3] {
        // Size of the function's body and of the code section, both one byte.
        assert!(bytes[size] < 0x7f);
    }
    let code = bytes.iter().rposition(|b| *b == 10).unwrap_or(0);
    assert!(code < at);
    bytes[code + 1] += 4;
    bytes[code + 3] += 4;
    assert!(shipped(&bytes).contains("not plain WebAssembly 1.0"));
}

#[test]
fn a_path_of_this_machine_is_refused() {
    let forbidden_text = ["/home/".to_owned()];
    let rules = Rules { forbidden_text: &forbidden_text, ..rules() };
    let check = |text: &str| {
        let bytes = with_memory(&format!(r#"(data (i32.const 8) "{text}")"#));
        check_shipped(&bytes, &rules).map_err(|error| error.to_string())
    };
    assert_eq!(check("crates/js-sys-0.3.107/src/lib.rs"), Ok(()));
    let message = check("xx/home/me/src/lib.rs").unwrap_err();
    assert!(message.contains("`/home/`") && message.contains("/home/me/src"), "{message}");
}

#[test]
fn allowed_features_pass() {
    let bytes = with_memory("(func (drop (i32.extend8_s (i32.const 1))))");
    let features = [Feature::SignExt];
    let rules = Rules { features: &features, ..rules() };
    assert!(check_shipped(&bytes, &rules).is_ok());
}

#[test]
fn before_lowering_only_what_std_brings_is_allowed() {
    let allowed = [Feature::SignExt, Feature::BulkMemory];
    let check = |fields: &str| check_before_lowering(&with_memory(fields), &allowed).map_err(|error| error.to_string());
    assert_eq!(check(r#"(func (drop (i32.extend8_s (i32.const 1)))) (global (export "g") i32 (i32.const 1))"#), Ok(()));
    let message = check("(func (drop (i32.trunc_sat_f64_u (f64.const 1))))").unwrap_err();
    assert!(message.contains("-Ctarget-cpu=mvp"), "{message}");
    let message = check("(table 1 funcref) (table 1 externref)").unwrap_err();
    assert!(message.contains("reference-types"), "{message}");
}
