use crate::assessment::{Assessment, Check, Source, Tally};
use crate::day::Day;
use crate::finding::Finding;
use crate::gate::Gate;
use crate::ignore::{Applied, Ignores};
use crate::merge::merge;
use crate::report::{Outcome, Report};
use crate::scanners::{SCANNERS, Scanner};

/// One scanner's answer, as it comes into an assessment.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The scanner.
    pub scanner: &'static Scanner,
    /// What it amounts to.
    pub outcome: Outcome,
    /// What the report says; an empty one if there is none.
    pub report: Report,
    /// Where it came from.
    pub source: Source,
}

impl Answer {
    /// An answer with a report.
    pub fn of(scanner: &'static Scanner, report: Report, source: Source) -> Self {
        Self { scanner, outcome: report.outcome(), report, source }
    }

    /// An answer without a report: the scanner failed, or did not scan.
    pub fn without_report(scanner: &'static Scanner, outcome: Outcome, source: Source) -> Self {
        Self { scanner, outcome, report: Report::default(), source }
    }
}

/// Makes the one answer: merges what was found, takes out what is ignored on that day, and judges the rest. The order of
/// the answers changes nothing but that of two by one scanner.
pub fn assess(
    target: &str,
    subject: Option<&str>,
    mut answers: Vec<Answer>,
    ignores: &Ignores,
    today: Day,
    gate: &Gate,
) -> Assessment {
    answers.sort_by_key(|answer| SCANNERS.into_iter().position(|known| known == answer.scanner));
    let (checks, found): (Vec<Check>, Vec<Vec<Finding>>) = answers.into_iter().map(check).unzip();
    let reports: Vec<(&'static Scanner, &[Finding])> =
        checks.iter().map(|check| check.scanner).zip(found.iter().map(Vec::as_slice)).collect();
    // An image is named by its digest: `name@sha256:...`.
    let named = target.rsplit_once('@').map(|(_, digest)| digest);
    let digests: Vec<&str> =
        subject.into_iter().chain(named).filter(|text| text.starts_with("sha256:")).collect();
    let Applied { findings, ignored, remarks } = ignores.apply(merge(&reports), today, &digests);
    let verdict = gate.judge(&findings, &checks);
    Assessment {
        target: target.to_owned(),
        subject: subject.map(str::to_owned),
        checks,
        findings,
        ignored,
        remarks,
        verdict,
    }
}

fn check(answer: Answer) -> (Check, Vec<Finding>) {
    let Answer { scanner, outcome, report, source } = answer;
    let fixable = report.findings.iter().filter(|finding| !finding.fixed_in.is_empty()).count() as u64;
    let check = Check {
        scanner,
        version: report.version,
        database: report.database,
        outcome,
        reported: Tally::of(report.findings.iter().map(|finding| finding.severity)),
        fixable,
        sbom: report.sbom,
        notes: report.notes,
        source,
    };
    (check, report.findings)
}
