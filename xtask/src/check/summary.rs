//! One line a step, with its runner's last words under it.

use std::time::Duration;

use crate::ui::duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    Skipped,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "FAILED",
            Outcome::Skipped => "not run",
        }
    }
}

pub struct Row {
    pub name: &'static str,
    pub outcome: Outcome,
    pub time: Duration,
    pub closing: Vec<String>,
}

impl Row {
    pub fn skipped(name: &'static str) -> Self {
        Row { name, outcome: Outcome::Skipped, time: Duration::ZERO, closing: Vec::new() }
    }
}

pub fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        text += &format!("{:<8} {:<8} {:>12}\n", row.name, row.outcome.word(), duration(row.time));
        for line in &row.closing {
            text += &format!("         {line}\n");
        }
    }
    let count = |outcome| rows.iter().filter(|row| row.outcome == outcome).count();
    let (failed, skipped) = (count(Outcome::Failed), count(Outcome::Skipped));
    let total: Duration = rows.iter().map(|row| row.time).sum();
    text += &match (failed, skipped) {
        (0, 0) if rows.len() == 1 => format!("the step passed in {}\n", duration(total)),
        (0, 0) => format!("all {} steps passed in {}\n", rows.len(), duration(total)),
        _ => format!("{failed} of {} steps FAILED, {skipped} not run, in {}\n", rows.len(), duration(total)),
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &'static str, outcome: Outcome) -> Row {
        Row { name, outcome, time: Duration::from_secs(2), closing: vec!["tests 1, pass 1, fail 0".into()] }
    }

    #[test]
    fn all_is_well_only_if_all_ran() {
        let table = |rows: &[Row]| super::table(rows);
        let two = [row("fmt", Outcome::Passed), row("size", Outcome::Passed)];
        assert!(table(&two).ends_with("all 2 steps passed in 4.0 s\n"));
        let text = table(&[row("fmt", Outcome::Passed), row("build", Outcome::Failed), Row::skipped("e2e")]);
        assert!(text.ends_with("1 of 3 steps FAILED, 1 not run, in 4.0 s\n"), "{text}");
        assert!(text.contains("tests 1, pass 1"));
    }
}
