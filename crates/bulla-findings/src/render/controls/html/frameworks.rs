use super::verdict::{badge, link};
use crate::controls::{ControlReport, Framework, REFERENCES, Reference, control};
use crate::render::html::markup::Html;

/// What each framework asks for, and what answers it here.
pub(super) fn section(page: &mut Html, report: &ControlReport) {
    page.raw("<section aria-labelledby=\"frameworks\">\n<h2 id=\"frameworks\">Frameworks</h2>\n");
    page.raw("<p class=\"lead\">The items of each framework on which a control bears, with its own number ");
    page.raw(
        "and title. A pass is evidence for an item, not proof that all of it is met; an item that is not ",
    );
    page.raw("listed has no evidence here.</p>\n");
    Framework::ALL.into_iter().for_each(|each| framework(page, report, each));
    page.raw("</section>\n");
}

fn framework(page: &mut Html, report: &ControlReport, framework: Framework) {
    let mut rows =
        REFERENCES.into_iter().flatten().filter(|reference| reference.framework == framework).peekable();
    if rows.peek().is_none() {
        return;
    }
    page.raw("<h3>")
        .link(framework.name(), Some(framework.url()))
        .raw("</h3>\n<table class=\"framework\">\n");
    page.columns("What it asks for, and the controls that bear on it", &["Item", "Title", "Controls"]);
    rows.for_each(|reference| row(page, report, reference));
    page.raw("</tbody>\n</table>\n");
}

fn row(page: &mut Html, report: &ControlReport, reference: &Reference) {
    page.raw("<tr><th scope=\"row\" data-label=\"Item\">").text(reference.number).raw("</th>");
    page.cell("Title").text(reference.title).raw("</td>").cell("Controls").raw("<ul>\n");
    for control in reference.controls.iter().filter_map(|id| control(id)) {
        page.raw("<li>");
        match report.controls.iter().find(|checked| checked.control == control) {
            Some(checked) => {
                badge(page, checked.verdict);
                page.raw(" ");
                link(page, control);
            }
            None => {
                page.raw("<span class=\"badge unassessed\">not asked</span> ").text(control.title);
            }
        }
        page.raw("</li>\n");
    }
    page.raw("</ul></td></tr>\n");
}
