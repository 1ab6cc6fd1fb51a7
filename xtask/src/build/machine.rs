//! This machine's folders, none of which may be found in what is shipped, and its compiler.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process;
use crate::repo::Repo;

pub struct Machine {
    source: PathBuf,
    home: Option<PathBuf>,
    cargo_home: PathBuf,
    /// One for each registry that crates were ever unpacked from.
    registries: Vec<PathBuf>,
    sysroot: PathBuf,
    /// The compiler's commit.
    commit: String,
    /// Compiler, linker and std in one line: another one may give other bytes.
    pub rustc: String,
}

impl Machine {
    pub fn look(repo: &Repo) -> Result<Self> {
        let home = std::env::home_dir();
        let cargo_home = std::env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| home.as_ref().map(|home| home.join(".cargo")))
            .context("neither CARGO_HOME nor a home folder is known")?;
        let rustc = process::text(process::command("rustc").arg("-vV"))?;
        let commit = rustc.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown").to_owned();
        let sysroot = process::text(process::command("rustc").args(["--print", "sysroot"]))?.into();
        let mut registries: Vec<PathBuf> = std::fs::read_dir(cargo_home.join("registry/src"))
            .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
            .unwrap_or_default();
        registries.sort();
        let source = repo.root.clone();
        Ok(Machine { source, home, cargo_home, registries, sysroot, commit, rustc: rustc.replace('\n', "; ") })
    }

    /// Flags that replace this machine's folders in panic locations: for privacy, and for the same bytes everywhere.
    pub fn remap_flags(&self) -> Result<Vec<String>> {
        // Where rustup puts std's source, and the name by which rustc calls it where that is missing.
        let std_source = (self.sysroot.join("lib/rustlib/src/rust"), format!("/rustc/{}", self.commit));
        let mut folders = vec![(self.cargo_home.clone(), "cargo".to_owned())];
        folders.extend(self.registries.iter().map(|registry| (registry.clone(), "crates".to_owned())));
        folders.extend([std_source, (self.source.clone(), ".".to_owned())]);
        // Of several that match, rustc takes the last.
        folders.iter().map(|(from, to)| Ok(format!("--remap-path-prefix={}={to}", unicode(from)?))).collect()
    }

    /// Paths that would show where a module was built.
    pub fn paths(&self) -> Vec<String> {
        // A home of "/" is in every path there is.
        const SHORTEST: usize = 4;
        [&self.source, &self.cargo_home, &self.sysroot]
            .into_iter()
            .chain(&self.home)
            .map(|path| path.to_string_lossy().into_owned())
            .filter(|path| path.len() >= SHORTEST)
            .collect()
    }
}

fn unicode(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is not valid Unicode, which rustc wants of a flag", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_remapped_and_forbidden() {
        let machine = Machine {
            source: "/src/it".into(),
            home: Some("/".into()),
            cargo_home: "/ch".into(),
            registries: vec!["/ch/registry/src/a".into()],
            sysroot: "/sysroot".into(),
            commit: "abc".into(),
            rustc: String::new(),
        };
        let flags = machine.remap_flags().unwrap();
        let remaps =
            ["/ch=cargo", "/ch/registry/src/a=crates", "/sysroot/lib/rustlib/src/rust=/rustc/abc", "/src/it=."];
        assert_eq!(flags, remaps.map(|remap| format!("--remap-path-prefix={remap}")));
        assert_eq!(machine.paths(), ["/src/it", "/sysroot"], "a home of / forbids nothing");
    }
}
