//! Builds the package once more, from the same sources in another folder: only a build that gives the same bytes lets
//! others verify that a published package is of its sources.

use std::collections::BTreeSet;
#[cfg(unix)]
use std::os::unix::fs::symlink;
#[cfg(windows)]
use std::os::windows::fs::symlink_dir as symlink;
use std::path::Path;

use anyhow::{Context, Result};

use super::{build, commit, inputs, version, Machine, Package, Recipe, Variant};
use crate::repo::Repo;

/// Installed, and the same for both.
const SHARED: [&str; 3] = [".tools", "js-glue/node_modules", "xtask/js"];

/// Builds in `place`, a folder that is made for it, and names the files that differ from those in `repo`.
pub fn differences(repo: &Repo, place: &Path) -> Result<Vec<String>> {
    let other = Repo { root: place.to_owned() };
    for input in inputs::INPUTS {
        inputs::copy(repo, &other, input)?;
    }
    for shared in SHARED {
        symlink(repo.path(shared), other.path(shared))
            .with_context(|| format!("can't link {shared} into {}", place.display()))?;
    }
    let version = format!("{}+{}", version(&other)?, commit::of(repo, &inputs::INPUTS));
    build(&other, &Recipe::load(&other.root)?, &Machine::look(&other)?, Variant::Release, &version)?;
    let files = |repo: &Repo| inputs::fingerprint_of(repo, &Package::of(repo, Variant::Release).folder);
    Ok(different(&files(repo)?, &files(&other)?))
}

/// The names of the files whose lines, `HASH NAME`, are not in both lists.
fn different(one: &str, other: &str) -> Vec<String> {
    let (one, other): (BTreeSet<_>, BTreeSet<_>) = (one.lines().collect(), other.lines().collect());
    let names = one.symmetric_difference(&other).filter_map(|line| line.split_once(' '));
    names.map(|(_, name)| name.to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_and_a_missing_file_are_named() {
        assert_eq!(different("1 same\n1 x/other", "1 more\n1 same\n2 x/other"), ["more", "x/other"]);
    }
}
