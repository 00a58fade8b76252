//! GitHub's workflows and composite actions, as far as controls ask about them.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax>

mod branches;
mod expression;
mod read;
mod source;

use super::shell::Command;
use super::yaml::Problem;
use super::{Node, Repository, Text, is_workflow};

pub(crate) use branches::runs_for_branch;
pub(crate) use expression::{contexts, without_expressions};
pub(crate) use source::Source;

/// Every workflow of a repository, and every action that is made of steps or an image.
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

impl Unreadable {
    /// A file of that text with a problem. What is missing at its end is said of its last line.
    pub(super) fn new(path: &str, text: &str, (line, problem): Problem) -> Self {
        let last = text.lines().count() as u64;
        Self { path: path.to_owned(), line: line.map(|line| line.min(last)), problem }
    }
}

/// A workflow.
#[derive(Debug)]
pub(crate) struct Workflow {
    pub(crate) path: String,
    /// Its lines, for the text of evidence.
    pub(crate) lines: Vec<String>,
    /// The whole file.
    pub(crate) text: String,
    pub(crate) on: Vec<Trigger>,
    pub(crate) permissions: Option<Permissions>,
    pub(crate) jobs: Vec<Job>,
    /// Everything in it.
    pub(crate) node: Node,
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
    /// What `run` runs.
    pub(crate) commands: Vec<Command>,
    /// The inputs of `uses`.
    pub(crate) with: Vec<(Text, Node)>,
    /// Everything in it.
    pub(crate) node: Node,
}

/// A composite action, or one that runs a container.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) path: String,
    pub(crate) lines: Vec<String>,
    /// The whole file.
    pub(crate) text: String,
    pub(crate) steps: Vec<Step>,
    /// The image of its container: `docker://...`, or a Dockerfile of this repository.
    pub(crate) image: Option<Text>,
    /// Everything in it.
    pub(crate) node: Node,
}

/// Steps that run one after the other on one machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sequence<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) steps: &'a [Step],
    /// The job, and its workflow; `None` for the steps of an action.
    pub(crate) job: Option<(&'a Workflow, &'a Job)>,
}

/// How much is read of all workflows and actions together, in values of YAML and words of scripts.
const MOST: usize = 500_000;

/// The least that a file counts for that can't be read: it may have been about to be large.
const UNREADABLE: usize = 10_000;

impl Workflows {
    pub(super) fn read(repository: &Repository) -> Self {
        let mut found = Self::default();
        let mut left = MOST;
        for path in repository.paths() {
            let name = path.rsplit('/').next().unwrap_or(path);
            let is_action = matches!(name, "action.yml" | "action.yaml");
            if !is_workflow(path) && !is_action {
                continue;
            }
            let text = repository.text(path).expect("a path of the repository is there");
            let read = match &text {
                Err(why) => Err((None, why.clone())),
                Ok(_) if left == 0 => Err((None, "there are too many workflows to read them all".to_owned())),
                Ok(text) if is_workflow(path) => read::workflow(path, text).map(|workflow| {
                    left = left.saturating_sub(size(&workflow.node, workflow.steps()));
                    found.workflows.push(workflow);
                }),
                Ok(text) => read::action(path, text).map(|action| {
                    left = left.saturating_sub(size(&action.node, action.steps.iter()));
                    let runs_something = !action.steps.is_empty() || action.image.is_some();
                    found.actions.extend(Some(action).filter(|_| runs_something));
                }),
            };
            if let Err(problem) = read {
                let text = text.unwrap_or_default();
                left = left.saturating_sub(if text.is_empty() { 0 } else { text.len().max(UNREADABLE) });
                found.unreadable.push(Unreadable::new(path, text, problem));
            }
        }
        found
    }

    /// The workflow of this repository that a job calls.
    pub(crate) fn called(&self, job: &Job) -> Option<&Workflow> {
        let path = job.calls()?;
        // They are read in the order of their paths.
        let at = self.workflows.binary_search_by(|workflow| workflow.path.as_str().cmp(path)).ok()?;
        Some(&self.workflows[at])
    }

    /// The steps of every job and of every action.
    pub(crate) fn sequences(&self) -> impl Iterator<Item = Sequence<'_>> {
        let of_jobs = self.workflows.iter().flat_map(Workflow::sequences);
        let of_actions = self.actions.iter().map(|action| Sequence {
            source: action.source(),
            steps: &action.steps,
            job: None,
        });
        of_jobs.chain(of_actions)
    }
}

fn size<'a>(node: &Node, steps: impl Iterator<Item = &'a Step>) -> usize {
    let words = steps.flat_map(|step| &step.commands).map(|command| command.words.len());
    node.size() + words.sum::<usize>()
}

impl Action {
    pub(crate) fn source(&self) -> Source<'_> {
        Source { path: &self.path, lines: &self.lines, text: &self.text }
    }
}

impl Trigger {
    /// Whether it has a time to start at, as a `schedule` must.
    pub(crate) fn has_times(&self) -> bool {
        self.filters.items().iter().any(|time| time.get("cron").is_some())
    }
}

impl Job {
    /// The path of the workflow of this repository that it calls, if it does.
    pub(crate) fn calls(&self) -> Option<&str> {
        let uses = self.uses.as_ref()?.text.trim();
        uses.strip_prefix("./").or_else(|| uses.strip_prefix("$/"))
    }
}

impl Node {
    /// Whether a job or a step never runs: its condition is `false`.
    pub(crate) fn is_off(&self) -> bool {
        let condition = self.get("if").and_then(Self::as_text).unwrap_or_default();
        let condition = condition.trim().trim_start_matches("${{").trim_end_matches("}}").trim();
        condition.eq_ignore_ascii_case("false")
    }
}

impl<'a> Sequence<'a> {
    /// The steps that can run.
    pub(crate) fn live(&self) -> impl DoubleEndedIterator<Item = &'a Step> + use<'a> {
        let steps = if self.job.is_some_and(|(_, job)| job.node.is_off()) { &[] } else { self.steps };
        steps.iter().filter(|step| !step.node.is_off())
    }
}

impl Permissions {
    /// The level of that scope, where it stands.
    pub(crate) fn level(&self, scope: &str) -> Option<&Text> {
        let Self::Scopes { scopes, .. } = self else { return None };
        scopes.iter().find(|(name, _)| name.text == scope).map(|(_, level)| level)
    }

    /// Whether that scope may be written.
    pub(crate) fn writes(&self, scope: &str) -> bool {
        match self {
            Self::All(all) => all.text == "write-all",
            Self::Scopes { .. } => self.level(scope).is_some_and(|level| level.text == "write"),
        }
    }
}

impl Workflow {
    /// The trigger for that event.
    pub(crate) fn trigger(&self, event: &str) -> Option<&Trigger> {
        self.on.iter().find(|trigger| trigger.event.text == event)
    }

    pub(crate) fn source(&self) -> Source<'_> {
        Source { path: &self.path, lines: &self.lines, text: &self.text }
    }

    /// The steps of each job.
    pub(crate) fn sequences(&self) -> impl Iterator<Item = Sequence<'_>> {
        self.jobs.iter().map(|job| Sequence {
            source: self.source(),
            steps: &job.steps,
            job: Some((self, job)),
        })
    }

    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.jobs.iter().flat_map(|job| &job.steps)
    }
}

impl Step {
    /// The name of the action that it uses, without its reference: `actions/checkout`.
    pub(crate) fn action(&self) -> Option<&str> {
        let uses = self.uses.as_ref()?.text.trim();
        Some(uses.split('@').next().unwrap_or(uses))
    }

    /// Whether it uses that action; GitHub does not care for the case of its name, and splits it as here.
    pub(crate) fn is(&self, action: &str) -> bool {
        self.action().is_some_and(|name| parts(name).eq(parts(action)))
    }

    /// An input of the action; GitHub does not care for the case of its name.
    pub(crate) fn input(&self, name: &str) -> Option<&Node> {
        self.with.iter().find(|(key, _)| key.text.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// The parts of an action's name, as the runner splits it: one that is empty is dropped, and `.` leads nowhere.
fn parts(action: &str) -> impl Iterator<Item = String> {
    let parts = action.split(['/', '\\']).filter(|part| !matches!(*part, "" | "."));
    parts.map(str::to_ascii_lowercase)
}
