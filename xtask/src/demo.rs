//! `cargo xtask demo`: an upload from a simulated phone to a local cloud, or the demo mini program in a browser.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::build::{self, Variant};
use crate::process;
use crate::repo::Repo;
use crate::setup;

const PROGRAM: &str = "tests/e2e/demo.mjs";
const PREVIEW: &str = "miniprogram-demo/preview/serve.mjs";

pub struct Arguments {
    pub file: Option<PathBuf>,
    pub size: Option<String>,
    pub persona: Option<String>,
}

pub fn run(repo: &Repo, arguments: &Arguments) -> Result<ExitCode> {
    setup::run(repo)?;
    build::run(repo, Variant::Release, false)?;

    let mut node = process::command("node");
    node.arg(repo.path(PROGRAM));
    node.args(&arguments.file);
    if let Some(size) = &arguments.size {
        node.args(["--size", size]);
    }
    if let Some(persona) = &arguments.persona {
        node.args(["--persona", persona]);
    }
    process::in_the_foreground(&mut node)
}

/// The mini program's pages in a browser, until Ctrl-C.
pub fn in_a_browser(repo: &Repo, port: u16) -> Result<ExitCode> {
    setup::run(repo)?;
    build::run(repo, Variant::Release, false)?;
    let mut node = process::command("node");
    node.arg(repo.path(PREVIEW)).args(["--port", &port.to_string()]);
    process::in_the_foreground(&mut node)
}
