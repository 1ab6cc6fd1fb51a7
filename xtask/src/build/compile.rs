//! Rust to a module and its glue, by wasm-pack and wasm-bindgen.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{ensure, Context, Result};

use super::machine::Machine;
use super::recipe::Recipe;
use super::Variant;
use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

pub struct Compiled {
    pub module: Vec<u8>,
    /// wasm-bindgen's `vod_upload_bg.js`.
    pub glue: PathBuf,
}

pub fn run(repo: &Repo, recipe: &Recipe, machine: &Machine, variant: Variant, folder: &Path) -> Result<Compiled> {
    let task = Task::start("compiling the Rust crate to WebAssembly");
    // What is left of a former build must not be taken for the result of this one.
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("can't remove {}", repo.short(folder)))?;
    }
    let out = folder.join("wasm-pack");
    let wasm_pack = repo.tools_bin().join(format!("wasm-pack{}", std::env::consts::EXE_SUFFIX));
    ensure!(wasm_pack.exists(), "wasm-pack is not installed: run `cargo xtask setup`");
    let flags: Vec<String> = recipe.rustflags.iter().cloned().chain(machine.remap_flags()?).collect();
    let mut wasm_pack = process::command(wasm_pack);
    wasm_pack
        .args(["build", "--release", "--target", "bundler", "--mode", "no-install", "--no-opt", "--no-pack"])
        .args(["--out-name", "vod_upload", "--out-dir"])
        .arg(&out)
        .arg(&repo.root)
        .args(["--", "--locked"])
        .args(variant.features())
        .env("PATH", process::path_with_tools(repo)?)
        .env("CARGO_TARGET_DIR", repo.target("wasm-release"))
        // Encoded, because a path may hold a blank; and it wins over every other place where flags may be set.
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"))
        .current_dir(&repo.root);
    process::logged(&task, &mut wasm_pack, &repo.logs().join("wasm-pack.log")).map_err(explained)?;
    let module = out.join("vod_upload_bg.wasm");
    let module = fs::read(&module).with_context(|| format!("wasm-pack left no {}", repo.short(&module)))?;
    task.done("");
    Ok(Compiled { module, glue: out.join("vod_upload_bg.js") })
}

/// wasm-bindgen's own message for this does not name the cause.
fn explained(error: anyhow::Error) -> anyhow::Error {
    if format!("{error:#}").contains("__wbindgen_externref_table_alloc") {
        return error.context(
            "std's list of target features made wasm-bindgen look for reference types: \
             is `strip = true` in the release profile of Cargo.toml?",
        );
    }
    error
}
