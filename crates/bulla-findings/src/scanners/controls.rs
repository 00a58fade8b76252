//! The controls of a repository, asked by bulla itself: `bulla controls check --json`.
//!
//! Exceptions are left to whoever applies ignores, as the report's reader may do on another day than its writer: a
//! covered piece of evidence is a finding like any other here.

use serde::Deserialize;

use super::{Arguments, Database, Gives, NotApplicable, Program, Reads, Request, Scanner, Target};
use crate::controls::ControlVerdict;
use crate::finding::{Finding, Kind, Location};
use crate::json::{Text, document};
use crate::report::{Examined, NotAReport, Report};
use crate::severity::Severity;

/// See the module.
pub(super) static CONTROLS: Scanner = Scanner {
    name: "controls",
    operation: "controls",
    title: "Repository controls",
    gives: Gives::Findings(read),
    redact: None,
    program: Program {
        name: "bulla",
        remedy: "docs/controls.md",
        version: &["--version"],
        version_of: super::version_word,
        reads: Reads::Repository,
        database: Database::None,
        wants: &[".git", ".github"],
        staged: &[],
        arguments,
        takes_sbom: false,
        // 3: a control fails.
        good_exits: &[0, 3],
        nothing_exits: &[],
        settings: &[],
        environment: &[],
        set: &[],
    },
};

/// What stands before a control's id: other scanners have rules of the same names.
pub(crate) const PREFIX: &str = "controls/";

fn arguments(request: &Request<'_>) -> Arguments {
    match request.target {
        Target::Directory => Ok(["controls", "check", "--json", "."].map(Into::into).into()),
        _ => Err(NotApplicable("controls are asked about a repository's directory".to_owned())),
    }
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    controls: Vec<Checked<'a>>,
}

#[derive(Deserialize)]
struct Checked<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow)]
    severity: Text<'a>,
    #[serde(borrow)]
    evidence: Vec<Evidence<'a>>,
}

#[derive(Deserialize)]
struct Evidence<'a> {
    #[serde(borrow)]
    verdict: Text<'a>,
    #[serde(borrow)]
    message: Text<'a>,
    #[serde(borrow)]
    file: Option<Text<'a>>,
    line: Option<u64>,
    column: Option<u64>,
}

fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let Document { controls } = document("controls", bytes)?;
    let mut report = Report::default();
    if controls.is_empty() {
        report.examined = Examined::Nothing("no control was asked".to_owned());
    }
    let mut not_assessed = Vec::new();
    for checked in &controls {
        let mut assessed = false;
        for evidence in &checked.evidence {
            let verdict = ControlVerdict::from_name(&evidence.verdict).ok_or_else(|| {
                NotAReport::new("controls", format!("`{}` is no verdict", &*evidence.verdict))
            })?;
            assessed |= verdict != ControlVerdict::NotAssessed;
            report
                .findings
                .extend(severity(checked, verdict).map(|severity| finding(checked, evidence, severity)));
        }
        if !assessed {
            not_assessed.push(&*checked.id);
        }
    }
    if !not_assessed.is_empty() {
        report.notes.push(format!("not assessed: {}", not_assessed.join(", ")));
    }
    Ok(report)
}

/// How bad a piece of evidence is; `None` if it speaks for its control, or not at all.
fn severity(checked: &Checked<'_>, verdict: ControlVerdict) -> Option<Severity> {
    match verdict {
        ControlVerdict::Fail => Some(Severity::from_word(&checked.severity)),
        ControlVerdict::Warn => Some(Severity::Low.min(Severity::from_word(&checked.severity))),
        ControlVerdict::Pass | ControlVerdict::NotAssessed => None,
    }
}

fn finding(checked: &Checked<'_>, evidence: &Evidence<'_>, severity: Severity) -> Finding {
    let location = evidence.file.as_deref().map(|file| Location {
        line: evidence.line,
        column: evidence.column,
        ..Location::file(file)
    });
    Finding {
        kind: Kind::Misconfiguration,
        id: format!("{PREFIX}{}", &*checked.id),
        severity,
        title: evidence.message.to_string(),
        location,
        ..Finding::default()
    }
}
