//! The npm packages of each folder that has some, exactly as locked.

use std::fs;

use anyhow::{Context, Result};

use crate::hash;
use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

const FOLDERS: [&str; 6] =
    ["xtask/js", "js-glue", "miniprogram-demo/server", "miniprogram-demo/preview", "tests/types", "tests/package"];

/// Kept inside node_modules, so that deleting the folder makes the next setup install it again.
const STAMP: &str = "node_modules/.stamp";

pub fn ensure(repo: &Repo) -> Result<()> {
    for folder in FOLDERS {
        install(repo, folder, "ci")?;
    }
    Ok(())
}

/// `command` is `ci`, or `install` for a lock file that lacks packages of other systems, because a registry did: `ci` would insist on them.
pub fn install(repo: &Repo, name: &str, command: &str) -> Result<()> {
    let folder = repo.path(name);
    let lock = folder.join("package-lock.json");
    let wanted = hash::file(&lock)
        .with_context(|| format!("{name} has no package-lock.json: `npm install` there writes one"))?;
    let stamp = folder.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(());
    }
    let task = Task::start(format!("installing the npm packages of {name}"));
    let log = repo.logs().join(format!("npm-{}.log", name.replace('/', "-")));
    // No install scripts: nothing here needs one, and several packages would download binaries in theirs.
    let mut npm = process::npm()?;
    npm.args([command, "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
    process::logged(&task, &mut npm, &log)
        .with_context(|| format!("the npm packages of {name} could not be installed"))?;
    // A lock file without packages leaves no node_modules behind.
    fs::create_dir_all(folder.join("node_modules"))
        .and_then(|()| fs::write(&stamp, &wanted))
        .with_context(|| format!("can't write {}", repo.short(&stamp)))?;
    task.done("");
    Ok(())
}
