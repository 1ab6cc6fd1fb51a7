//! The module as it is shipped, but with the names of its functions.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use wasmparser::Payload;

use crate::build::{cut, locations, optimise, sections, texts, Machine, Recipe};
use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

const TARGET: &str = "wasm32-unknown-unknown";

pub fn build(repo: &Repo, recipe: &Recipe) -> Result<Vec<u8>> {
    let linked = link(repo, recipe)?;
    let bound = bind(repo, &linked)?;
    let bound = locations::blank(&cut::run(&bound, &recipe.post_link.cut)?)?;
    let bound = texts::blank(&bound, &recipe.post_link.blank_texts)?;
    let passes: Vec<Vec<String>> = recipe.post_link.wasm_opt.iter().map(|passes| keeping_names(passes)).collect();
    optimise::run(repo, &bound, &passes, &repo.wasm_target("wasm-names").join("post-link"))
}

fn link(repo: &Repo, recipe: &Recipe) -> Result<Vec<u8>> {
    let task = Task::start("linking once more, with names");
    let target = repo.wasm_target("wasm-names");
    let mut cargo = process::command("cargo");
    cargo
        .args(["build", "--lib", "--locked", "--target", TARGET, "--profile", &recipe.compile.profile])
        .env("CARGO_TARGET_DIR", &target)
        .env(format!("CARGO_PROFILE_{}_STRIP", recipe.compile.profile.to_uppercase()), "none")
        .env("CARGO_ENCODED_RUSTFLAGS", Machine::look(repo)?.fill(&recipe.compile.rustflags)?.join("\x1f"))
        .current_dir(repo.path(&recipe.compile.krate));
    process::logged(&task, &mut cargo, &repo.logs().join("size-link.log"))?;
    let folder = target.join(TARGET).join(&recipe.compile.profile);
    let module = fs::read(folder.join("vod_upload.wasm"))
        .with_context(|| format!("cargo left no vod_upload.wasm in {}", repo.short(&folder)))?;
    task.done("");
    // The stripped link has no such section; with it wasm-bindgen would write other glue.
    sections::rewrite(&module, |payload, _| {
        Ok(matches!(payload, Payload::CustomSection(section) if section.name() == "target_features"))
    })
}

fn bind(repo: &Repo, module: &[u8]) -> Result<Vec<u8>> {
    let folder = repo.wasm_target("wasm-names").join("bound");
    fs::create_dir_all(&folder).with_context(|| format!("can't make {}", repo.short(&folder)))?;
    let input = folder.join("vod_upload.wasm");
    fs::write(&input, module)?;
    let mut wasm_bindgen = Command::new(repo.tools_bin().join("wasm-bindgen"));
    wasm_bindgen.arg(&input).args(["--target", "bundler", "--no-typescript", "--out-dir"]).arg(&folder);
    process::text(&mut wasm_bindgen)?;
    let bound = folder.join("vod_upload_bg.wasm");
    fs::read(&bound).with_context(|| format!("wasm-bindgen left no {}", repo.short(&bound)))
}

fn keeping_names(passes: &[String]) -> Vec<String> {
    let mut passes: Vec<String> = passes.iter().filter(|pass| *pass != "--strip-debug").cloned().collect();
    passes.push("--debuginfo".to_owned());
    passes
}
