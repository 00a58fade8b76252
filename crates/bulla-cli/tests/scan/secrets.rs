//! What secret scanners find is never stored: neither the secret nor the line that it stands in.

use crate::harness::*;
use crate::stage::Stage;

const SECRET: &str = "wJalrXUtnFEMIK7MDENGbPxRfiCYzEXAMPLEKEY";

#[track_caller]
fn is_kept_out(scanner: &str, report: &str, code: u8) {
    let stage = Stage::with(&[scanner]);
    let file = stage.report(scanner, report);
    assert!(report.contains(SECRET));
    stage.does(scanner, &format!("cat {file}; exit {code}"));
    for name in ["json", "html", "markdown", "sarif", "terminal"] {
        let out = stage.scan(&format!("--output {name}=-")).ends(0);
        out.keeps_quiet_about(SECRET);
    }
    stage.scan("--verbose").ends(0).keeps_quiet_about(SECRET);
    assert_eq!(stage.ran(scanner), 1);
    let said = stage.asks(scanner, "");
    assert_eq!((&said["cache"], &said["outcome"]), (&"hit".into(), &"findings".into()), "{said}");
    assert_eq!(said["reported"]["total"], 1);
    let stored = stage.stored();
    assert!(!stored.contains(SECRET), "{stored}");
    for (name, _, bytes) in snapshot(&stage.bench.path("cache")) {
        let found = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        assert!(!found, "{name}");
    }
}

#[test]
fn of_gitleaks() {
    let report = format!(
        r#"[{{"RuleID": "aws-secret", "Description": "an AWS key", "StartLine": 3, "EndLine": 3, "File": "conf",
        "Match": "key = {SECRET}", "Secret": "{SECRET}", "Line": "key = {SECRET}", "Message": "{SECRET}",
        "Tags": ["{SECRET}"], "Fingerprint": "conf:aws-secret:3"}}]"#
    );
    is_kept_out("gitleaks", &report, 10);
}

#[test]
fn of_trufflehog() {
    let report = format!(
        r#"{{"SourceMetadata": {{"Data": {{"Filesystem": {{"file": "conf", "line": 3}}}}}}, "DetectorName": "AWS",
        "Verified": false, "Raw": "{SECRET}", "RawV2": "id:{SECRET}", "Redacted": "{SECRET}", "ExtraData": {{"x": "{SECRET}"}},
        "StructuredData": "{SECRET}"}}"#
    );
    is_kept_out("trufflehog", &report.replace('\n', " "), 0);
}

/// It redacts by itself, as long as `-r` does what it says.
#[test]
fn of_kingfisher_although_its_own_redaction_has_failed() {
    let report = format!(
        r#"{{"findings": [{{"rule": {{"id": "aws", "name": "AWS"}}, "finding": {{"snippet": "{SECRET}", "path": "conf", "line": 3,
        "validation": {{"outcome": "not_attempted", "response": "{SECRET}"}}}}}}], "metadata": {{"summary": {{"blobs_scanned": 1}}}}}}"#
    );
    is_kept_out("kingfisher", &report, 200);
}

#[test]
fn kingfisher_is_told_to_redact_and_gitleaks_too() {
    let stage = Stage::with(&["kingfisher", "gitleaks"]);
    stage.scanned("");
    assert!(stage.asked("kingfisher").ends_with(" -r"), "{}", stage.asked("kingfisher"));
    assert!(stage.asked("gitleaks").contains("--redact"), "{}", stage.asked("gitleaks"));
}
