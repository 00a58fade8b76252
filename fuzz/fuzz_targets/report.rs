//! Reports as a hostile or broken scanner writes them: reading them is safe, and what cannot be read is never clean.
//!
//! The first byte chooses the scanner.

#![no_main]

use bulla_findings::{Outcome, SCANNERS, sbom_components};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&choice, report)) = input.split_first() else { return };
    let scanner = SCANNERS[usize::from(choice) % SCANNERS.len()];
    let _ = sbom_components(report, 100);
    let Ok(read) = scanner.read(report) else { return };
    let outcome = read.outcome();
    assert!(
        outcome != Outcome::Clean || !report.trim_ascii().is_empty(),
        "{}: nothing is clean",
        scanner.name
    );
    assert_eq!(outcome == Outcome::Findings, !read.findings.is_empty(), "{}", scanner.name);
    if let Some(redact) = scanner.redact {
        let redacted = redact(report.to_vec()).expect("what can be read can be redacted");
        let again = scanner.read(&redacted).expect("what was redacted can be read");
        assert_eq!(again.findings, read.findings, "{}: redacting changes what was found", scanner.name);
    }
});
