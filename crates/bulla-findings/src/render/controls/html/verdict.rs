use crate::controls::{Control, ControlVerdict};
use crate::render::html::markup::Html;

/// The class that gives it its colours.
pub(super) const fn class(verdict: ControlVerdict) -> &'static str {
    match verdict {
        ControlVerdict::Pass => "passed",
        ControlVerdict::Warn => "warned",
        ControlVerdict::Fail => "failed",
        ControlVerdict::NotAssessed => "unassessed",
    }
}

pub(super) const fn name(verdict: ControlVerdict) -> &'static str {
    match verdict {
        ControlVerdict::NotAssessed => "not assessed",
        _ => verdict.name(),
    }
}

/// Told apart by more than its colour.
const fn mark(verdict: ControlVerdict) -> &'static str {
    match verdict {
        ControlVerdict::Pass => "✓ ",
        ControlVerdict::Warn => "! ",
        ControlVerdict::Fail => "✕ ",
        ControlVerdict::NotAssessed => "– ",
    }
}

pub(super) fn badge(page: &mut Html, verdict: ControlVerdict) {
    page.raw("<span class=\"badge ").raw(class(verdict)).raw("\"><span aria-hidden=\"true\">");
    page.raw(mark(verdict)).raw("</span>").raw(name(verdict)).raw("</span>");
}

/// The title, leading to what the page says of the control.
pub(super) fn link(page: &mut Html, control: &'static Control) {
    page.raw("<a href=\"#").raw(control.id).raw("\">").text(control.title).raw("</a>");
}
