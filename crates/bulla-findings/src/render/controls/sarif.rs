//! SARIF 2.1.0, for code scanning: what speaks against a control is a result.
//!
//! GitHub makes an alert of every result, whatever its kind is. So what passes has a rule and no result, and what is not
//! assessed is a notification.

use std::borrow::Cow;

use super::words::{Span, against, exception as said_of, spans, unassessed};
use crate::controls::{Checked, Control, ControlReport, ControlVerdict, Evidence, ExceptionUse};
use crate::render::sarif::document::{
    Configuration, Location as Place, Notification, Outcome, ResultProperties, Rule, RuleProperties,
    Suppression, Text,
};
use crate::render::sarif::fingerprints::Fingerprints;
use crate::render::sarif::log::{OneRun, Room, missing, notification};
use crate::render::sarif::place::{of_target, physical};
use crate::render::sarif::rules::{level, security_severity};
use crate::render::sarif::text::{code, markdown, message, plain};
use crate::repository::{Exception, Settings};

/// A SARIF 2.1.0 log with one run, ending in a newline.
///
/// Every control is a rule; everything that speaks against one is a result, which is suppressed if it is excepted. What
/// GitHub would not take is left out from the end, and a notification says how much that is. Exceptions that hold are
/// notifications; one that has expired is a result.
pub fn render_controls_sarif(report: &ControlReport) -> String {
    let rules: Vec<_> = report.controls.iter().map(|checked| rule(checked.control)).collect();
    let mut notifications: Vec<_> = report.controls.iter().filter_map(not_assessed).collect();
    notifications.extend(report.exceptions.iter().filter(|used| !used.expired).map(exception));
    let mut room = Room::new();
    rules.iter().for_each(|rule| room.add(rule));
    notifications.iter().for_each(|notification| room.add(notification));
    let target = of_target(&report.target);
    let mut fingerprints = Fingerprints::named("bullaControl/v1");
    let results = all_against(report)
        .map(|(index, control, evidence)| result(index, control, &evidence, &target, &mut fingerprints));
    let results: Vec<_> = results.take_while(|result| room.takes(result)).collect();
    let left = all_against(report).count() - results.len();
    notifications.extend(missing(left, "results"));
    OneRun {
        category: "bulla/controls/",
        rules,
        extensions: Vec::new(),
        is_successful: true,
        notifications,
        results,
    }
    .print()
}

fn rule(control: &'static Control) -> Rule {
    let text = |text: &'static str| Text { text: message(text), markdown: None };
    Rule {
        id: control.id.to_owned(),
        name: name(control.id),
        short_description: text(control.title),
        full_description: text(control.question),
        help_uri: None,
        help: Text { text: help(control, message, message), markdown: Some(help(control, markdown, code)) },
        default_configuration: Configuration { level: level(control.severity) },
        properties: RuleProperties {
            tags: ["security", "repository-control"],
            security_severity: security_severity(control.severity, 0.0),
        },
    }
}

/// `pinned-actions` is `PinnedActions`: a readable name, as 3.49.7 wants it.
fn name(id: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().map(|first| first.to_ascii_uppercase()).chain(letters).collect::<String>()
    };
    id.split('-').map(word).collect()
}

/// What is asked, why, what to do, and what it bears on.
fn help(control: &'static Control, words: fn(&str) -> String, code: fn(&'static str) -> String) -> String {
    let own = |text: &'static str| {
        let shown = spans(text).into_iter().map(|span| match span {
            Span::Words(part) => words(part),
            Span::Code(part) => code(part),
        });
        shown.collect::<String>()
    };
    let mut parts = vec![own(control.question), own(control.reason), format!("Fix: {}", own(control.fix))];
    parts.extend(control.references().map(|reference| {
        let said = format!("{} {}: {}", reference.framework.name(), reference.number, reference.title);
        format!("- {}", words(&said))
    }));
    parts.join("\n\n")
}

/// What speaks against a control, with its rule's index.
fn all_against(report: &ControlReport) -> impl Iterator<Item = (usize, &'static Control, Cow<'_, Evidence>)> {
    report.controls.iter().enumerate().flat_map(|(index, checked)| {
        against(report, checked).into_iter().map(move |evidence| (index, checked.control, evidence))
    })
}

fn result(
    rule_index: usize,
    control: &'static Control,
    evidence: &Evidence,
    target: &str,
    fingerprints: &mut Fingerprints,
) -> Outcome {
    let Evidence { verdict, message, location, text, excepted } = evidence;
    let place = location.as_ref();
    let path = place.map_or("", |place| &place.path);
    // The line, where there is one: a message may count what comes and goes.
    let shown = text.as_ref().unwrap_or(message);
    Outcome {
        rule_id: control.id.to_owned(),
        rule_index,
        // 3.27.9: any other kind goes with the level `none`.
        kind: "fail",
        level: level_of(control, *verdict),
        message: Text { text: sentence(message), markdown: None },
        locations: [Place { physical_location: physical(place, target), logical_locations: Vec::new() }],
        partial_fingerprints: fingerprints.take(["control", control.id, path, shown], place),
        suppressions: excepted.as_deref().map(suppression).into_iter().collect(),
        properties: ResultProperties { severity: control.severity.name(), scanners: Vec::new() },
    }
}

/// A message, which is a sentence and never empty (3.11.8).
fn sentence(said: &str) -> String {
    format!("{}.", message(said).trim_end_matches('.'))
}

/// A warning is one step lower than a failure.
fn level_of(control: &Control, verdict: ControlVerdict) -> &'static str {
    match (level(control.severity), verdict) {
        (level, ControlVerdict::Fail) => level,
        ("error", _) => "warning",
        _ => "note",
    }
}

fn suppression(exception: &Exception) -> Suppression {
    let Exception { reason, expires, .. } = exception;
    let justification = format!("{} (until {expires}, {})", plain(reason), Settings::FILE);
    Suppression { kind: "external", status: "accepted", justification }
}

fn exception(used: &ExceptionUse) -> Notification {
    notification("exception", "note", &said_of(used))
}

fn not_assessed(checked: &Checked) -> Option<Notification> {
    let said = format!("{}: {}", checked.control.id, unassessed(checked));
    (checked.verdict == ControlVerdict::NotAssessed).then(|| notification("not-assessed", "note", &said))
}
