//! What every scanner's tests do.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use bulla_findings::{NotAReport, Outcome, Report, Scanner, scanner};

pub(crate) fn of(name: &str) -> &'static Scanner {
    scanner(name).expect("it is registered")
}

pub(crate) fn read(name: &str, report: impl AsRef<[u8]>) -> Report {
    of(name).read(report.as_ref()).expect("it is a report")
}

/// What would be stored of it.
pub(crate) fn redact(name: &str, report: impl Into<Vec<u8>>) -> String {
    let redact = of(name).redact.expect("it has something to redact");
    String::from_utf8(redact(report.into()).expect("it is a report")).expect("it is text")
}

pub(crate) fn problem(name: &'static str, report: impl AsRef<[u8]>) -> String {
    let NotAReport { scanner, problem } = of(name).read(report.as_ref()).expect_err("it is no report");
    assert_eq!(scanner, name);
    problem
}

/// The files that lie beside the tests.
pub(crate) fn own(scanner: &str) -> Vec<PathBuf> {
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(scanner))
}

/// The files that lie beside the repository.
pub(crate) fn shared(scanner: &str) -> Vec<PathBuf> {
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples").join(scanner))
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("it is readable").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", directory.display());
    files
}

pub(crate) fn own_bytes(sample: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(sample))
        .expect("it is readable")
}

/// The findings by severity are the ones that count.py finds in the raw report.
pub(crate) fn assert_counted(scanner: &str, files: &[PathBuf]) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples_of_code_and_secrets/count.py");
    for file in files {
        let counted =
            Command::new("python3").arg(&script).arg(scanner).arg(file).output().expect("python3 runs");
        assert!(counted.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&counted.stderr));
        let mut found = BTreeMap::<_, usize>::new();
        for finding in read(scanner, fs::read(file).expect("it is readable")).findings {
            *found.entry(finding.severity.name()).or_default() += 1;
        }
        let found: Vec<_> = found.iter().map(|(severity, count)| format!("{severity}={count}")).collect();
        assert_eq!(found.join(" "), String::from_utf8_lossy(&counted.stdout).trim(), "{}", file.display());
    }
}

/// Cut anywhere, it is an error or has findings: never clean, and never a panic.
pub(crate) fn assert_never_clean_when_cut(scanner: &str, report: &[u8]) {
    let whole = report.trim_ascii_end().len();
    for end in 0..whole {
        if let Ok(cut) = of(scanner).read(&report[..end]) {
            assert_ne!(cut.outcome(), Outcome::Clean, "cut to {end} bytes");
        }
    }
    of(scanner).read(&report[..whole]).expect("the whole of it is a report");
}

/// Any one byte of it changed into any of these: an answer or an error, never a panic.
pub(crate) fn assert_total_when_changed(scanner: &str, report: &[u8]) {
    for at in 0..report.len() {
        for byte in [0, b'"', b'{', b']', b',', b'0', b'-', 0xff] {
            let mut changed = report.to_vec();
            changed[at] = byte;
            let answer = of(scanner).read(&changed);
            assert!(answer.is_ok() || answer.is_err_and(|error| !error.problem.is_empty()));
        }
    }
}
