//! The shipped scripts through acorn: their syntax, and the globals they count on.

use anyhow::{Context, Result};

use super::recipe::Recipe;
use crate::process;
use crate::repo::Repo;

pub fn check(repo: &Repo, recipe: &Recipe) -> Result<()> {
    for script in [&recipe.output.script, &recipe.output.twin] {
        let mut node = process::command("node");
        node.arg("xtask/js/check-script.mjs")
            .arg(repo.path(&recipe.output.folder).join(script))
            .arg(recipe.gate.script_syntax.to_string())
            .arg(recipe.gate.missing_globals.join(","))
            .arg(recipe.gate.guarded_globals.join(","))
            .arg(recipe.gate.missing_members.join(","))
            .current_dir(&repo.root);
        process::text(&mut node).with_context(|| format!("the shipped {script} would not run on every phone"))?;
    }
    Ok(())
}
