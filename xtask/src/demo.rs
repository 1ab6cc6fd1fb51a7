//! `cargo xtask demo`: an upload from a simulated phone to a local cloud, or the demo mini program in a browser.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{ensure, Context, Result};

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
    // Before the build: nobody should wait for a compiler to learn of a typing error.
    let file = arguments.file.as_ref().map(checked).transpose()?;
    setup::run(repo)?;
    build::run(repo, Variant::Release, false)?;

    let mut node = process::command("node");
    node.arg(repo.path(PROGRAM));
    if let Some(file) = file {
        node.arg(file);
    }
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

/// Accepts a number followed by B, KB, MB or GB.
pub fn size(text: &str) -> Result<String, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text[digits.len()..].to_ascii_uppercase();
    match digits.trim().parse::<f64>() {
        Ok(number) if number > 0.0 && ["", "B", "KB", "MB", "GB"].contains(&unit.as_str()) => Ok(text.to_owned()),
        _ => Err("not a size such as 300MB".to_owned()),
    }
}

/// The file's full path, if it can be uploaded.
fn checked(path: &PathBuf) -> Result<PathBuf> {
    let shown = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("can't read {shown}"))?.metadata()?;
    ensure!(file.is_file(), "can't upload {shown}: it is not a file");
    ensure!(file.len() > 0, "can't upload {shown}: it is empty");
    std::path::absolute(path).with_context(|| format!("can't find {shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_a_number_and_a_unit() {
        for text in ["300MB", "1.5gb", "77", "12 KB"] {
            assert!(size(text).is_ok(), "{text}");
        }
        for text in ["", "MB", "-3MB", "0", "3XB", "3 000"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_uploaded_is_refused_by_name() {
        let folder = std::env::temp_dir().join(format!("xtask-demo-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let empty = folder.join("empty.mp4");
        let full = folder.join("full.mp4");
        std::fs::write(&empty, "").unwrap();
        std::fs::write(&full, "x").unwrap();
        let refusal = |path: &PathBuf| format!("{:#}", checked(path).unwrap_err());
        assert!(refusal(&empty).contains("empty.mp4: it is empty"));
        assert!(refusal(&folder).contains("not a file"));
        assert!(refusal(&folder.join("none.mp4")).contains("none.mp4"));
        assert!(checked(&full).unwrap().is_absolute());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
