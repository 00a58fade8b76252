use std::time::Duration;

use super::markup::Html;
use crate::assessment::{Check, Source, Tally};
use crate::report::Outcome;
use crate::severity::Severity;

/// What each scanner answered.
pub(super) fn section(page: &mut Html, checks: &[Check]) {
    page.raw("<section aria-labelledby=\"checks\">\n<h2 id=\"checks\">Checks</h2>\n");
    if checks.is_empty() {
        page.raw("<p class=\"none\">No scanner was run.</p>\n</section>\n");
        return;
    }
    let columns = ["Check", "Status", "Reported", "Fixable", "Version", "Database"];
    page.table("checks-table", "What each scanner answered, ignored findings included", &columns);
    for check in checks {
        page.raw("<tr><th scope=\"row\" data-label=\"Check\">").raw(check.scanner.title);
        page.raw(" <span class=\"quiet\">").raw(check.scanner.name).raw("</span></th>").cell("Status");
        status(page, check);
        page.raw("</td>").cell("Reported");
        reported(page, check);
        page.raw("</td>").cell("Fixable");
        if check.sbom.is_none() && check.outcome.is_answer() {
            page.number(check.fixable)
        } else {
            page.absent()
        };
        page.raw("</td>").cell("Version").text_if_any(check.version.as_deref().unwrap_or_default());
        page.raw("</td>")
            .cell("Database")
            .text_if_any(check.database.as_deref().unwrap_or_default())
            .raw("</td></tr>\n");
    }
    page.raw("</tbody>\n</table>\n</section>\n");
}

fn status(page: &mut Html, check: &Check) {
    let (class, said) = match (&check.outcome, check.reported.worst()) {
        (Outcome::Error(_), _) => ("failed", "error"),
        (Outcome::Unscanned(_), _) => ("warned", "unscanned"),
        (Outcome::Clean, _) if check.sbom.is_some() => ("passed", "generated"),
        (Outcome::Clean, _) => ("passed", "clean"),
        (Outcome::Findings, Some(worst)) => (worst.name(), worst.name()),
        (Outcome::Findings, None) => ("unknown", "findings"),
    };
    page.raw("<span class=\"badge ").raw(class).raw("\">").raw(said).raw("</span>");
    for line in check.outcome.reason().into_iter().chain(check.notes.iter().map(String::as_str)) {
        page.raw("<span class=\"note\">").text(line).raw("</span>");
    }
}

fn reported(page: &mut Html, check: &Check) {
    match &check.sbom {
        Some(sbom) => page.text(&sbom.to_string()),
        None if check.outcome.is_answer() => tally(page, &check.reported),
        None => page.absent(),
    };
}

fn tally<'a>(page: &'a mut Html, tally: &Tally) -> &'a mut Html {
    if tally.total() == 0 {
        return page.raw("nothing");
    }
    for severity in Severity::ALL.into_iter().filter(|severity| tally.get(*severity) > 0) {
        page.number(tally.get(severity)).raw(" ").raw(severity.name()).raw(", ");
    }
    page.number(tally.total()).raw(" total")
}

/// Where each answer came from.
pub(super) fn sources(page: &mut Html, checks: &[Check]) {
    if checks.is_empty() {
        return;
    }
    page.raw("<section aria-labelledby=\"sources\">\n<h2 id=\"sources\">Where each answer came from</h2>\n");
    let columns = ["Check", "Cache", "Seal", "Key", "Scanned"];
    page.table("sources-table", "Where each answer came from, and what proves it", &columns);
    for check in checks {
        page.raw("<tr><th scope=\"row\" data-label=\"Check\">")
            .raw(check.scanner.name)
            .raw("</th>")
            .cell("Cache");
        source(page, &check.source);
        page.raw("</td></tr>\n");
    }
    page.raw("</tbody>\n</table>\n</section>\n");
}

/// The cells from `Cache` on, the last one open.
fn source(page: &mut Html, source: &Source) {
    match source {
        Source::Hit { seal, key_id, issued_at, age, is_shared } => {
            page.raw("<span class=\"badge passed\">hit</span>");
            if *is_shared {
                page.raw(" <span class=\"quiet\">shared store</span>");
            }
            page.raw("</td>").cell("Seal").text(seal).raw("</td>").cell("Key");
            page.raw("<code>").text(key_id).raw("</code></td>").cell("Scanned");
            page.text(&ago(*age)).raw(" <span class=\"quiet\">").text(issued_at).raw("</span>")
        }
        Source::Miss { reason, detail, not_stored } => {
            page.raw("<span class=\"badge neutral\">miss</span> ").text(detail);
            page.raw(" <span class=\"quiet\">").text(reason).raw("</span>");
            if let Some(why) = not_stored {
                page.raw("<span class=\"note\">not stored: ").text(why).raw("</span>");
            }
            unsealed(page).raw("just now")
        }
        Source::File(name) => {
            page.raw("<span class=\"badge neutral\">file</span> <code>").text(name).raw("</code>");
            unsealed(page).absent()
        }
        Source::NotRun => {
            page.raw("<span class=\"badge neutral\">not run</span>");
            unsealed(page).absent()
        }
    };
}

fn unsealed(page: &mut Html) -> &mut Html {
    page.raw("</td>").cell("Seal").absent().raw("</td>").cell("Key").absent().raw("</td>").cell("Scanned")
}

/// `2 h 14 min ago`: the two largest units.
fn ago(age: Duration) -> String {
    let seconds = age.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s ago"),
        (0, 0, minutes) => format!("{minutes} min ago"),
        (0, hours, minutes) => format!("{hours} h {} min ago", minutes % 60),
        (1, hours, _) => format!("1 day {} h ago", hours % 24),
        (days, hours, _) => format!("{days} days {} h ago", hours % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_has_its_two_largest_units() {
        let said = |seconds| ago(Duration::from_secs(seconds));
        assert_eq!([said(0), said(59), said(60)], ["0 s ago", "59 s ago", "1 min ago"]);
        assert_eq!(said(2 * 3600 + 14 * 60 + 30), "2 h 14 min ago");
        assert_eq!([said(86_400 + 3600), said(10 * 86_400)], ["1 day 1 h ago", "10 days 0 h ago"]);
    }
}
