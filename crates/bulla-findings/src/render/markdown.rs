//! For a pull request's comment and a step summary: GitHub's Markdown, with what is long folded away.

pub(crate) mod escape;
pub(crate) mod section;

use self::escape::{link, text};
use self::section::{LONGEST, Section, row, table};
use super::words::{self, Standing};
use crate::assessment::{Assessment, Check, Merged};
use crate::finding::Finding;

/// The first line, by which a comment is found again.
const MARKER: &str = "<!-- bulla-scan -->";
/// What all but the findings may take, which is more than it ever takes unless somebody wants to fill the page with it.
const LONGEST_CHECKS: usize = 22_000;
const LONGEST_CACHE: usize = 10_000;
const LONGEST_REASONS: usize = 6_000;
const LONGEST_IGNORED: usize = 8_000;
const LONGEST_REMARKS: usize = 4_000;

/// The assessment as Markdown, at most 60,000 characters (and bytes) long: what does not fit is counted at the end of
/// its table.
pub fn render_markdown(assessment: &Assessment) -> String {
    let head = head(assessment);
    let ignored = ignored(assessment).print(LONGEST_IGNORED);
    let remarks = remarks(assessment).print(LONGEST_REMARKS);
    let room = LONGEST - head.len() - ignored.len() - remarks.len();
    format!("{head}{}{ignored}{remarks}", findings(assessment).print(room))
}

/// The table, where the answers came from, and why the gate decided as it did.
fn head(assessment: &Assessment) -> String {
    let rows = assessment.checks.iter().map(check).collect();
    let checks = Section {
        before: table(&["Check", "Status", "Details"]),
        rows,
        noun: "checks",
        ..Section::default()
    };
    let mut head = format!("{MARKER}\n## Security Scan Results\n{}", checks.print(LONGEST_CHECKS));
    // A line right below a table would be one of its rows.
    head.push_str(&format!("\nMerged: {}\n", words::merged(assessment)));
    head.push_str(&cache(assessment));
    let reasons = assessment.verdict.reasons.iter().map(|reason| format!("- Gate: {}\n", text(reason)));
    let notes = assessment.checks.iter().flat_map(|check| {
        let name = check.scanner.name;
        check.notes.iter().map(move |note| format!("- Note: {name}: {}\n", text(note)))
    });
    let reasons =
        Section { rows: reasons.chain(notes).collect(), noun: "reasons and notes", ..Section::default() };
    head + &reasons.print(LONGEST_REASONS)
}

fn cache(assessment: &Assessment) -> String {
    let mut line = String::new();
    for origin in words::cache(assessment) {
        line.push_str(if line.is_empty() { "\nCache: " } else { " · " });
        line.push_str(&text(&origin));
        if line.len() > LONGEST_CACHE {
            line.push_str(" · …");
            break;
        }
    }
    if line.is_empty() { line } else { line + "\n" }
}

fn check(check: &Check) -> String {
    let standing = Standing::of(check);
    let (name, details) = (text(&words::check_name(check)), text(&words::details(check)));
    format!("| {} {name} | {} | {details} |\n", icon(standing), standing.word())
}

const fn icon(standing: Standing) -> &'static str {
    match standing {
        Standing::Pass => "✅",
        Standing::Found(_) => "⚠️",
        Standing::Generated => "📦",
        Standing::Error => "❌",
        Standing::Unscanned => "⚪",
    }
}

fn findings(assessment: &Assessment) -> Section {
    let columns = ["Severity", "Finding", "Package", "Version", "Fixed in", "Scanners", "Location"];
    let rows = assessment.findings.iter().map(|merged| row(&finding(merged)));
    Section::folded(
        &words::numbered(rows.len() as u64, "finding", "findings"),
        &columns,
        rows.collect(),
        "findings",
    )
}

fn finding(merged: &Merged) -> [String; 7] {
    let Merged { finding, said_by, .. } = merged;
    let package = finding.package.as_ref();
    [
        words::capitalised(finding.severity).to_owned(),
        named(finding),
        text(package.map_or("", |package| &package.name)),
        text(package.map_or("", |package| &package.version)),
        text(&finding.fixed_in.join(", ")),
        text(&words::scanners(said_by).join(", ")),
        text(&words::place(finding)),
    ]
}

/// The id; what is in no package is known by its title too.
fn named(finding: &Finding) -> String {
    let id = link(&finding.id, finding.url.as_deref());
    match finding.package {
        None if !finding.title.is_empty() => format!("{id}: {}", text(&finding.title)),
        _ => id,
    }
}

fn ignored(assessment: &Assessment) -> Section {
    let rows = assessment.ignored.iter().map(|ignored| {
        let finding = &ignored.merged.finding;
        let package = finding.package.as_ref().map_or("", |package| &package.name);
        let severity = words::capitalised(finding.severity).to_owned();
        row(&[severity, named(finding), text(package), text(&ignored.file), text(&ignored.reason)])
    });
    let title = format!("{} ignored", rows.len());
    Section::folded(&title, &["Severity", "Finding", "Package", "By", "Reason"], rows.collect(), "ignored")
}

fn remarks(assessment: &Assessment) -> Section {
    let remarks =
        assessment.remarks.iter().map(|remark| format!("- Ignore file {}\n", text(&words::remark(remark))));
    Section { rows: remarks.collect(), noun: "remarks", ..Section::default() }
}
