use bulla_findings::{Database, Outcome, scanner};

use super::{Holds, problem, read, real_reports};

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn every_real_report_is_counted_in_the_samples() {
    real_reports(
        "grype",
        &[
            ("fix_available.json", Holds::Findings([0, 1, 0, 0, 0, 0])),
            ("fix_not_available.json", Holds::Findings([0, 1, 0, 0, 0, 0])),
            ("many_vulns.json", Holds::Findings([0, 32, 613, 107, 681, 76])),
            ("many_vulns3.json", Holds::Findings([5, 24, 155, 27, 106, 10])),
            ("many_vulns4.json", Holds::Findings([2, 2, 5, 0, 0, 0])),
            ("many_vulns_with_epss_values.json", Holds::Findings([1, 10, 2, 2, 0, 0])),
            ("no_vuln.json", Holds::Clean),
            ("same_cve_different_paths.json", Holds::Findings([2, 0, 0, 0, 0, 0])),
        ],
    );
}

#[test]
fn a_list_of_matches_is_what_makes_a_report() {
    assert_eq!(read("grype", r#"{"matches": null}"#).unwrap().outcome(), Outcome::Clean);
    assert!(problem("grype", r#"{"source": {}}"#).ends_with("missing field `matches` at line 1 column 14"));
}

#[test]
fn what_a_match_cannot_do_without_is_named_with_its_place() {
    let report = r#"{"matches": [{"vulnerability": {"severity": "High"}, "artifact": {"name": "a"}}]}"#;
    let said = problem("grype", report);
    assert!(
        said.starts_with("this is no grype report: matches[0].vulnerability: missing field `id`"),
        "{said}"
    );
    let report = r#"{"matches": [{"vulnerability": {"id": "CVE-1"}, "artifact": {"name": 7}}]}"#;
    let said = problem("grype", report);
    assert!(said.contains("matches[0].artifact.name: invalid type: integer `7`"), "{said}");
}

#[test]
fn a_database_is_named_by_when_it_was_built() {
    let Database::Named { name, .. } = scanner("grype").unwrap().program.database else { panic!() };
    let status = r#"{"schemaVersion": "v6.0.2", "built": "2026-08-21T00:00:00Z", "path": "/home/me/db"}"#;
    assert_eq!(name(status.as_bytes()).unwrap(), "2026-08-21T00:00:00Z schema v6.0.2");
    assert_eq!(name(br#"{"built": "0001-01-01T00:00:00Z", "error": "none"}"#), None);
    assert_eq!(name(b"no database"), None);
}
