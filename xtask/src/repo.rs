//! Folders of this repository.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub struct Repo {
    pub root: PathBuf,
}

impl Repo {
    pub fn find() -> Result<Self> {
        // Cargo sets the variable for `cargo run`; the compiled-in value serves a binary started by hand.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map(PathBuf::from)
            .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        let root = manifest.parent().context("xtask has no parent folder")?.to_path_buf();
        Ok(Repo { root })
    }

    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Everything installed for this repository alone; thrown away with it.
    pub fn tools(&self) -> PathBuf {
        self.path(".tools")
    }

    pub fn tools_bin(&self) -> PathBuf {
        self.tools().join("bin")
    }

    pub fn logs(&self) -> PathBuf {
        self.tools().join("logs")
    }

    pub fn glue(&self) -> PathBuf {
        self.path("js-glue")
    }

    /// A folder below cargo's target folder. Builds with flags of their own get one each, because flags that change make cargo compile everything anew.
    pub fn target(&self, name: &str) -> PathBuf {
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .filter(|folder| !folder.is_empty())
            .map(PathBuf::from)
            .unwrap_or_else(|| "target".into());
        self.root.join(target).join(name)
    }

    /// The path as a reader of a message wants it.
    pub fn short<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
