//! The shipped scripts, parsed by acorn: their syntax, the globals and the members they count on.

use std::path::Path;

use anyhow::{Context, Result};

use crate::build::Compat;
use crate::process;
use crate::repo::Repo;

pub fn check(repo: &Repo, rules: &Compat, script: &Path) -> Result<()> {
    let mut node = process::command("node");
    node.arg("xtask/js/check-script.mjs")
        .arg(script)
        .arg(rules.script_syntax.to_string())
        .arg(rules.missing_globals.join(","))
        .arg(rules.missing_members.join(","))
        .current_dir(&repo.root);
    let shown = repo.short(script);
    process::text(&mut node).map(drop).with_context(|| format!("{shown} would not run on every phone"))
}
