//! The commit of which a package is built.

use crate::process;
use crate::repo::Repo;

/// The last commit that changed the inputs. HEAD would change the package with every edit of a README.
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
