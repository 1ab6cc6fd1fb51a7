//! `wasm-pack.toml`: what is compiled how, and what may come of it.

use std::fs;
use std::path::Path;

use anyhow::{ensure, Context, Result};
use serde::Deserialize;

use super::exports::ExportKind;
use crate::gate::Feature;

pub const FILE: &str = "wasm-pack.toml";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Recipe {
    pub compile: Compile,
    pub features: Features,
    pub post_link: PostLink,
    pub output: Output,
    pub gate: Gate,
    pub budget: Budget,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Compile {
    /// Folder of the crate, from the root.
    #[serde(rename = "crate")]
    pub krate: String,
    pub profile: String,
    /// wasm-pack's target.
    pub target: String,
    pub rustflags: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Features {
    pub before_lowering: Vec<Feature>,
    pub shipped: Vec<Feature>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PostLink {
    pub remove_exports: Vec<ExportKind>,
    /// Exported functions, by their names.
    pub remove_functions: Vec<String>,
    /// Paths of functions.
    pub cut: Vec<String>,
    pub blank_texts: Vec<String>,
    pub wasm_opt: Vec<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Output {
    pub folder: String,
    pub script: String,
    pub module: String,
    /// The module in JavaScript, which only some apps take in.
    pub twin: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Gate {
    pub forbidden_text: Vec<String>,
    pub script_syntax: u32,
    pub missing_globals: Vec<String>,
    pub guarded_globals: Vec<String>,
    pub missing_members: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Budget {
    pub script: u64,
    pub module: u64,
    pub total: u64,
    /// Beside the total.
    pub twin: u64,
}

impl Recipe {
    pub fn load(root: &Path) -> Result<Self> {
        let path = root.join(FILE);
        let text = fs::read_to_string(&path).with_context(|| format!("can't read the build's recipe, {FILE}"))?;
        Self::parse(&text).with_context(|| format!("{FILE} is not a valid recipe"))
    }

    fn parse(text: &str) -> Result<Self> {
        let recipe: Recipe = toml::from_str(text)?;
        recipe.check()?;
        Ok(recipe)
    }

    fn check(&self) -> Result<()> {
        ensure!(
            self.output.module.ends_with(".wasm.br"),
            "[output] module must end in .wasm.br: WXWebAssembly takes .wasm and .wasm.br, and the second is a third of the bytes"
        );
        ensure!(
            !self.post_link.wasm_opt.is_empty(),
            "[post-link] wasm-opt is empty: without the lowering passes the module does not load on phones"
        );
        ensure!(
            self.gate.guarded_globals.iter().all(|name| self.gate.missing_globals.contains(name)),
            "[gate] guarded-globals names something that missing-globals does not"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped_recipe() -> String {
        include_str!("../../../wasm-pack.toml").to_owned()
    }

    #[test]
    fn the_shipped_recipe_is_valid() {
        let recipe = Recipe::parse(&shipped_recipe()).unwrap();
        assert!(recipe.compile.rustflags.contains(&"-Ctarget-cpu=mvp".to_owned()));
        assert!(recipe.budget.total >= recipe.budget.module);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let text = shipped_recipe().replace("[budget]", "[budget]\ngzip = 1");
        let error = format!("{:#}", Recipe::parse(&text).unwrap_err());
        assert!(error.contains("gzip"), "{error}");
        let text = shipped_recipe() + "\n[extra]\n";
        assert!(format!("{:#}", Recipe::parse(&text).unwrap_err()).contains("extra"));
    }

    #[test]
    fn an_unknown_feature_is_refused_by_name() {
        let text = shipped_recipe().replace("\"sign-ext\"", "\"sign-extension\"");
        let error = format!("{:#}", Recipe::parse(&text).unwrap_err());
        assert!(error.contains("sign-extension"), "{error}");
    }

    #[test]
    fn a_missing_key_is_refused_by_name() {
        let text = shipped_recipe().replace("\ntotal = ", "\n# total = ");
        let error = format!("{:#}", Recipe::parse(&text).unwrap_err());
        assert!(error.contains("total"), "{error}");
    }

    #[test]
    fn a_module_phones_cannot_take_is_refused() {
        let text = shipped_recipe().replace("vod_upload.wasm.br", "vod_upload.wasm.gz");
        assert!(Recipe::parse(&text).is_err());
    }
}
