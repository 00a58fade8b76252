//! For a terminal: every control on a line, and below them what is to be done.

use super::words::{
    against, by_severity, capitalised, details, exception, exceptions as worst_first, place, summary,
    unassessed,
};
use crate::controls::{Checked, Control, ControlReport, ControlVerdict, Evidence};
use crate::render::Style;
use crate::render::terminal::NARROW;
use crate::render::terminal::layout::{Cell, Ink, Page};

/// The most pieces of evidence that are shown of one control.
const MOST_EVIDENCE: usize = 10;
const MOST_EXCEPTIONS: usize = 20;

/// The report as lines, each at most `style.width` columns wide (40 for a narrower terminal).
pub fn render_controls_terminal(report: &ControlReport, style: Style) -> String {
    let mut page = Page::new(style);
    page.heading(&format!("Repository controls of {} on {}", report.target, report.day));
    page.blank();
    overview(&mut page, report);
    by_severity(report).into_iter().for_each(|checked| control(&mut page, report, checked, style));
    exceptions(&mut page, report);
    not_assessed(&mut page, report);
    page.blank();
    let worst = report.controls.iter().map(|checked| checked.verdict).max();
    page.paragraph("", &summary(report), ink_of(worst.unwrap_or(ControlVerdict::NotAssessed)));
    page.finish()
}

const fn sign(verdict: ControlVerdict) -> &'static str {
    match verdict {
        ControlVerdict::Pass => "✓",
        ControlVerdict::Warn => "!",
        ControlVerdict::Fail => "✗",
        ControlVerdict::NotAssessed => "–",
    }
}

const fn ink_of(verdict: ControlVerdict) -> Ink {
    match verdict {
        ControlVerdict::Pass => Ink::Good,
        ControlVerdict::Warn => Ink::Dubious,
        ControlVerdict::Fail => Ink::Bad,
        ControlVerdict::NotAssessed => Ink::Faint,
    }
}

fn marked(verdict: ControlVerdict) -> Cell {
    Cell::new(sign(verdict), ink_of(verdict))
}

fn overview(page: &mut Page, report: &ControlReport) {
    let rows = report.controls.iter().map(|checked| {
        let verdict = checked.verdict;
        // Why it is not assessed has a line of its own below.
        let is_known = verdict != ControlVerdict::NotAssessed;
        let details = if is_known { details(report, checked) } else { String::new() };
        [
            marked(verdict),
            Cell::new(checked.control.id, Ink::Plain),
            Cell::new(capitalised(verdict), ink_of(verdict)),
            Cell::new(&details, Ink::Plain),
        ]
    });
    if page.width() >= NARROW {
        return page.table(0, &rows.map(Vec::from).collect::<Vec<_>>());
    }
    for [sign, id, verdict, details] in rows {
        page.table(0, &[vec![sign, id]]);
        page.table(3, &[vec![verdict, details]]);
    }
}

/// What speaks against a control, and what to do about it; what speaks for it, where that is asked for.
fn control(page: &mut Page, report: &ControlReport, checked: &Checked, style: Style) {
    let Control { id, title, severity, fix, .. } = checked.control;
    let against = against(report, checked);
    let others =
        checked.evidence.iter().filter(|evidence| style.verbose && evidence.verdict < ControlVerdict::Warn);
    let others: Vec<_> = others.collect();
    if against.is_empty() && (others.is_empty() || checked.verdict == ControlVerdict::NotAssessed) {
        return;
    }
    page.blank();
    page.heading(&format!("{title} ({id}, {severity} severity)"));
    let shown = if style.verbose { usize::MAX } else { MOST_EVIDENCE };
    against.iter().take(shown).for_each(|evidence| piece(page, evidence));
    more(page, against.len().saturating_sub(shown));
    others.into_iter().for_each(|evidence| piece(page, evidence));
    if !against.is_empty() {
        page.paragraph("  Fix: ", fix, Ink::Plain);
    }
}

fn piece(page: &mut Page, evidence: &Evidence) {
    let place = evidence.location.as_ref().map_or_else(String::new, |location| place(location) + ": ");
    let (verdict, excepted) = match evidence.excepted {
        Some(_) => (ControlVerdict::Warn, " (excepted)"),
        None => (evidence.verdict, ""),
    };
    let said = Cell::new(&format!("{place}{}{excepted}", evidence.message), Ink::Plain);
    page.table_with_prose(2, &[vec![marked(verdict), said]]);
    if let Some(text) = &evidence.text {
        page.table(5, &[vec![Cell::new(text, Ink::Faint)]]);
    }
}

fn exceptions(page: &mut Page, report: &ControlReport) {
    let exceptions = worst_first(report);
    if exceptions.is_empty() {
        return;
    }
    page.blank();
    page.heading("Exceptions");
    for used in exceptions.iter().take(MOST_EXCEPTIONS) {
        let verdict = if used.expired { ControlVerdict::Fail } else { ControlVerdict::Warn };
        page.table_with_prose(2, &[vec![marked(verdict), Cell::new(&exception(used), Ink::Plain)]]);
    }
    more(page, exceptions.len().saturating_sub(MOST_EXCEPTIONS));
}

fn not_assessed(page: &mut Page, report: &ControlReport) {
    let unknown = |checked: &&Checked| checked.verdict == ControlVerdict::NotAssessed;
    let mut unknown = report.controls.iter().filter(unknown).peekable();
    if unknown.peek().is_none() {
        return;
    }
    page.blank();
    page.heading("Not assessed");
    for checked in unknown {
        let said = format!("{}: {}", checked.control.id, unassessed(checked));
        page.table_with_prose(2, &[vec![marked(checked.verdict), Cell::new(&said, Ink::Plain)]]);
    }
}

fn more(page: &mut Page, left: usize) {
    if left > 0 {
        page.paragraph("     ", &format!("… and {left} more"), Ink::Faint);
    }
}
