//! Whether anything has changed since the last build.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::recipe::Recipe;
use crate::hash::Hash;
use crate::repo::Repo;

/// Files and folders that the package is made of, or made by.
pub const INPUTS: [&str; 7] =
    ["Cargo.toml", "Cargo.lock", "wasm-pack.toml", "src", "js-glue", "xtask/Cargo.toml", "xtask/src"];

/// Made by the build or installed for it: its source is in the lock files.
const PASSED_OVER: [&str; 3] = ["node_modules", "miniprogram_dist", "test"];

/// One fingerprint of all inputs. `more` is what is not in a file: compiler, version, commit.
pub fn fingerprint(repo: &Repo, more: &[&str]) -> Result<String> {
    let mut hash = Hash::default();
    for input in INPUTS {
        add(&mut hash, repo, &repo.path(input))?;
    }
    for text in more {
        hash.add("", text.as_bytes());
    }
    Ok(hash.finish())
}

/// One fingerprint of the whole package, so that a file that was deleted or edited there is made again.
pub fn package_fingerprint(repo: &Repo, recipe: &Recipe) -> Result<String> {
    let mut hash = Hash::default();
    add(&mut hash, repo, &repo.path(&recipe.output.folder))?;
    Ok(hash.finish())
}

fn add(hash: &mut Hash, repo: &Repo, path: &Path) -> Result<()> {
    if path.is_dir() {
        for entry in sorted_entries(path)? {
            let name = entry.file_name().unwrap_or_default();
            if !PASSED_OVER.iter().any(|passed| name == *passed) {
                add(hash, repo, &entry)?;
            }
        }
        return Ok(());
    }
    let content = fs::read(path).with_context(|| format!("can't read {}", repo.short(path)))?;
    hash.add(&repo.short(path).to_string(), &content);
    Ok(())
}

/// Copies a file or folder, without what is made or installed.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to).with_context(|| format!("can't make the folder {}", to.display()))?;
        for entry in sorted_entries(from)? {
            let name = entry.file_name().unwrap_or_default();
            if !PASSED_OVER.iter().any(|passed| name == *passed) {
                copy(&entry, &to.join(name))?;
            }
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(|| format!("can't make the folder {}", folder.display()))?;
    }
    fs::copy(from, to).map(drop).with_context(|| format!("can't copy {}", from.display()))
}

/// The files in a folder and below, by their paths from it.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(sorted_entries(&path)?);
        } else if let Ok(name) = path.strip_prefix(folder) {
            found.push(name.to_owned());
        }
    }
    Ok(found)
}

fn sorted_entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)
        .with_context(|| format!("can't read the folder {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}
