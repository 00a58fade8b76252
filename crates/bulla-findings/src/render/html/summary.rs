use super::counts::{Count, counts};
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
    page.verdict(class, mark, said).raw("<p>");
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
    let count = |severity: Severity| Count {
        class: severity.name(),
        name: severity.name(),
        number: found.get(severity),
    };
    counts(page, "Findings by severity", &Severity::ALL.map(count));
    page.raw("</section>\n");
}
