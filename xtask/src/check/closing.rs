//! The last words of a test runner: the lines in which it says how many passed.

#[derive(Default)]
pub struct Closing {
    lines: Vec<String>,
    passed: u64,
}

impl Closing {
    /// Picks the closing lines out of what a program has printed.
    pub fn take(&mut self, output: &[String]) {
        let mut node = Vec::new();
        for line in output {
            let line = console::strip_ansi_codes(line);
            let line = line.trim();
            if line.starts_with("test result:") {
                self.passed += passed_in_rust(line);
                // A crate without tests of a kind says so, at length.
                if !line.contains(" 0 passed; 0 failed; 0 ignored") {
                    self.lines.push(line.to_owned());
                }
            } else if let Some((word, number)) = node_count(line) {
                if word == "pass" {
                    self.passed += number;
                }
                node.push(format!("{word} {number}"));
            }
        }
        if !node.is_empty() {
            self.lines.push(node.join(", "));
        }
    }

    pub fn take_as_it_is(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    /// How many tests have passed, by all runners so far.
    pub fn passed(&self) -> u64 {
        self.passed
    }

    pub fn lines(self) -> Vec<String> {
        self.lines
    }
}

/// `# pass 12` or `ℹ pass 12`, from one reporter of Node's or the other.
fn node_count(line: &str) -> Option<(&str, u64)> {
    let rest = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    let (word, number) = rest.split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    let always = ["tests", "pass", "fail"];
    let if_any = ["cancelled", "skipped", "todo"];
    (always.contains(&word) || (if_any.contains(&word) && number > 0)).then_some((word, number))
}

/// `test result: ok. 93 passed; …`
fn passed_in_rust(line: &str) -> u64 {
    let mut words = line.split_whitespace();
    let mut before = words.next().unwrap_or_default();
    for word in words {
        if word == "passed;" {
            return before.parse().unwrap_or(0);
        }
        before = word;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> Closing {
        let mut closing = Closing::default();
        closing.take(&text.lines().map(str::to_owned).collect::<Vec<_>>());
        closing
    }

    fn closing(text: &str) -> Vec<String> {
        taken(text).lines()
    }

    #[test]
    fn what_has_passed_is_added_up() {
        assert_eq!(taken("test result: ok. 93 passed; 0 failed\ntest result: FAILED. 2 passed; 1 failed").passed(), 95);
        assert_eq!(taken("# tests 5\n# pass 4\n# fail 1").passed(), 4);
        assert_eq!(taken("test result: ok. 0 passed; 0 failed; 0 ignored").passed(), 0);
        assert_eq!(taken("").passed(), 0);
    }

    #[test]
    fn cargo_says_it_once_a_binary() {
        let text =
            "running 2 tests\n\u{1b}[32mtest result: ok. 93 passed; 0 failed; 1 ignored; finished in 0.1s\u{1b}[0m\n\
                    test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n\
                    test result: FAILED. 1 passed; 1 failed; 0 ignored";
        assert_eq!(
            closing(text),
            [
                "test result: ok. 93 passed; 0 failed; 1 ignored; finished in 0.1s",
                "test result: FAILED. 1 passed; 1 failed; 0 ignored"
            ]
        );
    }

    #[test]
    fn node_counts_in_either_of_its_ways() {
        let counted = ["tests 5, pass 4, fail 1, skipped 2"];
        assert_eq!(
            closing("# tests 5\n# suites 0\n# pass 4\n# fail 1\n# cancelled 0\n# skipped 2\n# duration_ms 9.1"),
            counted
        );
        assert_eq!(closing("ℹ tests 5\nℹ suites 0\nℹ pass 4\nℹ fail 1\nℹ cancelled 0\nℹ skipped 2\nℹ todo 0"), counted);
        assert_eq!(closing("# a comment of a test 5 times\nnothing"), [""; 0]);
    }
}
