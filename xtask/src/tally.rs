//! Sums up what test binaries say of themselves.

use std::fmt;

/// Tests counted over all the binaries of a `cargo test`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Tally {
    /// Counts a line such as `test result: ok. 5 passed; 0 failed; 1 ignored; ...`; others say nothing.
    pub(crate) fn add_line(&mut self, line: &str) {
        let Some((_, counts)) = line.split_once("test result: ") else { return };
        let count = |what: &str| {
            let mut words = counts.split([' ', ';']).rev().skip_while(|word| *word != what);
            words.nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
        };
        self.passed += count("passed");
        self.failed += count("failed");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_results_of_all_binaries_add_up() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.10s",
            "test a_test_that_failed ... FAILED",
            "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
        ] {
            tally.add_line(line);
        }
        assert_eq!(tally, Tally { passed: 17, failed: 3 });
        assert_eq!(tally.to_string(), "17 passed, 3 failed");
    }
}
