//! `wasm-pack.toml`: how the package is made and what it may contain.

use std::fs;
use std::path::Path;

use anyhow::{ensure, Context, Result};
use serde::Deserialize;

pub const FILE: &str = "wasm-pack.toml";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Recipe {
    pub rustflags: Vec<String>,
    /// Arguments of each run of wasm-opt.
    pub wasm_opt: Vec<Vec<String>>,
    pub compat: Compat,
    pub budget: Budget,
}

/// What phones lack or refuse.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Compat {
    pub forbidden_text: Vec<String>,
    /// ECMAScript year.
    pub script_syntax: u32,
    pub missing_globals: Vec<String>,
    pub missing_members: Vec<String>,
}

/// Bytes.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Budget {
    /// index.js and the compressed module.
    pub total: u64,
    /// The fallback in JavaScript, which only apps that ask for it contain.
    pub fallback: u64,
}

impl Recipe {
    pub fn load(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join(FILE)).with_context(|| format!("can't read {FILE}"))?;
        Self::parse(&text).with_context(|| format!("{FILE} is not valid"))
    }

    fn parse(text: &str) -> Result<Self> {
        let recipe: Recipe = toml::from_str(text)?;
        ensure!(
            !recipe.wasm_opt.is_empty(),
            "wasm-opt is empty: without the lowering passes no iPhone loads the module"
        );
        Ok(recipe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../wasm-pack.toml");

    #[test]
    fn the_shipped_recipe_is_valid() {
        let recipe = Recipe::parse(SHIPPED).unwrap();
        assert!(recipe.rustflags.contains(&"-Ctarget-cpu=mvp".to_owned()));
    }

    #[test]
    fn unknown_and_missing_keys_are_refused_by_name() {
        for (from, to, named) in [("[budget]", "[budget]\ngzip = 1", "gzip"), ("\ntotal = ", "\n# total = ", "total")] {
            let error = format!("{:#}", Recipe::parse(&SHIPPED.replace(from, to)).unwrap_err());
            assert!(error.contains(named), "{error}");
        }
    }
}
