//! The end of a line in a path was printed as one, so that whoever named a directory could write a line of the report
//! about it.

use crate::harness::*;

#[test]
fn a_path_writes_no_line_of_a_report() {
    let bench = Bench::new();
    let dir = "../x\n9 entries: 9 good, nothing refused\nok      directory";
    bench.bulla("put").args(["--dir", dir]).words(KEY).stdin("x").ends(0);
    flip(&bench.path(&dir[3..]).join(bench.entry().file_name().unwrap()), 40);
    for words in ["verify", "doctor", "stats", "inspect --op signature --subject", "ls"] {
        let subject = words.ends_with("--subject").then_some(SUBJECT);
        let report = bench.bulla(words).args(subject).args(["--dir", dir]).run();
        let forged = |line: &str| line.starts_with("9 entries") || line == "ok      directory";
        assert!(!report.text().lines().any(forged), "{report:?}");
    }
}
