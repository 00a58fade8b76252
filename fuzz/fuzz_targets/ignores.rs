//! Ignore files, which lie in the tree under test: reading them ends, and takes little memory, whatever they hold.
//!
//! The first byte chooses the format.

#![no_main]

use bulla_findings::{
    Answer, Day, Finding, Gate, IgnoreFile, IgnoreFormat, Ignores, Report, SCANNERS, Source, assess,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&choice, bytes)) = input.split_first() else { return };
    let format = [IgnoreFormat::Bulla, IgnoreFormat::Trivy, IgnoreFormat::OpenVex][usize::from(choice) % 3];
    let Ok(ignores) = Ignores::parse(&[IgnoreFile { name: "ignores", format, bytes }]) else { return };
    let found = Finding { id: "CVE-2021-44228".to_owned(), ..Finding::default() };
    let report = Report { findings: vec![found], ..Report::default() };
    let answer = Answer::of(SCANNERS[1], report, Source::NotRun);
    let today = Day::of_unix_millis(1_800_000_000_000).expect("2027");
    let assessment = assess("target", None, vec![answer], &ignores, today, &Gate::default());
    assert_eq!(assessment.findings.len() + assessment.ignored.len(), 1, "nothing is lost");
});
