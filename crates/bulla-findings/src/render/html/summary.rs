use super::markup::Html;
use crate::assessment::{Assessment, Tally};
use crate::gate::{Decision, OnFailure, Verdict};
use crate::severity::Severity;

/// The target and the gate's verdict.
pub(super) fn header(page: &mut Html, assessment: &Assessment) {
    page.raw("<header>\n<p class=\"kicker\">Security scan</p>\n<h1>").text(&assessment.target).raw("</h1>\n");
    if let Some(subject) = &assessment.subject {
        page.raw("<p class=\"subject\">Subject <code>").text(subject).raw("</code></p>\n");
    }
    verdict(page, &assessment.verdict);
    page.raw("</header>\n");
}

fn verdict(page: &mut Html, verdict: &Verdict) {
    let (class, mark, said) = match verdict.decision {
        Decision::Passed => ("passed", "✓", "Gate passed"),
        Decision::Warned => ("warned", "!", "Gate passed, with warnings"),
        Decision::Failed => ("failed", "✕", "Gate failed"),
    };
    page.raw("<section class=\"verdict ")
        .raw(class)
        .raw("\" aria-labelledby=\"verdict\">\n<h2 id=\"verdict\">");
    page.raw("<span class=\"mark\" aria-hidden=\"true\">")
        .raw(mark)
        .raw("</span>")
        .raw(said)
        .raw("</h2>\n<p>");
    match verdict.fail_on {
        Some(severity) => {
            page.raw("It fails on findings that are ").raw(severity.name()).raw(or_worse(severity))
        }
        None => page.raw("No severity fails it."),
    };
    if verdict.decision == Decision::Failed && verdict.on_failure == OnFailure::Report {
        page.raw(" The failure is only reported: the command succeeds.");
    }
    page.raw("</p>\n");
    if !verdict.reasons.is_empty() {
        page.raw("<ul>\n");
        for reason in &verdict.reasons {
            page.raw("<li>").text(reason).raw("</li>\n");
        }
        page.raw("</ul>\n");
    }
    page.raw("</section>\n");
}

const fn or_worse(severity: Severity) -> &'static str {
    if matches!(severity, Severity::Critical) { "." } else { " or worse." }
}

/// How many there are of each severity: as a bar, and in words.
pub(super) fn severities(page: &mut Html, assessment: &Assessment) {
    let found = Tally::of(assessment.findings.iter().map(|merged| merged.finding.severity));
    let fixable =
        assessment.findings.iter().filter(|merged| !merged.finding.fixed_in.is_empty()).count() as u64;
    page.raw(
        "<section aria-labelledby=\"severities\">\n<h2 id=\"severities\">Severities</h2>\n<p class=\"lead\">",
    );
    page.count(found.total(), "distinct finding", "distinct findings").raw(", ");
    page.number(fixable).raw(" fixable, ");
    page.number(assessment.ignored.len() as u64).raw(" ignored.</p>\n");
    bar(page, &found);
    page.raw("<ul class=\"tally\">\n");
    for severity in Severity::ALL {
        let number = found.get(severity);
        page.raw("<li class=\"")
            .raw(severity.name())
            .raw(if number == 0 { " zero" } else { "" })
            .raw("\"><b>");
        page.number(number).raw("</b> ").raw(severity.name()).raw("</li>\n");
    }
    page.raw("</ul>\n</section>\n");
}

/// Parts of a thousand, at least 8 each, so that one critical finding among thousands is seen.
fn bar(page: &mut Html, found: &Tally) {
    let present = || Severity::ALL.into_iter().filter(|severity| found.get(*severity) > 0);
    page.raw(
        "<svg class=\"bar\" role=\"img\" aria-labelledby=\"bar-title bar-desc\" viewBox=\"0 0 1000 20\" ",
    );
    page.raw("preserveAspectRatio=\"none\">\n<title id=\"bar-title\">Findings by severity</title>\n");
    page.raw("<desc id=\"bar-desc\">");
    for (at, severity) in present().enumerate() {
        page.raw(if at == 0 { "" } else { ", " }).number(found.get(severity)).raw(" ").raw(severity.name());
    }
    page.raw(if found.total() == 0 { "none" } else { "" }).raw("</desc>\n");
    page.raw("<rect class=\"empty\" width=\"1000\" height=\"20\"/>\n");
    let free = 1000 - 8 * present().count() as u64;
    let (mut counted, mut begin) = (0, 0);
    for (severity, place) in present().zip(1..) {
        counted += found.get(severity);
        let end = 8 * place + free * counted / found.total();
        page.raw("<rect class=\"").raw(severity.name()).raw("\" x=\"").number(begin).raw("\" width=\"");
        page.number(end - begin).raw("\" height=\"20\"/>\n");
        begin = end;
    }
    page.raw("</svg>\n");
}
