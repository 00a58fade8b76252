use std::fmt::Write;

/// A page in the making. Markup is what stands in the program; every other text is escaped, and it cannot be confused:
/// only `'static` text goes in as it is.
#[derive(Default)]
pub(crate) struct Html(String);

impl Html {
    /// Markup of ours.
    pub(crate) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Anybody's text, as content or between the double quotes of an attribute.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                // These turn the direction of what follows around, beyond the end of the text.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => self.0.push('\u{fffd}'),
                '\n' | '\t' => self.0.push(' '),
                c if c.is_control() => self.0.push('\u{fffd}'),
                c => self.0.push(c),
            }
        }
        self
    }

    /// A number.
    pub(crate) fn number(&mut self, number: u64) -> &mut Self {
        let _ = write!(self.0, "{number}");
        self
    }

    /// A number of things: `1 finding`, `2 findings`.
    pub(crate) fn count(&mut self, number: u64, one: &'static str, many: &'static str) -> &mut Self {
        self.number(number).raw(" ").raw(if number == 1 { one } else { many })
    }

    /// A text that leads to a web address, if it is one; the text alone otherwise.
    pub(crate) fn link(&mut self, text: &str, address: Option<&str>) -> &mut Self {
        let Some(address) = address.filter(|address| is_web(address)) else { return self.text(text) };
        self.raw("<a rel=\"noopener noreferrer\" href=\"").text(address).raw("\">").text(text).raw("</a>")
    }

    /// A cell, which a narrow page labels with its column's name.
    pub(crate) fn cell(&mut self, label: &'static str) -> &mut Self {
        self.raw("<td data-label=\"").raw(label).raw("\">")
    }

    /// Nothing where a value would be; a narrow page leaves the cell out.
    pub(crate) fn absent(&mut self) -> &mut Self {
        self.raw("<span class=\"quiet absent\">–</span>")
    }

    /// A text, or that there is none.
    pub(crate) fn text_if_any(&mut self, text: &str) -> &mut Self {
        if text.is_empty() { self.absent() } else { self.text(text) }
    }

    /// A table's beginning, up to its body.
    pub(crate) fn table(
        &mut self,
        id: &'static str,
        caption: &'static str,
        columns: &[&'static str],
    ) -> &mut Self {
        self.raw("<table id=\"").raw(id).raw("\">\n").columns(caption, columns)
    }

    /// The same, without the table's own tag.
    pub(crate) fn columns(&mut self, caption: &'static str, columns: &[&'static str]) -> &mut Self {
        self.raw("<caption>").raw(caption).raw("</caption>\n<thead><tr>");
        for column in columns {
            self.raw("<th scope=\"col\">").raw(column).raw("</th>");
        }
        self.raw("</tr></thead>\n<tbody>\n")
    }

    /// The beginning of what the page comes to.
    pub(crate) fn verdict(
        &mut self,
        class: &'static str,
        mark: &'static str,
        said: &'static str,
    ) -> &mut Self {
        self.raw("<section class=\"verdict ").raw(class).raw("\" aria-labelledby=\"verdict\">\n");
        self.raw("<h2 id=\"verdict\"><span class=\"mark\" aria-hidden=\"true\">").raw(mark).raw("</span>");
        self.raw(said).raw("</h2>\n")
    }

    pub(crate) fn finish(self) -> String {
        self.0
    }
}

fn is_web(address: &str) -> bool {
    (address.starts_with("https://") || address.starts_with("http://"))
        && !address.contains(|c: char| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(make: impl FnOnce(&mut Html)) -> String {
        let mut html = Html::default();
        make(&mut html);
        html.finish()
    }

    #[test]
    fn text_is_neither_markup_nor_the_end_of_an_attribute() {
        let shown = made(|html| {
            html.text("<b a='\"'>&\u{0}\u{202e}\n");
        });
        assert_eq!(shown, "&lt;b a=&#39;&quot;&#39;&gt;&amp;\u{fffd}\u{fffd} ");
    }

    #[test]
    fn only_a_web_address_is_a_link() {
        for bad in ["javascript:alert(1)", " https://a", "https://a b", "data:text/html,x", "//a", "HTTPS"] {
            assert_eq!(
                made(|html| {
                    html.link("x", Some(bad));
                }),
                "x"
            );
        }
        let link = made(|html| {
            html.link("x", Some("https://a/?\"><b>"));
        });
        assert_eq!(link, "<a rel=\"noopener noreferrer\" href=\"https://a/?&quot;&gt;&lt;b&gt;\">x</a>");
    }
}
