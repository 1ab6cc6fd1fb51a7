//! `cargo xtask size`: what the package weighs.

use std::fs;

use anyhow::{Context, Result};
use indicatif::HumanCount;

use crate::build::{compress, Package, Recipe, Sizes, Variant};
use crate::repo::Repo;

/// Prints a line a file and fails over the budget. Returns the line with the totals.
pub fn report(repo: &Repo) -> Result<String> {
    let recipe = Recipe::load(&repo.root)?;
    let package = Package::of(repo, Variant::Release);
    let sizes = Sizes::measure(&package)?;
    println!("{:<24} {:>10} {:>10}", "", "bytes", "brotli");
    for path in [package.script(), package.module(), package.fallback()] {
        let content = fs::read(&path).with_context(|| format!("can't read {}", repo.short(&path)))?;
        let name = path.strip_prefix(&package.folder)?.display().to_string();
        let compressed = if name.ends_with(".br") {
            "–".to_owned()
        } else {
            HumanCount(compress(&content)?.len() as u64).to_string()
        };
        println!("{name:<24} {:>10} {compressed:>10}", HumanCount(content.len() as u64).to_string());
    }
    let line = sizes.line(recipe.budget);
    println!("{line}");
    sizes.check(recipe.budget)?;
    Ok(line)
}
