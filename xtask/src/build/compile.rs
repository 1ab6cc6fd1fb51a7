//! Rust to a module and its glue, by wasm-pack and wasm-bindgen.

use std::fs;
use std::path::PathBuf;

use anyhow::{bail, Context, Result};

use super::machine::Machine;
use super::recipe::Recipe;
use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

/// The files' stem.
const NAME: &str = "vod_upload";

pub struct Compiled {
    pub module: Vec<u8>,
    pub glue: String,
}

pub fn run(repo: &Repo, recipe: &Recipe, machine: &Machine) -> Result<Compiled> {
    let task = Task::start("compiling the Rust crate to WebAssembly");
    let target = repo.wasm_target("wasm-release");
    let out = target.join("pkg");
    // What is left of a former build must not be taken for the result of this one.
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("can't remove {}", repo.short(&out)))?;
    }
    let mut wasm_pack = process::command(tool(repo)?);
    wasm_pack
        .args(["build", "--mode", "no-install", "--no-opt", "--no-pack", "--no-typescript"])
        .args(["--target", &recipe.compile.target, "--out-name", NAME, "--out-dir"])
        .arg(&out)
        .args(profile(&recipe.compile.profile))
        .arg(repo.path(&recipe.compile.krate))
        .args(["--", "--locked"])
        .env("PATH", process::path_with_tools(repo)?)
        .env("CARGO_TARGET_DIR", &target)
        // Encoded, because a path may hold a blank; and it wins over every other place where flags may be set.
        .env("CARGO_ENCODED_RUSTFLAGS", machine.fill(&recipe.compile.rustflags)?.join("\x1f"))
        .current_dir(&repo.root);
    process::logged(&task, &mut wasm_pack, &repo.logs().join("wasm-pack.log")).map_err(explained)?;
    let module = out.join(format!("{NAME}_bg.wasm"));
    let glue = out.join(format!("{NAME}_bg.js"));
    let compiled = Compiled {
        module: fs::read(&module).with_context(|| format!("wasm-pack left no {}", repo.short(&module)))?,
        glue: fs::read_to_string(&glue).with_context(|| format!("wasm-pack left no {}", repo.short(&glue)))?,
    };
    task.done("");
    Ok(compiled)
}

/// wasm-bindgen's own words for this say nothing of the cause.
fn explained(error: anyhow::Error) -> anyhow::Error {
    if format!("{error:#}").contains("__wbindgen_externref_table_alloc") {
        return error.context(
            "std's list of target features made wasm-bindgen look for reference types: \
             is `strip = true` in the release profile of Cargo.toml?",
        );
    }
    error
}

fn tool(repo: &Repo) -> Result<PathBuf> {
    let path = repo.tools_bin().join(format!("wasm-pack{}", std::env::consts::EXE_SUFFIX));
    if !path.exists() {
        bail!("wasm-pack is not installed: run `cargo xtask setup`");
    }
    Ok(path)
}

/// wasm-pack has flags of its own for the profiles it knows.
fn profile(name: &str) -> Vec<String> {
    match name {
        "release" | "dev" | "profiling" => vec![format!("--{name}")],
        other => vec!["--profile".to_owned(), other.to_owned()],
    }
}
