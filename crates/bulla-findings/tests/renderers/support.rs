//! Assessments to render, made by hand.

use std::time::Duration;

use bulla_findings::{
    Assessment, Check, Database, Decision, Finding, Gives, IgnoreProblem, IgnoreRemark, Ignored, Kind,
    Location, Merged, NotApplicable, OnFailure, Outcome, Package, Program, Reads, Report, Said, SbomFormat,
    SbomSummary, Scanner, Severity, Source, Tally, Verdict,
};

pub(crate) static KINGFISHER: Scanner =
    scanner("kingfisher", "Secret scan", Gives::Findings(|_| Ok(Report::default())));
pub(crate) static TRIVY: Scanner =
    scanner("trivy", "Dependencies", Gives::Findings(|_| Ok(Report::default())));
pub(crate) static GRYPE: Scanner =
    scanner("grype", "Dependencies", Gives::Findings(|_| Ok(Report::default())));
pub(crate) static ZIZMOR: Scanner =
    scanner("zizmor", "Workflows", Gives::Findings(|_| Ok(Report::default())));
pub(crate) static SYFT: Scanner = scanner("syft", "SBOM", Gives::Sbom);

const fn scanner(name: &'static str, title: &'static str, gives: Gives) -> Scanner {
    let program = Program {
        name,
        remedy: "bulla tools install",
        version: &[],
        version_of: |_| None,
        reads: Reads::Target,
        database: Database::None,
        wants: &[],
        arguments: |_| Err(NotApplicable(String::new())),
        takes_sbom: false,
        staged: &[],
        nothing_exits: &[],
        good_exits: &[0],
        settings: &[],
        environment: &[],
        set: &[],
    };
    Scanner { name, operation: "scan", title, gives, redact: None, program }
}

/// A check that found nothing, made by a scanner that was run.
pub(crate) fn clean(scanner: &'static Scanner) -> Check {
    Check {
        scanner,
        version: None,
        database: None,
        outcome: Outcome::Clean,
        reported: Tally::default(),
        fixable: 0,
        sbom: None,
        notes: Vec::new(),
        source: miss("absent", "never scanned"),
    }
}

pub(crate) fn miss(reason: &str, detail: &str) -> Source {
    Source::Miss { reason: reason.to_owned(), detail: detail.to_owned(), not_stored: None }
}

pub(crate) fn hit(age: Duration) -> Source {
    Source::Hit {
        seal: "hmac-sha256".to_owned(),
        key_id: "3f2a9c0de1b24455".to_owned(),
        issued_at: "2026-08-21T09:00:00Z".to_owned(),
        age,
        is_shared: false,
    }
}

pub(crate) fn tally(counts: &[(Severity, usize)]) -> Tally {
    Tally::of(counts.iter().flat_map(|(severity, count)| std::iter::repeat_n(*severity, *count)))
}

pub(crate) fn vulnerability(
    id: &str,
    severity: Severity,
    name: &str,
    version: &str,
    fixed_in: &[&str],
) -> Merged {
    let finding = Finding {
        id: id.to_owned(),
        severity,
        title: format!("What {id} is about"),
        package: Some(Package {
            name: name.to_owned(),
            version: version.to_owned(),
            purl: Some(format!("pkg:npm/{name}@{version}")),
        }),
        fixed_in: fixed_in.iter().map(|version| (*version).to_owned()).collect(),
        location: Some(Location::file("package-lock.json")),
        url: Some(format!("https://nvd.nist.gov/vuln/detail/{id}")),
        ..Finding::default()
    };
    said_by("trivy", finding)
}

pub(crate) fn said_by(scanner: &'static str, finding: Finding) -> Merged {
    let said = Said { scanner, id: finding.id.clone(), severity: finding.severity };
    Merged { finding, elsewhere: Vec::new(), said_by: vec![said] }
}

/// The example that the reports were drawn from.
pub(crate) fn example() -> Assessment {
    let mut lodash = vulnerability("CVE-2019-10744", Severity::Critical, "lodash", "4.17.4", &["4.17.12"]);
    lodash.finding.aliases = vec!["GHSA-jf85-cpcp-j695".to_owned()];
    lodash.finding.score = Some(9.1);
    lodash.said_by.push(Said {
        scanner: "grype",
        id: "GHSA-jf85-cpcp-j695".to_owned(),
        severity: Severity::High,
    });
    let token = Finding {
        kind: Kind::Secret,
        id: "kingfisher.github.1".to_owned(),
        severity: Severity::High,
        title: "GitHub token".to_owned(),
        location: Some(Location { path: "src/deploy.sh".to_owned(), line: Some(12), column: Some(7) }),
        ..Finding::default()
    };
    Assessment {
        target: ".".to_owned(),
        subject: Some("sha256:00".to_owned()),
        checks: vec![
            clean(&KINGFISHER),
            Check {
                version: Some("0.76.0".to_owned()),
                database: Some("2026-08-21T06:12:44Z".to_owned()),
                outcome: Outcome::Findings,
                reported: tally(&[(Severity::Critical, 3), (Severity::High, 12), (Severity::Low, 31)]),
                fixable: 17,
                source: hit(Duration::from_secs(2 * 3600 + 14 * 60 + 5)),
                ..clean(&TRIVY)
            },
            Check {
                outcome: Outcome::Findings,
                reported: tally(&[(Severity::High, 1)]),
                notes: vec!["2 packages have no version".to_owned()],
                ..clean(&GRYPE)
            },
            Check {
                outcome: Outcome::Error("zizmor is not on PATH".to_owned()),
                source: Source::NotRun,
                ..clean(&ZIZMOR)
            },
            Check {
                sbom: Some(SbomSummary {
                    format: SbomFormat::CycloneDx,
                    version: "1.6".to_owned(),
                    components: 470,
                }),
                source: miss("other-subject", "subject changed"),
                ..clean(&SYFT)
            },
        ],
        findings: vec![
            lodash,
            said_by("kingfisher", token),
            vulnerability("CVE-2020-8203", Severity::High, "lodash", "4.17.4", &["4.17.19"]),
            vulnerability("CVE-2018-16487", Severity::Medium, "lodash", "4.17.4", &["4.17.11"]),
        ],
        ignored: vec![Ignored {
            merged: vulnerability("CVE-2021-23337", Severity::High, "lodash", "4.17.4", &["4.17.21"]),
            file: ".bulla-ignore.yaml".to_owned(),
            reason: "template is never called".to_owned(),
        }],
        remarks: vec![
            IgnoreRemark {
                file: ".bulla-ignore.yaml".to_owned(),
                rule: "CVE-2020-8203".to_owned(),
                problem: IgnoreProblem::Expired { on: "2026-01-01".to_owned(), findings: 1 },
            },
            IgnoreRemark {
                file: ".trivyignore".to_owned(),
                rule: "CVE-1999-0001".to_owned(),
                problem: IgnoreProblem::Unused,
            },
        ],
        verdict: Verdict {
            decision: Decision::Failed,
            fail_on: Some(Severity::High),
            on_failure: OnFailure::Fail,
            reasons: vec!["1 critical and 2 high".to_owned()],
        },
    }
}

/// Nothing was found by the one scanner there is.
pub(crate) fn all_clean() -> Assessment {
    Assessment {
        target: "app.tar".to_owned(),
        subject: None,
        checks: vec![clean(&TRIVY)],
        findings: Vec::new(),
        ignored: Vec::new(),
        remarks: Vec::new(),
        verdict: Verdict {
            decision: Decision::Passed,
            fail_on: None,
            on_failure: OnFailure::Fail,
            reasons: Vec::new(),
        },
    }
}
