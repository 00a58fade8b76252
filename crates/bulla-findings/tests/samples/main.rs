//! Every scanner's reports: real ones, counted a second time by `counts.py`, and small ones made for one trap each.
//! What is true of every parser is in `laws`; what is true of one of them in its own module.
#![expect(clippy::disallowed_methods, reason = "the samples are plain files of the repository and beside it")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod cargo_audit;
mod grype;
mod laws;
mod npm_audit;
mod pip_audit;
mod trivy;

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use bulla_findings::{NotAReport, Outcome, Report, Severity, Tally, scanner};
use serde_json::Value;

/// How many findings of each severity: critical, high, medium, low, negligible, unknown.
type Counts = [u64; 6];

/// What a real report holds.
enum Holds {
    Findings(Counts),
    Clean,
    /// Nothing was looked at.
    Unscanned,
    /// It is no report, and the problem has these words.
    NoReport(&'static str),
}

fn read(name: &str, report: &str) -> Result<Report, NotAReport> {
    scanner(name).unwrap().read(report.as_bytes())
}

/// The problem with what is no report.
fn problem(name: &str, report: &str) -> String {
    read(name, report).unwrap_err().to_string()
}

/// A small report of this repository's own.
fn own(path: &str) -> String {
    fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(path)).unwrap()
}

fn counts(report: &Report) -> Counts {
    let tally = Tally::of(report.findings.iter().map(|finding| finding.severity));
    Severity::ALL.map(|severity| tally.get(severity))
}

/// Every real report of a scanner holds what `cases` say, and `counts.py` agrees. A report without a case fails.
fn real_reports(name: &str, cases: &[(&str, Holds)]) {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples").join(name);
    let mut files: Vec<PathBuf> =
        fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, cases.iter().map(|(file, _)| *file).collect::<Vec<_>>(), "a case for each report");

    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples/counts.py");
    let counted = Command::new("python3").arg(script).arg(name).args(&files).output().unwrap();
    assert!(counted.status.success(), "{}", String::from_utf8_lossy(&counted.stderr));
    let counted = String::from_utf8(counted.stdout).unwrap();
    assert_eq!(counted.lines().count(), cases.len());

    for ((path, (file, holds)), counted) in files.iter().zip(cases).zip(counted.lines()) {
        let report = scanner(name).unwrap().read(&fs::read(path).unwrap());
        let by_python: Value = serde_json::from_str(counted).unwrap();
        let by_python = Severity::ALL.map(|severity| by_python[severity.name()].as_u64().unwrap_or(0));
        let outcome = report.as_ref().map(Report::outcome);
        let stated = match (holds, outcome) {
            (Holds::Findings(stated), Ok(Outcome::Findings)) => *stated,
            (Holds::Clean, Ok(Outcome::Clean)) | (Holds::Unscanned, Ok(Outcome::Unscanned(_))) => [0; 6],
            (Holds::NoReport(words), Err(error)) if error.problem.contains(words) => [0; 6],
            (_, outcome) => panic!("{name}/{file} is {outcome:?}"),
        };
        let read = report.as_ref().map_or([0; 6], counts);
        assert_eq!((read, by_python), (stated, stated), "{name}/{file}: read, counted by counts.py");
    }
}
