use bulla_findings::{Outcome, Severity};

use crate::support::*;

const NAME: &str = "kingfisher";

fn report(finding: &str, summary: &str) -> String {
    format!(
        r#"{{"findings": [{finding}], "metadata": {{"kingfisher_version": "2.14.0", "summary": {summary}}}}}"#
    )
}

fn found(validation: &str) -> String {
    let finding = format!(r#"{{"path": "./a b", "line": 3, "column_start": 0, "validation": {validation}}}"#);
    report(&format!(r#"{{"rule": {{"id": "r"}}, "finding": {finding}}}"#), r#"{"blobs_scanned": 1}"#)
}

#[test]
fn every_sample_is_counted_as_an_independent_count_has_it() {
    assert_counted(NAME, &own(NAME));
}

#[test]
fn a_finding_says_what_and_where_and_nothing_of_the_secret() {
    let report = read(NAME, own_bytes("kingfisher/three_of_two_kinds.json"));
    assert_eq!(report.version.as_deref(), Some("2.14.0"));
    let finding = report.findings.iter().find(|finding| finding.id == "betterleaks.github-pat").unwrap();
    assert_eq!(finding.severity, Severity::High);
    assert!(finding.title.starts_with("Uncovered a GitHub Personal Access Token"));
    let place = finding.location.as_ref().unwrap();
    assert_eq!((&*place.path, place.line, place.column), ("src/priv.py", Some(2), Some(11)));
    assert!(!format!("{report:?}").contains("REDACTED"), "a snippet was read");
}

#[test]
fn a_secret_in_two_files_is_two_findings() {
    let report = read(NAME, own_bytes("kingfisher/three_of_two_kinds.json"));
    let keys = report.findings.iter().filter(|finding| finding.id == "betterleaks.aws-access-token");
    let mut paths: Vec<_> = keys.map(|finding| &*finding.location.as_ref().unwrap().path).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["copy.ini", "src/creds.ini"]);
}

#[test]
fn only_a_credential_that_was_proved_to_work_is_critical() {
    let severity = |validation| read(NAME, found(validation)).findings[0].severity;
    assert_eq!(severity(r#"{"outcome": "verified_active", "status": "?"}"#), Severity::Critical);
    assert_eq!(severity(r#"{"status": "Active Credential"}"#), Severity::Critical);
    assert_eq!(
        severity(r#"{"outcome": "verified_inactive", "status": "Active Credential"}"#),
        Severity::High
    );
    assert_eq!(severity(r#"{"status": "Inactive Credential"}"#), Severity::High);
    assert_eq!(severity("null"), Severity::High);
}

#[test]
fn nothing_scanned_is_not_clean() {
    let outcome = |sample| read(NAME, own_bytes(sample)).outcome();
    assert_eq!(outcome("kingfisher/nothing_scanned.json"), Outcome::Unscanned("no file was scanned".into()));
    assert_eq!(outcome("kingfisher/clean.json"), Outcome::Clean);
}

#[test]
fn inputs_that_failed_are_told() {
    let audit = r#"{"findings": [], "metadata": {"summary": {"blobs_scanned": 9}},
        "audit": {"summary": {"scan_failed": 1, "scan_partial": 2}, "new": []}}"#;
    assert_eq!(read(NAME, audit).notes, ["inputs that were not scanned in full: 3"]);
}

#[test]
fn a_field_that_the_count_depends_on_is_named_when_it_is_missing() {
    let at = |report: &str| problem(NAME, report);
    assert!(at(r#"{"metadata": {"summary": {"blobs_scanned": 1}}}"#).contains("`findings`"));
    assert!(at(&report("", "{}")).starts_with("metadata.summary: missing field `blobs_scanned`"));
    assert!(at(&report("", r#"{"blobs_scanned": -1}"#)).starts_with("metadata.summary.blobs_scanned: "));
    assert!(at(&report(r#"{"rule": {}, "finding": {}}"#, r#"{"blobs_scanned": 1}"#)).contains("`id`"));
    assert!(at("null").contains("expected struct Document"));
}

#[test]
fn a_damaged_report_is_never_clean() {
    assert_never_clean_when_cut(NAME, &own_bytes("kingfisher/clean.json"));
    assert_never_clean_when_cut(NAME, &own_bytes("kingfisher/three_of_two_kinds.json"));
    assert_total_when_changed(NAME, found("null").as_bytes());
}
