//! `cargo xtask live`: the conformance suite against the real VOD, and a report to paste into an issue.

use std::process::ExitCode;

use anyhow::Result;

use crate::build::{self, Variant};
use crate::process;
use crate::repo::Repo;

const PROGRAM: &str = "tests/live/live.mjs";

pub fn run(repo: &Repo, arguments: &[String]) -> Result<ExitCode> {
    // Without a key it only explains what it would do, for which nothing has to be built.
    if std::env::var_os("ALIBABA_CLOUD_ACCESS_KEY_ID").is_some() {
        build::run(repo, Variant::Release, false)?;
    }
    process::in_the_foreground(process::command("node").arg(repo.path(PROGRAM)).args(arguments))
}
