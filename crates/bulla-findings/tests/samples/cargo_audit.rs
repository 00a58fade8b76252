use std::path::Path;

use bulla_findings::{Choices, Outcome, Request, Severity, Target, scanner};

use super::{Holds, own, problem, read, real_reports};

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn every_real_report_is_counted_in_the_samples() {
    real_reports(
        "cargo-audit",
        &[
            ("many_findings.json", Holds::Findings([0, 0, 0, 0, 9, 4])),
            ("many_findings_cvss.json", Holds::Findings([1, 3, 1, 0, 0, 5])),
            ("no_findings.json", Holds::Clean),
        ],
    );
}

#[test]
fn a_vulnerability_is_rated_by_its_vector_and_a_warning_is_negligible_without_one() {
    let report = read("cargo-audit", &own("cargo-audit/warnings.json")).unwrap();
    let [hole, unrated, rated, unsound, yanked] = &report.findings[..] else { panic!("{report:?}") };
    assert_eq!((hole.severity, hole.score), (Severity::High, Some(7.5)));
    assert_eq!(hole.aliases, ["CVE-2026-1", "GHSA-aaaa-bbbb-cccc"]);
    assert_eq!(hole.fixed_in, ["1.2.3", "0.9.8"]);
    assert_eq!(hole.package.as_ref().unwrap().purl.as_deref(), Some("pkg:cargo/a@1.0.0%2Bb"));
    assert_eq!((unrated.severity, unrated.score), (Severity::Unknown, None));
    assert_eq!(rated.severity, Severity::Low);
    assert_eq!((unsound.severity, &unsound.fixed_in[..]), (Severity::Negligible, &[">3.0.0".to_owned()][..]));
    assert_eq!((yanked.id.as_str(), yanked.title.as_str()), ("yanked", "this version is yanked"));
    assert_eq!(report.database.as_deref(), Some("be6e70ab"));
    assert_eq!(report.notes, ["cargo-audit's own settings ignore 2 advisories"]);
}

#[test]
fn warnings_may_be_absent_null_or_a_list() {
    let report = |warnings: &str| {
        let vulnerabilities = r#""vulnerabilities": {"found": false, "count": 0, "list": []}"#;
        read(
            "cargo-audit",
            &format!(r#"{{"lockfile": {{"dependency-count": 2}}, {vulnerabilities}{warnings}}}"#),
        )
        .unwrap()
    };
    for none in ["", r#", "warnings": null"#, r#", "warnings": []"#, r#", "warnings": {}"#] {
        assert_eq!(report(none).outcome(), Outcome::Clean, "{none}");
    }
    let list = report(r#", "warnings": [{"kind": "yanked", "package": {"name": "a", "version": "1.0.0"}}]"#);
    assert_eq!(list.findings[0].severity, Severity::Negligible);
}

#[test]
fn no_dependencies_are_nothing_scanned() {
    let report = r#"{"lockfile": {"dependency-count": 0}, "vulnerabilities": {"count": 0, "list": []}}"#;
    let outcome = read("cargo-audit", report).unwrap().outcome();
    assert_eq!(outcome, Outcome::Unscanned("there are no dependencies".to_owned()));
}

/// cargo-audit ends with 1 both when it found something and when it could not fetch its database; then it prints nothing.
#[test]
fn what_is_missing_or_lost_is_named() {
    let said = |report| problem("cargo-audit", report);
    assert_eq!(said(""), "this is no cargo-audit report: it is empty");
    assert!(said(r#"{"vulnerabilities": {"count": 0, "list": []}}"#).contains("missing field `lockfile`"));
    assert!(said(r#"{"lockfile": {}}"#).contains("lockfile: missing field `dependency-count`"));
    assert!(said(r#"{"lockfile": {"dependency-count": 1}}"#).contains("missing field `vulnerabilities`"));
    let lost = r#"{"lockfile": {"dependency-count": 1}, "vulnerabilities": {"count": 2, "list": []}}"#;
    assert_eq!(said(lost), "this is no cargo-audit report: vulnerabilities.count: 2, but the list has 0");
}

#[test]
fn offline_it_takes_the_database_that_is_there_and_only_a_directory_is_scanned() {
    let arguments = |target, offline| {
        let choices = Choices::default();
        let request = Request { target, sbom: None, offline, empty: Path::new("/empty"), choices: &choices };
        (scanner("cargo-audit").unwrap().program.arguments)(&request)
    };
    assert_eq!(arguments(Target::Directory, false).unwrap(), ["audit", "--json"]);
    assert_eq!(arguments(Target::Directory, true).unwrap(), ["audit", "--json", "--no-fetch", "--stale"]);
    assert!(arguments(Target::Reference("a@sha256:00"), false).is_err());
}
