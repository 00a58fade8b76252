use std::path::Path;

use bulla_findings::{Choices, Database, Kind, Location, Outcome, Request, Severity, Target, scanner};

use super::{Holds, counts, own, problem, read, real_reports};

#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn every_real_report_is_counted_in_the_samples() {
    real_reports(
        "trivy",
        &[
            ("all_statuses.json", Holds::Findings([0, 0, 0, 8, 0, 0])),
            ("alpine-310.golden.json", Holds::Findings([0, 0, 4, 0, 0, 0])),
            ("cvss_severity_source.json", Holds::Findings([0, 1, 1, 0, 0, 0])),
            ("debian-buster.golden.json", Holds::Findings([1, 0, 0, 1, 0, 0])),
            ("distroless-base.golden.json", Holds::Findings([0, 0, 2, 2, 0, 0])),
            ("gomod.golden.json", Holds::Findings([0, 0, 1, 0, 0, 4])),
            ("issue_10991.json", Holds::Findings([0, 1, 5, 31, 0, 0])),
            ("kubernetes.json", Holds::Findings([0, 0, 6, 14, 0, 0])),
            ("legacy_many_vulns.json", Holds::Findings([0, 18, 9, 65, 0, 1])),
            ("legacy_no_vuln.json", Holds::Unscanned),
            ("license_scheme.json", Holds::Findings([0, 7, 1, 11, 0, 0])),
            ("misconfigurations_and_secrets.json", Holds::Findings([2, 2, 1, 0, 0, 0])),
            ("npm.golden.json", Holds::Findings([0, 0, 1, 0, 0, 0])),
            ("scheme_2_many_vulns.json", Holds::Findings([1, 1, 3, 0, 0, 0])),
            ("scheme_2_no_vuln.json", Holds::Clean),
            ("spring4shell-jre8.golden.json", Holds::Findings([0, 0, 0, 1, 0, 0])),
        ],
    );
}

#[test]
fn each_kind_is_read() {
    let report = read("trivy", &own("trivy/all_kinds.json")).unwrap();
    assert_eq!(report.version.as_deref(), Some("0.70.0"));
    assert_eq!(counts(&report), [2, 1, 1, 0, 0, 1]);
    let [vulnerability, user, latest, secret, licence] = &report.findings[..] else { panic!("{report:?}") };

    assert_eq!(vulnerability.id, "CVE-2019-10744");
    assert_eq!(vulnerability.aliases, ["GHSA-jf85-cpcp-j695"], "an update's id is no name of one weakness");
    assert_eq!(vulnerability.title, "prototype pollution");
    assert_eq!(vulnerability.fixed_in, ["4.17.12", "5.0.0"]);
    assert_eq!(vulnerability.score, Some(9.1), "by the source of the severity");
    assert_eq!(vulnerability.location, Some(Location::file("web/package-lock.json")));
    let package = vulnerability.package.as_ref().unwrap();
    assert_eq!(package.purl.as_deref(), Some("pkg:npm/lodash@4.17.4"));

    assert_eq!((user.kind, user.severity), (Kind::Misconfiguration, Severity::High));
    assert_eq!(
        (user.aliases[0].as_str(), &user.location),
        ("AVD-DS-0002", &Some(Location::line("Dockerfile", 3)))
    );
    assert_eq!(latest.id, "DS001", "without a status it counts");
    assert_eq!((secret.kind, &secret.location), (Kind::Secret, &Some(Location::line("conf/key.txt", 7))));
    assert!(!format!("{secret:?}").contains("*****"), "what was matched is not kept");
    assert_eq!((licence.kind, &licence.location), (Kind::Licence, &Some(Location::file("/LICENSE"))));
    assert_eq!(report.notes, ["debian 9.9 no longer gets security updates: advisories may be missing"]);
}

#[test]
fn a_cluster_is_the_sum_of_its_resources() {
    let report = read("trivy", &own("trivy/cluster.json")).unwrap();
    assert_eq!(counts(&report), [0, 0, 1, 1, 0, 0]);
    assert_eq!(report.findings[1].aliases, Vec::<String>::new());
    assert_eq!(report.findings[1].location, None, "an operating system is no file");
    assert_eq!(report.notes, ["1 of the cluster's resources could not be scanned"]);
}

#[test]
fn a_report_without_results_scanned_nothing() {
    let image = r#"{"SchemaVersion": 2, "ArtifactType": "container_image",
        "Metadata": {"OS": {"Family": "photon", "Name": "9"}}, "Results": []}"#;
    let nulls = r#"{"SchemaVersion": 2, "Trivy": null, "Metadata": null, "Results": null}"#;
    for report in [r#"{"SchemaVersion": 2}"#, image, nulls, "null", "[]", r#"{"ClusterName": "empty"}"#] {
        let outcome = read("trivy", report).unwrap().outcome();
        assert!(matches!(outcome, Outcome::Unscanned(_)), "{report}: {outcome:?}");
    }
    let looked_at = r#"{"SchemaVersion": 2, "Results": [{"Target": "go.mod", "Vulnerabilities": null}]}"#;
    assert_eq!(read("trivy", looked_at).unwrap().outcome(), Outcome::Clean);
    assert_eq!(
        read("trivy", r#"[{"Target": "go.mod", "Vulnerabilities": null}]"#).unwrap().outcome(),
        Outcome::Clean
    );
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    let ends = |report: &str, words: &str| {
        let problem = problem("trivy", report);
        assert!(problem.starts_with(&format!("this is no trivy report: {words}")), "{problem}");
    };
    ends("{}", "missing field `SchemaVersion`");
    ends(r#"{"Results": []}"#, "missing field `SchemaVersion`");
    ends(r#"{"SchemaVersion": 3, "Results": []}"#, "SchemaVersion: 3, where 2 is understood");
    let within = |list: &str| format!(r#"{{"SchemaVersion": 2, "Results": [{{"Target": "t", {list}}}]}}"#);
    ends(
        &within(r#""Vulnerabilities": [{"PkgName": "a"}]"#),
        "Results[0].Vulnerabilities[0]: missing field `VulnerabilityID`",
    );
    ends(
        &within(r#""Misconfigurations": [{"Status": "PASS"}]"#),
        "Results[0].Misconfigurations[0]: missing field `ID`",
    );
    ends(&within(r#""Secrets": [{}]"#), "Results[0].Secrets[0]: missing field `RuleID`");
    ends(&within(r#""Licenses": [{}]"#), "Results[0].Licenses[0]: missing field `Name`");
    ends(&within(r#""Vulnerabilities": 3"#), "Results[0].Vulnerabilities: invalid type: integer `3`");
    ends(r#"[{"Target": "t", "Vulnerabilities": {}}]"#, "[0].Vulnerabilities: invalid type: map");
}

#[test]
fn a_database_is_named_by_when_it_was_made_not_when_it_came_here() {
    let Database::Named { name, .. } = scanner("trivy").unwrap().program.database else { panic!() };
    let bare = r#"{"Version": "0.76.0", "VulnerabilityDB": {"Version": 2, "UpdatedAt": "2026-08-21T08:28:40Z", "DownloadedAt": "D"}}"#;
    assert_eq!(name(bare.as_bytes()).unwrap(), "2026-08-21T08:28:40Z schema 2");
    let full = r#"{"VulnerabilityDB": {"Version": 2, "UpdatedAt": "A", "DownloadedAt": "D"},
        "JavaDB": {"Version": 1, "UpdatedAt": "B", "DownloadedAt": "D"}, "CheckBundle": {"Digest": "sha256:c", "DownloadedAt": "D"}}"#;
    assert_eq!(name(full.as_bytes()).unwrap(), "A schema 2, java B schema 1, checks sha256:c");
    assert_eq!(name(br#"{"Version": "0.76.0"}"#), None);
    assert_eq!(name(br#"{"VulnerabilityDB": {"UpdatedAt": "0001-01-01T00:00:00Z"}}"#), None);
    assert_eq!(name(b"panic:"), None);
}

#[test]
fn every_target_has_its_arguments() {
    let arguments = |target, offline, scanners: &[&str]| {
        let scanners = scanners.iter().map(ToString::to_string).collect();
        let choices = Choices { scanners, ..Choices::default() };
        let request = Request { target, sbom: None, offline, empty: Path::new("/empty"), choices: &choices };
        let arguments = (scanner("trivy").unwrap().program.arguments)(&request)?;
        Ok::<_, bulla_findings::NotApplicable>(arguments.join(" ".as_ref()).into_string().unwrap())
    };
    let always = "--format json --quiet --list-all-pkgs --exit-code 0 --config /empty --skip-db-update \
        --secret-config /empty --ignorefile /empty --module-dir /empty --scanners";
    let layout = Target::OciLayout(Path::new("l"));
    assert_eq!(arguments(Target::Directory, false, &[]).unwrap(), format!("fs {always} vuln -- ."));
    assert_eq!(
        arguments(layout, true, &["vuln", "secret"]).unwrap(),
        format!("image {always} vuln,secret --offline-scan --skip-java-db-update --input=l")
    );
    let image = Target::Reference("a/b@sha256:00");
    assert_eq!(arguments(image, false, &[]).unwrap(), format!("image {always} vuln -- a/b@sha256:00"));
    assert!(arguments(image, true, &[]).is_err(), "a registry is the network");
}
