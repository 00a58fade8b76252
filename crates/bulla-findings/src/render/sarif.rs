//! SARIF 2.1.0, for code scanning. <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

pub(crate) mod document;
pub(crate) mod fingerprints;
pub(crate) mod log;
pub(crate) mod place;
mod results;
pub(crate) mod rules;
mod size;
pub(crate) mod text;

use std::collections::BTreeMap;

use crate::assessment::{Assessment, Check};
use crate::report::Outcome;
use document::{Extension, Notification};
use log::{OneRun, Room, missing, notification};
use results::Results;

/// A SARIF 2.1.0 log with one run, ending in a newline.
///
/// Every finding is a result; one that is ignored is suppressed. A scanner that failed, or scanned nothing, makes the
/// run unsuccessful. What GitHub would not take is left out from the end, and a notification says how much that is.
pub fn render_sarif(assessment: &Assessment) -> String {
    let open = assessment.findings.iter().map(|merged| (merged, None));
    let ignored = assessment.ignored.iter().map(|ignored| (&ignored.merged, Some(ignored)));
    let all = assessment.findings.len() + assessment.ignored.len();

    let mut maker = Results::of_target(&assessment.target);
    let (mut results, mut room) = (Vec::new(), Room::new());
    for (merged, ignored) in open.chain(ignored) {
        let rules = maker.rules.len();
        let result = maker.take(merged, ignored);
        if maker.rules.len() > rules {
            maker.rules.newest().iter().for_each(|rule| room.add(rule));
        }
        if !room.takes(&result) {
            maker.rules.truncate(rules);
            break;
        }
        results.push(result);
    }

    let mut notifications: Vec<_> = assessment.checks.iter().flat_map(notifications).collect();
    notifications.extend(missing(all - results.len(), "findings"));
    OneRun {
        category: "bulla/scan/",
        rules: maker.rules.finish(),
        extensions: extensions(&assessment.checks),
        is_successful: assessment.checks.iter().all(|check| check.outcome.is_answer()),
        notifications,
        results,
    }
    .print()
}

/// Why a check is no answer, and what limits it.
fn notifications(check: &Check) -> impl Iterator<Item = Notification> {
    let (id, level) = match check.outcome {
        Outcome::Error(_) => ("scanner-failed", "error"),
        _ => ("nothing-scanned", "warning"),
    };
    let say = |id, level, what: &str| notification(id, level, &format!("{}: {what}", check.scanner.name));
    let failed = check.outcome.reason().map(|why| say(id, level, why));
    failed.into_iter().chain(check.notes.iter().map(move |note| say("limited-answer", "note", note)))
}

/// The scanners, with version and database; each once, for these must be unique (3.18.3).
fn extensions(checks: &[Check]) -> Vec<Extension> {
    let mut extensions = Vec::new();
    for check in checks {
        let database = check.database.as_deref().map(|database| ("database", text::plain(database)));
        let extension = Extension {
            name: check.scanner.name,
            version: check.version.as_deref().map(text::plain),
            properties: BTreeMap::from_iter(database),
        };
        if !extensions.contains(&extension) {
            extensions.push(extension);
        }
    }
    extensions
}
