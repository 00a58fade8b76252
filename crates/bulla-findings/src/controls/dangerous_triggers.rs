//! Dangerous triggers: workflows that strangers start, and texts of strangers that become scripts.

mod injection;
mod untrusted_code;

use std::collections::BTreeSet;

use super::evidence::by_place;
use super::{Control, Evidence};
use crate::repository::{Repository, Trigger, Workflow, Workflows};
use crate::severity::Severity;
use injection::Tainted;

/// See the module.
pub(super) static DANGEROUS_TRIGGERS: Control = Control {
    id: "dangerous-triggers",
    title: "Dangerous triggers",
    question: "Can nobody from outside run code in a workflow that has secrets or a token that writes?",
    reason: "`pull_request_target`, `workflow_run` and `issue_comment` run with this repository's secrets and its token for \
             whatever anybody does: code of a pull request, once checked out and run, has both. And a title, a branch's name or a \
             comment that is put into a script with `${{ }}` is part of the script: whoever writes it runs commands.",
    fix: "Use `pull_request` for whatever builds or tests a change; let what runs with secrets check out \
          nothing of it. Give a script what an event carries through `env:`, and read it there as a variable (`\"$TITLE\"`).",
    severity: Severity::Critical,
    check,
};

/// What a stranger can cause, and what then runs with the repository's own rights. A review of a fork's pull request runs
/// with no more than `pull_request` does.
///
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows>
const EVENTS: [&str; 9] = [
    "discussion",
    "discussion_comment",
    "fork",
    "gollum",
    "issue_comment",
    "issues",
    "pull_request_target",
    "watch",
    "workflow_run",
];

fn check(repository: &Repository) -> Vec<Evidence> {
    let workflows = repository.workflows();
    let privileged = reached(workflows, &EVENTS);
    let after_runs = reached(workflows, &["workflow_run"]);
    let of_workflows = workflows.workflows.iter().flat_map(|workflow| {
        let path = workflow.path.as_str();
        let tainted = Tainted::of(&workflow.node);
        let mut evidence: Vec<_> =
            workflow.sequences().flat_map(|sequence| injection::find(sequence, &tainted)).collect();
        if privileged.contains(path) {
            evidence.extend(workflow.sequences().flat_map(untrusted_code::checked_out));
            evidence.extend(called_elsewhere(workflow));
        }
        if after_runs.contains(path) {
            evidence.extend(workflow.sequences().flat_map(untrusted_code::downloaded));
        }
        if evidence.is_empty() {
            evidence.push(harmless(workflow));
        }
        evidence
    });
    let of_actions = workflows.sequences().filter(|sequence| sequence.job.is_none()).flat_map(|sequence| {
        let mut evidence = injection::find(sequence, &Tainted::default());
        // Whichever workflow it is that uses the action.
        if !privileged.is_empty() {
            evidence.extend(untrusted_code::checked_out(sequence));
        }
        if evidence.is_empty() {
            evidence
                .push(Evidence::pass("no script holds what an event carries").in_file(sequence.source.path));
        }
        evidence
    });
    by_place(workflows, of_workflows.chain(of_actions))
}

fn harmless(workflow: &Workflow) -> Evidence {
    match workflow.on.iter().find(|trigger| EVENTS.contains(&trigger.event.text.as_str())) {
        Some(Trigger { event, .. }) => Evidence::pass(format!(
            "`{}` starts it with secrets and a token at hand; it is not seen to check out or to download what a stranger made, \
             and no script holds what an event carries",
            event.text
        ))
        .at_source(workflow.source(), event),
        None => Evidence::pass(
            "no stranger's code is seen to be checked out where secrets and a token are at hand, and no script holds what an \
             event carries",
        )
        .in_file(&workflow.path),
    }
}

fn called_elsewhere(workflow: &Workflow) -> impl Iterator<Item = Evidence> {
    let elsewhere = workflow.jobs.iter().filter(|job| job.calls().is_none() && !job.node.is_off());
    elsewhere.filter_map(|job| job.uses.as_ref()).map(|uses| {
        let message = format!(
            "what `{}` does can't be seen from here: make sure that it runs nothing of a pull request, as secrets and a token \
             are at hand",
            uses.text
        );
        Evidence::warn(message).at_source(workflow.source(), uses)
    })
}

/// The paths of the workflows that one of these events starts, and of those of this repository that these call.
fn reached<'a>(workflows: &'a Workflows, events: &[&str]) -> BTreeSet<&'a str> {
    let is_started = |workflow: &&Workflow| events.iter().any(|event| workflow.trigger(event).is_some());
    let mut open: Vec<&Workflow> = workflows.workflows.iter().filter(is_started).collect();
    let mut found = BTreeSet::new();
    while let Some(workflow) = open.pop() {
        if found.insert(workflow.path.as_str()) {
            open.extend(workflow.jobs.iter().filter_map(|job| workflows.called(job)));
        }
    }
    found
}
