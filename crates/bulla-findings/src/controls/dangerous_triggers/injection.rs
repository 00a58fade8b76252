use std::collections::BTreeSet;

use crate::controls::Evidence;
use crate::repository::{Node, Sequence, Step, Text, contexts};

/// Fields of an event that GitHub itself fills in, with a number or a commit: whatever event it is, nobody writes them.
const NO_TEXT: [&str; 9] = [
    "github.event.after",
    "github.event.before",
    "github.event.discussion.number",
    "github.event.issue.number",
    "github.event.number",
    "github.event.pull_request.base.sha",
    "github.event.pull_request.head.sha",
    "github.event.pull_request.number",
    "github.event.workflow_run.id",
];

/// What an expression brings into a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Brings {
    /// Nothing of the event.
    Nothing,
    /// A number or a commit of the event.
    NoText,
    /// What somebody wrote.
    Text,
}

/// What events carry into the scripts of these steps, expression by expression. `outside` are the variables of the workflow
/// that hold what somebody wrote.
pub(super) fn find(sequence: Sequence<'_>, outside: &Tainted) -> Vec<Evidence> {
    let of_job = sequence.job.map(|(_, job)| Tainted::of(&job.node)).unwrap_or_default();
    let mut evidence = Vec::new();
    for step in sequence.steps {
        let own = Tainted::of(&step.node);
        for expression in scripts(step).iter().flat_map(|script| sequence.source.expressions(script)) {
            let brings = brings(&expression.text, &[outside, &of_job, &own]);
            evidence.extend(judge(&expression, brings).map(|it| it.at_source(sequence.source, &expression)));
        }
    }
    evidence
}

/// The texts of a step that are run as they are.
fn scripts(step: &Step) -> Vec<Text> {
    let script = step.is("actions/github-script").then(|| match step.input("script") {
        Some(script) => script.text(),
        // All inputs can come from one expression.
        None => step.node.get("with").and_then(Node::text),
    });
    step.run.iter().cloned().chain(script.flatten()).collect()
}

fn judge(expression: &Text, brings: Brings) -> Option<Evidence> {
    let text: String = expression.text.split_whitespace().collect::<Vec<_>>().join(" ");
    match brings {
        Brings::Nothing => None,
        Brings::NoText => Some(Evidence::warn(format!(
            "`{text}` is part of the script: it is a number or a commit and can't hold commands, but belongs into `env:` all \
             the same"
        ))),
        Brings::Text => Some(Evidence::fail(format!(
            "`{text}` is part of the script, and so is whatever somebody writes into it; give it through `env:`"
        ))),
    }
}

fn brings(text: &str, tainted: &[&Tainted]) -> Brings {
    let worst = contexts(text).into_iter().map(|path| {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["github"] | ["github", "*" | "head_ref", ..] => Brings::Text,
            ["github", "event", ..] if NO_TEXT.contains(&parts.join(".").as_str()) => Brings::NoText,
            ["github", "event", ..] => Brings::Text,
            ["env", rest @ ..] if tainted.iter().any(|tainted| tainted.has(rest.first().unwrap_or(&"*"))) => {
                Brings::Text
            }
            _ => Brings::Nothing,
        }
    });
    worst.max().unwrap_or(Brings::Nothing)
}

/// The variables, in lower case, that hold what somebody wrote.
#[derive(Debug, Default)]
pub(super) struct Tainted(BTreeSet<String>);

impl Tainted {
    /// Those of the `env` of a workflow, a job or a step.
    pub(super) fn of(node: &Node) -> Self {
        let variables = node.get("env").into_iter().flat_map(Node::entries);
        let is_tainted = |value: &Node| value.as_text().is_some_and(|text| brings(text, &[]) == Brings::Text);
        let names = variables.filter(|(_, value)| is_tainted(value)).filter_map(|(name, _)| name.as_text());
        Self(names.map(str::to_ascii_lowercase).collect())
    }

    /// Whether that variable is among them; `*` can be any.
    fn has(&self, name: &str) -> bool {
        self.0.contains(name) || name == "*" && !self.0.is_empty()
    }
}
