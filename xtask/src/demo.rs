//! `cargo xtask demo`: an upload from a simulated phone to a local cloud, or the demo mini program in a browser.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{ensure, Result};

use crate::build::{self, Variant};
use crate::process;
use crate::repo::Repo;

const PROGRAM: &str = "tests/e2e/demo.mjs";
const PREVIEW: &str = "miniprogram-demo/preview/serve.mjs";

#[derive(clap::Args)]
pub struct Arguments {
    /// What to upload; without it a video is made
    file: Option<PathBuf>,
    /// Size of the video to make, such as 300MB
    #[arg(long, conflicts_with = "file")]
    size: Option<String>,
    /// The phone to simulate
    #[arg(long)]
    persona: Option<String>,
    /// Serve the demo mini program, or that of --app, to a browser instead, until Ctrl-C
    #[arg(long, conflicts_with_all = ["file", "size", "persona"])]
    browser: bool,
    /// The mini program to show in the browser; without it the demo
    #[arg(long, value_name = "FOLDER", requires = "browser")]
    app: Option<PathBuf>,
    /// Port of 127.0.0.1
    #[arg(long, requires = "browser", default_value_t = 8090)]
    port: u16,
}

pub fn run(repo: &Repo, arguments: &Arguments) -> Result<ExitCode> {
    // Before the build, which takes minutes the first time.
    if let Some(app) = &arguments.app {
        ensure!(app.is_dir(), "there is no folder {}", app.display());
    }
    build::run(repo, Variant::Release, false)?;
    let mut node = process::command("node");
    if arguments.browser {
        node.arg(repo.path(PREVIEW)).args(["--port", &arguments.port.to_string()]);
        if let Some(app) = &arguments.app {
            node.arg("--app").arg(app);
        }
        return process::in_the_foreground(&mut node);
    }
    node.arg(repo.path(PROGRAM)).args(&arguments.file);
    for (name, value) in [("--size", &arguments.size), ("--persona", &arguments.persona)] {
        if let Some(value) = value {
            node.args([name, value]);
        }
    }
    process::in_the_foreground(&mut node)
}
