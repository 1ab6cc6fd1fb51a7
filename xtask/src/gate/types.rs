//! Types of functions, tables and globals; and what may cross the border to JavaScript.

use wasmparser::{ExternalKind, FuncType, TypeRef, ValType};

use super::feature::Feature;
use super::finding::Finding;
use super::module::Module;
use super::operators::feature_of_type;
use super::uses::Uses;

/// Types that need a proposal, wherever they stand.
pub fn check(module: &Module, uses: &mut Uses) {
    for (index, ty) in module.types.iter().enumerate() {
        let Some(ty) = ty else {
            uses.note(Feature::Gc, || format!("type {index} is a struct, an array or a continuation"));
            continue;
        };
        let user = || user_of_type(module, index as u32);
        if ty.results().len() > 1 {
            uses.note(Feature::Multivalue, || format!("{} results in {}", ty.results().len(), user()));
        }
        for value in ty.params().iter().chain(ty.results()) {
            if let Some(feature) = feature_of_type(*value) {
                uses.note(feature, || format!("{value} in the signature of {}", user()));
            }
        }
    }
    for (index, table) in module.tables.iter().enumerate() {
        if !table.element_type.is_func_ref() {
            uses.note(Feature::ReferenceTypes, || format!("table {index} holds {}", table.element_type));
        }
    }
    for (index, global) in module.globals.iter().enumerate() {
        if let Some(feature) = feature_of_type(global.content_type) {
            uses.note(feature, || format!("global {index} holds {}", global.content_type));
        }
    }
}

fn user_of_type(module: &Module, ty: u32) -> String {
    match module.functions.iter().position(|t| *t == ty) {
        Some(function) => module.describe(function as u32),
        None => format!("type {ty}"),
    }
}

/// An i64 crosses as a BigInt, which older phones don't have.
pub fn check_border(module: &Module) -> Vec<Finding> {
    let remedy = "an i64 becomes a BigInt in JavaScript: pass an f64 or two u32 \
                  (a u64 in a #[wasm_bindgen] signature or in a value for serde-wasm-bindgen brings it in)";
    let imported = module.imports.iter().filter_map(|import| match import.ty {
        TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
            let ty = module.types.get(ty as usize)?.as_ref()?;
            Some((format!("imported function {}", import.name), ty))
        }
        _ => None,
    });
    let exported = module
        .exports
        .iter()
        .filter(|export| export.kind == ExternalKind::Func)
        .filter_map(|export| Some((format!("exported function {}", export.name), module.signature(export.index)?)));
    imported
        .chain(exported)
        .filter(|(_, ty)| has_i64(ty))
        .map(|(name, _)| Finding::new(format!("i64 in the signature of {name}"), remedy))
        .collect()
}

fn has_i64(ty: &FuncType) -> bool {
    ty.params().iter().chain(ty.results()).any(|value| *value == ValType::I64)
}
