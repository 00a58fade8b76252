use super::prose;
use crate::controls::ControlReport;
use crate::render::controls::words::{covers, exceptions, term};
use crate::render::html::markup::Html;

/// What is known and accepted for a while, by whose word and until when.
pub(super) fn section(page: &mut Html, report: &ControlReport) {
    page.raw("<section aria-labelledby=\"exceptions\">\n<h2 id=\"exceptions\">Exceptions</h2>\n");
    if report.exceptions.is_empty() {
        page.raw("<p class=\"none\">Nothing is excepted.</p>\n</section>\n");
        return;
    }
    let columns = ["Control", "Holds", "Path", "Reason", "Covers"];
    page.table("exceptions-table", "What is excepted, why, and until when", &columns);
    for used in exceptions(report) {
        let exception = &used.exception;
        page.raw("<tr><th scope=\"row\" data-label=\"Control\">").text(&exception.id).raw("</th>");
        page.cell("Holds").raw(if used.expired {
            "<span class=\"badge failed\">"
        } else {
            "<span class=\"badge warned\">"
        });
        page.text(&term(used)).raw("</span></td>").cell("Path");
        match &exception.path {
            Some(path) => page.raw("<code>").text(path).raw("</code>"),
            None => page.raw("all of the control"),
        };
        page.raw("</td>").cell("Reason").text(&exception.reason).raw("</td>").cell("Covers");
        prose(page, &covers(used));
        page.raw("</td></tr>\n");
    }
    page.raw("</tbody>\n</table>\n</section>\n");
}
