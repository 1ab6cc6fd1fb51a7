//! `cargo xtask build`: from Rust and TypeScript to the package that a mini program takes in.

pub mod again;
mod budget;
mod commit;
mod compile;
pub mod cut;
mod data;
mod exports;
mod inputs;
pub mod locations;
mod machine;
pub mod names;
pub mod optimise;
mod order;
mod pack;
mod package;
mod recipe;
mod script;
pub mod sections;
pub mod texts;

use std::fs;

use anyhow::{Context, Result};

use crate::gate;
use crate::repo::Repo;
use crate::ui::Task;

pub use budget::{check as check_budget, line as budget_line, Sizes};
pub use machine::Machine;
pub use recipe::Recipe;

/// Builds unless what is there is of the same sources; always ends with the budget.
pub fn run(repo: &Repo, force: bool) -> Result<()> {
    let recipe = Recipe::load(&repo.root)?;
    let machine = Machine::look(repo)?;
    let version = version(repo)?;
    let commit = commit::of(repo, &inputs::INPUTS);
    let work = repo.wasm_target("wasm-release");
    let stamp = work.join("stamp");

    let wanted = inputs::fingerprint(repo, &[&machine.rustc, &version, &commit])?;
    let current = inputs::package_fingerprint(repo, &recipe).map(|package| format!("{wanted}\n{package}\n"));
    if !force && current.is_ok_and(|current| fs::read_to_string(&stamp).is_ok_and(|last| last == current)) {
        eprintln!("✓ {} is up to date", recipe.output.folder);
    } else {
        build(repo, &recipe, &machine, &version, &commit)?;
        let package = inputs::package_fingerprint(repo, &recipe)?;
        fs::write(&stamp, format!("{wanted}\n{package}\n"))
            .with_context(|| format!("can't write {}", repo.short(&stamp)))?;
    }
    let sizes = Sizes::measure(repo, &recipe)?;
    eprintln!("  {}", budget_line(sizes, recipe.budget));
    check_budget(sizes, recipe.budget)
}

fn build(repo: &Repo, recipe: &Recipe, machine: &Machine, version: &str, commit: &str) -> Result<()> {
    let compiled = compile::run(repo, recipe, machine)?;
    gate::check_before_lowering(&compiled.module, &recipe.features.before_lowering)?;

    let folder = repo.wasm_target("wasm-release").join("post-link");
    let link = &recipe.post_link;
    let module = exports::remove(&compiled.module, &link.remove_exports, &link.remove_functions)?;
    let module = locations::blank(&cut::run(&module, &link.cut)?)?;
    let module = texts::blank(&module, &link.blank_texts)?;
    let module = optimise::run(repo, &module, &link.wasm_opt, &folder)?;
    // Before a package is made of it: js-glue shortens the names of imports and exports, and a complaint should tell the long one.
    check_shipped(&module, recipe, machine)?;

    let module_file = folder.join("final.wasm");
    let glue_file = folder.join("glue.js");
    fs::write(&module_file, &module)?;
    fs::write(&glue_file, &compiled.glue)?;
    package::run(repo, recipe, &package::Input { module: &module_file, glue: &glue_file, version, commit })?;

    let task = Task::start("checking the package as phones will");
    let shipped = package::shipped_module(repo, recipe)?;
    check_shipped(&shipped, recipe, machine)?;
    script::check(repo, recipe)?;
    task.done("");
    Ok(())
}

fn check_shipped(module: &[u8], recipe: &Recipe, machine: &Machine) -> Result<()> {
    let mut forbidden_text = machine.paths();
    forbidden_text.extend(recipe.gate.forbidden_text.iter().cloned());
    gate::check_shipped(module, &gate::Rules { features: &recipe.features.shipped, forbidden_text: &forbidden_text })
}

fn version(repo: &Repo) -> Result<String> {
    let manifest = fs::read_to_string(repo.path("Cargo.toml")).context("can't read Cargo.toml")?;
    let manifest: toml::Table = manifest.parse().context("Cargo.toml is not valid TOML")?;
    manifest
        .get("package")
        .and_then(|package| package.get("version"))
        .and_then(|version| version.as_str())
        .map(str::to_owned)
        .context("Cargo.toml has no package.version")
}
