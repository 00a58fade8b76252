use super::markup::Html;
use crate::sbom::Component;

/// What the SBOM lists.
pub(super) fn section(page: &mut Html, components: &[Component]) {
    if components.is_empty() {
        return;
    }
    page.raw(
        "<section aria-labelledby=\"components\">\n<h2 id=\"components\">Components</h2>\n<p class=\"lead\">",
    );
    page.count(components.len() as u64, "component", "components").raw(" in the SBOM.</p>\n");
    page.raw("<div class=\"filters\" data-filters=\"components-table\" hidden>\n");
    page.raw("<label>Filter components <input type=\"search\" autocomplete=\"off\"></label>\n");
    page.raw("<p class=\"shown\" role=\"status\"></p>\n</div>\n");
    let columns = ["Component", "Version", "Kind", "Licences", "Package URL"];
    page.table("components-table", "Every component that the SBOM lists", &columns);
    for Component { group, name, version, kind, purl, licences, .. } in components {
        let name = match group {
            Some(group) => format!("{group}/{name}"),
            None => name.clone(),
        };
        let name = &name;
        page.raw("<tr><th scope=\"row\" data-label=\"Component\">").text(name).raw("</th>").cell("Version");
        page.text_if_any(version).raw("</td>").cell("Kind").text_if_any(kind).raw("</td>").cell("Licences");
        page.text_if_any(&licences.join(", ")).raw("</td>").cell("Package URL");
        match purl {
            Some(purl) => page.raw("<code>").text(purl).raw("</code>"),
            None => page.absent(),
        };
        page.raw("</td></tr>\n");
    }
    page.raw("</tbody>\n</table>\n</section>\n");
}
