//! Sections: how many tables and memories, what is imported and exported, how segments get into memory.

use wasmparser::{DataKind, ElementItems, ElementKind, ExternalKind, TypeRef};

use super::feature::Feature;
use super::finding::Finding;
use super::module::Module;

/// What holds before the module is lowered as well: two tables are the mark of externref glue.
pub fn check_tables(module: &Module) -> Vec<Finding> {
    let mut findings = Vec::new();
    if module.tables.len() > 1 {
        findings.push(Finding::new(
            format!("has {} tables, iPhones take one", module.tables.len()),
            Feature::ReferenceTypes.remedy(),
        ));
    }
    findings
}

/// What the shipped module must look like.
pub fn check_shipped(module: &Module) -> Vec<Finding> {
    let mut findings = Vec::new();
    imports(module, &mut findings);
    memory(module, &mut findings);
    exports(module, &mut findings);
    segments(module, &mut findings);
    if let Some(function) = module.start {
        findings.push(Finding::new(
            format!("has a start section ({})", module.describe(function)),
            "the loader calls what has to run first, after it has wired the glue: drop #[wasm_bindgen(start)]",
        ));
    }
    if module.tags > 0 {
        findings.push(Finding::new("has exception tags", Feature::Exceptions.remedy()));
    }
    for name in &module.custom_sections {
        findings.push(Finding::new(
            format!("carries the custom section `{name}`"),
            "it costs bytes and may tell of the build machine: are --strip-debug, --strip-producers and \
             --strip-target-features among the wasm-opt passes?",
        ));
    }
    findings
}

fn imports(module: &Module, findings: &mut Vec<Finding>) {
    let glue = module.imports.first().map_or("", |import| import.module);
    for import in &module.imports {
        let kind = match import.ty {
            TypeRef::Func(_) | TypeRef::FuncExact(_) => "function",
            TypeRef::Table(_) => "table",
            TypeRef::Memory(_) => "memory",
            TypeRef::Global(_) => "global",
            TypeRef::Tag(_) => "tag",
        };
        if kind != "function" {
            findings.push(Finding::new(
                format!("imports the {kind} {}.{}", import.module, import.name),
                "WXWebAssembly may lack Memory, Table and Global: only functions may be imported",
            ));
        } else if import.module != glue {
            findings.push(Finding::new(
                format!("imports {} from {} and others from {glue}", import.name, import.module),
                "the loader offers one module, the glue: no #[wasm_bindgen(module = …)], no env.*",
            ));
        }
    }
}

fn memory(module: &Module, findings: &mut Vec<Finding>) {
    if module.memories.len() != 1 {
        findings.push(Finding::new(
            format!("has {} memories", module.memories.len()),
            "phones take exactly one, defined by the module itself",
        ));
    }
    for memory in &module.memories {
        if memory.shared || memory.memory64 || memory.page_size_log2.is_some() {
            findings.push(Finding::new(
                "has a shared, 64-bit or custom-paged memory",
                "only a plain memory runs on phones",
            ));
        }
    }
    let exported = module.exports.iter().any(|export| export.kind == ExternalKind::Memory && export.name == "memory");
    if !exported {
        findings.push(Finding::new(
            "does not export its memory as `memory`",
            "the glue reads strings and bytes through it",
        ));
    }
}

fn exports(module: &Module, findings: &mut Vec<Finding>) {
    for export in &module.exports {
        let kind = match export.kind {
            ExternalKind::Func | ExternalKind::FuncExact | ExternalKind::Memory => continue,
            ExternalKind::Table => "table",
            ExternalKind::Global => "global",
            ExternalKind::Tag => "tag",
        };
        findings.push(Finding::new(
            format!("exports the {kind} {}", export.name),
            "WeChat documents only functions and memory for iPhones: is it in [post-link] remove-exports of wasm-pack.toml?",
        ));
    }
}

fn segments(module: &Module, findings: &mut Vec<Finding>) {
    let remedy = Feature::BulkMemory.remedy();
    if module.data_count {
        findings.push(Finding::new("has a data count section", remedy));
    }
    for (index, data) in module.data.iter().enumerate() {
        if matches!(data.kind, DataKind::Passive) {
            findings.push(Finding::new(format!("data segment {index} is passive"), remedy));
        }
    }
    for (index, element) in module.elements.iter().enumerate() {
        match element.kind {
            ElementKind::Active { .. } => {}
            ElementKind::Passive | ElementKind::Declared => {
                findings.push(Finding::new(format!("element segment {index} is not active"), remedy))
            }
        }
        if let ElementItems::Expressions(..) = element.items {
            findings.push(Finding::new(
                format!("element segment {index} is made of expressions"),
                Feature::ReferenceTypes.remedy(),
            ));
        }
    }
}
