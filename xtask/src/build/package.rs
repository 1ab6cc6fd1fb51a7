//! Glue, shim and module to the npm package, by js-glue's own build script, and the module packed; and a last look at what
//! came out.

use std::fs;
use std::path::Path;

use anyhow::{ensure, Context, Result};

use super::order;
use super::recipe::Recipe;
use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

pub struct Input<'a> {
    pub module: &'a Path,
    pub glue: &'a Path,
    pub version: &'a str,
    pub commit: &'a str,
}

pub fn run(repo: &Repo, recipe: &Recipe, input: &Input) -> Result<()> {
    let task = Task::start("bundling the npm package");
    // With the short names under which script and module know each other.
    let renamed = input.module.with_extension("short.wasm");
    let mut node = process::command("node");
    node.arg("js-glue/build.mjs")
        .arg("--glue")
        .arg(input.glue)
        .arg("--wasm")
        .arg(input.module)
        .arg("--out")
        .arg(repo.path(&recipe.output.folder))
        .args(["--wasm-name", &recipe.output.module, "--wasm-out"])
        .arg(&renamed)
        .args(["--version", input.version, "--commit", input.commit])
        .current_dir(&repo.root);
    process::logged(&task, &mut node, &repo.logs().join("js-glue.log"))?;
    let module = fs::read(&renamed).with_context(|| format!("js-glue/build.mjs left no {}", repo.short(&renamed)))?;
    let packed = repo.path(&recipe.output.folder).join(&recipe.output.module);
    fs::write(&packed, order::packed(&module)?).with_context(|| format!("can't write {}", repo.short(&packed)))?;
    task.done("");
    Ok(())
}

/// What a phone will unpack.
pub fn shipped_module(repo: &Repo, recipe: &Recipe) -> Result<Vec<u8>> {
    let path = repo.path(&recipe.output.folder).join(&recipe.output.module);
    let packed = fs::read(&path).with_context(|| format!("{} is not there", repo.short(&path)))?;
    let mut module = Vec::new();
    brotli::BrotliDecompress(&mut packed.as_slice(), &mut module)
        .with_context(|| format!("{} is not a brotli file", repo.short(&path)))?;
    ensure!(module.starts_with(b"\0asm"), "{} holds no WebAssembly", repo.short(&path));
    Ok(module)
}
