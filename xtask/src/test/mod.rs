//! `cargo xtask test`: everything that must hold, one step after the other, and a summary that fits a screen.

mod steps;
mod summary;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{bail, Result};

use crate::interrupt;
use crate::repo::Repo;
use crate::ui::duration;
use steps::{Step, When, STEPS};
use summary::{Outcome, Results, Row};

/// Runs the steps named by `only`, or all; `fast` leaves out what takes minutes. Fails if a step has not passed.
pub fn run(repo: &Repo, only: &[String], fast: bool) -> Result<ExitCode> {
    let steps = choose(only, fast)?;
    crate::setup::run(repo)?;
    let mut rows: Vec<Row> = Vec::new();
    for step in steps {
        println!("\n━━ {}: {}", step.name, step.title);
        let build_failed = rows.iter().any(|row| row.name == "build" && row.outcome != Outcome::Passed);
        let started = Instant::now();
        let mut results = Results::default();
        let outcome = if step.needs_build && build_failed {
            println!("not run: `build` has not passed");
            Outcome::NotRun
        } else if let Err(error) = (step.run)(repo, &mut results) {
            println!("✗ {error:#}");
            Outcome::Failed
        } else {
            Outcome::Passed
        };
        if interrupt::requested() {
            bail!("interrupted during `{}`", step.name);
        }
        println!("━━ {} {} in {}", step.name, outcome.word(), duration(started.elapsed()));
        rows.push(Row { name: step.name, outcome, time: started.elapsed(), results });
    }
    print!("\n{}", summary::table(&rows));
    let passed = rows.iter().all(|row| row.outcome == Outcome::Passed);
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn choose(only: &[String], fast: bool) -> Result<Vec<&'static Step>> {
    let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
    if let Some(name) = only.iter().find(|name| !names.contains(&name.as_str())) {
        bail!("there is no step `{name}`; the steps are {}", names.join(", "));
    }
    let chosen = |step: &&Step| match only {
        [] => step.when == When::Fast || (step.when == When::Always && !fast),
        only => only.iter().any(|name| name == step.name),
    };
    Ok(STEPS.iter().filter(chosen).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str], fast: bool) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(|name| name.to_string()).collect();
        choose(&only, fast).unwrap().iter().map(|step| step.name).collect()
    }

    #[test]
    fn all_steps_run_unless_some_are_named() {
        assert_eq!(names(&[], false).len() + 1, STEPS.len(), "all but `frameworks`");
        assert_eq!(names(&["frameworks"], false), ["frameworks"]);
        assert_eq!(names(&["size", "fmt"], false), ["fmt", "size"]);
        assert!(names(&[], true).contains(&"fmt") && !names(&[], true).contains(&"e2e"));
        let error = choose(&["e2".to_owned()], false).err().unwrap().to_string();
        assert!(error.contains("`e2`") && error.contains("e2e"), "{error}");
    }

    #[test]
    fn every_step_is_explained_to_contributors() {
        let guide = include_str!("../../../CONTRIBUTING.md");
        for step in &STEPS {
            assert!(guide.contains(&format!("`{}`", step.name)), "CONTRIBUTING.md does not explain `{}`", step.name);
        }
    }
}
