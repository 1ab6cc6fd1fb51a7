//! Puts functions beside those they resemble: what is written alike is then near, and packs into fewer bytes (2 %).
//!
//! Whoever is called most does not come first, as wasm-opt's reorder-functions would have it: a byte saved in a call's index
//! is less than what its neighbours give.

use std::collections::HashSet;
use std::num::NonZero;
use std::thread;

use anyhow::{anyhow, Context, Result};
use wasm_encoder::reencode::{utils, Error, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, Instruction, MemArg, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Operator, Parser, Payload};

use super::pack;

/// Functions are alike by the runs of so many bytes that both have. Measured: 2 … 6 differ by less than 0.5 %.
const RUN: usize = 3;
/// How the encoder cuts the module up is chance: of so many orders, each begun with another function, the one is taken that packs
/// best (0.3 %).
const ORDERS: usize = 24;

/// The module in that order, packed.
pub fn packed(module: &[u8]) -> Result<Vec<u8>> {
    let Functions { imported, bodies } = Functions::read(module)?;
    let likenesses = likenesses(&bodies);
    let trial = |start: &usize| pack::run(&ordered(module, imported, chain(&bodies, &likenesses, *start))?);
    let trial = &trial;
    let count = ORDERS.min(bodies.len());
    let starts: Vec<usize> = (0..count).map(|nth| nth * bodies.len() / count).collect();
    let share = count.div_ceil(thread::available_parallelism().map_or(1, NonZero::get)).max(1);
    let trials: Vec<Result<Vec<u8>>> = thread::scope(|scope| {
        let workers: Vec<_> = starts
            .chunks(share)
            .map(|starts| scope.spawn(move || starts.iter().map(trial).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a trial returns its errors")).collect()
    });
    let trials = trials.into_iter().collect::<Result<Vec<_>>>()?;
    trials.into_iter().min_by_key(Vec::len).context("the module has no functions")
}

fn ordered(module: &[u8], imported: u32, order: Vec<usize>) -> Result<Vec<u8>> {
    let mut out = Module::new();
    Sorter::new(imported, order)
        .parse_core_module(&mut out, Parser::new(0), module)
        .map_err(|error| anyhow!("{error}"))?;
    Ok(out.finish())
}

struct Functions<'a> {
    imported: u32,
    bodies: Vec<HashSet<&'a [u8]>>,
}

impl<'a> Functions<'a> {
    fn read(module: &'a [u8]) -> Result<Self> {
        let mut found = Functions { imported: 0, bodies: Vec::new() };
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        found.imported += u32::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                    }
                }
                Payload::CodeSectionEntry(body) => found.bodies.push(runs(body.as_bytes())),
                _ => {}
            }
        }
        Ok(found)
    }
}

fn runs(body: &[u8]) -> HashSet<&[u8]> {
    body.windows(RUN).collect()
}

/// Of each with each.
fn likenesses(bodies: &[HashSet<&[u8]>]) -> Vec<Vec<f64>> {
    let mut all = vec![vec![1.0; bodies.len()]; bodies.len()];
    for one in 0..bodies.len() {
        for other in 0..one {
            let likeness = likeness(&bodies[one], &bodies[other]);
            all[one][other] = likeness;
            all[other][one] = likeness;
        }
    }
    all
}

/// From one of them on, counted from the smallest, always to the one that is most like the last; → the old places, in the new order.
fn chain(bodies: &[HashSet<&[u8]>], likenesses: &[Vec<f64>], start: usize) -> Vec<usize> {
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    left.sort_by_key(|&place| bodies[place].len());
    let mut order = Vec::with_capacity(left.len());
    let mut at = start;
    while at < left.len() {
        let last = left.remove(at);
        order.push(last);
        let mut best = -1.0;
        at = 0;
        for (place, &other) in left.iter().enumerate() {
            let likeness = likenesses[last][other];
            if likeness > best {
                (best, at) = (likeness, place);
            }
        }
    }
    order
}

/// Jaccard's: what both have of what either has.
fn likeness(a: &HashSet<&[u8]>, b: &HashSet<&[u8]>) -> f64 {
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let both = few.iter().filter(|run| many.contains(*run)).count();
    both as f64 / (few.len() + many.len() - both).max(1) as f64
}

struct Sorter {
    imported: u32,
    order: Vec<usize>,
    /// New places, by the old ones.
    places: Vec<u32>,
}

impl Sorter {
    fn new(imported: u32, order: Vec<usize>) -> Self {
        let mut places = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            places[old] = new as u32;
        }
        Sorter { imported, order, places }
    }
}

type Outcome<T> = Result<T, Error<std::convert::Infallible>>;

impl Reencode for Sorter {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Outcome<u32> {
        let own = function.checked_sub(self.imported).and_then(|place| self.places.get(place as usize));
        Ok(own.map_or(function, |place| self.imported + place))
    }

    fn parse_function_section(&mut self, out: &mut FunctionSection, section: FunctionSectionReader) -> Outcome<()> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for &old in &self.order {
            out.function(types[old]);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, out: &mut CodeSection, section: CodeSectionReader) -> Outcome<()> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for old in self.order.clone() {
            self.parse_function_body(out, bodies[old].clone())?;
        }
        Ok(())
    }

    /// Alignment is a hint. That of 32-bit accesses for all 64-bit ones, too, whatever rustc knew of the place, is one thing less
    /// to tell: the compression sees both operators as one.
    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Outcome<Instruction<'a>> {
        let word = |arg: MemArg| MemArg { align: arg.align.min(2), ..arg };
        Ok(match utils::instruction(self, operator)? {
            Instruction::I64Load(arg) => Instruction::I64Load(word(arg)),
            Instruction::I64Store(arg) => Instruction::I64Store(word(arg)),
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Without names, as what is shipped.
    const WAT: &str = r#"(module (import "a" "b" (func))
        (memory 1) (table 2 funcref) (elem (i32.const 0) 1 2)
        (func (export "large") (result i64) (i64.store (i32.const 8) (i64.const 1234567)) (i64.load align=4 (i32.const 8)))
        (func (export "small") (param i32) (call 0) (drop (call 3)))
        (func (result i64) (i64.store (i32.const 8) (i64.const 1234567)) (i64.const 2)))"#;

    #[test]
    fn the_same_functions_in_another_order() {
        let before = wat::parse_str(WAT).unwrap();
        let after = unpacked(&packed(&before).unwrap());
        wasmparser::validate(&after).unwrap();
        assert_eq!(exports(&before), [("large".to_owned(), 1), ("small".to_owned(), 2)]);
        let after_exports = exports(&after);
        let [(large, one), (small, other)] = &after_exports[..] else { panic!("{after_exports:?}") };
        assert_eq!((large.as_str(), small.as_str()), ("large", "small"));
        // Three functions behind the import; the large one and the one that is not exported resemble each other.
        let like = 1 + 2 + 3 - one - other;
        assert_eq!(one.abs_diff(like), 1, "large {one}, small {other}, like {like}");
        let store = |align| move |bytes: &[u8]| bytes == [0x37, align, 0];
        assert!(before.windows(3).any(store(3)) && after.windows(3).any(store(2)));
        assert_eq!(packed(&before).unwrap(), packed(&before).unwrap(), "there is one best");
    }

    #[test]
    fn what_is_alike_is_neighbours() {
        let bodies = ["abcdefg", "vwxyz12345", "abcdeff1", "vwxyz1233"].map(|body| runs(body.as_bytes()));
        assert_eq!(chain(&bodies, &likenesses(&bodies), 0), [0, 2, 3, 1]);
        assert_eq!(chain(&bodies, &likenesses(&bodies), 3), [1, 3, 0, 2]);
        assert_eq!(chain(&[], &[], 0), [0; 0]);
    }

    fn unpacked(packed: &[u8]) -> Vec<u8> {
        let mut module = Vec::new();
        brotli::BrotliDecompress(&mut &*packed, &mut module).unwrap();
        module
    }

    fn exports(module: &[u8]) -> Vec<(String, u32)> {
        Parser::new(0)
            .parse_all(module)
            .filter_map(|payload| match payload.unwrap() {
                Payload::ExportSection(exports) => Some(exports),
                _ => None,
            })
            .flatten()
            .map(|export| export.map(|export| (export.name.to_owned(), export.index)).unwrap())
            .collect()
    }
}
