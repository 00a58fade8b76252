//! The one answer, from what scanners answered.

#![expect(clippy::disallowed_methods, reason = "tests read samples")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bulla_findings::{
    Answer, Day, Decision, Finding, Gate, Ignores, Outcome, Package, Report, Severity, Source, Tally,
    Thresholds, assess, scanner,
};
use serde_json::Value;

fn today() -> Day {
    "2026-06-15".parse().expect("it is a day")
}

fn found(id: &str, severity: Severity, name: &str, fixed_in: &[&str]) -> Finding {
    Finding {
        id: id.to_owned(),
        severity,
        package: Some(Package { name: name.to_owned(), version: "1".into(), purl: None }),
        fixed_in: fixed_in.iter().map(|version| (*version).to_owned()).collect(),
        ..Finding::default()
    }
}

#[test]
fn an_answer_counts_what_was_reported_and_shows_what_is_different_worst_first() {
    let grype = scanner("grype").unwrap();
    let findings = vec![
        found("CVE-2", Severity::High, "b", &[]),
        found("CVE-2", Severity::High, "a", &["2"]),
        found("CVE-1", Severity::Low, "a", &[]),
        found("CVE-1", Severity::Critical, "a", &["2"]),
        found("CVE-1", Severity::High, "c", &[]),
    ];
    let report = Report {
        findings,
        version: Some("0.100.0".into()),
        notes: vec!["a note".into()],
        ..Report::default()
    };
    let failed = Outcome::Error("no database".into());
    let answers = vec![
        Answer::of(grype, report, Source::File("one.json".into())),
        Answer::without_report(grype, failed.clone(), Source::NotRun),
    ];
    let thresholds = Thresholds { fail_on: Some(Severity::High), ..Thresholds::default() };
    let gate = Gate { thresholds, required: vec!["grype".into()], ..Gate::default() };
    let assessment = assess("app", Some("sha256:ab"), answers, &Ignores::default(), today(), &gate);
    assert_eq!((assessment.target.as_str(), assessment.subject.as_deref()), ("app", Some("sha256:ab")));
    let shown = |one: &bulla_findings::Merged| {
        let package = one.finding.package.as_ref().unwrap();
        (one.finding.severity, one.finding.id.clone(), package.name.clone())
    };
    let expected = [
        (Severity::Critical, "CVE-1", "a"),
        (Severity::High, "CVE-1", "c"),
        (Severity::High, "CVE-2", "a"),
        (Severity::High, "CVE-2", "b"),
    ];
    let expected = expected.map(|(severity, id, name)| (severity, id.to_owned(), name.to_owned()));
    assert_eq!(assessment.findings.iter().map(shown).collect::<Vec<_>>(), expected);
    let (first, second) = (&assessment.checks[0], &assessment.checks[1]);
    assert_eq!((first.version.as_deref(), first.notes.len(), first.fixable), (Some("0.100.0"), 1, 2));
    let all = [Severity::High, Severity::High, Severity::Low, Severity::Critical, Severity::High];
    assert_eq!((first.reported, assessment.reported()), (Tally::of(all), Tally::of(all)));
    assert_eq!((&second.outcome, second.reported), (&failed, Tally::default()));
    assert_eq!(
        assessment.distinct(),
        Tally::of([Severity::Critical, Severity::High, Severity::High, Severity::High])
    );
    assert_eq!(assessment.verdict.decision, Decision::Failed);
    assert_eq!(assessment.verdict.reasons, ["1 critical, 3 high (fail-on high)", "grype: error (required)"]);
}

/// For every real report: as many reported as it has matches, and as many different ones as the plainest count finds.
#[test]
#[ignore = "needs the samples beside the repository: cargo xtask test"]
fn real_reports_are_counted_as_a_plain_count_has_it_in_the_samples() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/grype");
    let mut seen = 0;
    for sample in samples.read_dir().unwrap() {
        let path = sample.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let grype = scanner("grype").unwrap();
        let report = grype.read(&bytes).unwrap();
        let answers = vec![Answer::of(grype, report, Source::File(path.display().to_string()))];
        let assessment = assess("x", None, answers, &Ignores::default(), today(), &Gate::default());
        let document: Value = serde_json::from_slice(&bytes).unwrap();
        let matches = document["matches"].as_array().cloned().unwrap_or_default();
        assert_eq!(assessment.reported().total(), matches.len() as u64, "{path:?}");
        // By package, sets of ids; sets that overlap are one.
        let mut packages: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
        for one in &matches {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let artifact = &one["artifact"];
            let purl = text(&artifact["purl"]).split('?').next().unwrap_or_default().to_lowercase();
            let named = format!("{}@{}", text(&artifact["name"]), text(&artifact["version"]));
            let related = one["relatedVulnerabilities"].as_array().cloned().unwrap_or_default();
            let mut ids: BTreeSet<String> = related.iter().map(|other| text(&other["id"])).collect();
            ids.insert(text(&one["vulnerability"]["id"]));
            let known = packages.entry(if purl.is_empty() { named } else { purl }).or_default();
            let (same, mut apart): (Vec<_>, Vec<_>) = known.drain(..).partition(|set| !set.is_disjoint(&ids));
            apart.push(same.into_iter().fold(ids, |all, set| &all | &set));
            *known = apart;
        }
        let distinct: usize = packages.values().map(Vec::len).sum();
        assert_eq!(assessment.findings.len(), distinct, "{path:?}");
        seen += 1;
    }
    assert!(seen >= 8, "{seen}");
}
