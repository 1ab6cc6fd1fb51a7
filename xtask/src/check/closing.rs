//! The last words of a test runner: the lines in which it says how many passed.

#[derive(Default)]
pub struct Closing {
    lines: Vec<String>,
}

impl Closing {
    /// Picks the closing lines out of what a program has printed.
    pub fn take(&mut self, output: &[String]) {
        let mut node = Vec::new();
        for line in output {
            let line = console::strip_ansi_codes(line);
            let line = line.trim();
            if line.starts_with("test result:") {
                // A crate without tests of a kind says so, at length.
                if !line.contains(" 0 passed; 0 failed; 0 ignored") {
                    self.lines.push(line.to_owned());
                }
            } else if let Some(count) = node_count(line) {
                node.push(count);
            }
        }
        if !node.is_empty() {
            self.lines.push(node.join(", "));
        }
    }

    pub fn take_as_it_is(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }

    pub fn lines(self) -> Vec<String> {
        self.lines
    }
}

/// `# pass 12` or `ℹ pass 12`, from one reporter of Node's or the other.
fn node_count(line: &str) -> Option<String> {
    let rest = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ "))?;
    let (word, number) = rest.split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    let always = ["tests", "pass", "fail"];
    let if_any = ["cancelled", "skipped", "todo"];
    (always.contains(&word) || (if_any.contains(&word) && number > 0)).then(|| format!("{word} {number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closing(text: &str) -> Vec<String> {
        let mut closing = Closing::default();
        closing.take(&text.lines().map(str::to_owned).collect::<Vec<_>>());
        closing.lines()
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
