use crate::controls::Evidence;
use crate::repository::{Node, Trigger, Workflow, runs_for_branch};

/// Whether a workflow runs on push to the default branch, on pull requests and on a schedule: evidence for each. `branches`
/// are those that may be the default one.
pub(super) fn of(workflow: &Workflow, branches: &[&str]) -> Vec<Evidence> {
    let starts = [
        on_changes(workflow, "push", "push to", branches),
        on_changes(workflow, "pull_request", "pull requests for", branches),
        on_schedule(workflow),
    ];
    starts.into_iter().map(|(trigger, evidence)| place(workflow, trigger, evidence)).collect()
}

fn place(workflow: &Workflow, trigger: Option<&Trigger>, evidence: Evidence) -> Evidence {
    match trigger.or(workflow.on.first()) {
        Some(trigger) => evidence.at_source(workflow.source(), &trigger.event),
        None => evidence.in_file(&workflow.path),
    }
}

fn on_changes<'a>(
    workflow: &'a Workflow,
    event: &str,
    what: &str,
    branches: &[&str],
) -> (Option<&'a Trigger>, Evidence) {
    let names = branches.join("` or `");
    let trigger = workflow.trigger(event);
    let Some(found) =
        trigger.filter(|trigger| branches.iter().any(|branch| runs_for_branch(trigger, branch)))
    else {
        return (trigger, Evidence::fail(format!("the analysis does not run on {what} `{names}`")));
    };
    let filters = &found.filters;
    if let Some(filter) = ["paths", "paths-ignore"].into_iter().find(|name| filters.get(name).is_some()) {
        let message =
            format!("the analysis runs on {what} `{names}`, but `{filter}` lets changes pass without it");
        return (trigger, Evidence::warn(message));
    }
    let types = filters.get("types").map(Node::items);
    let misses = |kind: &&str| types.is_some_and(|types| types.iter().all(|it| it.as_text() != Some(kind)));
    if let Some(kind) = ["opened", "synchronize"].iter().find(|kind| event == "pull_request" && misses(kind))
    {
        let message = format!("the analysis runs on {what} `{names}`, but not when one is `{kind}`");
        return (trigger, Evidence::warn(message));
    }
    (trigger, Evidence::pass(format!("the analysis runs on {what} `{names}`")))
}

fn on_schedule(workflow: &Workflow) -> (Option<&Trigger>, Evidence) {
    let trigger = workflow.trigger("schedule");
    match trigger.filter(|trigger| trigger.has_times()) {
        Some(_) => (trigger, Evidence::pass("the analysis runs on a schedule")),
        None => (trigger, Evidence::fail("the analysis does not run on a schedule")),
    }
}
