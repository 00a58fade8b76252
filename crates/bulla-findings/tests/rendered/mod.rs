//! Assessments to render.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::time::Duration;

use bulla_findings::{
    Assessment, Check, Component, Decision, Finding, IgnoreProblem, IgnoreRemark, Ignored, Kind, Location,
    Merged, OnFailure, Outcome, Package, Said, Scanner, Severity, Source, Tally, Verdict, scanner,
};

/// Names that are markup, a path that climbs, a link that runs.
pub(crate) const HOSTILE: &str =
    "<script>document.title='owned'</script>\"><img src=x onerror=\"document.title='owned'\">";

pub(crate) fn grype() -> &'static Scanner {
    scanner("grype").expect("grype is a scanner")
}

/// Nothing was run, nothing was found.
pub(crate) fn empty() -> Assessment {
    Assessment {
        target: ".".into(),
        subject: None,
        checks: vec![],
        findings: vec![],
        ignored: vec![],
        remarks: vec![],
        verdict: verdict(Decision::Passed, &[]),
    }
}

/// A bit of everything.
pub(crate) fn full() -> Assessment {
    let findings = findings();
    let tally = Tally::of(findings.iter().map(|merged| merged.finding.severity));
    let hit = Source::Hit {
        seal: "hmac-sha256".into(),
        key_id: "3f2a9c01d4e5b687".into(),
        issued_at: "2026-08-21T09:14:00Z".into(),
        age: Duration::from_secs(8040),
        is_shared: false,
    };
    let miss = Source::Miss {
        reason: "absent".into(),
        detail: "subject changed".into(),
        not_stored: Some("the store is read-only".into()),
    };
    let broken =
        check(Outcome::Error("it ended with exit code 2: no such table: vulnerability".into()), miss);
    let unscanned = check(Outcome::Unscanned("no lock file was found".into()), Source::NotRun);
    let mut good = check(Outcome::Findings, hit);
    (good.reported, good.fixable) = (tally, 4);
    good.notes = vec!["2 packages have no version and were not looked up".into()];
    let expired = IgnoreProblem::Expired { on: "2026-06-30".into(), findings: 1 };
    Assessment {
        target: "registry.example/team/shop:1.4@sha256:1f0c".into(),
        subject: Some(format!("sha256:{}", "1f0c".repeat(16))),
        checks: vec![good, broken, unscanned],
        ignored: vec![Ignored {
            merged: merged(vulnerability("CVE-2020-8203", Severity::High, "lodash", "Prototype pollution")),
            file: ".bulla-ignore.yaml".into(),
            reason: "The vulnerable function is not called; see SEC-118".into(),
        }],
        remarks: vec![
            remark("CVE-2019-10744 in lodash", expired),
            remark("GHSA-35jh-r3h4-6jhm", IgnoreProblem::Unused),
        ],
        verdict: verdict(
            Decision::Failed,
            &["3 findings are high or worse", "a required scanner failed: trivy"],
        ),
        findings,
    }
}

/// An attacker's text wherever a report can carry one.
pub(crate) fn hostile() -> Assessment {
    let mut all = full();
    everywhere(&mut all, HOSTILE);
    all
}

/// Puts a text wherever a report can carry one.
pub(crate) fn everywhere(all: &mut Assessment, text: &str) {
    let own = || text.to_owned();
    (all.target, all.subject) = (own(), Some(own()));
    all.verdict.reasons = vec![own()];
    for check in &mut all.checks {
        (check.version, check.database, check.notes) = (Some(own()), Some(own()), vec![own()]);
        match &mut check.outcome {
            Outcome::Error(why) | Outcome::Unscanned(why) => *why = own(),
            Outcome::Clean | Outcome::Findings => {}
        }
        match &mut check.source {
            Source::Hit { seal, key_id, issued_at, .. } => {
                (*seal, *key_id, *issued_at) = (own(), own(), own())
            }
            Source::Miss { reason, detail, not_stored } => {
                (*reason, *detail, *not_stored) = (own(), own(), Some(own()));
            }
            Source::File(name) => *name = own(),
            Source::NotRun => {}
        }
    }
    for merged in all.findings.iter_mut().chain(all.ignored.iter_mut().map(|ignored| &mut ignored.merged)) {
        let finding = &mut merged.finding;
        (finding.id, finding.title, finding.url) = (own(), own(), Some(own()));
        (finding.aliases, finding.fixed_in) = (vec![own()], vec![own()]);
        finding.package = Some(Package { name: own(), version: own(), purl: Some(own()) });
        finding.location = Some(Location::line(text, 3));
    }
    for ignored in &mut all.ignored {
        (ignored.file, ignored.reason) = (own(), own());
    }
    for remark in &mut all.remarks {
        (remark.file, remark.rule) = (own(), own());
    }
}

pub(crate) fn components(text: &str) -> Vec<Component> {
    let component = |name: &str, version: &str, licences: &[&str]| Component {
        name: name.into(),
        version: version.into(),
        kind: "library".into(),
        purl: Some(format!("pkg:npm/{name}@{version}")),
        licences: licences.iter().map(|licence| (*licence).to_owned()).collect(),
        ..Component::default()
    };
    vec![
        component("lodash", "4.17.4", &["MIT"]),
        component("express", "4.18.2", &["MIT"]),
        component("org.apache.logging.log4j:log4j-core", "2.14.1", &["Apache-2.0"]),
        component(text, "", &[]),
    ]
}

fn findings() -> Vec<Merged> {
    let mut log4j = vulnerability(
        "CVE-2021-44228",
        Severity::Critical,
        "org.apache.logging.log4j:log4j-core",
        "Remote code \
         execution: JNDI features do not protect against attacker-controlled LDAP endpoints",
    );
    log4j.aliases = vec!["GHSA-jfh8-c2jp-5v3q".into()];
    log4j.score = Some(10.0);
    log4j.location = Some(Location::file("/app/lib/log4j-core-2.14.1.jar"));
    let secret = Finding {
        kind: Kind::Secret,
        id: "generic.secrets.aws".into(),
        severity: Severity::High,
        title: "AWS access key".into(),
        location: Some(Location { path: "deploy/staging env.sh".into(), line: Some(12), column: Some(8) }),
        ..Finding::default()
    };
    let code = |line| Finding {
        kind: Kind::Code,
        id: "python.lang.security.eval".into(),
        severity: Severity::Medium,
        title: "eval() of a request's text".into(),
        location: Some(Location::line("src/views.py", line)),
        ..Finding::default()
    };
    let mut unfixed = vulnerability("CVE-2005-2541", Severity::Negligible, "tar", "");
    (unfixed.fixed_in, unfixed.url, unfixed.location) = (vec![], None, None);
    let low = vulnerability("CVE-2022-0001", Severity::Low, "express", "Open redirect");
    let unknown = Finding { severity: Severity::Unknown, ..unfixed.clone() };
    let lodash =
        vulnerability("CVE-2019-10744", Severity::High, "lodash", "Prototype pollution in defaultsDeep");
    [log4j, lodash, secret, code(7), code(90), low, unfixed, unknown].map(merged).into()
}

pub(crate) fn vulnerability(id: &str, severity: Severity, package: &str, title: &str) -> Finding {
    Finding {
        id: id.into(),
        severity,
        title: title.into(),
        package: Some(Package { name: package.into(), version: "4.17.4".into(), purl: None }),
        fixed_in: vec!["4.17.12".into(), "5.0.0".into()],
        location: Some(Location::file("web/package-lock.json")),
        url: Some(format!("https://nvd.nist.gov/vuln/detail/{id}")),
        ..Finding::default()
    }
}

pub(crate) fn merged(finding: Finding) -> Merged {
    let said = |scanner, severity| Said { scanner, id: finding.id.clone(), severity };
    let said_by = vec![said("grype", finding.severity), said("trivy", Severity::Medium)];
    Merged { finding, elsewhere: Vec::new(), said_by }
}

fn check(outcome: Outcome, source: Source) -> Check {
    Check {
        scanner: grype(),
        version: Some("0.100.0".into()),
        database: Some("2026-08-21T01:31:04Z schema 6".into()),
        outcome,
        reported: Tally::default(),
        fixable: 0,
        sbom: None,
        notes: vec![],
        source,
    }
}

fn remark(rule: &str, problem: IgnoreProblem) -> IgnoreRemark {
    IgnoreRemark { file: ".bulla-ignore.yaml".into(), rule: rule.into(), problem }
}

fn verdict(decision: Decision, reasons: &[&str]) -> Verdict {
    let reasons = reasons.iter().map(|reason| (*reason).to_owned()).collect();
    Verdict { decision, fail_on: Some(Severity::High), on_failure: OnFailure::Fail, reasons }
}
