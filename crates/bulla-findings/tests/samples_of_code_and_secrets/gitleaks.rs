use std::fs;

use bulla_findings::{Outcome, Severity};
use serde_json::Value;

use crate::support::*;

const NAME: &str = "gitleaks";

#[test]
fn every_sample_is_counted_as_an_independent_count_has_it() {
    assert_counted(NAME, &own(NAME));
}

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn every_shared_sample_is_counted_as_an_independent_count_has_it_in_the_samples() {
    let files = shared(NAME);
    assert!(files.len() >= 2);
    assert_counted(NAME, &files);
}

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn no_secret_is_read_or_stored_in_the_samples() {
    let mut secrets = 0;
    for file in shared(NAME) {
        let report = fs::read(file).unwrap();
        let redacted = redact(NAME, &*report);
        let stored = read(NAME, &redacted);
        assert_eq!(stored, read(NAME, &report), "what is stored says the same");
        let kept = format!("{stored:?}{redacted}");
        let leaks: Option<Vec<Value>> = serde_json::from_slice(&report).unwrap();
        for leak in leaks.unwrap_or_default() {
            for field in ["Secret", "Match", "Message", "Author", "Email"] {
                let text = leak[field].as_str().unwrap();
                assert!(text.is_empty() || !kept.contains(text), "{field} is kept");
                secrets += usize::from(!text.is_empty());
            }
        }
    }
    assert!(secrets >= 8);
}

#[test]
fn a_finding_says_what_and_where() {
    let report = read(NAME, own_bytes("gitleaks/redacted.json"));
    let finding = report.findings.iter().find(|finding| finding.id == "slack-bot-token").unwrap();
    assert_eq!(finding.severity, Severity::High);
    assert!(finding.title.starts_with("Identified a Slack Bot token"));
    let place = finding.location.as_ref().unwrap();
    assert_eq!((&*place.path, place.line), ("src/priv.py", Some(3)));
}

#[test]
fn null_and_an_empty_list_are_none_found() {
    for report in ["null", "[]"] {
        assert_eq!(read(NAME, report).outcome(), Outcome::Clean);
        assert_eq!(redact(NAME, report), "[]");
    }
}

#[test]
fn its_code_for_a_failed_scan_is_not_good() {
    assert_eq!(of(NAME).program.good_exits, [0, 10]);
    assert_eq!(problem(NAME, ""), "it is empty");
}

#[test]
fn what_is_no_report_is_not_stored_either() {
    let error = of(NAME).redact.unwrap()(b"[{\"Secret\": \"s3cret\"}]".into()).unwrap_err();
    assert!(error.problem.starts_with("[0]: missing field `RuleID`") && !error.problem.contains("s3cret"));
}

#[test]
fn a_field_that_the_count_depends_on_is_named_when_it_is_missing() {
    assert!(problem(NAME, r#"[{"RuleID": "a"}]"#).starts_with("[0]: missing field `File`"));
    assert!(problem(NAME, r#"{"RuleID": "a"}"#).contains("expected a sequence"));
}

#[test]
fn a_damaged_report_is_never_clean() {
    assert_never_clean_when_cut(NAME, b"null");
    assert_never_clean_when_cut(NAME, b"[]");
    assert_never_clean_when_cut(NAME, &own_bytes("gitleaks/redacted.json"));
    assert_total_when_changed(NAME, br#"[{"RuleID": "a", "File": "b", "StartLine": 1, "Tags": []}]"#);
}
