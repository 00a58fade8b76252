use super::*;
use crate::assessment::{Said, Source};
use crate::finding::Finding;
use crate::gate::OnFailure;
use crate::scanners::Scanner;
use crate::testing::{ONE, TWO};

fn found(severity: Severity, said_by: &[&'static str], fixed: bool) -> Merged {
    let fixed_in = if fixed { vec!["2".to_owned()] } else { Vec::new() };
    let said = |scanner: &&'static str| Said { scanner, id: "CVE-1".into(), severity };
    Merged {
        finding: Finding { severity, fixed_in, ..Finding::default() },
        elsewhere: Vec::new(),
        said_by: said_by.iter().map(said).collect(),
    }
}

fn check(scanner: &'static Scanner, outcome: Outcome) -> Check {
    Check {
        scanner,
        version: None,
        database: None,
        outcome,
        reported: Tally::default(),
        fixable: 0,
        sbom: None,
        notes: Vec::new(),
        source: Source::NotRun,
    }
}

fn failing_on(severity: Severity) -> Thresholds {
    Thresholds { fail_on: Some(severity), ..Thresholds::default() }
}

fn judged(gate: &Gate, findings: &[Merged], checks: &[Check]) -> (Decision, Vec<String>) {
    let verdict = gate.judge(findings, checks);
    (verdict.decision, verdict.reasons)
}

#[test]
fn a_threshold_is_met_by_its_own_severity_and_worse_and_never_by_an_unknown_one() {
    let all: Vec<Merged> = Severity::ALL.map(|severity| found(severity, &["one"], false)).into();
    let checks = [check(&ONE, Outcome::Findings)];
    for (fail_on, decision, reason) in [
        (Severity::Critical, Decision::Failed, "1 critical (fail-on critical)"),
        (Severity::Medium, Decision::Failed, "1 critical, 1 high, 1 medium (fail-on medium)"),
        (
            Severity::Unknown,
            Decision::Failed,
            "1 critical, 1 high, 1 medium, 1 low, 1 negligible (fail-on unknown)",
        ),
    ] {
        let gate = Gate { thresholds: failing_on(fail_on), ..Gate::default() };
        let expected = (decision, vec![reason.to_owned(), "1 of unknown severity".to_owned()]);
        assert_eq!(judged(&gate, &all, &checks), expected);
        let milder = &all[5..];
        assert_eq!(
            judged(&gate, milder, &checks),
            (Decision::Warned, vec!["1 of unknown severity".to_owned()])
        );
    }
    assert_eq!(judged(&Gate::default(), &all, &checks), (Decision::Passed, Vec::new()));
}

#[test]
fn what_warns_is_what_does_not_fail() {
    let thresholds = Thresholds { warn_on: Some(Severity::Low), ..failing_on(Severity::High) };
    let gate = Gate { thresholds, on_failure: OnFailure::Report, ..Gate::default() };
    let checks = [check(&ONE, Outcome::Findings)];
    let mixed = [found(Severity::High, &["one"], false), found(Severity::Low, &["one"], false)];
    let reasons = vec!["1 high (fail-on high)".to_owned(), "1 low (warn-on low)".to_owned()];
    assert_eq!(judged(&gate, &mixed, &checks), (Decision::Failed, reasons));
    let verdict = gate.judge(&mixed[1..], &checks);
    assert_eq!((verdict.decision, verdict.on_failure), (Decision::Warned, OnFailure::Report));
    assert_eq!(verdict.fail_on, Some(Severity::High));
}

#[test]
fn a_scanners_own_thresholds_stand_in_place_of_the_default() {
    let own = |severity| Gate {
        thresholds: failing_on(Severity::High),
        by_scanner: [("two".to_owned(), failing_on(severity))].into(),
        ..Gate::default()
    };
    let checks = [check(&ONE, Outcome::Findings), check(&TWO, Outcome::Findings)];
    let decided = |gate: &Gate, merged: Merged| gate.judge(&[merged], &checks).decision;
    assert_eq!(decided(&own(Severity::Critical), found(Severity::High, &["two"], false)), Decision::Passed);
    assert_eq!(
        decided(&own(Severity::Critical), found(Severity::High, &["one", "two"], false)),
        Decision::Failed
    );
    assert_eq!(decided(&own(Severity::Low), found(Severity::Low, &["one"], false)), Decision::Passed);
    let low = [found(Severity::Low, &["one", "two"], false)];
    let expected = (Decision::Failed, vec!["two: 1 low (fail-on low)".to_owned()]);
    assert_eq!(judged(&own(Severity::Low), &low, &checks), expected);
}

#[test]
fn only_fixed_leaves_out_vulnerabilities_without_a_fix_and_nothing_else() {
    let thresholds = Thresholds { counts: Counting::OnlyFixed, ..failing_on(Severity::Low) };
    let gate = Gate { thresholds, ..Gate::default() };
    let checks = [check(&ONE, Outcome::Findings)];
    let mut secret = found(Severity::High, &["one"], false);
    secret.finding.kind = Kind::Secret;
    let all = [found(Severity::High, &["one"], false), found(Severity::Low, &["one"], true), secret];
    let reason = "1 high, 1 low (fail-on low, only fixed)".to_owned();
    assert_eq!(judged(&gate, &all, &checks), (Decision::Failed, vec![reason]));
    assert_eq!(judged(&gate, &all[..1], &checks), (Decision::Passed, Vec::new()));
    let unknown = [found(Severity::Unknown, &["one"], false)];
    assert_eq!(judged(&gate, &unknown, &checks), (Decision::Passed, Vec::new()));
}

#[test]
fn a_required_scanner_must_have_scanned() {
    let gate = Gate { required: vec!["one".to_owned()], ..Gate::default() };
    let two = || check(&TWO, Outcome::Clean);
    for (outcome, expected) in [
        (Some(Outcome::Clean), None),
        (Some(Outcome::Findings), None),
        (Some(Outcome::Unscanned("x".into())), Some("one: unscanned (required)")),
        (Some(Outcome::Error("x".into())), Some("one: error (required)")),
        (None, Some("one: not run (required)")),
    ] {
        let checks: Vec<Check> =
            outcome.map(|outcome| check(&ONE, outcome)).into_iter().chain([two()]).collect();
        let decision = if expected.is_some() { Decision::Failed } else { Decision::Passed };
        assert_eq!(
            judged(&gate, &[], &checks),
            (decision, expected.map(str::to_owned).into_iter().collect())
        );
    }
    let twice = [check(&ONE, Outcome::Clean), check(&ONE, Outcome::Error("x".into()))];
    assert_eq!(judged(&gate, &[], &twice).0, Decision::Failed);
}

#[test]
fn an_error_of_any_other_scanner_is_warned_of_and_a_scan_of_nothing_fails() {
    let checks = [check(&ONE, Outcome::Clean), check(&TWO, Outcome::Error("x".into()))];
    assert_eq!(judged(&Gate::default(), &[], &checks), (Decision::Warned, vec!["two: error".to_owned()]));
    let nothing = [check(&ONE, Outcome::Unscanned("x".into()))];
    assert_eq!(
        judged(&Gate::default(), &[], &nothing),
        (Decision::Failed, vec!["nothing was scanned".to_owned(), "one: not scanned".to_owned()])
    );
}
