//! `cargo xtask test`: everything that must hold, one step after the other, and a summary that fits a screen.

mod closing;
mod steps;
mod summary;

use std::time::Instant;

use anyhow::{bail, Result};

use crate::interrupt;
use crate::repo::Repo;
use crate::ui::duration;
use closing::Closing;
use steps::{Step, When, STEPS};
use summary::{Outcome, Row};

pub struct Choice<'a> {
    /// Only the steps of these names; all but the costly ones if empty.
    pub only: &'a [String],
    /// Leaves out what takes minutes.
    pub fast: bool,
}

/// True if every step that ran has passed.
pub fn run(repo: &Repo, choice: &Choice) -> Result<bool> {
    let steps = choose(choice)?;
    crate::setup::run(repo)?;
    let mut rows: Vec<Row> = Vec::new();
    for step in steps {
        println!("\n━━ {} — {}", step.name, step.title);
        if let Some(needed) = step.needs.and_then(|name| rows.iter().find(|row| row.name == name)) {
            if needed.outcome != Outcome::Passed {
                println!("not run: `{}` has not passed", needed.name);
                rows.push(Row::skipped(step.name));
                continue;
            }
        }
        let started = Instant::now();
        let mut closing = Closing::default();
        let result = (step.run)(repo, &mut closing);
        if let Err(error) = &result {
            println!("✗ {error:#}");
        }
        if interrupt::requested() {
            bail!("interrupted during `{}`", step.name);
        }
        let outcome = if result.is_ok() { Outcome::Passed } else { Outcome::Failed };
        println!("━━ {} {} in {}", step.name, outcome.word(), duration(started.elapsed()));
        rows.push(Row { name: step.name, outcome, time: started.elapsed(), closing: closing.lines() });
    }
    print!("\n{}", summary::table(&rows));
    Ok(rows.iter().all(|row| row.outcome == Outcome::Passed))
}

fn choose(choice: &Choice) -> Result<Vec<&'static Step>> {
    for name in choice.only {
        if !STEPS.iter().any(|step| step.name == name) {
            let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
            bail!("there is no step `{name}`; the steps are {}", names.join(", "));
        }
    }
    Ok(STEPS
        .iter()
        .filter(|step| match choice.only {
            [] => step.when != When::Named,
            only => only.iter().any(|name| name == step.name),
        })
        .filter(|step| !choice.fast || step.when == When::Fast)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str], fast: bool) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(|name| name.to_string()).collect();
        choose(&Choice { only: &only, fast }).unwrap().iter().map(|step| step.name).collect()
    }

    #[test]
    fn all_steps_run_unless_some_are_named() {
        let all = names(&[], false);
        assert!(STEPS.iter().all(|step| all.contains(&step.name) == (step.when != When::Named)));
        assert_eq!(names(&["frameworks"], false), ["frameworks"]);
        assert_eq!(names(&["size", "fmt"], false), ["fmt", "size"]);
        assert!(names(&[], true).len() < STEPS.len());
    }

    #[test]
    fn every_step_is_explained_to_contributors() {
        let guide = include_str!("../../../CONTRIBUTING.md");
        for step in &STEPS {
            assert!(guide.contains(&format!("`{}`", step.name)), "CONTRIBUTING.md does not tell of `{}`", step.name);
        }
    }

    #[test]
    fn an_unknown_step_is_refused_with_the_list() {
        let only = ["e2".to_owned()];
        let error = choose(&Choice { only: &only, fast: false }).err().unwrap().to_string();
        assert!(error.contains("`e2`") && error.contains("e2e"), "{error}");
    }

    #[test]
    fn a_step_needs_only_what_runs_before_it() {
        for (at, step) in STEPS.iter().enumerate() {
            if let Some(needed) = step.needs {
                assert!(STEPS[..at].iter().any(|earlier| earlier.name == needed), "{}", step.name);
            }
        }
    }
}
