//! The files that the package is made of, to know whether anything has changed and to copy them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::hash;
use crate::repo::Repo;

/// Files and folders that the package is made of, or made by.
pub const INPUTS: [&str; 13] = [
    "Cargo.toml",
    "Cargo.lock",
    "wasm-pack.toml",
    "src",
    "js-glue/build.mjs",
    "js-glue/build",
    "js-glue/src",
    "js-glue/types",
    "js-glue/tsconfig.json",
    "js-glue/package.json",
    "js-glue/package-lock.json",
    "xtask/Cargo.toml",
    "xtask/src",
];

/// The files of all inputs with their hashes, below `more`, which is what is not in a file: compiler, version, commit.
pub fn fingerprint(repo: &Repo, more: &[&str]) -> Result<String> {
    let mut lines: Vec<String> = more.iter().map(|text| (*text).to_owned()).collect();
    for input in INPUTS {
        lines.push(fingerprint_of(repo, &repo.path(input))?);
    }
    Ok(lines.join("\n"))
}

/// The files of a folder with their hashes, a line each, so that a file that was deleted or edited there is made again.
pub fn fingerprint_of(repo: &Repo, folder: &Path) -> Result<String> {
    let line = |file: PathBuf| Ok(format!("{} {}", hash::file(&file)?, repo.short(&file)));
    Ok(files(folder)?.into_iter().map(line).collect::<Result<Vec<_>>>()?.join("\n"))
}

/// Copies a file or folder from one repository to another.
pub fn copy(from: &Repo, to: &Repo, input: &str) -> Result<()> {
    for file in files(&from.path(input))? {
        let copy = to.path(file.strip_prefix(&from.root)?);
        if let Some(folder) = copy.parent() {
            fs::create_dir_all(folder).with_context(|| format!("can't make the folder {}", folder.display()))?;
        }
        fs::copy(&file, &copy).with_context(|| format!("can't copy {}", file.display()))?;
    }
    Ok(())
}

/// The file itself, or the files below a folder, in order.
pub fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).with_context(|| format!("can't read the folder {}", path.display()))?;
            for entry in entries {
                open.push(entry?.path());
            }
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
