//! `cargo xtask …`: the project's one entry, for people and for CI.

mod build;
mod gate;
mod hash;
mod process;
mod repo;
mod setup;
mod size;
mod ui;

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
        Err(error) => {
            eprintln!("✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<ExitCode> {
    let repo = Repo::find()?;
    match task {
        Task::Setup => setup::run(&repo)?,
        Task::Build { force } => {
            setup::run(&repo)?;
            build::run(&repo, force)?;
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
