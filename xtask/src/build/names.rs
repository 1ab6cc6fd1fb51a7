//! Short names for what crosses the border between the module and its glue.
//!
//! wasm-bindgen's `__wbg_request_d6e13e6a9491156c` stands in both files, some sixty times over: two kilobytes of
//! script that no minifier may touch. Here both sides are renamed together.

use std::collections::{HashMap, HashSet};

use anyhow::{ensure, Result};
use wasm_encoder::{EntityType, ExportSection, ImportSection};
use wasmparser::{ExternalKind, Parser, Payload, TypeRef};

use super::sections;

pub struct Renamed {
    pub module: Vec<u8>,
    pub glue: String,
}

/// By this js-glue tells what the module imports from what the glue offers to us.
const IMPORT_PREFIX: &str = "__wb";

pub fn shorten(bytes: &[u8], glue: &str) -> Result<Renamed> {
    let border = Border::read(bytes)?;
    let words = count_words(glue);
    let mut names = short_names(IMPORT_PREFIX, |name| words.contains_key(&Word::Plain(name)));
    let imports = give(&border.imports, &mut names, |name| words.get(&Word::Plain(name)).copied());
    for name in &border.imports {
        ensure!(
            defined_once(glue, name),
            "the glue does not define {name} in the way that is expected of wasm-bindgen: \
             set short-names = false in wasm-pack.toml until this is looked into"
        );
    }
    // Properties of the exports object: a space of names of their own.
    let taken: HashSet<&str> = border.exports.iter().map(String::as_str).collect();
    let mut names = short_names("", |name| taken.contains(name));
    let exports = give(&border.exports, &mut names, |name| words.get(&Word::OfWasm(name)).copied());
    Ok(Renamed { module: rename_module(bytes, &imports, &exports)?, glue: rename_glue(glue, &imports, &exports) })
}

struct Border {
    imports: Vec<String>,
    /// Functions only: the memory is called so in every loader.
    exports: Vec<String>,
}

impl Border {
    fn read(bytes: &[u8]) -> Result<Self> {
        let mut border = Border { imports: Vec::new(), exports: Vec::new() };
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        border.imports.push(import?.name.to_owned());
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            border.exports.push(export.name.to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(border)
    }
}

/// The shortest names to those used most often. What the glue never mentions keeps its name: somebody else may call it.
fn give<'a>(
    olds: &'a [String],
    names: &mut impl Iterator<Item = String>,
    uses: impl Fn(&'a str) -> Option<usize>,
) -> HashMap<&'a str, String> {
    let mut used: Vec<(&str, usize)> = olds.iter().filter_map(|old| Some((old.as_str(), uses(old)?))).collect();
    used.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    used.into_iter().map(|(old, _)| old).zip(names).collect()
}

/// a … z, A … Z, aa, ab …, each behind the prefix.
fn short_names(prefix: &'static str, refused: impl Fn(&str) -> bool) -> impl Iterator<Item = String> {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    (0_usize..)
        .map(|mut number| {
            let mut name = String::new();
            loop {
                name.insert(0, char::from(LETTERS[number % LETTERS.len()]));
                if number < LETTERS.len() {
                    break;
                }
                number = number / LETTERS.len() - 1;
            }
            name.insert_str(0, prefix);
            name
        })
        .filter(move |name| !refused(name))
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Word<'a> {
    Plain(&'a str),
    /// A property of the exports object: `wasm.name`.
    OfWasm(&'a str),
}

/// Cuts a script into words and what is between them.
fn pieces(script: &str) -> impl Iterator<Item = Piece<'_>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii();
    let mut rest = script;
    let mut before = "";
    std::iter::from_fn(move || {
        let word = rest.chars().next().map(is_word)?;
        let end = rest.find(|c| is_word(c) != word).unwrap_or(rest.len());
        let (piece, tail) = rest.split_at(end);
        let start = script.len() - rest.len();
        rest = tail;
        if !word {
            before = piece;
            return Some(Piece::Between(piece));
        }
        let of_wasm = before == "." && ends_with_word(&script[..start - 1], "wasm");
        Some(Piece::Word(if of_wasm { Word::OfWasm(piece) } else { Word::Plain(piece) }))
    })
}

enum Piece<'a> {
    Word(Word<'a>),
    Between(&'a str),
}

fn ends_with_word(text: &str, word: &str) -> bool {
    text.strip_suffix(word).is_some_and(|before| {
        !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$' || c == '.')
    })
}

fn count_words(script: &str) -> HashMap<Word<'_>, usize> {
    let mut words = HashMap::new();
    for piece in pieces(script) {
        if let Piece::Word(word) = piece {
            *words.entry(word).or_insert(0) += 1;
        }
    }
    words
}

fn defined_once(glue: &str, name: &str) -> bool {
    let definitions = [format!("export function {name}("), format!("export const {name} =")];
    definitions.iter().map(|definition| glue.matches(definition.as_str()).count()).sum::<usize>() == 1
}

fn rename_glue(glue: &str, imports: &HashMap<&str, String>, exports: &HashMap<&str, String>) -> String {
    pieces(glue)
        .map(|piece| match piece {
            Piece::Word(Word::Plain(word)) => imports.get(word).map_or(word, String::as_str),
            Piece::Word(Word::OfWasm(word)) => exports.get(word).map_or(word, String::as_str),
            Piece::Between(text) => text,
        })
        .collect()
}

fn rename_module(bytes: &[u8], imports: &HashMap<&str, String>, exports: &HashMap<&str, String>) -> Result<Vec<u8>> {
    let new = |names: &HashMap<&str, String>, old: &str| names.get(old).cloned().unwrap_or_else(|| old.to_owned());
    sections::rewrite(bytes, |payload, module| match payload {
        Payload::ImportSection(section) => {
            let mut renamed = ImportSection::new();
            for import in section.clone().into_imports() {
                let import = import?;
                let TypeRef::Func(ty) = import.ty else {
                    // Left for the gate to refuse in its own words.
                    return Ok(false);
                };
                renamed.import(import.module, &new(imports, import.name), EntityType::Function(ty));
            }
            module.section(&renamed);
            Ok(true)
        }
        Payload::ExportSection(section) => {
            let mut renamed = ExportSection::new();
            for export in section.clone() {
                let export = export?;
                let name = match export.kind {
                    ExternalKind::Func => new(exports, export.name),
                    _ => export.name.to_owned(),
                };
                renamed.export(&name, export.kind.into(), export.index);
            }
            module.section(&renamed);
            Ok(true)
        }
        _ => Ok(false),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "\
export class Core { add(a) { return wasm.core_add(a, wasm.__wbindgen_export); } free() { wasm.__wbindgen_export(1); } }
export function json_error(b) { return other.wasm.json_error(wasm.json_error(b)); }
export function __wbg_now_62(arg0) { return getObject(arg0).now(); }
export function __wbg_get_61() { return handleError(function (c) { return 'wasm.x'; }, arguments); }
function __wasm_bindgen_func_elem_3(d) { wasm.__wasm_bindgen_func_elem_3(d); }
let wasm;
";

    fn module() -> Vec<u8> {
        wat::parse_str(
            r#"(module
                (import "./x_bg.js" "__wbg_now_62" (func (param i32) (result f64)))
                (import "./x_bg.js" "__wbg_get_61" (func))
                (memory (export "memory") 1)
                (func (export "core_add")) (func (export "json_error")) (func (export "__wbindgen_export"))
                (func (export "__wasm_bindgen_func_elem_3")) (func (export "__wbindgen_start")))"#,
        )
        .unwrap()
    }

    #[test]
    fn both_sides_get_the_same_short_names() {
        let renamed = shorten(&module(), GLUE).unwrap();
        let border = Border::read(&renamed.module).unwrap();
        assert_eq!(border.exports, ["b", "c", "a", "d", "__wbindgen_start"]);
        assert_eq!(border.imports, ["__wba", "__wbb"]);
        for expected in [
            "wasm.b(a, wasm.a)",
            "export function json_error(b) { return other.wasm.json_error(wasm.c(b))",
            "export function __wba(arg0)",
            "export function __wbb()",
            "function __wasm_bindgen_func_elem_3(d) { wasm.d(d)",
        ] {
            assert!(renamed.glue.contains(expected), "{expected}\n{}", renamed.glue);
        }
    }

    #[test]
    fn glue_of_another_make_is_refused() {
        let glue = GLUE.replace("export function __wbg_now_62", "imports.__wbg_now_62 = function");
        let error = shorten(&module(), &glue).err().unwrap().to_string();
        assert!(error.contains("__wbg_now_62"), "{error}");
    }

    #[test]
    fn names_go_on_after_z() {
        let names: Vec<String> = short_names("", |_| false).take(52 + 53).collect();
        assert_eq!(names[0], "a");
        assert_eq!(names[51], "Z");
        assert_eq!(names[52], "aa");
        assert_eq!(names[104], "ba");
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
    }
}
