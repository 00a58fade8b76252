//! For programs. The fields stand in the order of the structs below, which is the documented one.

use serde::Serialize;

use crate::controls::{Checked, ControlReport, ControlVerdict, Evidence, ExceptionUse, Reference};

/// The report as one JSON object, without its `schema_version`, which belongs to the program's document.
pub fn render_controls_json(report: &ControlReport) -> impl Serialize + '_ {
    Document {
        target: &report.target,
        checked_on: report.day.to_string(),
        summary: Summary::of(report),
        controls: report.controls.iter().map(ControlFields::from).collect(),
        exceptions: report.exceptions.iter().map(ExceptionFields::from).collect(),
    }
}

/// `checked_on`: a day in UTC, as `YYYY-MM-DD`.
#[derive(Serialize)]
struct Document<'a> {
    target: &'a str,
    checked_on: String,
    summary: Summary,
    controls: Vec<ControlFields<'a>>,
    exceptions: Vec<ExceptionFields<'a>>,
}

/// How many controls came to each verdict.
#[derive(Serialize)]
struct Summary {
    pass: u64,
    warn: u64,
    fail: u64,
    #[serde(rename = "not-assessed")]
    not_assessed: u64,
}

impl Summary {
    fn of(report: &ControlReport) -> Self {
        Self {
            pass: report.count(ControlVerdict::Pass),
            warn: report.count(ControlVerdict::Warn),
            fail: report.count(ControlVerdict::Fail),
            not_assessed: report.count(ControlVerdict::NotAssessed),
        }
    }
}

#[derive(Serialize)]
struct ControlFields<'a> {
    id: &'static str,
    title: &'static str,
    question: &'static str,
    verdict: &'static str,
    severity: &'static str,
    evidence: Vec<EvidenceFields<'a>>,
    fix: &'static str,
    frameworks: Vec<ReferenceFields>,
}

impl<'a> From<&'a Checked> for ControlFields<'a> {
    fn from(checked: &'a Checked) -> Self {
        let control = checked.control;
        Self {
            id: control.id,
            title: control.title,
            question: control.question,
            verdict: checked.verdict.name(),
            severity: control.severity.name(),
            evidence: checked.evidence.iter().map(EvidenceFields::from).collect(),
            fix: control.fix,
            frameworks: control.references().map(ReferenceFields::from).collect(),
        }
    }
}

/// `file`, `line` (from 1), `column` (from 1) and `text` are null where there is none; `excepted` is the reason of the
/// exception that covers it.
#[derive(Serialize)]
struct EvidenceFields<'a> {
    verdict: &'static str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<u64>,
    column: Option<u64>,
    text: Option<&'a str>,
    excepted: Option<&'a str>,
}

impl<'a> From<&'a Evidence> for EvidenceFields<'a> {
    fn from(evidence: &'a Evidence) -> Self {
        let location = evidence.location.as_ref();
        Self {
            verdict: evidence.verdict.name(),
            message: &evidence.message,
            file: location.map(|location| location.path.as_str()),
            line: location.and_then(|location| location.line),
            column: location.and_then(|location| location.column),
            text: evidence.text.as_deref(),
            excepted: evidence.excepted.as_ref().map(|exception| exception.reason.as_str()),
        }
    }
}

#[derive(Serialize)]
struct ReferenceFields {
    framework: &'static str,
    number: &'static str,
    title: &'static str,
}

impl From<&'static Reference> for ReferenceFields {
    fn from(reference: &'static Reference) -> Self {
        let Reference { framework, number, title, .. } = reference;
        Self { framework: framework.name(), number, title }
    }
}

/// `covers`: how many pieces of evidence it names.
#[derive(Serialize)]
struct ExceptionFields<'a> {
    id: &'a str,
    path: Option<&'a str>,
    reason: &'a str,
    expires: String,
    expired: bool,
    covers: u64,
}

impl<'a> From<&'a ExceptionUse> for ExceptionFields<'a> {
    fn from(used: &'a ExceptionUse) -> Self {
        let exception = &used.exception;
        Self {
            id: &exception.id,
            path: exception.path.as_deref(),
            reason: &exception.reason,
            expires: exception.expires.to_string(),
            expired: used.expired,
            covers: used.covers,
        }
    }
}
