//! `cargo xtask …`: the commands of this repository, for people and for CI.

mod bench;
mod build;
mod compat;
mod demo;
mod fuzz;
mod hash;
mod interrupt;
mod live;
mod process;
mod repo;
mod setup;
mod size;
mod test;
mod ui;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use build::Variant;
use repo::Repo;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The commands of this repository, for people and for CI")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what the other commands need into this folder: once, and only what is missing
    Setup,
    /// Build the npm package in js-glue/miniprogram_dist and check it for what phones refuse
    Build {
        /// Build even if nothing has changed
        #[arg(long)]
        force: bool,
        /// Build a package for tests into target/panic-package instead: its module has exports that panic on purpose
        #[arg(long)]
        test_panic: bool,
    },
    /// Upload a video from a simulated phone to a local cloud, and show how
    Demo {
        /// What to upload; without it a video is made
        file: Option<PathBuf>,
        /// Size of the video to make, such as 300MB
        #[arg(long, conflicts_with = "file")]
        size: Option<String>,
        /// The phone to simulate
        #[arg(long)]
        persona: Option<String>,
        /// Serve the demo mini program to a browser instead, until Ctrl-C
        #[arg(long, conflicts_with_all = ["file", "size", "persona"])]
        browser: bool,
        /// Port of 127.0.0.1
        #[arg(long, requires = "browser", default_value_t = 8090)]
        port: u16,
    },
    /// Run every check and test, as CI does
    Test {
        /// Only this step; may be given more than once
        #[arg(long, value_name = "STEP")]
        only: Vec<String>,
        /// Leave out what takes minutes
        #[arg(long)]
        fast: bool,
    },
    /// Run the conformance suite against the real VOD, with the credentials in the environment; without them, explain what it would do
    Live {
        /// --expiry, --persona NAME, --out FILE
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Run benchmarks
    Bench {
        /// Only these benches
        names: Vec<String>,
        /// Save what they print, and the plot, in tests/bench/results
        #[arg(long)]
        record: bool,
    },
    /// Fuzz the parsers of what servers, apps and storage give
    Fuzz {
        /// Only these targets
        targets: Vec<String>,
        /// Minutes for each target
        #[arg(long, default_value_t = 5)]
        minutes: u32,
        /// Add what reached new code to the committed corpus
        #[arg(long)]
        keep: bool,
    },
    /// Show what the package weighs
    Size,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(_) if interrupt::requested() => {
            eprintln!("interrupted");
            ExitCode::from(interrupt::INTERRUPTED)
        }
        Err(error) => {
            eprintln!("✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<ExitCode> {
    let repo = Repo::find()?;
    interrupt::watch()?;
    match task {
        Task::Setup => setup::run(&repo)?,
        Task::Build { force, test_panic } => {
            setup::run(&repo)?;
            build::run(&repo, if test_panic { Variant::TestPanic } else { Variant::Release }, force)?;
        }
        Task::Demo { browser: true, port, .. } => return demo::in_a_browser(&repo, port),
        Task::Demo { file, size, persona, .. } => {
            return demo::run(&repo, &demo::Arguments { file, size, persona });
        }
        Task::Test { only, fast } => {
            if !test::run(&repo, &only, fast)? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Task::Live { arguments } => return live::run(&repo, &arguments),
        Task::Bench { names, record } => bench::run(&repo, &names, record)?,
        Task::Fuzz { targets, minutes, keep } => {
            fuzz::run(&repo, &fuzz::Arguments { targets: &targets, minutes, keep })?;
        }
        Task::Size => drop(size::report(&repo)?),
    }
    Ok(ExitCode::SUCCESS)
}
