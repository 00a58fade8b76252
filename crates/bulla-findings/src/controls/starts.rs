//! What starts a workflow that is to look at every change, and at the default branch again and again.

use super::Evidence;
use crate::repository::{Node, Repository, Trigger, Workflow, runs_for_branch};

/// A workflow that is to be started.
pub(super) struct Starts<'a> {
    pub(super) workflow: &'a Workflow,
    /// What runs in it: "the analysis".
    pub(super) who: &'a str,
    /// The branches that may be the default one.
    pub(super) branches: &'a [&'a str],
}

impl Starts<'_> {
    pub(super) fn on_push(&self) -> Evidence {
        self.on_changes("push", "push to", &[])
    }

    pub(super) fn on_pull_requests(&self) -> Evidence {
        self.on_changes("pull_request", "pull requests for", &["opened", "synchronize"])
    }

    pub(super) fn on_schedule(&self) -> Evidence {
        let trigger = self.workflow.trigger("schedule");
        let evidence = match trigger.filter(|trigger| trigger.has_times()) {
            Some(_) => Evidence::pass(format!("{} runs on a schedule", self.who)),
            None => Evidence::fail(format!("{} does not run on a schedule", self.who)),
        };
        self.at(trigger, evidence)
    }

    /// At what starts it so, or at what starts it at all.
    pub(super) fn at(&self, trigger: Option<&Trigger>, evidence: Evidence) -> Evidence {
        match trigger.or(self.workflow.on.first()) {
            Some(trigger) => evidence.at_source(self.workflow.source(), &trigger.event),
            None => evidence.in_file(&self.workflow.path),
        }
    }

    fn on_changes(&self, event: &str, what: &str, kinds: &[&str]) -> Evidence {
        let (who, names) = (self.who, Repository::branches_in_words(self.branches));
        let trigger = self.workflow.trigger(event);
        let runs = |trigger: &&Trigger| self.branches.iter().any(|branch| runs_for_branch(trigger, branch));
        let evidence = match trigger.filter(runs).map(|trigger| passes_by(trigger, kinds)) {
            None => Evidence::fail(format!("{who} does not run on {what} {names}")),
            Some(None) => Evidence::pass(format!("{who} runs on {what} {names}")),
            Some(Some(gap)) => Evidence::warn(format!("{who} runs on {what} {names}, but {gap}")),
        };
        self.at(trigger, evidence)
    }
}

/// Which changes pass by a trigger, of these kinds or in some paths.
fn passes_by(trigger: &Trigger, kinds: &[&str]) -> Option<String> {
    let filters = &trigger.filters;
    if let Some(filter) = ["paths", "paths-ignore"].into_iter().find(|name| filters.get(name).is_some()) {
        return Some(format!("`{filter}` lets changes pass without it"));
    }
    let types = filters.get("types").map(Node::items)?;
    let missed = kinds.iter().find(|kind| types.iter().all(|it| it.as_text() != Some(kind)))?;
    Some(format!("not when one is `{missed}`"))
}
