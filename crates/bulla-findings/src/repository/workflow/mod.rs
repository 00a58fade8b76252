//! GitHub's workflows and composite actions, as far as controls ask about them.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax>

mod read;

use super::{Node, Repository, Text, is_workflow};

/// Every workflow and every composite action of a repository.
#[derive(Debug, Default)]
pub(crate) struct Workflows {
    pub(crate) workflows: Vec<Workflow>,
    pub(crate) actions: Vec<Action>,
    /// Those that can't be read.
    pub(crate) unreadable: Vec<Unreadable>,
}

/// A workflow or an action that can't be read: nothing is known of it.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) path: String,
    pub(crate) line: Option<u64>,
    pub(crate) problem: String,
}

/// A workflow.
#[derive(Debug)]
pub(crate) struct Workflow {
    pub(crate) path: String,
    /// Its lines, for the text of evidence and for comments.
    pub(crate) lines: Vec<String>,
    pub(crate) on: Vec<Trigger>,
    pub(crate) permissions: Option<Permissions>,
    pub(crate) jobs: Vec<Job>,
}

/// What starts a workflow.
#[derive(Debug)]
pub(crate) struct Trigger {
    /// `push`, `pull_request`, `schedule`, ...
    pub(crate) event: Text,
    /// `branches`, `paths`, `cron`, ...; an empty text if there are none.
    pub(crate) filters: Node,
}

/// What a token may do.
#[derive(Debug)]
pub(crate) enum Permissions {
    /// `read-all` or `write-all`.
    All(Text),
    /// Scope by scope; what is not named is `none`.
    Scopes {
        /// Where the mapping stands.
        line: u64,
        /// `contents: read`, ...
        scopes: Vec<(Text, Text)>,
    },
}

/// A job.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: Text,
    pub(crate) permissions: Option<Permissions>,
    /// The reusable workflow that it calls.
    pub(crate) uses: Option<Text>,
    pub(crate) steps: Vec<Step>,
    /// Everything in it.
    pub(crate) node: Node,
}

/// A step of a job or of a composite action.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) uses: Option<Text>,
    pub(crate) run: Option<Text>,
    /// The inputs of `uses`.
    pub(crate) with: Vec<(Text, Node)>,
    /// Everything in it.
    pub(crate) node: Node,
}

/// A composite action.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) path: String,
    pub(crate) lines: Vec<String>,
    pub(crate) steps: Vec<Step>,
}

impl Workflows {
    pub(super) fn read(repository: &Repository) -> Self {
        let mut found = Self::default();
        for path in repository.paths() {
            let name = path.rsplit('/').next().unwrap_or(path);
            let is_action = matches!(name, "action.yml" | "action.yaml");
            if !is_workflow(path) && !is_action {
                continue;
            }
            let read = repository.text(path).expect("a path of the repository is there");
            let read = read.map_err(|why| (None, why)).and_then(|text| match is_workflow(path) {
                true => read::workflow(path, text).map(|workflow| found.workflows.push(workflow)),
                false => read::action(path, text).map(|action| found.actions.extend(action)),
            });
            if let Err((line, problem)) = read {
                found.unreadable.push(Unreadable { path: path.to_owned(), line, problem });
            }
        }
        found
    }

    /// Every step, with the path and the lines of its file.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (&str, &[String], &Step)> {
        let of_jobs = self.workflows.iter().flat_map(|workflow| {
            let steps = workflow.jobs.iter().flat_map(|job| &job.steps);
            steps.map(|step| (workflow.path.as_str(), workflow.lines.as_slice(), step))
        });
        let of_actions = self.actions.iter().flat_map(|action| {
            action.steps.iter().map(|step| (action.path.as_str(), action.lines.as_slice(), step))
        });
        of_jobs.chain(of_actions)
    }
}

impl Workflow {
    /// The trigger for that event.
    pub(crate) fn trigger(&self, event: &str) -> Option<&Trigger> {
        self.on.iter().find(|trigger| trigger.event.text == event)
    }

    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.jobs.iter().flat_map(|job| &job.steps)
    }
}

impl Step {
    /// The name of the action that it uses, without its reference: `actions/checkout`.
    pub(crate) fn action(&self) -> Option<&str> {
        let uses = self.uses.as_ref()?.text.as_str();
        Some(uses.split('@').next().unwrap_or(uses))
    }

    /// An input of the action.
    pub(crate) fn input(&self, name: &str) -> Option<&Node> {
        self.with.iter().find(|(key, _)| key.text == name).map(|(_, value)| value)
    }
}
