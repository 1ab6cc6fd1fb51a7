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

/// What the test runners of a step reported.
#[derive(Debug, Default)]
pub struct Results {
    pub lines: Vec<String>,
    pub passed: u64,
    pub skipped: u64,
}

impl Results {
    /// Finds the results among the lines that cargo or node printed.
    pub fn read(&mut self, output: &[String]) {
        let mut node = Vec::new();
        for line in output {
            let line = console::strip_ansi_codes(line);
            let line = line.trim();
            if let Some(counts) = line.strip_prefix("test result: ") {
                let passed = rust_count(counts, "passed");
                self.passed += passed;
                if passed + rust_count(counts, "failed") + rust_count(counts, "ignored") > 0 {
                    self.lines.push(line.to_owned());
                }
            } else if let Some((what, count)) = node_count(line) {
                match what {
                    "pass" => self.passed += count,
                    "skipped" => self.skipped += count,
                    _ => {}
                }
                if count > 0 || what == "fail" {
                    node.push(format!("{what} {count}"));
                }
            }
        }
        if !node.is_empty() {
            self.lines.push(node.join(", "));
        }
    }
}

/// The 93 of `ok. 93 passed; 0 failed; …`.
fn rust_count(counts: &str, what: &str) -> u64 {
    let words: Vec<&str> = counts.split([' ', ';']).collect();
    words.windows(2).find(|pair| pair[1] == what).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

/// `# pass 12` or `ℹ pass 12`, from one reporter of Node's or the other.
fn node_count(line: &str) -> Option<(&str, u64)> {
    let (what, count) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?.split_once(' ')?;
    let known = ["tests", "pass", "fail", "cancelled", "skipped", "todo"].contains(&what);
    count.parse().ok().filter(|_| known).map(|count| (what, count))
}

pub fn table(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        text += &format!("{:<12} {:<8} {:>12}\n", row.name, row.outcome.word(), duration(row.time));
        for line in &row.results.lines {
            text += &format!("             {line}\n");
        }
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
        assert_eq!(found.passed, 94);
        assert_eq!(found.lines.len(), 2, "a binary without tests has no line: {:?}", found.lines);
    }

    #[test]
    fn both_reporters_of_node_are_read() {
        for sign in ["#", "ℹ"] {
            let text = "tests 5\nsuites 0\npass 4\nfail 0\ncancelled 0\nskipped 1\nduration_ms 9.1\na comment 5 times";
            let found = results(&text.lines().map(|line| format!("{sign} {line}\n")).collect::<String>());
            assert_eq!((found.passed, found.skipped), (4, 1));
            assert_eq!(found.lines, ["tests 5, pass 4, fail 0, skipped 1"]);
        }
        assert_eq!(results("").passed, 0);
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
