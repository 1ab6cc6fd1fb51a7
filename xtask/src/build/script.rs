//! The shipped script through acorn: its syntax, and the globals it counts on.

use anyhow::{Context, Result};

use super::recipe::Recipe;
use crate::process;
use crate::repo::Repo;

pub fn check(repo: &Repo, recipe: &Recipe) -> Result<()> {
    let mut node = process::command("node");
    node.arg("xtask/js/check-script.mjs")
        .arg(repo.path(&recipe.output.folder).join(&recipe.output.script))
        .arg(recipe.gate.script_syntax.to_string())
        .arg(recipe.gate.missing_globals.join(","))
        .arg(recipe.gate.guarded_globals.join(","))
        .current_dir(&repo.root);
    process::text(&mut node).map(drop).context("the shipped script would not run on every phone")
}
