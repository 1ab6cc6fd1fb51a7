//! The compiler's WebAssembly target.

use std::path::Path;

use anyhow::{Context, Result};

use crate::process;
use crate::ui::Task;

pub const TARGET: &str = "wasm32-unknown-unknown";

pub fn ensure_wasm_target() -> Result<()> {
    // A distribution's Rust may have the target and no rustup.
    let libraries = process::text(process::command("rustc").args(["--print", "target-libdir", "--target", TARGET]))
        .context("rustc can't be started: install Rust with rustup, see https://rustup.rs")?;
    if Path::new(&libraries).is_dir() {
        return Ok(());
    }
    let task = Task::start(format!("adding the Rust target {TARGET}"));
    process::text(process::command("rustup").args(["target", "add", TARGET]))
        .with_context(|| format!("the Rust target {TARGET} is missing and rustup could not add it"))?;
    task.done("");
    Ok(())
}
