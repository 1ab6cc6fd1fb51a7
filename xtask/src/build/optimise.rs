//! wasm-opt, once for each list of passes in the recipe.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

/// Started with node by its full path: the entry in `.bin` is a shell script on some systems and a .cmd on others.
const WASM_OPT: &str = "node_modules/binaryen/bin/wasm-opt";

pub fn run(repo: &Repo, module: &[u8], passes: &[Vec<String>], folder: &Path) -> Result<Vec<u8>> {
    let task = Task::start("shrinking the module with wasm-opt");
    let program = repo.glue().join(WASM_OPT);
    fs::create_dir_all(folder)?;
    let mut input = folder.join("0.wasm");
    fs::write(&input, module).with_context(|| format!("can't write {}", repo.short(&input)))?;
    for (nth, arguments) in passes.iter().enumerate() {
        let output = folder.join(format!("{}.wasm", nth + 1));
        let mut node = process::command("node");
        node.arg(&program).args(arguments).arg(&input).arg("-o").arg(&output);
        process::logged(&task, &mut node, &repo.logs().join("wasm-opt.log"))
            .with_context(|| format!("wasm-opt run {} of wasm-pack.toml", nth + 1))?;
        input = output;
    }
    let optimised = fs::read(&input).with_context(|| format!("can't read {}", repo.short(&input)))?;
    task.done("");
    Ok(optimised)
}
