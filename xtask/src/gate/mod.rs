//! The gate: what the shipped module may be made of.
//!
//! iPhones refuse a second table, externref in a signature and memory.init, in words that say nothing, and
//! sometimes after minutes; old Android engines refuse newer instructions. So the shipped module is plain
//! WebAssembly 1.0 and is parsed here before anybody's phone does it.

mod feature;
mod finding;
mod module;
mod operators;
mod shape;
mod text;
mod types;
mod uses;

#[cfg(test)]
mod tests;

use anyhow::{bail, Result};
use wasmparser::Validator;

pub use feature::Feature;
use finding::Finding;
use module::Module;
use uses::Uses;

/// What the shipped module is measured against.
pub struct Rules<'a> {
    /// Proposals that phones are known to take; the less, the better.
    pub features: &'a [Feature],
    /// Text that must not be in the data.
    pub forbidden_text: &'a [String],
}

/// The module as wasm-bindgen left it, before wasm-opt lowers what the precompiled std brings.
///
/// The lowering would hide that the crates were compiled for a newer processor, so it is looked at here.
pub fn check_before_lowering(bytes: &[u8], allowed: &[Feature]) -> Result<()> {
    let module = Module::read(bytes)?;
    let mut findings = used_features(&module, allowed)?;
    findings.extend(shape::check_tables(&module));
    verdict("the module, before lowering,", findings)
}

/// The module as it goes to phones.
pub fn check_shipped(bytes: &[u8], rules: &Rules) -> Result<()> {
    let module = Module::read(bytes)?;
    let mut findings = used_features(&module, rules.features)?;
    findings.extend(shape::check_tables(&module));
    findings.extend(shape::check_shipped(&module));
    findings.extend(types::check_border(&module));
    findings.extend(text::check(&module, rules.forbidden_text));
    if findings.is_empty() {
        // Whatever has no rule of its own yet: overlong encodings, extended constants, plain damage.
        let mut validator = Validator::new_with_features(feature::flags(rules.features));
        if let Err(error) = validator.validate_all(bytes) {
            findings.push(Finding::new(
                format!("is not plain WebAssembly 1.0 ({error})"),
                Feature::ReferenceTypes.remedy(),
            ));
        }
    }
    verdict("the shipped module", findings)
}

fn used_features(module: &Module, allowed: &[Feature]) -> Result<Vec<Finding>> {
    let mut uses = Uses::new(allowed);
    types::check(module, &mut uses);
    operators::check(module, &mut uses)?;
    Ok(uses.findings().collect())
}

fn verdict(subject: &str, findings: Vec<Finding>) -> Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let mut message = format!("{subject} would not load on every phone:");
    for finding in &findings {
        message.push_str("\n  - ");
        message.push_str(&finding.to_string());
    }
    bail!(message)
}
