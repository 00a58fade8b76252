//! What several formats say in the same words. Words only: each format escapes the whole for itself.

use std::borrow::Cow;
use std::cmp::Reverse;

use crate::controls::{Checked, ControlReport, ControlVerdict, Evidence, ExceptionUse};
use crate::finding::Location;
use crate::render::words::numbered;
use crate::repository::{Exception, Settings};

/// A verdict at the start of a cell.
pub(super) const fn capitalised(verdict: ControlVerdict) -> &'static str {
    match verdict {
        ControlVerdict::Pass => "Pass",
        ControlVerdict::Warn => "Warn",
        ControlVerdict::Fail => "Fail",
        ControlVerdict::NotAssessed => "Not assessed",
    }
}

/// `16 controls: 12 pass, 1 warn, 2 fail, 1 not assessed`.
pub(super) fn summary(report: &ControlReport) -> String {
    let count = |verdict| report.count(verdict);
    format!(
        "{}: {} pass, {} warn, {} fail, {} not assessed",
        numbered(report.controls.len() as u64, "control", "controls"),
        count(ControlVerdict::Pass),
        count(ControlVerdict::Warn),
        count(ControlVerdict::Fail),
        count(ControlVerdict::NotAssessed),
    )
}

/// What fails first, then what warns; of each the most severe first.
pub(super) fn by_severity(report: &ControlReport) -> Vec<&Checked> {
    let mut controls: Vec<_> = report.controls.iter().collect();
    controls.sort_by_key(|checked| Reverse((checked.verdict, checked.control.severity)));
    controls
}

/// What speaks against a control, the worst first; what is excepted comes last.
pub(super) fn against<'a>(report: &'a ControlReport, checked: &'a Checked) -> Vec<Cow<'a, Evidence>> {
    let evidence = checked.evidence.iter().filter(|evidence| evidence.verdict >= ControlVerdict::Warn);
    let expired = expired(report, checked).map(Cow::Owned);
    let mut against: Vec<_> = evidence.map(Cow::Borrowed).chain(expired).collect();
    against.sort_by_key(|evidence| (evidence.excepted.is_some(), Reverse(evidence.verdict)));
    against
}

/// The control's exceptions that have expired, each of which fails it.
pub(super) fn expired(report: &ControlReport, checked: &Checked) -> impl Iterator<Item = Evidence> {
    let of_control = |used: &&ExceptionUse| used.expired && used.exception.id == checked.control.id;
    report.exceptions.iter().filter(of_control).map(|used| {
        let Exception { path, reason, expires, line, .. } = &*used.exception;
        let path = path.as_ref().map_or_else(String::new, |path| format!(" for {path}"));
        Evidence {
            verdict: ControlVerdict::Fail,
            message: format!("the exception{path} expired on {expires}: {reason}"),
            location: Some(Location::line(Settings::FILE, *line)),
            text: None,
            excepted: None,
        }
    })
}

/// `9 pieces of evidence`, `2 failures, 1 warning: ` and the first of them, or why it is not assessed.
pub(super) fn details(report: &ControlReport, checked: &Checked) -> String {
    match checked.verdict {
        ControlVerdict::NotAssessed => unassessed(checked).to_owned(),
        ControlVerdict::Pass => {
            let found =
                numbered(count(checked, ControlVerdict::Pass), "piece of evidence", "pieces of evidence");
            match count(checked, ControlVerdict::NotAssessed) {
                0 => found,
                unknown => format!("{found}, {unknown} not assessed"),
            }
        }
        ControlVerdict::Warn | ControlVerdict::Fail => {
            let first = against(report, checked).first().map(|evidence| format!(": {}", evidence.message));
            tally(report, checked) + &first.unwrap_or_default()
        }
    }
}

/// `2 failures, 1 warning, 1 excepted, 1 expired exception`.
pub(super) fn tally(report: &ControlReport, checked: &Checked) -> String {
    let excepted = checked.evidence.iter().filter(|evidence| evidence.excepted.is_some()).count() as u64;
    let expired = expired(report, checked).count() as u64;
    let parts = [
        (count(checked, ControlVerdict::Fail), "failure", "failures"),
        (count(checked, ControlVerdict::Warn), "warning", "warnings"),
        (excepted, "excepted", "excepted"),
        (expired, "expired exception", "expired exceptions"),
    ];
    let parts = parts.into_iter().filter(|(number, ..)| *number > 0);
    parts.map(|(number, one, several)| numbered(number, one, several)).collect::<Vec<_>>().join(", ")
}

/// How many pieces of evidence come to that and are not excepted.
fn count(checked: &Checked, verdict: ControlVerdict) -> u64 {
    let counts = |evidence: &&Evidence| evidence.verdict == verdict && evidence.excepted.is_none();
    checked.evidence.iter().filter(counts).count() as u64
}

/// Why a control is not assessed.
pub(super) fn unassessed(checked: &Checked) -> &str {
    checked.evidence.first().map_or("there is nothing to ask about", |evidence| &evidence.message)
}

/// The exceptions, the expired ones first.
pub(super) fn exceptions(report: &ControlReport) -> Vec<&ExceptionUse> {
    let mut exceptions: Vec<_> = report.exceptions.iter().collect();
    exceptions.sort_by_key(|used| !used.expired);
    exceptions
}

/// `checked on 2026-12-01 by bulla 0.1.0`.
pub(super) fn checked_on(report: &ControlReport) -> String {
    format!("checked on {} by bulla {}", report.day, env!("CARGO_PKG_VERSION"))
}

/// What an exception covers, and what to do about one that covers nothing.
pub(super) fn covers(used: &ExceptionUse) -> String {
    match used.covers {
        0 if used.exception.path.is_some() => {
            "nothing: take it out, or leave `path` out for what has no file".to_owned()
        }
        0 => "nothing: take it out".to_owned(),
        covers => numbered(covers, "piece of evidence", "pieces of evidence"),
    }
}

/// `pinned-actions in .github/x.yml, until 2027-03-01, covers 2 pieces of evidence: ` and the reason.
pub(super) fn exception(used: &ExceptionUse) -> String {
    let Exception { id, path, reason, .. } = &*used.exception;
    let path = path.as_ref().map_or_else(String::new, |path| format!(" in {path}"));
    format!("{id}{path}, {}, covers {}: {reason}", term(used), covers(used))
}

/// `until 2027-03-01`, or that it is over.
pub(super) fn term(used: &ExceptionUse) -> String {
    let expires = used.exception.expires;
    if used.expired { format!("expired on {expires}") } else { format!("until {expires}") }
}

/// `.github/workflows/ci.yml:12:15`.
pub(super) fn place(location: &Location) -> String {
    let numbers = [location.line, location.line.and(location.column)];
    numbers.into_iter().flatten().fold(location.path.clone(), |place, number| format!("{place}:{number}"))
}

/// A part of a text in which backticks enclose code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span<'a> {
    Words(&'a str),
    /// What stands between two backticks.
    Code(&'a str),
}

/// The parts of a text; one part where a backtick is alone.
pub(super) fn spans(text: &str) -> Vec<Span<'_>> {
    let parts: Vec<_> = text.split('`').collect();
    if parts.len() % 2 == 0 {
        return vec![Span::Words(text)];
    }
    let span = |(at, part)| if at % 2 == 0 { Span::Words(part) } else { Span::Code(part) };
    parts.into_iter().enumerate().map(span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stands_between_two_backticks() {
        assert_eq!(spans("a `b` c"), [Span::Words("a "), Span::Code("b"), Span::Words(" c")]);
        assert_eq!(spans("a `b"), [Span::Words("a `b")]);
        assert_eq!(spans(""), [Span::Words("")]);
    }
}
