//! wasm-bindgen and wasm-pack, built from source into `.tools`: a global one of another version is never relied on.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

/// Must be the version of the crate, to the last digit: the two share a private format.
const WASM_BINDGEN: &str = "0.2.130";
const WASM_PACK: &str = "0.15.1";

struct Tool {
    krate: &'static str,
    binary: &'static str,
    version: &'static str,
    /// With the author's lock file, where that can be had.
    locked: bool,
}

const TOOLS: [Tool; 2] = [
    Tool {
        krate: "wasm-bindgen-cli",
        binary: "wasm-bindgen",
        version: WASM_BINDGEN,
        // Its lock file names a crate version that was withdrawn.
        locked: false,
    },
    Tool { krate: "wasm-pack", binary: "wasm-pack", version: WASM_PACK, locked: true },
];

/// They run for seconds, so that a quick build matters more than their speed.
const QUICK_BUILD: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

pub fn ensure(repo: &Repo) -> Result<()> {
    let build_folder = repo.tools().join("target");
    for tool in TOOLS.iter().filter(|tool| !installed(repo, tool)) {
        install(repo, tool, &build_folder)?;
    }
    if build_folder.exists() {
        // 700 MB.
        fs::remove_dir_all(&build_folder).with_context(|| format!("can't remove {}", repo.short(&build_folder)))?;
    }
    Ok(())
}

fn installed(repo: &Repo, tool: &Tool) -> bool {
    let binary = repo.tools_bin().join(format!("{}{}", tool.binary, std::env::consts::EXE_SUFFIX));
    binary.exists()
        && process::text(process::command(binary).arg("--version"))
            .is_ok_and(|answer| is_version(&answer, tool.version))
}

fn is_version(answer: &str, version: &str) -> bool {
    answer.split_whitespace().nth(1) == Some(version)
}

fn install(repo: &Repo, tool: &Tool, build_folder: &Path) -> Result<()> {
    let task = Task::start(format!("building {} {} (once, some minutes)", tool.krate, tool.version));
    let mut cargo = process::command("cargo");
    cargo
        .args(["install", tool.krate, "--version", tool.version, "--root", ".tools"])
        .args(["--force", "--target-dir"])
        .arg(build_folder)
        .envs(QUICK_BUILD)
        .current_dir(&repo.root);
    if tool.locked {
        cargo.arg("--locked");
    }
    let log = repo.logs().join(format!("{}.log", tool.krate));
    process::logged(&task, &mut cargo, &log).with_context(|| {
        format!("{} could not be installed: is the network up, is a C compiler there (`cc`)?", tool.krate)
    })?;
    task.done("");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tool_is_the_crates_version() {
        let manifest = include_str!("../../../Cargo.toml");
        assert!(
            manifest.contains(&format!("wasm-bindgen = \"={WASM_BINDGEN}\"")),
            "Cargo.toml and setup disagree about wasm-bindgen"
        );
    }

    #[test]
    fn only_the_very_version_counts_as_installed() {
        assert!(is_version("wasm-bindgen 0.2.130\n", "0.2.130"));
        assert!(is_version("wasm-pack 0.15.1", "0.15.1"));
        assert!(!is_version("wasm-bindgen 0.2.13", "0.2.130"));
        assert!(!is_version("", "0.2.130"));
    }
}
