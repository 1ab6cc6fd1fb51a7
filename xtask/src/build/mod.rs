//! `cargo xtask build`: from Rust and TypeScript to the package that a mini program takes in.

mod budget;
mod commit;
mod compile;
mod exports;
mod inputs;
mod machine;
mod optimise;
mod recipe;
pub mod reproducible;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::compat;
use crate::process;
use crate::repo::Repo;
use crate::setup;
use crate::ui::Task;

pub use budget::Sizes;
pub use optimise::compress;
pub use recipe::{Compat, Recipe};

use machine::Machine;

/// Which package is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// What is published.
    Release,
    /// With the cargo feature `test-panic`, whose exports panic on purpose. For tests, never published.
    TestPanic,
}

impl Variant {
    fn features(self) -> &'static [&'static str] {
        match self {
            Variant::Release => &[],
            Variant::TestPanic => &["--features", "test-panic"],
        }
    }
}

/// A built package's folder and files.
pub struct Package {
    pub folder: PathBuf,
}

impl Package {
    pub fn of(repo: &Repo, variant: Variant) -> Self {
        let folder = match variant {
            Variant::Release => repo.glue().join("miniprogram_dist"),
            Variant::TestPanic => repo.target("panic-package"),
        };
        Package { folder }
    }

    pub fn script(&self) -> PathBuf {
        self.folder.join("index.js")
    }

    pub fn module(&self) -> PathBuf {
        self.folder.join(MODULE)
    }

    pub fn fallback(&self) -> PathBuf {
        self.folder.join("fallback/index.js")
    }
}

/// WXWebAssembly takes `.wasm` and `.wasm.br`.
const MODULE: &str = "vod_upload.wasm.br";

/// Installs what is missing, then builds unless the package is of the same inputs. The release is held to its budget in any case.
pub fn run(repo: &Repo, variant: Variant, force: bool) -> Result<()> {
    setup::run(repo)?;
    let recipe = Recipe::load(&repo.root)?;
    let machine = Machine::look(repo)?;
    let package = Package::of(repo, variant);
    let version = version(repo)?;
    let commit = commit::of(repo, &inputs::INPUTS);
    let stamp = repo.target("wasm-release").join(format!("{variant:?}.stamp"));

    let wanted = inputs::fingerprint(repo, &[&machine.rustc, &version, &commit])?;
    let state = || inputs::fingerprint_of(repo, &package.folder).map(|built| format!("{wanted}\n{built}\n"));
    let unchanged = fs::read_to_string(&stamp).is_ok_and(|last| state().is_ok_and(|now| now == last));
    if unchanged && !force {
        eprintln!("✓ {} is up to date", repo.short(&package.folder));
    } else {
        build(repo, &recipe, &machine, variant, &format!("{version}+{commit}"))?;
        fs::write(&stamp, state()?).with_context(|| format!("can't write {}", repo.short(&stamp)))?;
    }
    if variant == Variant::Release {
        let sizes = Sizes::measure(&package)?;
        eprintln!("  {}", sizes.line(recipe.budget));
        sizes.check(recipe.budget)?;
    }
    Ok(())
}

fn build(repo: &Repo, recipe: &Recipe, machine: &Machine, variant: Variant, version: &str) -> Result<()> {
    let folder = repo.target("wasm-release").join(format!("{variant:?}"));
    let package = Package::of(repo, variant);

    let compiled = compile::run(repo, recipe, machine, variant, &folder)?;
    compat::check_before_lowering(&compiled.module)?;
    let module = exports::keep_functions_and_memory(&compiled.module)?;
    let module = optimise::wasm_opt(repo, &module, &recipe.wasm_opt, &folder.join("wasm-opt"))?;
    let module_file = folder.join("vod_upload.wasm");
    fs::write(&module_file, &module)?;

    let task = Task::start("bundling the npm package");
    let mut node = process::command("node");
    node.args(["js-glue/build.mjs", "--wasm-name", MODULE, "--version", version, "--glue"])
        .arg(&compiled.glue)
        .arg("--wasm")
        .arg(&module_file)
        .arg("--types")
        .arg(compiled.glue.with_file_name("vod_upload.d.ts"))
        .arg("--out")
        .arg(&package.folder)
        .current_dir(&repo.root);
    process::logged(&task, &mut node, &repo.logs().join("js-glue.log"))?;
    fs::write(package.module(), compress(&module)?)
        .with_context(|| format!("can't write {}", repo.short(&package.module())))?;
    task.done("");

    let task = Task::start("checking the package for what phones refuse");
    check(repo, recipe, machine, variant)?;
    task.done("");
    Ok(())
}

/// Looks at the files as they are shipped.
fn check(repo: &Repo, recipe: &Recipe, machine: &Machine, variant: Variant) -> Result<()> {
    let package = Package::of(repo, variant);
    let read = |path: &PathBuf| fs::read(path).with_context(|| format!("can't read {}", repo.short(path)));
    let module = optimise::decompress(&read(&package.module())?)?;
    compat::check_shipped(&module)?;
    let mut forbidden = machine.paths();
    if variant == Variant::Release {
        forbidden.extend(recipe.compat.forbidden_text.iter().cloned());
    }
    compat::check_text(MODULE, &module, &forbidden)?;
    for script in [package.script(), package.fallback()] {
        compat::check_script(repo, &recipe.compat, &script)?;
        compat::check_text(&repo.short(&script).to_string(), &read(&script)?, &forbidden)?;
    }
    Ok(())
}

pub fn version(repo: &Repo) -> Result<String> {
    let manifest = fs::read_to_string(repo.path("Cargo.toml")).context("can't read Cargo.toml")?;
    let manifest: toml::Table = manifest.parse().context("Cargo.toml is not valid TOML")?;
    let version = manifest.get("package").and_then(|package| package.get("version"));
    version.and_then(|version| version.as_str()).map(str::to_owned).context("Cargo.toml has no package.version")
}
