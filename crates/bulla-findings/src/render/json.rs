//! For programs. The fields stand in the order of the structs below, which is the documented one.

use serde::Serialize;

use super::words;
use crate::assessment::{Assessment, Check, Merged, Said, Source, Tally};
use crate::finding::{Finding, Location};
use crate::gate::{OnFailure, Verdict};
use crate::ignore::{IgnoreProblem, IgnoreRemark, Ignored};
use crate::sbom::SbomSummary;
use crate::severity::Severity;

/// The assessment as one JSON object, without its `schema_version`, which belongs to the program's document.
pub fn render_json(assessment: &Assessment) -> impl Serialize + '_ {
    Document {
        target: &assessment.target,
        subject: assessment.subject.as_deref(),
        summary: Summary { reported: assessment.reported().into(), distinct: assessment.distinct().into() },
        gate: GateFields::from(&assessment.verdict),
        scanners: assessment.checks.iter().map(ScannerFields::from).collect(),
        findings: assessment.findings.iter().map(FindingFields::from).collect(),
        ignored: assessment.ignored.iter().map(IgnoredFields::from).collect(),
        remarks: assessment.remarks.iter().map(RemarkFields::from).collect(),
    }
}

#[derive(Serialize)]
struct Document<'a> {
    target: &'a str,
    subject: Option<&'a str>,
    summary: Summary,
    gate: GateFields<'a>,
    scanners: Vec<ScannerFields<'a>>,
    findings: Vec<FindingFields<'a>>,
    ignored: Vec<IgnoredFields<'a>>,
    remarks: Vec<RemarkFields<'a>>,
}

/// `reported`: what all scanners said, ignored findings too. `distinct`: what stands in `findings`.
#[derive(Serialize)]
struct Summary {
    reported: Counts,
    distinct: Counts,
}

#[derive(Serialize)]
struct Counts {
    critical: u64,
    high: u64,
    medium: u64,
    low: u64,
    negligible: u64,
    unknown: u64,
    total: u64,
}

impl From<Tally> for Counts {
    fn from(tally: Tally) -> Self {
        Self {
            critical: tally.get(Severity::Critical),
            high: tally.get(Severity::High),
            medium: tally.get(Severity::Medium),
            low: tally.get(Severity::Low),
            negligible: tally.get(Severity::Negligible),
            unknown: tally.get(Severity::Unknown),
            total: tally.total(),
        }
    }
}

#[derive(Serialize)]
struct GateFields<'a> {
    decision: &'static str,
    fail_on: Option<&'static str>,
    soft: bool,
    reasons: &'a [String],
}

impl<'a> From<&'a Verdict> for GateFields<'a> {
    fn from(verdict: &'a Verdict) -> Self {
        Self {
            decision: verdict.decision.name(),
            fail_on: verdict.fail_on.map(Severity::name),
            soft: verdict.on_failure == OnFailure::Report,
            reasons: &verdict.reasons,
        }
    }
}

/// `cache` is `hit`, the name of the miss's reason, or null for a scanner that was not run or whose report came from a
/// file; `entry` is there with a hit, `miss` with a miss, `file` with a file.
#[derive(Serialize)]
struct ScannerFields<'a> {
    name: &'static str,
    title: &'static str,
    version: Option<&'a str>,
    database: Option<&'a str>,
    outcome: &'static str,
    reason: Option<&'a str>,
    cache: Option<&'a str>,
    entry: Option<Entry<'a>>,
    miss: Option<Miss<'a>>,
    file: Option<&'a str>,
    reported: Counts,
    fixable: u64,
    sbom: Option<SbomFields<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct Entry<'a> {
    seal: &'a str,
    key_id: &'a str,
    issued_at: &'a str,
    age_seconds: u64,
    tier: &'static str,
}

#[derive(Serialize)]
struct Miss<'a> {
    detail: &'a str,
    not_stored: Option<&'a str>,
}

#[derive(Serialize)]
struct SbomFields<'a> {
    format: &'static str,
    version: &'a str,
    components: u64,
}

impl<'a> From<&'a Check> for ScannerFields<'a> {
    fn from(check: &'a Check) -> Self {
        let (mut cache, mut entry, mut miss, mut file) = (None, None, None, None);
        match &check.source {
            Source::Hit { seal, key_id, issued_at, age, is_shared } => {
                cache = Some("hit");
                entry = Some(Entry {
                    seal,
                    key_id,
                    issued_at,
                    age_seconds: age.as_secs(),
                    tier: if *is_shared { "shared" } else { "local" },
                });
            }
            Source::Miss { reason, detail, not_stored } => {
                cache = Some(reason.as_str());
                miss = Some(Miss { detail, not_stored: not_stored.as_deref() });
            }
            Source::File(name) => file = Some(name.as_str()),
            Source::NotRun => {}
        }
        Self {
            name: check.scanner.name,
            title: check.scanner.title,
            version: check.version.as_deref(),
            database: check.database.as_deref(),
            outcome: check.outcome.name(),
            reason: check.outcome.reason(),
            cache,
            entry,
            miss,
            file,
            reported: check.reported.into(),
            fixable: check.fixable,
            sbom: check.sbom.as_ref().map(SbomFields::from),
            notes: &check.notes,
        }
    }
}

impl<'a> From<&'a SbomSummary> for SbomFields<'a> {
    fn from(sbom: &'a SbomSummary) -> Self {
        Self { format: sbom.format.title(), version: &sbom.version, components: sbom.components }
    }
}

/// `package`, `version` and `purl` are null for what is in no package; `version` is empty where no report has it.
#[derive(Serialize)]
struct FindingFields<'a> {
    id: &'a str,
    aliases: &'a [String],
    severity: &'static str,
    kind: &'static str,
    title: &'a str,
    package: Option<&'a str>,
    version: Option<&'a str>,
    fixed_in: &'a [String],
    purl: Option<&'a str>,
    scanners: Vec<&'static str>,
    said_by: Vec<SaidFields<'a>>,
    location: Option<LocationFields<'a>>,
    url: Option<&'a str>,
    score: Option<f64>,
}

#[derive(Serialize)]
struct SaidFields<'a> {
    scanner: &'static str,
    id: &'a str,
    severity: &'static str,
}

#[derive(Serialize)]
struct LocationFields<'a> {
    path: &'a str,
    line: Option<u64>,
    column: Option<u64>,
}

impl<'a> From<&'a Merged> for FindingFields<'a> {
    fn from(merged: &'a Merged) -> Self {
        let Finding { kind, id, aliases, severity, title, package, fixed_in, location, url, score } =
            &merged.finding;
        Self {
            id,
            aliases,
            severity: severity.name(),
            kind: kind.name(),
            title,
            package: package.as_ref().map(|package| package.name.as_str()),
            version: package.as_ref().map(|package| package.version.as_str()),
            fixed_in,
            purl: package.as_ref().and_then(|package| package.purl.as_deref()),
            scanners: words::scanners(&merged.said_by),
            said_by: merged.said_by.iter().map(SaidFields::from).collect(),
            location: location.as_ref().map(LocationFields::from),
            url: url.as_deref(),
            score: *score,
        }
    }
}

impl<'a> From<&'a Said> for SaidFields<'a> {
    fn from(said: &'a Said) -> Self {
        Self { scanner: said.scanner, id: &said.id, severity: said.severity.name() }
    }
}

impl<'a> From<&'a Location> for LocationFields<'a> {
    fn from(location: &'a Location) -> Self {
        Self { path: &location.path, line: location.line, column: location.column }
    }
}

/// A finding, and what says that it is ignored.
#[derive(Serialize)]
struct IgnoredFields<'a> {
    #[serde(flatten)]
    finding: FindingFields<'a>,
    by: &'a str,
    reason: &'a str,
}

impl<'a> From<&'a Ignored> for IgnoredFields<'a> {
    fn from(ignored: &'a Ignored) -> Self {
        Self { finding: FindingFields::from(&ignored.merged), by: &ignored.file, reason: &ignored.reason }
    }
}

/// `problem` is `expired`, with `on` and `findings`, or `unused`.
#[derive(Serialize)]
struct RemarkFields<'a> {
    file: &'a str,
    rule: &'a str,
    problem: &'static str,
    on: Option<&'a str>,
    findings: Option<u64>,
}

impl<'a> From<&'a IgnoreRemark> for RemarkFields<'a> {
    fn from(remark: &'a IgnoreRemark) -> Self {
        let IgnoreRemark { file, rule, problem } = remark;
        let (problem, on, findings) = match problem {
            IgnoreProblem::Expired { on, findings } => ("expired", Some(on.as_str()), Some(*findings)),
            IgnoreProblem::Unused => ("unused", None, None),
        };
        Self { file, rule, problem, on, findings }
    }
}
