//! For a pull request's comment and a step summary: GitHub's Markdown, with the evidence folded away.

use super::words::{
    Span, against, by_severity, capitalised, checked_on, covers, details, exceptions as worst_first, place,
    spans, summary, tally, term,
};
use crate::controls::{Checked, ControlReport, ControlVerdict, Evidence};
use crate::render::markdown::escape::{own, text};
use crate::render::markdown::section::{LONGEST, Section, row, table};
use crate::render::words::numbered;

/// The first line, by which a comment is found again.
const MARKER: &str = "<!-- bulla-controls -->";
/// A row takes less than 2,000, whatever is in it.
const LONGEST_TABLE: usize = 32_000;
const LONGEST_EXCEPTIONS: usize = 8_000;

/// The report as Markdown, at most 60,000 characters (and bytes) long: what does not fit is counted at the end of its
/// table.
pub fn render_controls_markdown(report: &ControlReport) -> String {
    let mut page = head(report);
    let exceptions = exceptions(report).print(LONGEST_EXCEPTIONS);
    let against: Vec<_> =
        by_severity(report).into_iter().filter(|checked| !against(report, checked).is_empty()).collect();
    for (at, checked) in against.iter().enumerate() {
        let room = LONGEST - page.len() - exceptions.len();
        page.push_str(&problems(report, checked).print(room / (against.len() - at)));
    }
    page.push_str(&passed(report).print(LONGEST - page.len() - exceptions.len()));
    page + &exceptions
}

fn head(report: &ControlReport) -> String {
    let rows = report.controls.iter().map(|checked| {
        let control =
            format!("{} {} ({})", icon(checked.verdict), own(checked.control.title), checked.control.id);
        row(&[control, capitalised(checked.verdict).to_owned(), text(&details(report, checked))])
    });
    let controls = Section {
        before: table(&["Control", "Verdict", "Details"]),
        rows: rows.collect(),
        noun: "controls",
        ..Section::default()
    };
    let controls = controls.print(LONGEST_TABLE);
    format!("{MARKER}\n## Repository Controls\n{controls}\n{}; {}\n", summary(report), checked_on(report))
}

const fn icon(verdict: ControlVerdict) -> &'static str {
    match verdict {
        ControlVerdict::Pass => "✅",
        ControlVerdict::Warn => "⚠️",
        ControlVerdict::Fail => "❌",
        ControlVerdict::NotAssessed => "⚪",
    }
}

/// What speaks against a control, and what to do about it.
fn problems(report: &ControlReport, checked: &Checked) -> Section {
    let control = checked.control;
    let title = format!("{} {}: {}", icon(checked.verdict), own(control.title), tally(report, checked));
    let columns = table(&["Verdict", "Where", "Evidence", "Line"]);
    Section {
        before: format!(
            "<details><summary>{title}</summary>\n\n**Fix:** {}\n\n{columns}",
            prose(control.fix)
        ),
        rows: against(report, checked).iter().map(|evidence| piece(evidence)).collect(),
        after: "\n</details>\n",
        noun: "pieces of evidence",
    }
}

/// What speaks for the controls.
fn passed(report: &ControlReport) -> Section {
    let rows = report.controls.iter().flat_map(|checked| {
        let passed = checked.evidence.iter().filter(|evidence| evidence.verdict == ControlVerdict::Pass);
        passed.map(|evidence| {
            let place =
                evidence.location.as_ref().map_or_else(String::new, |location| text(&place(location)));
            let shown = text(evidence.text.as_deref().unwrap_or_default());
            row(&[checked.control.id.to_owned(), place, text(&evidence.message), shown])
        })
    });
    let rows: Vec<_> = rows.collect();
    let counted = numbered(rows.len() as u64, "piece of evidence", "pieces of evidence");
    let title = format!("{} {counted} in favour", icon(ControlVerdict::Pass));
    Section::folded(&title, &["Control", "Where", "Evidence", "Line"], rows, "pieces of evidence")
}

fn piece(evidence: &Evidence) -> String {
    let place = evidence.location.as_ref().map_or_else(String::new, |location| text(&place(location)));
    let mut message = text(&evidence.message);
    let verdict = match &evidence.excepted {
        None => capitalised(evidence.verdict),
        Some(exception) => {
            message.push_str(&format!(" (excepted: {})", text(&exception.reason)));
            "Excepted"
        }
    };
    row(&[verdict.to_owned(), place, message, text(evidence.text.as_deref().unwrap_or_default())])
}

fn exceptions(report: &ControlReport) -> Section {
    let rows = worst_first(report).into_iter().map(|used| {
        let exception = &used.exception;
        let icon = icon(if used.expired { ControlVerdict::Fail } else { ControlVerdict::Warn });
        row(&[
            text(&exception.id),
            text(exception.path.as_deref().unwrap_or_default()),
            text(&exception.reason),
            format!("{icon} {}", term(used)),
            text(&covers(used)),
        ])
    });
    let rows: Vec<_> = rows.collect();
    let title = numbered(rows.len() as u64, "exception", "exceptions");
    Section::folded(&title, &["Control", "Path", "Reason", "Holds", "Covers"], rows, "exceptions")
}

/// A control's own text. What is code is not escaped, for nothing is markup there.
fn prose(text: &'static str) -> String {
    let shown = spans(text).into_iter().map(|span| match span {
        Span::Words(words) => own(words),
        Span::Code(code) => format!("`{code}`"),
    });
    shown.collect()
}
