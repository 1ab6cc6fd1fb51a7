//! `cargo xtask bench`: runs every measurement it finds in examples/ and tests/bench/.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{bail, Context, Result};

use crate::build::{self, Variant};
use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

/// Folders, and how the names of their benches' files begin and end: examples of the crate, which are compiled for this machine, and
/// scripts that load the built package.
const PLACES: [(&str, &str, &str); 2] = [("examples", "bench_", ".rs"), ("tests/bench", "", ".bench.mjs")];

struct Bench {
    name: String,
    file: PathBuf,
    /// The first comment line of the file.
    title: String,
}

impl Bench {
    fn is_native(&self) -> bool {
        self.file.extension().is_some_and(|extension| extension == "rs")
    }
}

/// Where --record keeps results for the README.
const RESULTS: &str = "tests/bench/results";
/// Draws links.svg and progress.svg from the tables in target/bench.
const PLOTS: &str = "tests/bench/plot.mjs";

pub fn run(repo: &Repo, only: &[String], record: bool) -> Result<()> {
    let mut benches = find(repo)?;
    if let Some(name) = only.iter().find(|name| !benches.iter().any(|bench| bench.name == **name)) {
        let names: Vec<&str> = benches.iter().map(|bench| bench.name.as_str()).collect();
        bail!("there is no bench `{name}`; there are: {}", names.join(", "));
    }
    benches.retain(|bench| only.is_empty() || only.contains(&bench.name));
    if !benches.iter().all(Bench::is_native) {
        build::run(repo, Variant::Release, false)?;
    }
    for bench in &benches {
        println!("\n━━ {} — {}", bench.name, bench.title);
        let mut program = if bench.is_native() {
            process::command(compile(repo, bench)?)
        } else {
            let mut node = process::command("node");
            node.arg(&bench.file);
            node
        };
        let (status, printed) = process::shown_and_kept(program.current_dir(&repo.root))?;
        if !status.success() {
            bail!("the bench {} failed ({status})", bench.name);
        }
        if record {
            keep(repo, bench, &printed)?;
        }
    }
    println!("\nbenches that ran: {}", benches.len());
    let folder = if record { RESULTS } else { "target/bench" };
    println!("{}", process::text(process::command("node").args([PLOTS, folder]).current_dir(&repo.root))?);
    Ok(())
}

/// Writes what a bench has printed into [`RESULTS`], with date and machine.
fn keep(repo: &Repo, bench: &Bench, printed: &[String]) -> Result<()> {
    let script = "const os = require('os'), cpus = os.cpus(); \
                  `${new Date().toISOString().slice(0, 10)}, ${cpus.length} × ${cpus[0].model.trim()}, ${os.type()} ${os.release()}, Node ${process.version}`";
    let machine = process::text(process::command("node").args(["-p", script]))?;
    let folder = repo.path(RESULTS);
    fs::create_dir_all(&folder)?;
    let text = format!("cargo xtask bench {}\n{}\n\n{}\n", bench.name, machine.trim(), printed.join("\n").trim());
    fs::write(folder.join(format!("{}.txt", bench.name)), text).context("can't keep what the bench has printed")
}

fn compile(repo: &Repo, bench: &Bench) -> Result<PathBuf> {
    let task = Task::start(format!("compiling {}", bench.name));
    let target = repo.target("bench");
    let stem = bench.file.file_stem().unwrap_or_default();
    let mut cargo = process::command("cargo");
    cargo
        .args(["build", "--release", "--locked", "--example"])
        .arg(stem)
        .env("CARGO_TARGET_DIR", &target)
        // The release profile optimises for size.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3")
        .current_dir(&repo.root);
    process::logged(&task, &mut cargo, &repo.logs().join("bench.log"))?;
    task.done("");
    Ok(target.join("release/examples").join(stem).with_extension(std::env::consts::EXE_EXTENSION))
}

fn find(repo: &Repo) -> Result<Vec<Bench>> {
    let mut benches = Vec::new();
    for (folder, start, end) in PLACES {
        for entry in fs::read_dir(repo.path(folder)).with_context(|| format!("can't read the folder {folder}"))? {
            let file = entry?.path();
            let Some(name) = bench_name(&file, start, end) else {
                continue;
            };
            let text = fs::read_to_string(&file).with_context(|| format!("can't read {}", repo.short(&file)))?;
            benches.push(Bench { name, title: title(&text), file });
        }
    }
    benches.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(benches)
}

fn bench_name(file: &Path, start: &str, end: &str) -> Option<String> {
    Some(file.file_name()?.to_str()?.strip_prefix(start)?.strip_suffix(end)?.replace('_', "-"))
}

fn title(text: &str) -> String {
    let line = text.lines().find(|line| line.starts_with("//")).unwrap_or_default();
    line.trim_start_matches(['/', '!', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bench_is_named_after_its_file() {
        assert_eq!(bench_name(Path::new("examples/bench_crc64.rs"), "bench_", ".rs"), Some("crc64".into()));
        assert_eq!(bench_name(Path::new("b/cold_start.bench.mjs"), "", ".bench.mjs"), Some("cold-start".into()));
        assert_eq!(bench_name(Path::new("b/helper.mjs"), "", ".bench.mjs"), None);
    }

    #[test]
    fn its_title_is_the_first_comment() {
        assert_eq!(title("//! How fast.\n//! More."), "How fast.");
        assert_eq!(title("#!/usr/bin/env node\n// How fast.\nrun()"), "How fast.");
        assert_eq!(title("run()"), "");
    }
}
