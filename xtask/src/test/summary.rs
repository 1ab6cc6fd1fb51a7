//! One line a step, with the results that its test runners printed under it.

use std::time::Duration;

use crate::ui::duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    NotRun,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "FAILED",
            Outcome::NotRun => "not run",
        }
    }
}

pub struct Row {
    pub name: &'static str,
    pub outcome: Outcome,
    pub time: Duration,
    pub results: Results,
}

/// What a step reported.
#[derive(Debug, Default)]
pub struct Results {
    /// Tests, of all its test runners.
    pub passed: u64,
    pub skipped: u64,
    /// What a step without tests has to say.
    pub note: String,
}

impl Results {
    /// Adds the results among the lines that cargo or node printed.
    pub fn read(&mut self, output: &[String]) {
        for line in output {
            let line = console::strip_ansi_codes(line);
            let words: Vec<&str> = line.split([' ', ';']).filter(|word| !word.is_empty()).collect();
            match words[..] {
                // `test result: ok. 93 passed; 0 failed; …`
                ["test", "result:", _, count, "passed", ..] => self.passed += count.parse().unwrap_or(0),
                // From one reporter of Node's or the other.
                ["#" | "ℹ", "pass", count] => self.passed += count.parse().unwrap_or(0),
                ["#" | "ℹ", "skipped", count] => self.skipped += count.parse().unwrap_or(0),
                _ => {}
            }
        }
    }

    fn line(&self) -> String {
        match self {
            Results { passed: 0, skipped: 0, note } => note.clone(),
            Results { passed, skipped: 0, .. } => format!("{passed} tests passed"),
            Results { passed, skipped, .. } => format!("{passed} tests passed, {skipped} skipped"),
        }
    }
}

pub fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        let (outcome, time) = (row.outcome.word(), duration(row.time));
        text += format!("{:<12} {outcome:<8} {time:>12}  {}", row.name, row.results.line()).trim_end();
        text.push('\n');
    }
    let count = |outcome| rows.iter().filter(|row| row.outcome == outcome).count();
    let total = duration(rows.iter().map(|row| row.time).sum());
    text += &match (count(Outcome::Failed), count(Outcome::NotRun)) {
        (0, 0) => format!("{} of {} steps passed in {total}\n", rows.len(), rows.len()),
        (failed, not_run) => format!("{failed} of {} steps FAILED, {not_run} not run, in {total}\n", rows.len()),
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(output: &str) -> Results {
        let mut results = Results::default();
        results.read(&output.lines().map(str::to_owned).collect::<Vec<_>>());
        results
    }

    #[test]
    fn cargos_binaries_are_added_up() {
        let found = results(
            "running 2 tests\n\u{1b}[32mtest result: ok. 93 passed; 0 failed; 1 ignored; finished in 0.1s\u{1b}[0m\n\
             test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured\ntest result: FAILED. 1 passed; 1 failed; 0 ignored",
        );
        assert_eq!(found.line(), "94 tests passed");
    }

    #[test]
    fn both_reporters_of_node_are_read() {
        for sign in ["#", "ℹ"] {
            let text = "tests 5\npass 4\nfail 0\nskipped 1\nduration_ms 9.1\npass the salt";
            let found = results(&text.lines().map(|line| format!("{sign} {line}\n")).collect::<String>());
            assert_eq!(found.line(), "4 tests passed, 1 skipped");
        }
        assert_eq!(results("").line(), "");
    }

    #[test]
    fn a_step_that_did_not_run_is_no_success() {
        let row = |name, outcome| Row { name, outcome, time: Duration::from_secs(2), results: Results::default() };
        let passed = [row("fmt", Outcome::Passed), row("size", Outcome::Passed)];
        assert!(table(&passed).ends_with("2 of 2 steps passed in 4.0 s\n"));
        let text = table(&[row("build", Outcome::Failed), row("e2e", Outcome::NotRun)]);
        assert!(text.ends_with("1 of 2 steps FAILED, 1 not run, in 4.0 s\n"), "{text}");
    }
}
