//! Dangerous triggers: workflows that strangers start, and texts of strangers that become scripts.

mod injection;
mod untrusted_code;

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::by_place;
use super::{Control, Evidence};
use crate::repository::{Repository, Source, Workflow, Workflows};
use crate::severity::Severity;
use injection::Tainted;

/// See the module.
pub(super) static DANGEROUS_TRIGGERS: Control = Control {
    id: "dangerous-triggers",
    title: "Dangerous triggers",
    question: "Can nobody from outside run code in a workflow that has secrets or a token that writes?",
    reason: "`pull_request_target` and `workflow_run` run with this repository's secrets and its token for anybody's pull \
             request: code of that pull request, once checked out and run, has both. And a title, a branch's name or a \
             comment that is put into a script with `${{ }}` is part of the script: whoever writes it runs commands.",
    fix: "Use `pull_request` for whatever builds or tests a change; let `pull_request_target` and `workflow_run` check out \
          nothing of it. Give a script what an event carries through `env:`, and read it there as a variable (`\"$TITLE\"`).",
    severity: Severity::Critical,
    check,
};

/// What starts a workflow with the repository's own rights for what a stranger has made.
const TRIGGERS: [(&str, &str); 2] = [
    (
        "pull_request_target",
        "`pull_request_target` gives anybody's pull request a run with this repository's secrets and token: make sure that \
         nothing of the pull request is checked out, built or put into a script",
    ),
    (
        "workflow_run",
        "`workflow_run` runs with this repository's secrets and token after a run that anybody's pull request can start: make \
         sure that no code, cache or artifact of that run is executed",
    ),
];

fn check(repository: &Repository) -> Vec<Evidence> {
    let workflows = repository.workflows();
    let privileged = privileged(workflows);
    let of_workflows = workflows.workflows.iter().flat_map(|workflow| {
        let mut evidence = triggers(workflow);
        if privileged.contains(workflow.path.as_str()) {
            evidence.extend(workflow.sequences().flat_map(untrusted_code::find));
        }
        let tainted = Tainted::of(&workflow.node);
        evidence.extend(workflow.sequences().flat_map(|sequence| injection::find(sequence, &tainted)));
        let message = "it is started by neither `pull_request_target` nor `workflow_run`, and no script holds what an event \
                       carries";
        or_pass(evidence, workflow.source(), message)
    });
    let of_actions = workflows.sequences().filter(|sequence| sequence.job.is_none()).flat_map(|sequence| {
        let mut evidence = injection::find(sequence, &Tainted::default());
        // Whichever workflow it is that uses the action.
        if !privileged.is_empty() {
            evidence.extend(untrusted_code::find(sequence));
        }
        or_pass(evidence, sequence.source, "no script holds what an event carries")
    });
    by_place(workflows, of_workflows.chain(of_actions))
}

fn or_pass(mut evidence: Vec<Evidence>, source: Source<'_>, message: &str) -> Vec<Evidence> {
    if evidence.is_empty() {
        evidence.push(Evidence::pass(message).in_file(source.path));
    }
    evidence
}

fn triggers(workflow: &Workflow) -> Vec<Evidence> {
    TRIGGERS
        .iter()
        .filter_map(|(event, message)| {
            let trigger = workflow.trigger(event)?;
            Some(Evidence::warn(*message).at_source(workflow.source(), &trigger.event))
        })
        .collect()
}

/// The workflows that such a trigger starts, and those of this repository that these call.
fn privileged(workflows: &Workflows) -> BTreeSet<&str> {
    let by_path: BTreeMap<&str, &Workflow> =
        workflows.workflows.iter().map(|workflow| (workflow.path.as_str(), workflow)).collect();
    let is_triggered =
        |workflow: &Workflow| TRIGGERS.iter().any(|(event, _)| workflow.trigger(event).is_some());
    let mut open: Vec<&Workflow> =
        by_path.values().copied().filter(|workflow| is_triggered(workflow)).collect();
    let mut found = BTreeSet::new();
    while let Some(workflow) = open.pop() {
        if found.insert(workflow.path.as_str()) {
            let called = workflow.jobs.iter().filter_map(|job| job.uses.as_ref()?.text.trim().get(2..));
            open.extend(called.filter_map(|path| by_path.get(path)));
        }
    }
    found
}
