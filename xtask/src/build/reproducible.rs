//! Builds the package once more, from the same sources in another folder: only a build that gives the same bytes lets
//! others verify that a published package is of its sources.

use std::collections::BTreeSet;
use std::fs;
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
    compare(&Package::of(repo, Variant::Release).folder, &Package::of(&other, Variant::Release).folder)
}

fn compare(one: &Path, other: &Path) -> Result<Vec<String>> {
    let mut names = BTreeSet::new();
    for folder in [one, other] {
        for file in inputs::files(folder)? {
            names.insert(file.strip_prefix(folder)?.to_owned());
        }
    }
    names.retain(|name| match (fs::read(one.join(name)), fs::read(other.join(name))) {
        (Ok(one), Ok(other)) => one != other,
        _ => true,
    });
    Ok(names.iter().map(|name| name.display().to_string()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_and_a_missing_file_are_named() {
        let place = std::env::temp_dir().join(format!("xtask-reproducible-{}", std::process::id()));
        for (file, text) in [("a/same", "1"), ("b/same", "1"), ("a/x/other", "1"), ("b/x/other", "2"), ("b/more", "")] {
            let file = place.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        assert_eq!(compare(&place.join("a"), &place.join("b")).unwrap(), ["more", "x/other"]);
        fs::remove_dir_all(&place).unwrap();
    }
}
