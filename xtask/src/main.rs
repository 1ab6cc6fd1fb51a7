//! `cargo xtask …`: the project's one entry, for people and for CI.

mod bench;
mod build;
mod check;
mod demo;
mod fuzz;
mod gate;
mod hash;
mod interrupt;
mod live;
mod process;
mod repo;
mod setup;
mod size;
mod ui;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use repo::Repo;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's one entry, for people and for CI")]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what the other commands need into this folder: once, and only what is missing
    Setup,
    /// Build the npm package in js-glue/miniprogram_dist and check that phones will take it
    Build {
        /// Build even if nothing has changed
        #[arg(long)]
        force: bool,
    },
    /// Upload a film from a simulated phone to a local cloud, to be watched
    Demo {
        /// What to upload; without it a film is made
        file: Option<PathBuf>,
        /// Size of the film to make, such as 300MB
        #[arg(long, conflicts_with = "file", value_parser = demo::size)]
        size: Option<String>,
        /// The phone to play
        #[arg(long)]
        persona: Option<String>,
        /// Show the mini program in a browser instead, to be used by hand, until Ctrl-C
        #[arg(long, conflicts_with_all = ["file", "size", "persona"])]
        browser: bool,
        /// Where the browser finds it
        #[arg(long, requires = "browser", default_value_t = 8090)]
        port: u16,
    },
    /// Check everything: what CI does
    Test {
        /// Only this step; may be given more than once
        #[arg(long, value_name = "STEP")]
        only: Vec<String>,
        /// Leave out what takes minutes
        #[arg(long)]
        fast: bool,
    },
    /// Run the conformance suite against the real VOD, with the credentials in the environment; without them, say what it would do
    Live {
        /// --expiry, --persona NAME, --out FILE
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Measure
    Bench {
        /// Only these benches
        names: Vec<String>,
        /// Keep what they print, and the plot, in tests/bench/results
        #[arg(long)]
        record: bool,
    },
    /// Look for inputs that break what reads servers', apps' and storage's texts
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
    Size {
        /// Add up the module's code by crate; links it once more, with names
        #[arg(long)]
        by_crate: bool,
    },
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
        Task::Build { force } => {
            setup::run(&repo)?;
            build::run(&repo, force)?;
        }
        Task::Demo { browser: true, port, .. } => return demo::in_a_browser(&repo, port),
        Task::Demo { file, size, persona, .. } => {
            return demo::run(&repo, &demo::Arguments { file, size, persona });
        }
        Task::Test { only, fast } => {
            if !check::run(&repo, &check::Choice { only: &only, fast })? {
                return Ok(ExitCode::FAILURE);
            }
        }
        Task::Live { arguments } => return live::run(&repo, &arguments),
        Task::Bench { names, record } => bench::run(&repo, &names, record)?,
        Task::Fuzz { targets, minutes, keep } => {
            fuzz::run(&repo, &fuzz::Arguments { targets: &targets, minutes, keep })?;
        }
        Task::Size { by_crate } => {
            if by_crate {
                setup::run(&repo)?;
                size::by_crate(&repo)?;
            }
            size::report(&repo)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
