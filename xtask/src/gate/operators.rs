//! Instructions that WebAssembly 1.0 does not have.

use anyhow::Result;
use wasmparser::{BlockType, Operator, ValType};

use super::feature::Feature;
use super::module::Module;
use super::uses::Uses;

/// Group and text name of every instruction, from the list wasmparser keeps.
macro_rules! classify {
    ($( @$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*) )*) => {
        fn classify(operator: &Operator) -> (&'static str, &'static str) {
            match operator {
                $( Operator::$op $({ $($arg: _),* })? => (stringify!($proposal), stringify!($visit)), )*
                _ => ("other", "visit_unknown"),
            }
        }
    };
}
wasmparser::for_each_operator!(classify);

pub fn check(module: &Module, uses: &mut Uses) -> Result<()> {
    for (nth, body) in module.bodies.iter().enumerate() {
        let function = module.function_of_body(nth);
        let place = |what: &str| format!("{what} in {}", module.describe(function));
        for local in body.get_locals_reader()? {
            let (_, ty) = local?;
            if let Some(feature) = feature_of_type(ty) {
                uses.note(feature, || place(&format!("a local of type {ty}")));
            }
        }
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            let (group, visit) = classify(&operator);
            if let Some(feature) = Feature::of_operator_group(group) {
                uses.note(feature, || place(&text_name(visit)));
            }
            if let Some(block) = block_with_function_type(&operator) {
                uses.note(Feature::Multivalue, || place(&format!("a {block} with a function type")));
            }
        }
    }
    Ok(())
}

/// `visit_i32_extend8_s` is `i32.extend8_s` in the text format, and `visit_return_call` is `return_call`.
fn text_name(visit: &str) -> String {
    const WITH_A_DOT: [&str; 14] = [
        "i32", "i64", "f32", "f64", "v128", "i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2", "memory", "table",
        "ref",
    ];
    let name = visit.strip_prefix("visit_").unwrap_or(visit);
    match name.split_once('_') {
        Some((head, tail)) if WITH_A_DOT.contains(&head) => format!("{head}.{tail}"),
        _ => name.to_owned(),
    }
}

pub fn feature_of_type(ty: ValType) -> Option<Feature> {
    match ty {
        ValType::I32 | ValType::I64 | ValType::F32 | ValType::F64 => None,
        ValType::V128 => Some(Feature::Simd),
        ValType::Ref(_) => Some(Feature::ReferenceTypes),
    }
}

/// Such a block takes parameters or gives several results: 1.0 knows neither.
fn block_with_function_type(operator: &Operator) -> Option<&'static str> {
    let (name, ty) = match operator {
        Operator::Block { blockty } => ("block", blockty),
        Operator::Loop { blockty } => ("loop", blockty),
        Operator::If { blockty } => ("if", blockty),
        _ => return None,
    };
    matches!(ty, BlockType::FuncType(_)).then_some(name)
}
