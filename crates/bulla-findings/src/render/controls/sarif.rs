//! SARIF 2.1.0, for code scanning: what speaks against a control is a result.
//!
//! GitHub makes an alert of every result, whatever its kind is. So what passes has a rule and no result, and what is not
//! assessed is a notification.

use super::words::{Span, against, spans, unassessed};
use crate::controls::{Checked, Control, ControlReport, ControlVerdict, Evidence, ExceptionUse};
use crate::finding::Location;
use crate::render::sarif::document::{
    Configuration, Location as Place, Notification, Outcome, ResultProperties, Rule, RuleProperties,
    Suppression, Text,
};
use crate::render::sarif::fingerprints::Fingerprints;
use crate::render::sarif::log::{OneRun, Room, missing, notification};
use crate::render::sarif::place::physical;
use crate::render::sarif::rules::security_severity;
use crate::render::sarif::text::{code, markdown, message, plain};
use crate::repository::{Exception, Settings};

/// Where evidence is that has no place of its own: a file that nearly every repository has.
const NOWHERE: &str = "README.md";

/// A SARIF 2.1.0 log with one run, ending in a newline.
///
/// Every control is a rule. Everything that speaks against one is a result, suppressed if it is excepted; so is every
/// exception that has expired. What GitHub would not take is left out from the end, and a notification says how much.
pub fn render_controls_sarif(report: &ControlReport) -> String {
    let rules: Vec<_> = report.controls.iter().map(|checked| rule(checked.control)).collect();
    let mut room = Room::new();
    rules.iter().for_each(|rule| room.add_rule(rule));
    let mut fingerprints = Fingerprints::named("bullaControl/v1");
    let results = all_against(report).map(|against| against.result(&mut fingerprints));
    let results: Vec<_> = results.take_while(|result| room.takes(result)).collect();
    let left = all_against(report).count() - results.len();
    let notifications = report.controls.iter().filter_map(not_assessed);
    OneRun {
        category: "bulla/controls/",
        rules,
        extensions: Vec::new(),
        is_successful: true,
        notifications: notifications.chain(missing(left, "results")).collect(),
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
        default_configuration: Configuration { level: "error" },
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

/// What speaks against a control, and becomes a result.
struct Against<'a> {
    control: &'static Control,
    /// The rule's.
    index: usize,
    level: &'static str,
    said: String,
    place: Option<Location>,
    /// The line that shows it.
    shown: Option<&'a str>,
    /// Why it is excepted, if it is.
    reason: Option<&'a str>,
}

fn all_against(report: &ControlReport) -> impl Iterator<Item = Against<'_>> {
    report.controls.iter().enumerate().flat_map(|(index, checked)| {
        let control = checked.control;
        let expired = report.exceptions.iter().filter(|used| used.expired && used.exception.id == control.id);
        let evidence = against(checked).into_iter();
        let evidence = evidence.map(move |evidence| Against::of_evidence(control, index, evidence));
        evidence.chain(expired.map(move |used| Against::of_expired(control, index, used)))
    })
}

impl<'a> Against<'a> {
    fn of_evidence(control: &'static Control, index: usize, evidence: &'a Evidence) -> Self {
        Self {
            control,
            index,
            level: if evidence.verdict == ControlVerdict::Fail { "error" } else { "warning" },
            said: evidence.message.clone(),
            place: evidence.location.clone(),
            shown: evidence.text.as_deref(),
            reason: evidence.excepted.as_deref(),
        }
    }

    fn of_expired(control: &'static Control, index: usize, used: &ExceptionUse) -> Self {
        let Exception { path, reason, expires, line, .. } = &used.exception;
        let path = path.as_ref().map_or_else(String::new, |path| format!(" in {path}"));
        Self {
            control,
            index,
            level: "error",
            said: format!("the exception{path} expired on {expires}: {reason}"),
            place: Some(Location::line(Settings::FILE, *line)),
            shown: None,
            reason: None,
        }
    }

    fn result(self, fingerprints: &mut Fingerprints) -> Outcome {
        let Self { control, index, level, said, place, shown, reason } = self;
        let place = place.as_ref();
        let path = place.map_or("", |place| &place.path);
        Outcome {
            rule_id: control.id.to_owned(),
            rule_index: index,
            // 3.27.9: any other kind goes with the level `none`.
            kind: "fail",
            level,
            message: Text { text: sentence(&said), markdown: None },
            // The line, for a message may name a version.
            partial_fingerprints: fingerprints
                .take(["control", control.id, path, shown.unwrap_or(&said)], place),
            locations: [Place { physical_location: physical(place, NOWHERE), logical_locations: Vec::new() }],
            suppressions: reason.map(suppression).into_iter().collect(),
            properties: ResultProperties { severity: control.severity.name(), scanners: Vec::new() },
        }
    }
}

/// A message, which is a sentence and never empty (3.11.8).
fn sentence(said: &str) -> String {
    format!("{}.", message(said).trim_end_matches('.'))
}

fn suppression(reason: &str) -> Suppression {
    let justification = format!("{} ({})", plain(reason), Settings::FILE);
    Suppression { kind: "external", status: "accepted", justification }
}

fn not_assessed(checked: &Checked) -> Option<Notification> {
    let said = format!("{}: {}", checked.control.id, unassessed(checked));
    (checked.verdict == ControlVerdict::NotAssessed).then(|| notification("not-assessed", "note", &said))
}
