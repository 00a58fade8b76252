use std::collections::BTreeSet;

use crate::controls::Evidence;
use crate::repository::{Node, Sequence, Step, Text, contexts};

/// What GitHub itself says of these in an event, as a number, a commit, a fixed word or a name without any special character.
const OBJECTS: [&str; 13] = [
    "check_run",
    "check_suite",
    "comment",
    "discussion",
    "issue",
    "label",
    "milestone",
    "organization",
    "pull_request",
    "release",
    "review",
    "sender",
    "workflow_run",
];
const FIELDS: [&str; 20] = [
    "additions",
    "author_association",
    "changed_files",
    "comments",
    "commits",
    "conclusion",
    "deletions",
    "draft",
    "event",
    "head_sha",
    "id",
    "locked",
    "login",
    "merge_commit_sha",
    "merged",
    "number",
    "run_attempt",
    "run_number",
    "state",
    "status",
];

/// What an expression brings into a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Brings {
    /// Nothing of the event.
    Nothing,
    /// What can't hold a command.
    NoText,
    /// What somebody wrote who may write to the repository.
    InsidersText,
    /// What somebody wrote.
    Text,
}

impl Brings {
    /// By the path of a field in the event.
    fn of_event(path: &[&str]) -> Self {
        match path {
            ["action" | "after" | "before" | "created" | "deleted" | "forced" | "number" | "ref_type"]
            | ["pull_request", "base" | "head", "sha"]
            | ["pull_request", "base" | "head", "repo", "fork" | "full_name" | "id" | "name"] => Self::NoText,
            [object, field] | [object, "user", field @ ("id" | "login")]
                if OBJECTS.contains(object) && FIELDS.contains(field) =>
            {
                Self::NoText
            }
            ["base_ref" | "ref"]
            | ["enterprise" | "inputs" | "organization" | "repository", ..]
            | ["pull_request", "base", ..]
            | ["release", "tag_name"] => Self::InsidersText,
            _ => Self::Text,
        }
    }
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
            "`{text}` is part of the script: it can't hold commands, but belongs into `env:` all the same"
        ))),
        Brings::InsidersText => Some(Evidence::warn(format!(
            "`{text}` is part of the script: only who may write to this repository writes it, but it belongs into `env:`"
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
            ["github", "event", path @ ..] => Brings::of_event(path),
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
