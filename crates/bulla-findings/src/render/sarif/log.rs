//! What every log of this program has in common, and how much of it GitHub takes.

use serde::Serialize;

use super::document::{
    AutomationDetails, Descriptor, Driver, Extension, Invocation, Log, Notification, Outcome, Rule, Run,
    SCHEMA, Text, Tool,
};
use super::size::Compressed;
use super::text::message;

/// GitHub takes no more results in a run,
const MOST_RESULTS: usize = 25_000;
/// and no report of more than 10 MB, compressed; what is left here is for what is not a result or a rule.
const MOST_BYTES: u64 = 9_900_000;

/// How much of what GitHub takes is taken.
pub(crate) struct Room {
    results: usize,
    of_results: Compressed,
    of_others: Compressed,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self { results: 0, of_results: Compressed::new(), of_others: Compressed::new() }
    }

    /// Adds a rule or a notification, which is not left out.
    pub(crate) fn add(&mut self, part: &impl Serialize) {
        self.of_others.add(json(part).as_bytes());
    }

    /// Adds a result, if there is room for it and for all that is not left out.
    pub(crate) fn takes(&mut self, result: &Outcome) -> bool {
        self.results += 1;
        self.of_results.add(json(result).as_bytes());
        self.results <= MOST_RESULTS && self.of_results.bytes() + self.of_others.bytes() <= MOST_BYTES
    }
}

/// A log with one run, ending in a newline.
pub(crate) struct OneRun {
    /// The category, which ends in a slash where it has no id of a run (3.17.3).
    pub category: &'static str,
    pub rules: Vec<Rule>,
    pub extensions: Vec<Extension>,
    pub is_successful: bool,
    pub notifications: Vec<Notification>,
    pub results: Vec<Outcome>,
}

impl OneRun {
    pub(crate) fn print(self) -> String {
        let Self { category, rules, extensions, is_successful, notifications, results } = self;
        let driver = Driver { name: "bulla", semantic_version: env!("CARGO_PKG_VERSION"), rules };
        let run = Run {
            tool: Tool { driver, extensions },
            automation_details: AutomationDetails { id: category },
            invocations: [Invocation {
                execution_successful: is_successful,
                tool_execution_notifications: notifications,
            }],
            results,
        };
        json(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }) + "\n"
    }
}

fn json(part: &impl Serialize) -> String {
    serde_json::to_string_pretty(part).expect("texts, numbers and lists of them are JSON")
}

pub(crate) fn notification(id: &'static str, level: &'static str, said: &str) -> Notification {
    let message = Text { text: message(said), markdown: None };
    Notification { descriptor: Descriptor { id }, level, message }
}

/// That so many results are not there.
pub(crate) fn missing(results: usize, what: &str) -> Option<Notification> {
    let said = format!("{results} {what} are missing from this report, which would be too large with them.");
    (results > 0).then(|| notification("results-cut", "warning", &said))
}
