use super::markup::Html;
use crate::assessment::Merged;
use crate::finding::{Location, Package};
use crate::ignore::{IgnoreProblem, IgnoreRemark, Ignored};
use crate::severity::Severity;

/// What was found, with the means to filter it.
pub(super) fn section(page: &mut Html, findings: &[Merged]) {
    page.raw("<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>\n");
    if findings.is_empty() {
        page.raw("<p class=\"none\">No findings.</p>\n</section>\n");
        return;
    }
    filters(page, findings);
    let columns = ["Severity", "Finding", "Package", "Fixed in", "Where", "Reported by"];
    page.table("findings-table", "Every finding that is not ignored, the worst first", &columns);
    for merged in findings {
        page.raw("<tr data-severity=\"").raw(merged.finding.severity.name()).raw("\">");
        what(page, merged);
        package(page, merged.finding.package.as_ref());
        page.cell("Fixed in").text_if_any(&merged.finding.fixed_in.join(", ")).raw("</td>");
        place(page, merged.finding.location.as_ref());
        page.cell("Reported by");
        said_by(page, merged);
        page.raw("</td></tr>\n");
    }
    page.raw("</tbody>\n</table>\n</section>\n");
}

/// Hidden until the script, without which they do nothing, shows them.
fn filters(page: &mut Html, findings: &[Merged]) {
    page.raw("<div class=\"filters\" data-filters=\"findings-table\" hidden>\n");
    page.raw("<label>Filter findings <input type=\"search\" autocomplete=\"off\"></label>\n");
    page.raw("<div role=\"group\" aria-label=\"Severities shown\">\n");
    for severity in Severity::ALL {
        if findings.iter().any(|merged| merged.finding.severity == severity) {
            page.raw("<button type=\"button\" aria-pressed=\"true\" class=\"").raw(severity.name());
            page.raw("\" data-severity=\"")
                .raw(severity.name())
                .raw("\">")
                .raw(severity.name())
                .raw("</button>\n");
        }
    }
    page.raw("</div>\n<p class=\"shown\" role=\"status\"></p>\n</div>\n");
}

/// What is ignored, and why.
pub(super) fn ignored(page: &mut Html, ignored: &[Ignored]) {
    if ignored.is_empty() {
        return;
    }
    page.raw("<section aria-labelledby=\"ignored\">\n<h2 id=\"ignored\">Ignored</h2>\n");
    let columns = ["Severity", "Finding", "Package", "Reason", "Ignored by"];
    page.table("ignored-table", "Findings that were found and are ignored", &columns);
    for Ignored { merged, file, reason } in ignored {
        page.raw("<tr>");
        what(page, merged);
        package(page, merged.finding.package.as_ref());
        page.cell("Reason");
        if reason.is_empty() {
            page.raw("<span class=\"quiet\">none given</span>")
        } else {
            page.text(reason)
        };
        page.raw("</td>").cell("Ignored by").raw("<code>").text(file).raw("</code></td></tr>\n");
    }
    page.raw("</tbody>\n</table>\n</section>\n");
}

/// What is to be said about the rules of ignore files.
pub(super) fn remarks(page: &mut Html, remarks: &[IgnoreRemark]) {
    if remarks.is_empty() {
        return;
    }
    page.raw(
        "<section aria-labelledby=\"remarks\">\n<h2 id=\"remarks\">Remarks on ignore rules</h2>\n<ul>\n",
    );
    for IgnoreRemark { file, rule, problem } in remarks {
        page.raw("<li><code>").text(file).raw("</code>: the rule for <code>").text(rule).raw("</code> ");
        match problem {
            IgnoreProblem::Expired { on, findings } => {
                page.raw("expired on ").text(on).raw("; ").count(
                    *findings,
                    "finding counts",
                    "findings count",
                );
                page.raw(" again.</li>\n")
            }
            IgnoreProblem::Unused => page.raw("matches nothing that was found.</li>\n"),
        };
    }
    page.raw("</ul>\n</section>\n");
}

/// Two cells: how bad it is, and what it is.
fn what(page: &mut Html, merged: &Merged) {
    let finding = &merged.finding;
    let severity = finding.severity.name();
    page.cell("Severity")
        .raw("<span class=\"badge ")
        .raw(severity)
        .raw("\">")
        .raw(severity)
        .raw("</span></td>");
    page.raw("<th scope=\"row\" data-label=\"Finding\"><code>").link(&finding.id, finding.url.as_deref());
    page.raw("</code>");
    if !finding.title.is_empty() {
        page.raw("<span class=\"title\">").text(&finding.title).raw("</span>");
    }
    if !finding.aliases.is_empty() {
        page.raw("<span class=\"quiet\">also ").text(&finding.aliases.join(", ")).raw("</span>");
    }
    page.raw("</th>");
}

fn package(page: &mut Html, package: Option<&Package>) {
    page.cell("Package");
    match package {
        Some(Package { name, version, .. }) => {
            page.raw("<span class=\"name\">")
                .text(name)
                .raw("</span> <span class=\"version\">")
                .text(version);
            page.raw("</span>")
        }
        None => page.absent(),
    };
    page.raw("</td>");
}

fn place(page: &mut Html, location: Option<&Location>) {
    page.cell("Where");
    match location {
        Some(Location { path, line, .. }) => {
            page.raw("<code>").text(path);
            if let Some(line) = line {
                page.raw(":").number(*line);
            }
            page.raw("</code>")
        }
        None => page.absent(),
    };
    page.raw("</td>");
}

/// Each scanner once; where it gave another severity than the one shown, with that.
fn said_by(page: &mut Html, merged: &Merged) {
    let mut shown: Vec<(&str, Severity)> = Vec::new();
    for said in &merged.said_by {
        if !shown.contains(&(said.scanner, said.severity)) {
            shown.push((said.scanner, said.severity));
        }
    }
    for (at, (scanner, severity)) in shown.into_iter().enumerate() {
        page.raw(if at == 0 { "" } else { ", " }).text(scanner);
        if severity != merged.finding.severity {
            page.raw(" <span class=\"quiet\">(").raw(severity.name()).raw(")</span>");
        }
    }
}
