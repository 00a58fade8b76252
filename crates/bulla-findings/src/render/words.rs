//! What several formats say in the same words. Words only: names and reasons in them are as their writers wrote them,
//! and each format escapes the whole for itself.

use std::time::Duration;

use crate::assessment::{Assessment, Check, Source, Tally};
use crate::gate::OnFailure;
use crate::ignore::{IgnoreProblem, IgnoreRemark};
use crate::report::Outcome;
use crate::scanners::Gives;
use crate::severity::Severity;

/// What a check comes to, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing was found.
    Pass,
    /// Something was; the worst of it.
    Found(Severity),
    /// There is an SBOM.
    Generated,
    /// The scanner failed.
    Error,
    /// Nothing was looked at.
    Unscanned,
}

impl Standing {
    pub(crate) fn of(check: &Check) -> Self {
        match &check.outcome {
            Outcome::Error(_) => Self::Error,
            Outcome::Unscanned(_) => Self::Unscanned,
            Outcome::Findings => Self::Found(check.reported.worst().unwrap_or_default()),
            Outcome::Clean if check.sbom.is_some() || matches!(check.scanner.gives, Gives::Sbom) => {
                Self::Generated
            }
            Outcome::Clean => Self::Pass,
        }
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Pass => "Pass",
            Self::Found(severity) => capitalised(severity),
            Self::Generated => "Generated",
            Self::Error => "Error",
            Self::Unscanned => "Not scanned",
        }
    }
}

/// A severity at the start of a cell.
pub(crate) const fn capitalised(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Negligible => "Negligible",
        Severity::Unknown => "Unknown",
    }
}

/// `Secret scan (kingfisher)`.
pub(crate) fn check_name(check: &Check) -> String {
    format!("{} ({})", check.scanner.title, check.scanner.name)
}

/// `3 critical, 12 high, 46 total (17 fixable)`, `no secrets`, `470 components (CycloneDX 1.6)`, or why there is no
/// answer.
pub(crate) fn details(check: &Check) -> String {
    match (&check.outcome, &check.sbom) {
        (Outcome::Error(reason) | Outcome::Unscanned(reason), _) => reason.clone(),
        (Outcome::Findings, _) => counts(check.reported, check.fixable),
        (Outcome::Clean, Some(sbom)) => sbom.to_string(),
        (Outcome::Clean, None) if check.scanner.title.starts_with("Secret") => "no secrets".to_owned(),
        (Outcome::Clean, None) => "no findings".to_owned(),
    }
}

/// The two worst severities, the total, and what can be fixed.
fn counts(tally: Tally, fixable: u64) -> String {
    let present = Severity::ALL.into_iter().filter(|severity| tally.get(*severity) > 0);
    let worst = present.take(2).map(|severity| format!("{} {severity}, ", tally.get(severity)));
    let fixable = if fixable > 0 { format!(" ({fixable} fixable)") } else { String::new() };
    format!("{}{} total{fixable}", worst.collect::<String>(), tally.total())
}

/// `47 distinct · gate: failed (fail-on high) · 2 ignored, 1 expired`.
pub(crate) fn merged(assessment: &Assessment) -> String {
    let mut parts = vec![format!("{} distinct", assessment.findings.len()), gate(assessment)];
    let expired =
        assessment.remarks.iter().filter(|remark| matches!(remark.problem, IgnoreProblem::Expired { .. }));
    let ignored = [(assessment.ignored.len(), "ignored"), (expired.count(), "expired")];
    let ignored =
        ignored.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}"));
    let ignored: Vec<_> = ignored.collect();
    if !ignored.is_empty() {
        parts.push(ignored.join(", "));
    }
    parts.join(" · ")
}

fn gate(assessment: &Assessment) -> String {
    let verdict = &assessment.verdict;
    let threshold = verdict.fail_on.map(|severity| format!("fail-on {severity}"));
    let soft = (verdict.on_failure == OnFailure::Report).then(|| "soft-fail".to_owned());
    let settings: Vec<_> = threshold.into_iter().chain(soft).collect();
    let settings = if settings.is_empty() { String::new() } else { format!(" ({})", settings.join(", ")) };
    format!("gate: {}{settings}", verdict.decision.name())
}

/// Where each answer came from: `trivy hit, sealed hmac-sha256 3f2a…, scanned 2 h 14 min ago, trivy 0.76.0, DB
/// 2026-08-21`. A scanner that was not run, and a
/// report from a file, came through no cache.
pub(crate) fn cache(assessment: &Assessment) -> Vec<String> {
    assessment.checks.iter().filter_map(origin).collect()
}

fn origin(check: &Check) -> Option<String> {
    let name = check.scanner.name;
    Some(match &check.source {
        Source::NotRun | Source::File(_) => return None,
        Source::Miss { detail, not_stored: None, .. } => format!("{name} miss ({detail})"),
        Source::Miss { detail, not_stored: Some(why), .. } => {
            format!("{name} miss ({detail}), not stored ({why})")
        }
        Source::Hit { seal, key_id, age: old, is_shared, .. } => {
            let key: String = key_id.chars().take(4).collect();
            let place = if *is_shared { " in the shared store" } else { "" };
            let mut said = format!("{name} hit{place}, sealed {seal} {key}…, scanned {} ago", age(*old));
            if let Some(version) = &check.version {
                said += &format!(", {name} {version}");
            }
            if let Some(database) = &check.database {
                said += &format!(", DB {}", date(database).unwrap_or(database));
            }
            said
        }
    })
}

/// The two largest units that say something: `2 h 14 min`.
pub(crate) fn age(age: Duration) -> String {
    let seconds = age.as_secs();
    let (large, small) = match seconds {
        0..60 => return format!("{seconds} s"),
        60..3600 => return format!("{} min", seconds / 60),
        3600..86_400 => ((seconds / 3600, "h"), (seconds % 3600 / 60, "min")),
        _ => ((seconds / 86_400, "d"), (seconds % 86_400 / 3600, "h")),
    };
    let units = [large, small].into_iter().filter(|(count, _)| *count > 0);
    units.map(|(count, unit)| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

/// The first `YYYY-MM-DD` in a text.
fn date(text: &str) -> Option<&str> {
    let is_date = |window: &[u8]| {
        window.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    };
    let at = text.as_bytes().windows(10).position(is_date)?;
    text.get(at..at + 10)
}

/// What is to be said about a rule of an ignore file.
pub(crate) fn remark(remark: &IgnoreRemark) -> String {
    let IgnoreRemark { file, rule, problem } = remark;
    match problem {
        IgnoreProblem::Expired { on, findings } => {
            format!(
                "{file}: {rule} expired on {on}; {} again",
                numbered(*findings, "finding counts", "findings count")
            )
        }
        IgnoreProblem::Unused => format!("{file}: {rule} is not used: nothing that was found matches it"),
    }
}

/// `1 finding`, `2 findings`.
pub(crate) fn numbered(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

/// `pom.xml:12`.
pub(crate) fn place(finding: &crate::finding::Finding) -> String {
    let Some(location) = &finding.location else { return String::new() };
    location.line.map_or_else(|| location.path.clone(), |line| format!("{}:{line}", location.path))
}

/// The scanners that said it, each once.
pub(crate) fn scanners(said_by: &[crate::assessment::Said]) -> Vec<&'static str> {
    let mut names: Vec<_> = said_by.iter().map(|said| said.scanner).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_its_two_largest_units() {
        let said = [0, 59, 60, 3599, 3600, 8040, 86_399, 86_400, 97_200].map(|s| age(Duration::from_secs(s)));
        let expected =
            ["0 s", "59 s", "1 min", "59 min", "1 h", "2 h 14 min", "23 h 59 min", "1 d", "1 d 3 h"];
        assert_eq!(said, expected);
    }

    #[test]
    fn a_database_is_shown_by_its_day_wherever_that_stands() {
        assert_eq!(date("2026-08-21T06:12:44Z schema 6"), Some("2026-08-21"));
        assert_eq!(date("v6 of 2026-08-21"), Some("2026-08-21"));
        assert_eq!(date("sha256:0123456789"), None);
        assert_eq!(date("äöü-2026"), None);
    }
}
