//! Gives the imports of a module short names. wasm-bindgen's names hold a hash each, which stands in the module and in the script.

use anyhow::{bail, Context, Result};
use wasm_encoder::{EntityType, ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload, TypeRef};

/// The same module with its imports named `i0`, `i1`, …, and the former names in that order.
pub fn shorten_names(bytes: &[u8]) -> Result<(Vec<u8>, Vec<String>)> {
    let mut module = Module::new();
    let mut former_names = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.context("the module can't be read")?;
        if let Payload::ImportSection(imports) = payload {
            let mut named = ImportSection::new();
            for import in imports.into_imports() {
                let import = import?;
                let TypeRef::Func(ty) = import.ty else { bail!("{} is imported and no function", import.name) };
                named.import(import.module, &short_name(former_names.len()), EntityType::Function(ty));
                former_names.push(import.name.to_owned());
            }
            module.section(&named);
        } else if let Some((id, range)) = payload.as_section() {
            module.section(&RawSection { id, data: &bytes[range.start as usize..range.end as usize] });
        }
    }
    Ok((module.finish(), former_names))
}

/// The names as js-glue/build.mjs takes them: a JSON object from the former to the present names.
pub fn names_as_json(former_names: &[String]) -> String {
    let members = former_names.iter().enumerate().map(|(number, name)| format!("{name:?}:\"{}\"", short_name(number)));
    format!("{{{}}}\n", members.collect::<Vec<_>>().join(","))
}

fn short_name(number: usize) -> String {
    format!("i{number}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_numbered_and_all_else_stays() {
        let module = |first: &str, second: &str| {
            let text = format!(
                r#"(module (import "glue" "{first}" (func)) (import "glue" "{second}" (func (param i32))) (memory 1)
                   (export "memory" (memory 0)) (func (call 0)) (@custom "note" "hi"))"#
            );
            wat::parse_str(text).unwrap()
        };
        let (shortened, names) = shorten_names(&module("__wbg_now_0123456789abcdef", "__wbg_abort_0")).unwrap();
        assert_eq!(shortened, module("i0", "i1"));
        assert_eq!(names_as_json(&names), "{\"__wbg_now_0123456789abcdef\":\"i0\",\"__wbg_abort_0\":\"i1\"}\n");
    }
}
