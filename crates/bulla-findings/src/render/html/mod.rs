//! One self-contained page: nothing is fetched, and no script is needed to read it.

mod checks;
mod components;
pub(crate) mod counts;
mod findings;
pub(crate) mod markup;
pub(crate) mod page;
mod policy;
mod summary;

use crate::assessment::Assessment;
use crate::sbom::Component;
use page::Frame;

const FRAME: Frame = Frame {
    title: "Security scan of",
    style: include_str!("page.css"),
    script: Some(include_str!("page.js")),
    closing: "Names and descriptions are shown as the scanners reported them.",
};

/// A page for people: the verdict, what was found, what each scanner answered and from where, and the SBOM's components.
///
/// Its own style and script are allowed by their hashes, and nothing else is; the script filters tables.
pub fn render_html(assessment: &Assessment, components: &[Component]) -> String {
    let header = |page: &mut _| summary::header(page, assessment);
    FRAME.around(&assessment.target, header, |page| {
        summary::severities(page, assessment);
        findings::section(page, &assessment.findings);
        checks::section(page, &assessment.checks);
        findings::ignored(page, &assessment.ignored);
        findings::remarks(page, &assessment.remarks);
        checks::sources(page, &assessment.checks);
        components::section(page, components);
    })
}
