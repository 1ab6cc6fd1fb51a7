//! Which commit a package is of.

use crate::process;
use crate::repo::Repo;

/// The last commit that touched the inputs, and not HEAD: a commit to the README makes no other package.
pub fn of(repo: &Repo, inputs: &[&str]) -> String {
    let git = |arguments: &[&str]| {
        process::text(process::command("git").args(arguments).arg("--").args(inputs).current_dir(&repo.root))
    };
    // A source archive has no history; it builds all the same.
    let commit = match git(&["log", "-1", "--format=%H"]) {
        Ok(commit) if commit.len() >= 12 => commit[..12].to_owned(),
        _ => return "unknown".to_owned(),
    };
    match git(&["status", "--porcelain"]) {
        Ok(changes) if changes.is_empty() => commit,
        _ => format!("{commit}-dirty"),
    }
}
