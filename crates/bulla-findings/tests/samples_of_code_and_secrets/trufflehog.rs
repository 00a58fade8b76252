use std::fs;

use bulla_findings::{Outcome, Severity};
use serde_json::Value;

use crate::support::*;

const NAME: &str = "trufflehog";

const LINE: &str = r#"{"SourceMetadata":{"Data":{"Filesystem":{"file":"./a\\b","line":3}}},"DetectorName":"AWS","Verified":false,"Raw":"s3cret","RawV2":"s3cret:2","Redacted":"s3","ExtraData":{"account":"s3cret"},"StructuredData":null}"#;

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn every_shared_sample_is_counted_as_an_independent_count_has_it_in_the_samples() {
    let files = shared(NAME);
    assert!(files.len() >= 2);
    assert_counted(NAME, &files);
}

/// All text in a report but where the secret lies and what found it.
fn secrets(report: &str) -> Vec<String> {
    fn strings(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::String(text) => into.push(text.clone()),
            Value::Array(items) => items.iter().for_each(|item| strings(item, into)),
            Value::Object(fields) => fields.values().for_each(|value| strings(value, into)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for line in report.lines() {
        let line: Value = serde_json::from_str(line).expect("it is JSON");
        for field in ["Raw", "RawV2", "Redacted", "ExtraData", "StructuredData"] {
            strings(&line[field], &mut found);
        }
    }
    found.retain(|text| !text.is_empty());
    found
}

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn no_secret_is_read_or_stored_in_the_samples() {
    for file in shared(NAME) {
        let report = fs::read_to_string(file).unwrap();
        let redacted = redact(NAME, &*report);
        assert_eq!(read(NAME, &redacted), read(NAME, &report), "what is stored says the same");
        let kept = format!("{redacted}{:?}", read(NAME, &redacted));
        let secrets = secrets(&report);
        assert!(secrets.len() >= 6);
        for secret in secrets {
            let start: String = secret.chars().take(16).collect();
            assert!(!kept.contains(&start), "{start} is kept");
        }
    }
}

#[test]
fn what_is_stored_has_no_field_but_the_ones_that_are_read() {
    let redacted = redact(NAME, LINE);
    assert!(!redacted.contains("s3"), "{redacted}");
    assert_eq!(read(NAME, &redacted), read(NAME, LINE));
    assert_eq!(redact(NAME, format!("[{LINE}, {LINE}]")), redacted.repeat(2));
}

#[test]
fn a_finding_says_what_and_where() {
    let finding = read(NAME, LINE).findings.remove(0);
    assert_eq!((&*finding.id, &*finding.title, finding.severity), ("AWS", "AWS credential", Severity::High));
    let place = finding.location.unwrap();
    assert_eq!((&*place.path, place.line), ("a\\b", Some(3)));
    let verified =
        LINE.replace("\"Verified\":false", "\"Verified\":true,\"DetectorDescription\":\"Keys.\\nMore\"");
    let finding = read(NAME, verified).findings.remove(0);
    assert_eq!((&*finding.title, finding.severity), ("Keys.", Severity::Critical));
}

#[test]
fn a_report_of_nothing_is_not_clean() {
    for nothing in ["", "\n\n", "[]"] {
        let Outcome::Unscanned(why) = read(NAME, nothing).outcome() else { panic!("{nothing:?} is taken") };
        assert!(why.contains("prints nothing"));
        assert_eq!(redact(NAME, nothing), "");
    }
}

#[test]
fn a_field_that_the_count_depends_on_is_named_with_its_line() {
    let no_name = LINE.replace("DetectorName", "Detector");
    assert!(
        problem(NAME, format!("{LINE}\n\n{no_name}")).starts_with("line 3: missing field `DetectorName`")
    );
    assert!(
        problem(NAME, LINE.replace("Verified", "Checked")).starts_with("line 1: missing field `Verified`")
    );
    assert!(problem(NAME, r#"{"level": "info-0", "msg": "finished scanning"}"#).starts_with("line 1: "));
}

#[test]
fn what_is_wrong_is_said_without_the_secret() {
    let broken = LINE.replace(r#""line":3"#, r#""line":"3""#);
    let said = problem(NAME, &broken);
    assert!(
        said.starts_with("line 1: SourceMetadata.Data.Filesystem.line: ") && !said.contains("s3cret"),
        "{said}"
    );
}

#[test]
fn a_damaged_report_is_never_clean() {
    assert_never_clean_when_cut(NAME, format!("{LINE}\n{LINE}\n").as_bytes());
    assert_never_clean_when_cut(NAME, format!("[{LINE}]").as_bytes());
    assert_total_when_changed(NAME, LINE.as_bytes());
}
