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
    Demo(demo::Arguments),
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
    Fuzz(fuzz::Arguments),
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
            build::run(&repo, if test_panic { Variant::TestPanic } else { Variant::Release }, force)?
        }
        Task::Demo(arguments) => return demo::run(&repo, &arguments),
        Task::Test { only, fast } => return test::run(&repo, &only, fast),
        Task::Live { arguments } => return live::run(&repo, &arguments),
        Task::Bench { names, record } => bench::run(&repo, &names, record)?,
        Task::Fuzz(arguments) => fuzz::run(&repo, &arguments)?,
        Task::Size => drop(size::report(&repo)?),
    }
    Ok(ExitCode::SUCCESS)
}
