//! `cargo xtask size`: what the package weighs, and what in the module weighs it.

mod crates;
mod named;

use std::fs;

use anyhow::{Context, Result};

use crate::build::{self, Recipe, Sizes};
use crate::repo::Repo;
use crate::ui::thousands;

/// Functions shown with `--by-crate`; the tail behind them is long and flat.
const LARGEST_SHOWN: usize = 30;

/// Prints the table and gives its last line back.
pub fn report(repo: &Repo) -> Result<String> {
    let recipe = Recipe::load(&repo.root)?;
    let folder = repo.path(&recipe.output.folder);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .with_context(|| format!("{} is not there: run `cargo xtask build`", recipe.output.folder))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    println!("{:<24} {:>10} {:>10}", recipe.output.folder, "bytes", "brotli");
    for path in files {
        let content = fs::read(&path).with_context(|| format!("can't read {}", repo.short(&path)))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // What is compressed already would only grow.
        let packed = if name.ends_with(".br") { "–".to_owned() } else { thousands(brotli_size(&content)?) };
        println!("{:<24} {:>10} {:>10}", name, thousands(content.len() as u64), packed);
    }
    let line = build::budget_line(Sizes::measure(repo, &recipe)?, recipe.budget);
    println!("{line}");
    Ok(line)
}

/// Links once more with the functions' names kept, and adds up by crate.
pub fn by_crate(repo: &Repo) -> Result<()> {
    let recipe = Recipe::load(&repo.root)?;
    let module = named::build(repo, &recipe)?;
    let functions = crates::functions(&module)?;
    let code: u64 = functions.iter().map(|f| f.bytes).sum();
    let percent = |bytes: u64| bytes as f64 * 100.0 / code.max(1) as f64;

    println!("\n{:>10} {:>6}  crate, and module of our own", "bytes", "code");
    for (name, bytes) in crates::by_owner(&functions) {
        println!("{:>10} {:>5.1}%  {name}", thousands(bytes), percent(bytes));
    }
    println!("{:>10} {:>6}  code", thousands(code), "");
    println!("{:>10} {:>6}  data", thousands(crates::data_bytes(&module)?), "");

    println!("\n{:>10} {:>6}  the {LARGEST_SHOWN} largest functions", "bytes", "code");
    for function in functions.iter().take(LARGEST_SHOWN) {
        println!("{:>10} {:>5.1}%  {}", thousands(function.bytes), percent(function.bytes), function.name);
    }
    Ok(())
}

fn brotli_size(content: &[u8]) -> Result<u64> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: content.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut packed, &parameters)?;
    Ok(packed.len() as u64)
}
