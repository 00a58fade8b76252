use bulla_findings::Outcome;

use super::{Holds, own, problem, read, real_reports};

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn every_real_report_is_counted_in_the_samples() {
    real_reports(
        "pip-audit",
        &[
            ("many_vulns.json", Holds::Findings([0, 0, 0, 0, 0, 7])),
            ("many_vulns_new.json", Holds::Findings([0, 0, 0, 0, 0, 7])),
            ("zero_vulns_new.json", Holds::Clean),
        ],
    );
}

#[test]
fn a_vulnerability_has_its_aliases_and_its_package() {
    let report = read("pip-audit", &own("pip-audit/object.json")).unwrap();
    let [found] = &report.findings[..] else { panic!("{report:?}") };
    assert_eq!((found.id.as_str(), found.title.as_str()), ("PYSEC-2019-217", "A sandbox escape."));
    assert_eq!(found.aliases, ["CVE-2019-10906", "GHSA-462w-v97r-4m45"]);
    assert_eq!(found.fixed_in, ["2.10.1"]);
    assert_eq!(found.package.as_ref().unwrap().purl.as_deref(), Some("pkg:pypi/jinja2@2.10"));
    assert_eq!(report.notes, ["1 of 3 dependencies were skipped, not looked up"]);
}

/// pip-audit 2.10.1 ended with 0 and "No known vulnerabilities found" where its service answered 404 for everything.
#[test]
fn a_report_in_which_everything_was_skipped_scanned_nothing() {
    let report = r#"{"dependencies": [
        {"name": "jinja2", "skip_reason": "Dependency not found on PyPI and could not be audited: jinja2 (2.10)\nmore"},
        {"name": "flask", "skip_reason": "Dependency not found on PyPI and could not be audited: flask (0.12.2)"}
    ], "fixes": []}"#;
    let why = "all 2 dependencies were skipped: Dependency not found on PyPI and could not be audited: jinja2 (2.10)";
    assert_eq!(read("pip-audit", report).unwrap().outcome(), Outcome::Unscanned(why.to_owned()));
    for empty in [r#"{"dependencies": []}"#, "[]"] {
        let outcome = read("pip-audit", empty).unwrap().outcome();
        assert_eq!(outcome, Outcome::Unscanned("there are no dependencies".to_owned()));
    }
}

#[test]
fn what_is_missing_is_named() {
    let said = |report| problem("pip-audit", report);
    let audited_or_not =
        said(r#"{"dependencies": [{"name": "a", "version": "1", "vulns": []}, {"name": "b"}]}"#);
    assert_eq!(audited_or_not, "this is no pip-audit report: dependencies[1]: missing field `vulns`");
    assert!(said(r#"{"fixes": []}"#).contains("missing field `dependencies`"));
    assert!(said(r#"{"dependencies": null}"#).contains("dependencies: invalid type: null"));
    assert!(said(r#"[{"name": "a", "vulns": [{}]}]"#).contains("[0].vulns[0]: missing field `id`"));
}
