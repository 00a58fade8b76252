use super::markup::Html;
use super::policy::content_security_policy;

/// What stands around the content of every page.
pub(crate) struct Frame {
    /// What kind of page it is, before the target's name.
    pub title: &'static str,
    pub style: &'static str,
    /// Only what is a convenience: a page is read without it.
    pub script: Option<&'static str>,
    /// The last words, behind the program's name.
    pub closing: &'static str,
}

impl Frame {
    /// A page about the target: `header` comes before its main part.
    ///
    /// Its own style and script are allowed by their hashes, and nothing else is.
    pub(crate) fn around(
        self,
        target: &str,
        header: impl FnOnce(&mut Html),
        main: impl FnOnce(&mut Html),
    ) -> String {
        let mut page = Html::default();
        page.raw("<!doctype html>\n<html lang=\"en\">\n");
        self.head(&mut page, target);
        page.raw("<body>\n<a class=\"skip\" href=\"#main\">Skip to the results</a>\n");
        header(&mut page);
        page.raw("<main id=\"main\">\n");
        main(&mut page);
        page.raw("</main>\n<footer><p>Written by bulla ").raw(env!("CARGO_PKG_VERSION")).raw(". ");
        page.raw(self.closing).raw("</p></footer>\n");
        if let Some(script) = self.script {
            page.raw("<script>").raw(script).raw("</script>\n");
        }
        page.raw("</body>\n</html>\n");
        page.finish()
    }

    fn head(&self, page: &mut Html, target: &str) {
        page.raw("<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"");
        page.text(&content_security_policy(self.style, self.script));
        page.raw("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n");
        page.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
        page.raw("<title>").raw(self.title).raw(" ").text(target).raw("</title>\n<style>");
        page.raw(self.style).raw("</style>\n</head>\n");
    }
}
