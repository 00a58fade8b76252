//! For a terminal: the checks, the worst findings, and what to do next.

pub(crate) mod layout;

use self::layout::{Cell, Ink, Page};
use super::upgrades::{Upgrade, upgrades};
use super::words::{self, Standing, numbered};
use crate::assessment::{Assessment, Check, Merged, Source};
use crate::finding::{Finding, Kind};
use crate::gate::Decision;
use crate::ignore::{IgnoreProblem, IgnoreRemark};
use crate::severity::Severity;

/// What a terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// How many columns it has; fewer than 40 are taken for 40.
    pub width: usize,
    /// Whether it is to see colours.
    pub color: bool,
    /// Whether what is in order is shown as fully as what is not.
    pub verbose: bool,
}

/// Below this width what would be columns stands in lines.
pub(crate) const NARROW: usize = 60;
const MOST_FINDINGS: usize = 10;
const MOST_UPGRADES: usize = 5;
/// The most lines of one list that others can make long: reasons, notes, remarks.
const MOST_REMARKS: usize = 10;

/// The assessment as lines, each at most `style.width` columns wide (40 for a narrower terminal).
pub fn render_terminal(assessment: &Assessment, style: Style) -> String {
    let mut page = Page::new(style);
    page.heading(&format!("Security scan of {}", assessment.target));
    page.blank();
    checks(&mut page, assessment);
    page.blank();
    summary(&mut page, assessment);
    findings(&mut page, &assessment.findings);
    let steps = next_steps(assessment);
    if !steps.is_empty() {
        page.blank();
        page.heading("What to do next");
        steps.iter().for_each(|step| page.paragraph("  - ", step, Ink::Plain));
    }
    page.finish()
}

fn checks(page: &mut Page, assessment: &Assessment) {
    let rows = assessment.checks.iter().map(|check| {
        let standing = Standing::of(check);
        let ink = ink_of(standing);
        [
            Cell::new(sign(standing), ink),
            Cell::new(&words::check_name(check), Ink::Plain),
            Cell::new(standing.word(), ink),
            Cell::new(&words::details(check), Ink::Plain),
        ]
    });
    if page.width() >= NARROW {
        return page.table_with_prose(0, &rows.map(Vec::from).collect::<Vec<_>>());
    }
    for (check, [sign, name, ..]) in assessment.checks.iter().zip(rows) {
        let standing = Standing::of(check);
        page.table(0, &[vec![sign, name]]);
        page.paragraph("   ", &format!("{}: {}", standing.word(), words::details(check)), ink_of(standing));
    }
}

/// Signs of one column: for ⚠️ and its like terminals disagree about whether it has one or two.
const fn sign(standing: Standing) -> &'static str {
    match standing {
        Standing::Pass => "✓",
        Standing::Found(_) => "!",
        Standing::Generated => "+",
        Standing::Error => "✗",
        Standing::Unscanned => "-",
    }
}

const fn ink_of(standing: Standing) -> Ink {
    match standing {
        Standing::Pass | Standing::Generated => Ink::Good,
        Standing::Found(severity) => ink_of_severity(severity),
        Standing::Error => Ink::Bad,
        Standing::Unscanned => Ink::Dubious,
    }
}

const fn ink_of_severity(severity: Severity) -> Ink {
    match severity {
        Severity::Critical | Severity::High => Ink::Bad,
        Severity::Medium => Ink::Dubious,
        Severity::Low | Severity::Negligible | Severity::Unknown => Ink::Plain,
    }
}

fn summary(page: &mut Page, assessment: &Assessment) {
    let ink = match assessment.verdict.decision {
        Decision::Passed => Ink::Good,
        Decision::Warned => Ink::Dubious,
        Decision::Failed => Ink::Bad,
    };
    page.paragraph("Merged: ", &words::merged(assessment), ink);
    for (at, origin) in words::cache(assessment).iter().enumerate() {
        page.paragraph(if at == 0 { "Cache: " } else { "       " }, origin, Ink::Faint);
    }
    for reason in assessment.verdict.reasons.iter().take(MOST_REMARKS) {
        page.paragraph("Gate: ", reason, ink);
    }
    let notes = assessment.checks.iter().flat_map(|check| check.notes.iter().map(move |note| (check, note)));
    for (check, note) in notes.take(MOST_REMARKS) {
        page.paragraph("Note: ", &format!("{}: {note}", check.scanner.name), Ink::Dubious);
    }
}

fn findings(page: &mut Page, findings: &[Merged]) {
    if findings.is_empty() {
        return;
    }
    let shown = &findings[..findings.len().min(MOST_FINDINGS)];
    page.blank();
    match findings.len() - shown.len() {
        0 => page.heading("Findings, the worst first"),
        _ => page.heading(&format!("The worst {} of {} findings", shown.len(), findings.len())),
    }
    let rows = shown.iter().map(|Merged { finding, .. }| {
        [
            Cell::new(words::capitalised(finding.severity), ink_of_severity(finding.severity)),
            Cell::new(&finding.id, Ink::Plain),
            Cell::new(&subject(finding), Ink::Plain),
            Cell::path(&words::place(finding)),
        ]
    });
    if page.width() >= NARROW {
        return page.table(2, &rows.map(Vec::from).collect::<Vec<_>>());
    }
    for [severity, id, subject, place] in rows {
        page.table(2, &[vec![severity, id]]);
        [subject, place]
            .into_iter()
            .filter(|cell| !cell.is_empty())
            .for_each(|cell| page.table(4, &[vec![cell]]));
    }
}

/// `lodash 4.17.4 → 4.17.21`; the title of what is in no package.
fn subject(finding: &Finding) -> String {
    let Some(package) = &finding.package else { return finding.title.clone() };
    let version = if package.version.is_empty() { String::new() } else { format!(" {}", package.version) };
    let fixed = finding.fixed_in.join(", ");
    let fixed = if fixed.is_empty() { fixed } else { format!(" → {fixed}") };
    format!("{}{version}{fixed}", package.name)
}

fn next_steps(assessment: &Assessment) -> Vec<String> {
    let missing = assessment.checks.iter().filter(|check| is_missing(check));
    let missing = missing.filter_map(|check| check.outcome.reason().map(str::to_owned));
    let secrets =
        assessment.findings.iter().filter(|merged| merged.finding.kind == Kind::Secret).count() as u64;
    let secrets = match secrets {
        0 => None,
        1 => Some("revoke the secret that was found, then take it out".to_owned()),
        several => Some(format!("revoke the {several} secrets that were found, then take them out")),
    };
    let upgrades = upgrades(&assessment.findings);
    let upgrades = upgrades.iter().take(MOST_UPGRADES).map(upgrade);
    let remarks = assessment.remarks.iter().take(MOST_REMARKS).map(settle);
    missing.chain(secrets).chain(upgrades).chain(remarks).collect()
}

/// Whether the scanner is not there: one that ran and failed has said why.
fn is_missing(check: &Check) -> bool {
    // What says how to get it says so in its reason.
    let reason = check.outcome.reason().unwrap_or_default();
    check.source == Source::NotRun && reason.contains(" is not installed: ")
}

fn upgrade(Upgrade { package, from, to, fixes }: &Upgrade<'_>) -> String {
    let worst = fixes.worst().filter(|_| fixes.total() > 1);
    let worst = worst.map_or_else(String::new, |severity| format!(", {} {severity}", fixes.get(severity)));
    format!("upgrade {package} {from} to {to} (fixes {}{worst})", fixes.total())
}

fn settle(remark: &IgnoreRemark) -> String {
    let IgnoreRemark { file, rule, problem } = remark;
    match problem {
        IgnoreProblem::Expired { on, findings } => {
            let count = numbered(*findings, "finding", "findings");
            format!("decide again about {rule} ({count}), ignored until {on} in {file}")
        }
        IgnoreProblem::Unused => format!("take {rule} out of {file}: nothing that was found matches it"),
    }
}
