//! The passes over the module that wasm-bindgen wrote, up to the compressed file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use brotli::enc::backward_references::BrotliEncoderMode;
use brotli::enc::BrotliEncoderParams;

use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

/// Started with node by its full path: the entry in `.bin` is a shell script on some systems and a .cmd on others.
const WASM_OPT: &str = "node_modules/binaryen/bin/wasm-opt";

/// Runs wasm-opt once for each list of arguments.
pub fn wasm_opt(repo: &Repo, module: &[u8], runs: &[Vec<String>], folder: &Path) -> Result<Vec<u8>> {
    let task = Task::start("optimising the module with wasm-opt");
    fs::create_dir_all(folder)?;
    let mut input = folder.join("0.wasm");
    fs::write(&input, module).with_context(|| format!("can't write {}", repo.short(&input)))?;
    for (number, arguments) in (1..).zip(runs) {
        let output = folder.join(format!("{number}.wasm"));
        let mut node = process::command("node");
        node.arg(repo.glue().join(WASM_OPT)).args(arguments).arg(&input).arg("-o").arg(&output);
        process::logged(&task, &mut node, &repo.logs().join("wasm-opt.log"))
            .with_context(|| format!("wasm-opt run {number} of wasm-pack.toml"))?;
        input = output;
    }
    let optimised = fs::read(&input).with_context(|| format!("can't read {}", repo.short(&input)))?;
    task.done("");
    Ok(optimised)
}

/// Compresses as WeChat expects a `.wasm.br`.
pub fn compress(module: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: module.len(),
        // The texts among the data make the encoder take the module for text; this context model suits machine code.
        mode: BrotliEncoderMode::BROTLI_FORCE_MSB_PRIOR,
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*module, &mut compressed, &parameters)?;
    Ok(compressed)
}

pub fn decompress(compressed: &[u8]) -> Result<Vec<u8>> {
    let mut module = Vec::new();
    brotli::BrotliDecompress(&mut &*compressed, &mut module).context("not a brotli file")?;
    Ok(module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decompressing_restores_the_bytes() {
        let module: Vec<u8> = (0..200_000u64).map(|n| (n * n / 1000) as u8).collect();
        let compressed = compress(&module).unwrap();
        assert!(compressed.len() < module.len());
        assert_eq!(decompress(&compressed).unwrap(), module);
    }
}
