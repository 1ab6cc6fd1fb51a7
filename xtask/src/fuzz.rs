//! `cargo xtask fuzz`: libFuzzer looks for inputs that break the parsers of what servers, apps and storage give.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{bail, ensure, Context, Result};

use crate::process;
use crate::repo::Repo;
use crate::ui::Task;

const FOLDER: &str = "tests/fuzz";
/// Bytes of an input; longer ones reach no other code and are slower.
const LONGEST: &str = "-max_len=4096";
/// The flags of cargo-fuzz that a stable compiler takes: cargo-fuzz wants a nightly one for the address sanitizer.
const COVERAGE: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
];

#[derive(clap::Args)]
pub struct Arguments {
    /// Only these targets
    targets: Vec<String>,
    /// Minutes for each target
    #[arg(long, default_value_t = 5)]
    minutes: u32,
    /// Add what reached new code to the committed corpus
    #[arg(long)]
    keep: bool,
}

pub fn run(repo: &Repo, arguments: &Arguments) -> Result<()> {
    let targets = targets(repo)?;
    if let Some(name) = arguments.targets.iter().find(|name| !targets.contains(name)) {
        bail!("there is no fuzz target `{name}`; there are: {}", targets.join(", "));
    }
    let program = compile(repo)?;
    for target in targets {
        if arguments.targets.is_empty() || arguments.targets.contains(&target) {
            fuzz(repo, &program, &target, arguments)?;
        }
    }
    Ok(())
}

/// Each target has a folder of inputs with its name.
fn targets(repo: &Repo) -> Result<Vec<String>> {
    let corpus = repo.path(FOLDER).join("corpus");
    let folders = fs::read_dir(&corpus).with_context(|| format!("can't read the folder {}", repo.short(&corpus)))?;
    let mut names: Vec<String> = folders.flatten().map(|entry| entry.file_name().to_string_lossy().into()).collect();
    names.sort();
    Ok(names)
}

fn compile(repo: &Repo) -> Result<PathBuf> {
    let task = Task::start("compiling the fuzzer");
    let host = process::text(process::command("rustc").args(["--print", "host-tuple"]))?;
    let target = repo.target("fuzz");
    let mut cargo = process::command("cargo");
    cargo
        // With an explicit target the flags do not reach build scripts. Not --locked: the lock file there also lists the
        // dependencies of the crate, and a change of those must not stop the fuzzer.
        .args(["build", "--release", "--target", &host])
        .env("RUSTFLAGS", COVERAGE.join(" "))
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(repo.path(FOLDER));
    process::logged(&task, &mut cargo, &repo.logs().join("fuzz.log"))
        .context("the fuzzer could not be built: libFuzzer needs a C++ compiler (`c++`)")?;
    task.done("");
    let name = format!("vod-upload-fuzz{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join(host).join("release").join(name))
}

fn fuzz(repo: &Repo, program: &Path, target: &str, arguments: &Arguments) -> Result<()> {
    let committed = repo.path(FOLDER).join("corpus").join(target);
    let found = repo.target("fuzz").join("corpus").join(target);
    let artifacts = repo.path(FOLDER).join("artifacts");
    for folder in [&found, &artifacts] {
        fs::create_dir_all(folder).with_context(|| format!("can't make the folder {}", repo.short(folder)))?;
    }
    println!("\n━━ {target}, {} min", arguments.minutes);
    let libfuzzer = |more: &[String]| {
        let mut command = process::command(program);
        command.env("VOD_UPLOAD_TARGET", target).args(more).arg(LONGEST);
        command
    };
    let mut command = libfuzzer(&[
        format!("-max_total_time={}", arguments.minutes * 60),
        format!("-artifact_prefix={}/{target}-", artifacts.display()),
        "-print_final_stats=1".into(),
        "-verbosity=1".into(),
    ]);
    // libFuzzer writes new inputs to the first folder.
    let status = command.args([&found, &committed]).status()?;
    ensure!(
        status.success(),
        "{target} is broken by the input that lies in {0}/artifacts now; fix it and move the input to {0}/corpus/{target}",
        FOLDER
    );
    if arguments.keep {
        let status = libfuzzer(&["-merge=1".into()]).args([&committed, &found]).status()?;
        ensure!(status.success(), "the corpus of {target} could not be merged");
    }
    Ok(())
}
