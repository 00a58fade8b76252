use std::cmp::Reverse;

use super::prose;
use super::verdict::badge;
use crate::controls::{Checked, Control, ControlReport, ControlVerdict, Evidence, Framework, Reference};
use crate::render::controls::words::{expired, place, unassessed};
use crate::render::html::markup::Html;

/// Every control, with all of its evidence.
pub(super) fn section(page: &mut Html, report: &ControlReport) {
    page.raw(
        "<section aria-labelledby=\"controls\">\n<h2 id=\"controls\">Controls and their evidence</h2>\n",
    );
    report.controls.iter().for_each(|checked| control(page, report, checked));
    page.raw("</section>\n");
}

fn control(page: &mut Html, report: &ControlReport, checked: &Checked) {
    let control = checked.control;
    page.raw("<article id=\"").raw(control.id).raw("\">\n<h3>").text(control.title).raw(" ");
    badge(page, checked.verdict);
    page.raw("</h3>\n<p class=\"question\">");
    prose(page, control.question);
    page.raw(" <code class=\"quiet\">").raw(control.id).raw("</code></p>\n");
    evidence(page, report, checked);
    page.raw("<dl>\n");
    term(page, "Why it matters", control.reason);
    if checked.verdict >= ControlVerdict::Warn {
        term(page, "What to do", control.fix);
    }
    references(page, control);
    page.raw("</dl>\n</article>\n");
}

fn evidence(page: &mut Html, report: &ControlReport, checked: &Checked) {
    let expired: Vec<_> = expired(report, checked).collect();
    let mut evidence: Vec<_> = checked.evidence.iter().chain(&expired).collect();
    if evidence.is_empty() {
        page.raw("<p class=\"none\">No evidence: ").text(unassessed(checked)).raw(".</p>\n");
        return;
    }
    evidence.sort_by_key(|evidence| Reverse(evidence.verdict));
    page.raw("<table class=\"evidence\">\n");
    page.columns("What speaks against it and for it", &["Verdict", "Where", "Evidence"]);
    evidence.into_iter().for_each(|evidence| piece(page, evidence));
    page.raw("</tbody>\n</table>\n");
}

fn piece(page: &mut Html, evidence: &Evidence) {
    let Evidence { verdict, message, location, text, excepted } = evidence;
    page.raw("<tr>").cell("Verdict");
    badge(page, *verdict);
    page.raw("</td>").cell("Where");
    match location {
        Some(location) => page.raw("<code>").text(&place(location)).raw("</code>"),
        None => page.absent(),
    };
    page.raw("</td>").cell("Evidence");
    prose(page, message);
    if let Some(text) = text {
        page.raw("<code class=\"shown-line\">").text(text).raw("</code>");
    }
    if let Some(exception) = excepted {
        page.raw("<span class=\"note\">Excepted: ").text(&exception.reason).raw("</span>");
    }
    page.raw("</td></tr>\n");
}

fn term(page: &mut Html, name: &'static str, text: &'static str) {
    page.raw("<dt>").raw(name).raw("</dt><dd>");
    prose(page, text);
    page.raw("</dd>\n");
}

fn references(page: &mut Html, control: &'static Control) {
    if control.references().next().is_none() {
        return;
    }
    page.raw("<dt>Bears on</dt><dd><ul class=\"references\">\n");
    for framework in Framework::ALL {
        let mut of_framework =
            control.references().filter(|reference| reference.framework == framework).peekable();
        if of_framework.peek().is_some() {
            page.raw("<li>").text(framework.name()).raw("<ul>\n");
            of_framework.for_each(|Reference { number, title, .. }| {
                page.raw("<li><b>").text(number).raw("</b> ").text(title).raw("</li>\n");
            });
            page.raw("</ul></li>\n");
        }
    }
    page.raw("</ul></dd>\n");
}
