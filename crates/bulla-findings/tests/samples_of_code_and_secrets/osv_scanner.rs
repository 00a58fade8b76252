use bulla_findings::{Outcome, Report, Severity};

use crate::support::*;

const NAME: &str = "osv-scanner";

fn report(vulnerabilities: &str, groups: &str) -> String {
    let package = r#"{"name": "lodash", "version": "4.17.4", "ecosystem": "npm"}"#;
    let package =
        format!(r#"{{"package": {package}, "vulnerabilities": {vulnerabilities}, "groups": {groups}}}"#);
    format!(r#"{{"results": [{{"source": {{"path": "package-lock.json"}}, "packages": [{package}]}}]}}"#)
}

const RECORDS: &str = r#"[
    {"id": "GHSA-1", "aliases": ["CVE-1"], "summary": "", "details": "Second\nthird",
     "affected": [
        {"package": {"name": "lodash", "purl": "pkg:npm/lodash"},
         "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "4.17.5"}, {"fixed": "4.17.5"}]},
                    {"type": "GIT", "events": [{"fixed": "0123456789abcdef"}]}]},
        {"package": {"name": "lodash-es", "purl": "pkg:npm/lodash-es"},
         "ranges": [{"type": "SEMVER", "events": [{"fixed": "9"}]}]}],
     "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}],
     "database_specific": {"severity": "MODERATE"}},
    {"id": "SNYK-2", "aliases": null, "affected": null, "severity": null, "database_specific": null}]"#;

fn one(vulnerabilities: &str, groups: &str) -> bulla_findings::Finding {
    let Report { mut findings, .. } = read(NAME, report(vulnerabilities, groups));
    assert_eq!(findings.len(), 1);
    findings.remove(0)
}

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn every_shared_sample_is_counted_as_an_independent_count_has_it_in_the_samples() {
    assert_counted(NAME, &shared(NAME));
}

#[test]
fn records_of_one_group_are_one_finding() {
    let finding = one(RECORDS, r#"[{"ids": ["GHSA-1", "SNYK-2"], "aliases": ["CVE-1", "GHSA-1"]}]"#);
    assert_eq!((&*finding.id, &*finding.aliases), ("GHSA-1", &["SNYK-2".to_owned(), "CVE-1".to_owned()][..]));
    assert_eq!((finding.score, finding.severity, &*finding.title), (Some(7.5), Severity::High, "Second"));
    assert_eq!(finding.fixed_in, ["4.17.5"]);
    let package = finding.package.unwrap();
    assert_eq!((&*package.version, package.purl.as_deref()), ("4.17.4", Some("pkg:npm/lodash@4.17.4")));
    assert_eq!(finding.location.unwrap().path, "package-lock.json");
    assert_eq!(finding.url.as_deref(), Some("https://osv.dev/GHSA-1"));
}

#[test]
fn a_report_without_groups_has_a_finding_for_each_record() {
    for groups in ["null", "[]"] {
        let ids: Vec<_> =
            read(NAME, report(RECORDS, groups)).findings.into_iter().map(|found| found.id).collect();
        assert_eq!(ids, ["GHSA-1", "SNYK-2"]);
    }
}

#[test]
fn the_group_s_own_score_goes_before_the_records_and_a_word_comes_last() {
    let group = |score: &str| format!(r#"[{{"ids": ["GHSA-1"], "max_severity": "{score}"}}]"#);
    let rated = |score: &str| one(RECORDS, &group(score));
    assert_eq!((rated("9.8").score, rated("9.8").severity), (Some(9.8), Severity::Critical));
    for no_score in ["", "0.0", "NaN", "1e9"] {
        assert_eq!(rated(no_score).severity, Severity::High, "{no_score}");
    }
    let word = r#"[{"id": "GHSA-1", "database_specific": {"severity": "MODERATE"}}]"#;
    assert_eq!((one(word, "null").score, one(word, "null").severity), (None, Severity::Medium));
}

#[test]
fn code_without_a_version_has_its_commit() {
    let git = report(RECORDS, r#"[{"ids": ["GHSA-1"]}]"#).replace(
        r#""name": "lodash", "version": "4.17.4""#,
        r#""name": "", "version": "", "commit": "f5f3c22""#,
    );
    let package = read(NAME, git).findings.remove(0).package.unwrap();
    assert_eq!((&*package.version, package.purl), ("f5f3c22", None));
}

#[test]
fn an_id_or_a_version_that_an_attacker_wrote_makes_no_address() {
    let hostile =
        report(r#"[{"id": "<script>/../", "affected": [{"package": {"purl": "pkg:npm/lodash"}}]}]"#, "null")
            .replace("4.17.4", "1#?@x");
    let finding = read(NAME, hostile).findings.remove(0);
    assert_eq!((finding.url, finding.package.unwrap().purl), (None, None));
}

#[test]
fn no_results_are_clean_and_no_packages_are_an_exit_code_of_their_own() {
    assert_eq!(read(NAME, r#"{"results": []}"#).outcome(), Outcome::Clean);
    assert_eq!(read(NAME, r#"{"results": null, "experimental_config": {}}"#).outcome(), Outcome::Clean);
    assert_eq!(of(NAME).program.nothing_exits, [128]);
    assert_eq!(problem(NAME, ""), "it is empty");
}

#[test]
fn a_field_that_the_count_depends_on_is_named_when_it_is_missing() {
    assert!(problem(NAME, "{}").contains("missing field `results`"));
    assert!(problem(NAME, r#"{"results": [{}]}"#).starts_with("results[0]: missing field `packages`"));
    let no_ids = report(RECORDS, "[{}]");
    assert!(problem(NAME, no_ids).starts_with("results[0].packages[0].groups[0]: missing field `ids`"));
    let no_id = report("[{}]", "[]");
    assert!(
        problem(NAME, no_id).starts_with("results[0].packages[0].vulnerabilities[0]: missing field `id`")
    );
}

#[test]
fn a_damaged_report_is_never_clean() {
    assert_never_clean_when_cut(NAME, br#"{"results": []}"#);
    let whole = report(RECORDS, r#"[{"ids": ["GHSA-1", "SNYK-2"]}]"#);
    assert_never_clean_when_cut(NAME, whole.as_bytes());
    assert_total_when_changed(NAME, whole.as_bytes());
}
