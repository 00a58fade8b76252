//! Static analysis: a weakness that a tool can find is found before it is merged, and when the tool learns of it.

mod codeql;
mod toolchain;

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::by_place;
use super::starts::Starts;
use super::{Control, ControlVerdict, Evidence};
use crate::repository::{Command, Place, Repository, Sequence, Step, Workflow, Workflows};
use crate::severity::Severity;
use toolchain::Toolchains;

/// See the module.
pub(super) static STATIC_ANALYSIS: Control = Control {
    id: "static-analysis",
    title: "Static analysis",
    question: "Does static analysis look at every change, and at the default branch on a schedule?",
    reason: "Analysis of each change stops a weakness before it is merged; analysis on a schedule finds what newer rules know \
             of code that nobody touches. What is not looked at is left for an attacker to find.",
    fix: "Add a workflow with `github/codeql-action/init` and `github/codeql-action/analyze` (or `semgrep ci`) that runs on \
          `push` to the default branch, on `pull_request` and on a `schedule`; set `queries: security-extended`, and hold the \
          toolchain of a compiled language to a version. `bulla controls init` writes one.",
    severity: Severity::Medium,
    check,
};

fn check(repository: &Repository) -> Vec<Evidence> {
    let workflows = repository.workflows();
    let branches = repository.default_branches();
    let default_setup =
        "GitHub's default setup of CodeQL is a setting of the repository, which no file shows";
    let mut evidence = vec![Evidence::not_assessed(default_setup)];
    let analyses = Analyses::of(workflows);
    let started: Vec<(&Workflow, Vec<Evidence>)> =
        analyses.started(workflows).map(|workflow| (workflow, starts(workflow, &branches))).collect();
    if started.is_empty() {
        evidence.push(Evidence::fail(
            "no workflow runs CodeQL (`github/codeql-action/init` and `analyze`) or semgrep (`semgrep ci`)",
        ));
    }
    // One that does it all is enough; another may then do less.
    let does_all = |starts: &[Evidence]| starts.iter().all(|start| start.verdict < ControlVerdict::Fail);
    let any_does_all = started.iter().any(|(_, starts)| does_all(starts));
    let counts = |(_, starts): &(&Workflow, Vec<Evidence>)| !any_does_all || does_all(starts);
    // Two can call the same workflow.
    let mut places = BTreeSet::new();
    for (workflow, starts) in started.into_iter().filter(counts) {
        evidence.extend(starts);
        places.extend(analyses.places(workflows, workflow));
    }
    let toolchains = Toolchains::of(repository);
    let mut configurations = codeql::Configurations::of(repository);
    for (sequence, tool) in places.into_iter().flat_map(|path| &analyses.0[path]) {
        evidence.push(tool.evidence(sequence));
        if let Tool::CodeQl(init) = tool {
            evidence.push(configurations.queries(sequence, init));
            evidence.extend(codeql::toolchains(&toolchains, sequence, init));
        }
    }
    by_place(workflows, evidence)
}

fn starts(workflow: &Workflow, branches: &[&str]) -> Vec<Evidence> {
    let starts = Starts { workflow, who: "the analysis", branches };
    vec![starts.on_push(), starts.on_pull_requests(), starts.on_schedule()]
}

/// Whether a job analyses the code.
pub(crate) fn analyses(sequence: &Sequence<'_>) -> bool {
    Tool::of(sequence).is_some()
}

/// The jobs that analyse the code, by the paths of their workflows.
struct Analyses<'a>(BTreeMap<&'a str, Vec<(Sequence<'a>, Tool<'a>)>>);

impl<'a> Analyses<'a> {
    fn of(workflows: &'a Workflows) -> Self {
        let of_each = workflows.workflows.iter().map(|workflow| {
            let jobs = workflow.sequences().filter_map(|sequence| Some((sequence, Tool::of(&sequence)?)));
            (workflow.path.as_str(), jobs.collect::<Vec<_>>())
        });
        Self(of_each.filter(|(_, jobs)| !jobs.is_empty()).collect())
    }

    /// The workflows in which one of them runs, but for those that something else must call.
    fn started(&self, workflows: &'a Workflows) -> impl Iterator<Item = &'a Workflow> {
        let is_started = |workflow: &&Workflow| workflow.on.iter().any(|on| on.event.text != "workflow_call");
        let started = workflows.workflows.iter().filter(is_started);
        started.filter(|workflow| self.places(workflows, workflow).next().is_some())
    }

    /// Where the jobs that a workflow runs stand: in itself, or in one that it calls.
    fn places(&self, workflows: &'a Workflows, workflow: &'a Workflow) -> impl Iterator<Item = &'a str> {
        let calling = workflow.jobs.iter().filter(|job| !job.node.is_off());
        let called = calling.filter_map(|job| workflows.called(job));
        let paths = [workflow].into_iter().chain(called).map(|workflow| workflow.path.as_str());
        paths.filter(|path| self.0.contains_key(path))
    }
}

/// What analyses.
#[derive(Debug, Clone, Copy)]
enum Tool<'a> {
    /// With the step that sets it up.
    CodeQl(&'a Step),
    /// With the place of the action, or of the command, that runs it.
    Semgrep(Place),
}

impl<'a> Tool<'a> {
    /// What a job analyses with.
    fn of(sequence: &Sequence<'a>) -> Option<Self> {
        sequence.job?;
        let step = |action: &str| sequence.live().find(|step| step.is(action));
        if let (Some(init), Some(_)) =
            (step("github/codeql-action/init"), step("github/codeql-action/analyze"))
        {
            return Some(Self::CodeQl(init));
        }
        sequence.live().find_map(|step| semgrep(sequence, step)).map(Self::Semgrep)
    }

    fn evidence(&self, sequence: &Sequence<'_>) -> Evidence {
        match self {
            Self::CodeQl(init) => {
                Evidence::pass("CodeQL analyses the code").at_source(sequence.source, place(init))
            }
            Self::Semgrep(place) => {
                Evidence::pass("semgrep analyses the code").at_source(sequence.source, *place)
            }
        }
    }
}

/// Where a step uses its action.
fn place(step: &Step) -> Place {
    step.uses.as_ref().expect("a step that is an action uses one").into()
}

/// Where a step runs semgrep.
fn semgrep(sequence: &Sequence<'_>, step: &Step) -> Option<Place> {
    if step.is("semgrep/semgrep-action") || step.is("returntocorp/semgrep-action") {
        return Some(place(step));
    }
    let runs = |command: &Command| {
        command.runs("semgrep")
            && command.has(|word| matches!(word, "ci" | "scan") || word.starts_with("--config"))
    };
    sequence.source.commands(step).find(|(command, _)| runs(command)).map(|(_, place)| place)
}
