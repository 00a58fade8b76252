use bulla_findings::{Location, Outcome, Severity};

use super::{Holds, own, problem, read, real_reports};

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn every_real_report_is_counted_in_the_samples() {
    real_reports(
        "npm-audit",
        &[
            ("empty_with_error.json", Holds::NoReport("may not support audit requests")),
            ("many_vuln_npm7.json", Holds::Findings([0, 1, 2, 5, 0, 0])),
            ("multiple_cwes.json", Holds::Findings([2, 22, 29, 2, 0, 0])),
            ("no_vuln.json", Holds::Clean),
        ],
    );
}

#[test]
fn npm_6_has_a_finding_for_each_installed_version() {
    let report = read("npm-audit", &own("npm-audit/npm6.json")).unwrap();
    let [first, second, old] = &report.findings[..] else { panic!("{report:?}") };
    assert_eq!(
        (first.id.as_str(), &first.aliases[..]),
        ("GHSA-aaaa-bbbb-cccc", &["CVE-2021-32803".to_owned()][..])
    );
    assert_eq!(first.fixed_in, ["3.2.3", "4.4.15"]);
    assert_eq!((first.severity, first.score), (Severity::High, Some(8.2)));
    let purl = |found: &bulla_findings::Finding| found.package.as_ref().unwrap().purl.clone().unwrap();
    assert_eq!([purl(first), purl(second)], ["pkg:npm/%40scope/tar@2.0.0", "pkg:npm/%40scope/tar@4.0.1"]);
    assert_eq!((old.id.as_str(), old.severity), ("npm-2", Severity::Medium));
    assert!(old.fixed_in.is_empty(), "<0.0.0 stands for no version");
}

#[test]
fn npm_7_has_a_finding_for_each_advisory_of_a_package() {
    let report = read("npm-audit", &own("npm-audit/npm7.json")).unwrap();
    let [pollution, older] = &report.findings[..] else { panic!("{report:?}") };
    assert_eq!(pollution.id, "GHSA-xvch-5gv4-984h");
    assert_eq!(
        pollution.fixed_in,
        ["0.2.4", "1.2.6"],
        "of this package, not of the one that npm would replace"
    );
    assert_eq!(pollution.location, Some(Location::file("node_modules/minimist")));
    assert_eq!(pollution.package.as_ref().unwrap().purl.as_deref(), Some("pkg:npm/minimist"));
    assert_eq!((older.id.as_str(), older.severity, older.fixed_in.len()), ("npm-1179", Severity::Low, 0));
}

#[test]
fn an_error_is_no_report_and_says_what_npm_said() {
    let said = |report| problem("npm-audit", report);
    let no_lock = r#"{"error": {"code": "ENOLOCK", "summary": "This command requires an existing lockfile.", "detail": ""}}"#;
    assert_eq!(
        said(no_lock),
        "this is no npm-audit report: it is an error: This command requires an existing lockfile."
    );
    let refused = r#"{"message": "405 Method Not Allowed", "error": {"summary": "", "detail": ""}}"#;
    assert_eq!(said(refused), "this is no npm-audit report: it is an error: 405 Method Not Allowed");
    // Whatever else it has.
    let both = r#"{"error": {}, "advisories": {}, "metadata": {"totalDependencies": 3}}"#;
    assert_eq!(said(both), "this is no npm-audit report: it is an error: of no stated kind");
}

#[test]
fn no_dependencies_are_nothing_scanned() {
    let npm6 = r#"{"advisories": {}, "metadata": {"dependencies": 0, "totalDependencies": 0}}"#;
    let npm7 =
        r#"{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"dependencies": {"total": 0}}}"#;
    for report in [npm6, npm7] {
        let outcome = read("npm-audit", report).unwrap().outcome();
        assert_eq!(outcome, Outcome::Unscanned("there are no dependencies".to_owned()));
    }
}

#[test]
fn what_is_missing_or_lost_is_named() {
    let is = |report: &str, words: &str| {
        let said = problem("npm-audit", report);
        assert!(said.starts_with(&format!("this is no npm-audit report: {words}")), "{said}");
    };
    is(r#"{"metadata": {"totalDependencies": 3}}"#, "missing field `vulnerabilities`");
    is(r#"{"vulnerabilities": {}}"#, "missing field `metadata`");
    is(r#"{"vulnerabilities": {}, "metadata": {}}"#, "metadata: missing field `dependencies.total`");
    is(
        r#"{"vulnerabilities": {}, "metadata": {"dependencies": {}}}"#,
        "metadata.dependencies: missing field `total`",
    );
    is(
        r#"{"advisories": {}, "metadata": {"dependencies": 3}}"#,
        "metadata: missing field `totalDependencies`",
    );
    is(r#"{"vulnerabilities": {"a": {}}}"#, "vulnerabilities.a: missing field `via`");
    is(
        r#"{"vulnerabilities": {"a": {"via": [{"source": 1}]}}}"#,
        "vulnerabilities.a.via[0]: missing field `severity`",
    );
    is(
        r#"{"vulnerabilities": {"a": {"via": ["b"]}, "b": {"via": ["a"]}}, "metadata": {"dependencies": {"total": 2}}}"#,
        "vulnerabilities: no `via` has an advisory",
    );
}
