//! The package once more, from the same sources in another folder: a release that others can't build again proves nothing about its sources.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{build, commit, inputs, version, Machine, Recipe};
use crate::repo::Repo;

/// Installed, and the same for both.
const SHARED: [&str; 3] = [".tools", "js-glue/node_modules", "xtask/js"];

/// Builds in `place`, which is made for it; names the files that came out differently from those in `repo`.
pub fn differences(repo: &Repo, place: &Path) -> Result<Vec<String>> {
    let other = Repo { root: place.to_owned() };
    for input in inputs::INPUTS {
        inputs::copy(&repo.path(input), &other.path(input))?;
    }
    for shared in SHARED {
        link(&repo.path(shared), &other.path(shared))?;
    }
    let recipe = Recipe::load(&other.root)?;
    build(&other, &recipe, &Machine::look(&other)?, &version(&other)?, &commit::of(repo, &inputs::INPUTS))?;
    let folder = &recipe.output.folder;
    compare(&repo.path(folder), &other.path(folder))
}

fn compare(one: &Path, other: &Path) -> Result<Vec<String>> {
    let (mut files, there) = (inputs::files(one)?, inputs::files(other)?);
    files.extend(there.into_iter().filter(|file| !one.join(file).exists()));
    files.retain(|file| match (fs::read(one.join(file)), fs::read(other.join(file))) {
        (Ok(one), Ok(other)) => one != other,
        _ => true,
    });
    Ok(files.iter().map(|file| file.display().to_string()).collect())
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> Result<()> {
    std::os::unix::fs::symlink(from, to).with_context(|| format!("can't link {}", to.display()))
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> Result<()> {
    inputs::copy(from, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_and_a_missing_file_are_named() {
        let place = std::env::temp_dir().join(format!("xtask-again-{}", std::process::id()));
        for (file, text) in [("a/same", "1"), ("b/same", "1"), ("a/x/other", "1"), ("b/x/other", "2"), ("b/more", "")] {
            let file = place.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let mut named = compare(&place.join("a"), &place.join("b")).unwrap();
        named.sort();
        assert_eq!(named, ["more", "x/other"]);
        fs::remove_dir_all(&place).unwrap();
    }
}
