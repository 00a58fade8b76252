use bulla_findings::{Kind, Outcome, Severity};

use crate::support::*;

const NAME: &str = "semgrep";

fn found(extra: &str) -> String {
    format!(r#"{{"results": [{{"check_id": "a", "path": "b", "extra": {extra}}}], "errors": []}}"#)
}

#[test]
fn every_sample_is_counted_as_an_independent_count_has_it() {
    assert_counted(NAME, &own(NAME));
}

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn every_shared_sample_is_counted_as_an_independent_count_has_it_in_the_samples() {
    let files = shared(NAME);
    assert!(files.len() >= 4);
    assert_counted(NAME, &files);
}

#[test]
fn a_finding_says_what_and_where_and_none_of_the_code() {
    let report = read(NAME, own_bytes("semgrep/two_and_a_syntax_error.json"));
    assert_eq!(report.version.as_deref(), Some("1.185.0"));
    let [eval, exec] = &*report.findings else { panic!("two are expected") };
    assert_eq!((eval.kind, eval.severity, exec.severity), (Kind::Code, Severity::High, Severity::Low));
    assert_eq!((&*eval.id, &*eval.title), ("rules.eval-call", "eval of input"));
    let place = eval.location.as_ref().unwrap();
    assert_eq!((&*place.path, place.line, place.column), ("src/a.py", Some(2), Some(12)));
    let note = "problems while scanning: 1, the first: Syntax error at line src/broken.py:2:";
    assert_eq!(report.notes, [note]);
}

#[test]
fn nothing_scanned_is_not_clean() {
    let nothing = read(NAME, own_bytes("semgrep/nothing_scanned.json"));
    assert_eq!(nothing.outcome(), Outcome::Unscanned("no file was scanned".into()));
    let failed = r#"{"results": [], "errors": [{"message": "no such rules"}], "paths": {"scanned": []}}"#;
    let why = "no file was scanned; problems while scanning: 1, the first: no such rules";
    assert_eq!(read(NAME, failed).outcome(), Outcome::Unscanned(why.into()));
}

#[test]
fn a_release_that_does_not_say_what_it_scanned_is_believed() {
    for report in [r#"{"results": [], "errors": []}"#, r#"{"results": [], "errors": null, "paths": {}}"#] {
        assert_eq!(read(NAME, report).outcome(), Outcome::Clean);
    }
}

#[test]
fn what_somebody_ignores_in_the_code_is_left_out() {
    let ignored = |ignored| found(&format!(r#"{{"severity": "ERROR", "is_ignored": {ignored}}}"#));
    assert_eq!(read(NAME, ignored("true")).outcome(), Outcome::Clean);
    assert_eq!(read(NAME, ignored("null")).outcome(), Outcome::Findings);
}

#[test]
fn words_of_old_and_new_are_known() {
    let severity = |word| read(NAME, found(&format!(r#"{{"severity": "{word}"}}"#))).findings[0].severity;
    let words = ["CRITICAL", "HIGH", "ERROR", "MEDIUM", "WARNING", "LOW", "INFO", "INVENTORY", "?"];
    let [critical, high, medium, low] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let known = [critical, high, high, medium, medium, low, Severity::Negligible, Severity::Negligible];
    assert_eq!(words.map(severity)[..8], known);
    assert_eq!(severity("?"), Severity::Unknown);
}

#[test]
fn a_rule_s_author_cannot_spoil_the_report_with_metadata() {
    let url = |metadata: &str| {
        let extra = format!(r#"{{"severity": "LOW", "metadata": {metadata}}}"#);
        read(NAME, found(&extra)).findings.remove(0).url
    };
    for hostile in ["[]", "7", "null", r#"{"source": [1]}"#, r#"{"source": "file:///etc/passwd"}"#] {
        assert_eq!(url(hostile), None, "{hostile}");
    }
    assert_eq!(url(r#"{"source": "https://example.org/r"}"#).as_deref(), Some("https://example.org/r"));
}

#[test]
fn a_field_that_the_count_depends_on_is_named_when_it_is_missing() {
    assert!(problem(NAME, r#"{"errors": []}"#).contains("missing field `results`"));
    assert!(problem(NAME, r#"{"results": null}"#).starts_with("results: "));
    assert!(problem(NAME, found("{}")).starts_with("results[0].extra: missing field `severity`"));
}

#[test]
fn a_damaged_report_is_never_clean() {
    assert_never_clean_when_cut(NAME, br#"{"results": [], "errors": []}"#);
    assert_never_clean_when_cut(NAME, &own_bytes("semgrep/two_and_a_syntax_error.json"));
    assert_total_when_changed(
        NAME,
        found(r#"{"severity": "LOW", "metadata": {"source": "http://a"}}"#).as_bytes(),
    );
}
