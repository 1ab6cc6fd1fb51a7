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

/// Where --record keeps what the benches print.
const RESULTS: &str = "tests/bench/results";
/// Its tables are those that the benches write; --record puts them there.
const README: &str = "tests/bench/README.md";
/// Where the benches write tables, for the README and for the plots.
const TABLES: &str = "target/bench";
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
        let table = repo.path(TABLES).join(format!("{}.md", bench.name));
        // One of an earlier run is not to be recorded.
        let _ = fs::remove_file(&table);
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
            let machine = machine()?;
            keep(repo, bench, &machine, &printed)?;
            if let Ok(table) = fs::read_to_string(&table) {
                publish(
                    &repo.path(README),
                    &bench.name,
                    &format!("{machine}, version {}\n\n{}", build::version(repo)?, table.trim()),
                )?;
            }
        }
    }
    println!("\nbenches that ran: {}", benches.len());
    let folder = if record { RESULTS } else { TABLES };
    println!("{}", process::text(process::command("node").args([PLOTS, folder]).current_dir(&repo.root))?);
    Ok(())
}

/// Date, processors and system of this measurement.
fn machine() -> Result<String> {
    let script = "const os = require('os'), cpus = os.cpus(); \
                  `${new Date().toISOString().slice(0, 10)}, ${cpus.length} × ${cpus[0].model.trim()}, ${os.type()}, Node ${process.version}`";
    Ok(process::text(process::command("node").args(["-p", script]))?.trim().to_owned())
}

/// Writes what a bench has printed into [`RESULTS`].
fn keep(repo: &Repo, bench: &Bench, machine: &str, printed: &[String]) -> Result<()> {
    let folder = repo.path(RESULTS);
    fs::create_dir_all(&folder)?;
    let text = format!("cargo xtask bench {}\n{machine}\n\n{}\n", bench.name, printed.join("\n").trim());
    fs::write(folder.join(format!("{}.txt", bench.name)), text).context("can't keep what the bench has printed")
}

/// Replaces what stands between the markers of a bench.
fn publish(readme: &Path, bench: &str, text: &str) -> Result<()> {
    let page = fs::read_to_string(readme)?;
    let page = with_section(&page, bench, text)
        .with_context(|| format!("{} has no markers `begin` and `end` for the bench {bench}", readme.display()))?;
    fs::write(readme, page).with_context(|| format!("can't write {}", readme.display()))
}

fn with_section(page: &str, bench: &str, text: &str) -> Option<String> {
    let (begin, end) =
        (format!("<!-- begin: cargo xtask bench {bench} -->\n"), format!("<!-- end: cargo xtask bench {bench} -->"));
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}{text}\n{end}{after}"))
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
    fn a_section_is_replaced_between_its_markers() {
        let page = "a\n<!-- begin: cargo xtask bench b -->\nold\n<!-- end: cargo xtask bench b -->\nc";
        let expected = "a\n<!-- begin: cargo xtask bench b -->\nnew\n<!-- end: cargo xtask bench b -->\nc";
        assert_eq!(with_section(page, "b", "new").as_deref(), Some(expected));
        assert_eq!(with_section(page, "other", "new"), None);
    }

    #[test]
    fn its_title_is_the_first_comment() {
        assert_eq!(title("//! How fast.\n//! More."), "How fast.");
        assert_eq!(title("#!/usr/bin/env node\n// How fast.\nrun()"), "How fast.");
        assert_eq!(title("run()"), "");
    }
}
