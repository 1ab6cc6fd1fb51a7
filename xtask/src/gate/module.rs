//! What the gate needs to know of a module, read once.
//!
//! The reader accepts every proposal: to name what is wrong one must first be able to read it.

use std::collections::HashMap;

use anyhow::{Context, Result};
use wasmparser::{
    CompositeInnerType, Data, Element, Export, ExternalKind, FuncType, FunctionBody, GlobalType, Import, MemoryType,
    Name, Parser, Payload, TableType, TypeRef,
};

#[derive(Default)]
pub struct Module<'a> {
    /// Function types by index; `None` where the type is no function (structs, arrays).
    pub types: Vec<Option<FuncType>>,
    pub imports: Vec<Import<'a>>,
    /// Type index of every function, the imported ones first.
    pub functions: Vec<u32>,
    pub imported_functions: usize,
    pub tables: Vec<TableType>,
    pub memories: Vec<MemoryType>,
    pub globals: Vec<GlobalType>,
    pub exports: Vec<Export<'a>>,
    pub elements: Vec<Element<'a>>,
    pub data: Vec<Data<'a>>,
    pub bodies: Vec<FunctionBody<'a>>,
    pub start: Option<u32>,
    pub data_count: bool,
    pub tags: usize,
    pub custom_sections: Vec<&'a str>,
    names: HashMap<u32, &'a str>,
}

impl<'a> Module<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut module = Module::default();
        for payload in Parser::new(0).parse_all(bytes) {
            module
                .take(payload.context("not a readable WebAssembly module")?)
                .context("a section of the WebAssembly module can't be read")?;
        }
        Ok(module)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::TypeSection(groups) => {
                for group in groups {
                    for ty in group?.types() {
                        self.types.push(match &ty.composite_type.inner {
                            CompositeInnerType::Func(f) => Some(f.clone()),
                            _ => None,
                        });
                    }
                }
            }
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import?;
                    match import.ty {
                        TypeRef::Func(ty) | TypeRef::FuncExact(ty) => {
                            self.functions.push(ty);
                            self.imported_functions += 1;
                        }
                        TypeRef::Table(ty) => self.tables.push(ty),
                        TypeRef::Memory(ty) => self.memories.push(ty),
                        TypeRef::Global(ty) => self.globals.push(ty),
                        TypeRef::Tag(_) => self.tags += 1,
                    }
                    self.imports.push(import);
                }
            }
            Payload::FunctionSection(functions) => {
                for ty in functions {
                    self.functions.push(ty?);
                }
            }
            Payload::TableSection(tables) => {
                for table in tables {
                    self.tables.push(table?.ty);
                }
            }
            Payload::MemorySection(memories) => {
                for memory in memories {
                    self.memories.push(memory?);
                }
            }
            Payload::TagSection(tags) => self.tags += tags.count() as usize,
            Payload::GlobalSection(globals) => {
                for global in globals {
                    self.globals.push(global?.ty);
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    self.exports.push(export?);
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(elements) => {
                for element in elements {
                    self.elements.push(element?);
                }
            }
            Payload::DataCountSection { .. } => self.data_count = true,
            Payload::DataSection(segments) => {
                for segment in segments {
                    self.data.push(segment?);
                }
            }
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::CustomSection(section) => {
                self.custom_sections.push(section.name());
                if let wasmparser::KnownCustom::Name(names) = section.as_known() {
                    // Names are only there for messages: a broken name section is no reason to stop.
                    for subsection in names.into_iter().flatten() {
                        if let Name::Function(functions) = subsection {
                            self.names.extend(functions.into_iter().flatten().map(|n| (n.index, n.name)));
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Index of the function that the nth body belongs to.
    pub fn function_of_body(&self, body: usize) -> u32 {
        (self.imported_functions + body) as u32
    }

    pub fn signature(&self, function: u32) -> Option<&FuncType> {
        let ty = *self.functions.get(function as usize)?;
        self.types.get(ty as usize)?.as_ref()
    }

    /// `function 12`, with what else is known of it.
    pub fn describe(&self, function: u32) -> String {
        if (function as usize) < self.imported_functions {
            let mut functions =
                self.imports.iter().filter(|import| matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
            if let Some(import) = functions.nth(function as usize) {
                return format!("the imported function {}", import.name);
            }
        }
        let exported = self.exports.iter().find(|e| e.kind == ExternalKind::Func && e.index == function);
        match (self.names.get(&function), exported) {
            (Some(name), _) => {
                format!("function {function} ({:#})", rustc_demangle::demangle(name))
            }
            (None, Some(export)) => format!("function {function} (exported as {})", export.name),
            (None, None) => format!("function {function}"),
        }
    }
}
