//! This machine's folders: they fill the recipe's placeholders and may not be found in what is shipped.

use std::path::{Path, PathBuf};

use anyhow::{bail, Context, Result};

use crate::process;
use crate::repo::Repo;

pub struct Machine {
    source: PathBuf,
    home: Option<PathBuf>,
    cargo_home: PathBuf,
    /// One for each registry that crates were ever unpacked from.
    registries: Vec<PathBuf>,
    sysroot: PathBuf,
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
        Ok(Machine {
            source: repo.root.clone(),
            home,
            cargo_home,
            registries,
            sysroot,
            commit,
            rustc: rustc.replace('\n', "; "),
        })
    }

    /// The recipe's flags with every placeholder filled; a flag with {registry} stands once for each registry.
    pub fn fill(&self, flags: &[String]) -> Result<Vec<String>> {
        let mut filled = Vec::new();
        for flag in flags {
            let flag = flag
                .replace("{source}", &text(&self.source)?)
                .replace("{cargo-home}", &text(&self.cargo_home)?)
                .replace("{rust-src}", &text(&self.rust_src())?)
                .replace("{rustc-commit}", &self.commit);
            if flag.contains("{registry}") {
                for registry in &self.registries {
                    filled.push(flag.replace("{registry}", &text(registry)?));
                }
            } else {
                filled.push(flag);
            }
        }
        if let Some(flag) = filled.iter().find(|flag| flag.contains('{')) {
            bail!("unknown placeholder in the rustflags of wasm-pack.toml: {flag}");
        }
        Ok(filled)
    }

    /// Paths that would tell where a module was built.
    pub fn paths(&self) -> Vec<String> {
        // A home of "/" is in every path there is.
        const TOO_SHORT_TO_TELL: usize = 4;
        [&self.source, &self.cargo_home, &self.sysroot]
            .into_iter()
            .chain(&self.home)
            .map(|path| path.to_string_lossy().into_owned())
            .filter(|path| path.len() >= TOO_SHORT_TO_TELL)
            .collect()
    }

    /// Where rustup puts std's source, and from where rustc then names it.
    fn rust_src(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib/src/rust")
    }
}

fn text(path: &Path) -> Result<String> {
    path.to_str()
        .map(str::to_owned)
        .with_context(|| format!("{} is not valid Unicode, which rustc wants of a flag", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine() -> Machine {
        Machine {
            source: "/src/it".into(),
            home: Some("/".into()),
            cargo_home: "/ch".into(),
            registries: vec!["/ch/registry/src/a".into(), "/ch/registry/src/b".into()],
            sysroot: "/sysroot".into(),
            commit: "abc".into(),
            rustc: String::new(),
        }
    }

    fn fill(flag: &str) -> Result<Vec<String>> {
        machine().fill(&[flag.to_owned()])
    }

    #[test]
    fn placeholders_are_filled() {
        assert_eq!(fill("-Ctarget-cpu=mvp").unwrap(), ["-Ctarget-cpu=mvp"]);
        assert_eq!(fill("x={source}=.").unwrap(), ["x=/src/it=."]);
        assert_eq!(fill("{rust-src}=/rustc/{rustc-commit}").unwrap(), ["/sysroot/lib/rustlib/src/rust=/rustc/abc"]);
        assert_eq!(fill("{registry}=crates").unwrap(), ["/ch/registry/src/a=crates", "/ch/registry/src/b=crates"]);
    }

    #[test]
    fn an_unknown_placeholder_is_refused() {
        assert!(fill("{sauce}=.").unwrap_err().to_string().contains("{sauce}"));
    }

    #[test]
    fn a_home_of_slash_forbids_nothing() {
        assert_eq!(machine().paths(), ["/src/it", "/sysroot"]);
    }
}
