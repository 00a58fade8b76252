//! A page of evidence for whoever audits a repository: nothing is fetched, and no script is in it.

mod controls;
mod exceptions;
mod frameworks;
mod summary;
mod verdict;

use super::words::{Span, spans};
use crate::controls::ControlReport;
use crate::render::html::markup::Html;
use crate::render::html::page::Frame;

const FRAME: Frame = Frame {
    title: "Repository controls of",
    style: concat!(include_str!("../../html/page.css"), include_str!("evidence.css")),
    script: None,
    closing: "Names and lines are shown as they stand in the repository.",
};

/// A page for auditors: every control, passed ones too, with the lines that show it; what is excepted; and the
/// frameworks' items that each bears on.
///
/// Its own style is allowed by its hash, and nothing else is.
pub fn render_controls_html(report: &ControlReport) -> String {
    let header = |page: &mut _| summary::header(page, report);
    FRAME.around(&report.target, header, |page| {
        summary::section(page, report);
        exceptions::section(page, report);
        controls::section(page, report);
        frameworks::section(page, report);
    })
}

/// A text in which backticks enclose code.
fn prose(page: &mut Html, text: &str) {
    for span in spans(text) {
        match span {
            Span::Words(words) => page.text(words),
            Span::Code(code) => page.raw("<code>").text(code).raw("</code>"),
        };
    }
}
