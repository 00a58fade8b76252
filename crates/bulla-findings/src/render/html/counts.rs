use super::markup::Html;

/// How many there are of one kind.
pub(crate) struct Count {
    /// The class, which has a colour.
    pub class: &'static str,
    pub name: &'static str,
    pub number: u64,
}

/// How many there are of each kind: as a bar, and in words.
pub(crate) fn counts(page: &mut Html, title: &'static str, counts: &[Count]) {
    bar(page, title, counts);
    page.raw("<ul class=\"tally\">\n");
    for Count { class, name, number } in counts {
        page.raw("<li class=\"").raw(class).raw(if *number == 0 { " zero" } else { "" }).raw("\"><b>");
        page.number(*number).raw("</b> ").raw(name).raw("</li>\n");
    }
    page.raw("</ul>\n");
}

/// Parts of a thousand, at least 8 each, so that one among thousands is seen.
fn bar(page: &mut Html, title: &'static str, counts: &[Count]) {
    let present = || counts.iter().filter(|count| count.number > 0);
    let total: u64 = present().map(|count| count.number).sum();
    page.raw(
        "<svg class=\"bar\" role=\"img\" aria-labelledby=\"bar-title bar-desc\" viewBox=\"0 0 1000 20\" ",
    );
    page.raw("preserveAspectRatio=\"none\">\n<title id=\"bar-title\">").raw(title).raw("</title>\n");
    page.raw("<desc id=\"bar-desc\">");
    for (at, Count { name, number, .. }) in present().enumerate() {
        page.raw(if at == 0 { "" } else { ", " }).number(*number).raw(" ").raw(name);
    }
    page.raw(if total == 0 { "none" } else { "" }).raw("</desc>\n");
    page.raw("<rect class=\"empty\" width=\"1000\" height=\"20\"/>\n");
    let free = 1000 - 8 * present().count() as u64;
    let (mut counted, mut begin) = (0, 0);
    for (Count { class, number, .. }, place) in present().zip(1..) {
        counted += number;
        let end = 8 * place + free * counted / total;
        page.raw("<rect class=\"").raw(class).raw("\" x=\"").number(begin).raw("\" width=\"");
        page.number(end - begin).raw("\" height=\"20\"/>\n");
        begin = end;
    }
    page.raw("</svg>\n");
}
