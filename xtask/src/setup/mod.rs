//! `cargo xtask setup`: what the other commands need, installed once and into this folder only.

mod debian;
mod node;
mod npm;
mod rust;
mod tools;

use anyhow::Result;

use crate::repo::Repo;

pub use debian::{ensure as ensure_program, CHROMIUM, JSC};
pub use npm::install as install_npm;

/// Installs everything that is missing; prints nothing when nothing is.
pub fn run(repo: &Repo) -> Result<()> {
    node::check()?;
    rust::ensure_wasm_target()?;
    tools::ensure(repo)?;
    npm::ensure(repo)
}
