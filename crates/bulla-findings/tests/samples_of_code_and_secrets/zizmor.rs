use bulla_findings::{Kind, Outcome, Severity};

use crate::support::*;

const NAME: &str = "zizmor";

fn found(rest: &str) -> String {
    format!(r#"[{{"ident": "a", "determinations": {{"severity": "Low"}}{rest}}}]"#)
}

#[test]
fn every_sample_is_counted_as_an_independent_count_has_it() {
    assert_counted(NAME, &own(NAME));
}

#[test]
fn a_finding_is_where_its_primary_place_is_counted_from_one() {
    let report = read(NAME, own_bytes("zizmor/five.json"));
    let finding = report.findings.iter().find(|finding| finding.id == "template-injection").unwrap();
    assert_eq!((finding.kind, finding.severity), (Kind::Workflow, Severity::High));
    assert_eq!(finding.title, "code injection via template expansion");
    assert_eq!(finding.url.as_deref(), Some("https://docs.zizmor.sh/audits/#template-injection"));
    let place = finding.location.as_ref().unwrap();
    assert_eq!((&*place.path, place.line, place.column), (".github/workflows/x.yml", Some(7), Some(23)));
}

#[test]
fn what_is_ignored_in_the_tree_itself_is_left_out() {
    assert_eq!(read(NAME, found(r#", "ignored": true"#)).outcome(), Outcome::Clean);
    assert_eq!(read(NAME, found(r#", "ignored": null"#)).outcome(), Outcome::Findings);
    assert_eq!(read(NAME, found("")).outcome(), Outcome::Findings);
}

#[test]
fn a_place_that_is_no_local_file_is_none() {
    let at = |key| found(&format!(r#", "locations": [{{"symbolic": {{"key": {key}}}, "concrete": null}}]"#));
    assert_eq!(read(NAME, at(r#"{"Stdin": {}}"#)).findings[0].location, None);
    let earlier = read(NAME, at(r#"{"Local": {"prefix": "", "given_path": "./a.yml"}}"#)).findings.remove(0);
    assert_eq!(earlier.location.unwrap().path, "a.yml");
}

#[test]
fn a_count_at_the_end_of_numbers_does_not_overflow() {
    let point = format!(r#"{{"row": {0}, "column": {0}}}"#, u64::MAX);
    let place = r#"{"symbolic": {"key": {"Local": {"verbatim_path": "a"}}}, "concrete": {"location": {"start_point": "#;
    let report = read(NAME, found(&format!(r#", "locations": [{place}{point}}}}}}}]"#)));
    assert_eq!(report.findings[0].location.as_ref().unwrap().line, Some(u64::MAX));
}

#[test]
fn a_link_that_is_no_web_address_is_dropped() {
    assert_eq!(read(NAME, found(r#", "url": "javascript:alert(1)""#)).findings[0].url, None);
}

#[test]
fn a_field_that_the_count_depends_on_is_named_when_it_is_missing() {
    assert!(problem(NAME, r#"[{"ident": "a"}]"#).starts_with("[0]: missing field `determinations`"));
    let no_severity = r#"[{"ident": "a", "determinations": {}}]"#;
    assert!(problem(NAME, no_severity).starts_with("[0].determinations: missing field `severity`"));
    assert!(problem(NAME, "null").contains("expected a sequence"));
}

#[test]
fn nothing_to_audit_is_an_exit_code_of_its_own() {
    let program = &of(NAME).program;
    assert_eq!(program.nothing_exits, [3]);
    assert!(!program.good_exits.contains(&3));
    assert_eq!(problem(NAME, ""), "it is empty");
}

#[test]
fn a_damaged_report_is_never_clean() {
    assert_never_clean_when_cut(NAME, &own_bytes("zizmor/clean.json"));
    assert_never_clean_when_cut(NAME, &own_bytes("zizmor/action.json"));
    let place = r#"{"symbolic": {"key": {"Local": {"verbatim_path": "a"}}}, "concrete": {"location": null}}"#;
    assert_total_when_changed(NAME, found(&format!(r#", "locations": [{place}]"#)).as_bytes());
}
