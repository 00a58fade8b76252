//! One self-contained page: nothing is fetched, and no script is needed to read it.

mod checks;
mod components;
mod findings;
mod markup;
mod policy;
mod summary;

use crate::assessment::Assessment;
use crate::sbom::Component;
use markup::Html;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// A page for people: the verdict, what was found, what each scanner answered and from where, and the SBOM's components.
///
/// Its own style and script are allowed by their hashes, and nothing else is; the script filters tables.
pub fn render_html(assessment: &Assessment, components: &[Component]) -> String {
    let mut page = Html::default();
    page.raw("<!doctype html>\n<html lang=\"en\">\n");
    head(&mut page, assessment);
    page.raw("<body>\n<a class=\"skip\" href=\"#main\">Skip to the results</a>\n");
    summary::header(&mut page, assessment);
    page.raw("<main id=\"main\">\n");
    summary::severities(&mut page, assessment);
    findings::section(&mut page, &assessment.findings);
    checks::section(&mut page, &assessment.checks);
    findings::ignored(&mut page, &assessment.ignored);
    findings::remarks(&mut page, &assessment.remarks);
    checks::sources(&mut page, &assessment.checks);
    components::section(&mut page, components);
    page.raw("</main>\n<footer><p>Written by bulla ").raw(env!("CARGO_PKG_VERSION"));
    page.raw(". Names and descriptions are shown as the scanners reported them.</p></footer>\n<script>");
    page.raw(SCRIPT).raw("</script>\n</body>\n</html>\n");
    page.finish()
}

fn head(page: &mut Html, assessment: &Assessment) {
    page.raw("<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"");
    page.text(&policy::content_security_policy(STYLE, SCRIPT));
    page.raw("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
    page.raw("<title>Security scan of ").text(&assessment.target).raw("</title>\n<style>");
    page.raw(STYLE).raw("</style>\n</head>\n");
}
