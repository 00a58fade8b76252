use super::prose;
use super::verdict::{badge, class, link, name};
use crate::controls::{ControlReport, ControlVerdict};
use crate::render::controls::words::{checked_on, details, summary};
use crate::render::html::counts::{Count, counts};
use crate::render::html::markup::Html;

/// The repository, and what its controls come to.
pub(super) fn header(page: &mut Html, report: &ControlReport) {
    page.raw("<header>\n<p class=\"kicker\">Repository controls</p>\n<h1>").text(&report.target);
    page.raw("</h1>\n");
    let worst = report.controls.iter().map(|checked| checked.verdict).max();
    let worst = worst.unwrap_or(ControlVerdict::NotAssessed);
    let (mark, said) = match worst {
        ControlVerdict::Fail => ("✕", "Not every control passes"),
        ControlVerdict::Warn => ("!", "No control fails; there are warnings"),
        ControlVerdict::Pass => ("✓", "Every control that could be assessed passes"),
        ControlVerdict::NotAssessed => ("–", "Nothing was assessed"),
    };
    page.verdict(class(worst), mark, said);
    page.raw("<p>")
        .text(&summary(report))
        .raw("; ")
        .text(&checked_on(report))
        .raw(".</p>\n</section>\n</header>\n");
}

/// Every control on a line.
pub(super) fn section(page: &mut Html, report: &ControlReport) {
    page.raw("<section aria-labelledby=\"summary\">\n<h2 id=\"summary\">Summary</h2>\n");
    let shown =
        [ControlVerdict::Fail, ControlVerdict::Warn, ControlVerdict::NotAssessed, ControlVerdict::Pass];
    let of = |verdict| Count { class: class(verdict), name: name(verdict), number: report.count(verdict) };
    counts(page, "Controls by verdict", &shown.map(of));
    page.raw("<p class=\"lead\">A control that is not assessed is no pass: no file in the repository ");
    page.raw("can tell, or there was nothing to ask about.</p>\n");
    page.table(
        "summary-table",
        "Every control that was asked",
        &["Verdict", "Control", "Question", "Evidence"],
    );
    for checked in &report.controls {
        page.raw("<tr>").cell("Verdict");
        badge(page, checked.verdict);
        page.raw("</td><th scope=\"row\" data-label=\"Control\">");
        link(page, checked.control);
        page.raw("</th>").cell("Question");
        prose(page, checked.control.question);
        page.raw("</td>").cell("Evidence");
        prose(page, &details(report, checked));
        page.raw("</td></tr>\n");
    }
    page.raw("</tbody>\n</table>\n</section>\n");
}
