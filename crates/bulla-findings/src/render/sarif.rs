//! SARIF 2.1.0, for code scanning. <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

mod document;
mod results;
mod rules;
mod size;
mod text;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::assessment::{Assessment, Check};
use crate::report::Outcome;
use document::{
    AutomationDetails, Descriptor, Driver, Extension, Invocation, Log, Notification, Run, SCHEMA, Text, Tool,
};
use results::Results;
use size::Compressed;

/// GitHub takes no more results in a run,
const MOST_RESULTS: usize = 25_000;
/// and no report of more than 10 MB, compressed; what is left here is for what is not a result or a rule.
const MOST_BYTES: u64 = 9_900_000;

/// A SARIF 2.1.0 log with one run, ending in a newline.
///
/// Every finding is a result; one that is ignored is suppressed. A scanner that failed, or scanned nothing, makes the
/// run unsuccessful. What GitHub would not take is left out from the end, and a notification says how much that is.
pub fn render_sarif(assessment: &Assessment) -> String {
    let open = assessment.findings.iter().map(|merged| (merged, None));
    let ignored = assessment.ignored.iter().map(|ignored| (&ignored.merged, Some(ignored)));
    let all = assessment.findings.len() + assessment.ignored.len();

    let mut maker = Results::of_target(&assessment.target);
    let mut results = Vec::new();
    let (mut of_results, mut of_rules) = (Compressed::new(), Compressed::new());
    for (merged, ignored) in open.chain(ignored).take(MOST_RESULTS) {
        let rules = maker.rules.len();
        let result = maker.take(merged, ignored);
        of_results.add(json(&result).as_bytes());
        if maker.rules.len() > rules {
            of_rules.add(json(&maker.rules.newest()).as_bytes());
        }
        if of_results.bytes() + of_rules.bytes() > MOST_BYTES {
            maker.rules.truncate(rules);
            break;
        }
        results.push(result);
    }

    let mut notifications: Vec<_> = assessment.checks.iter().flat_map(notifications).collect();
    notifications.extend(missing(all - results.len()));
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "bulla",
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: maker.rules.finish(),
            },
            extensions: extensions(&assessment.checks),
        },
        // Ends in a slash: a category without the id of a run (3.17.3).
        automation_details: AutomationDetails { id: "bulla/scan/" },
        invocations: [Invocation {
            execution_successful: assessment.checks.iter().all(|check| check.outcome.is_answer()),
            tool_execution_notifications: notifications,
        }],
        results,
    };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    json(&log) + "\n"
}

fn json(part: &impl Serialize) -> String {
    serde_json::to_string_pretty(part).expect("texts, numbers and lists of them are JSON")
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

fn missing(results: usize) -> Option<Notification> {
    let said =
        format!("{results} findings are missing from this report, which would be too large with them.");
    (results > 0).then(|| notification("results-cut", "warning", &said))
}

fn notification(id: &'static str, level: &'static str, said: &str) -> Notification {
    let message = Text { text: text::message(said), markdown: None };
    Notification { descriptor: Descriptor { id }, level, message }
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
