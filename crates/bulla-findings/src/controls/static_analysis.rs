//! Static analysis: a weakness that a tool can find is found before it is merged, and when the tool learns of it.

mod codeql;
mod starts;
mod toolchain;

use super::evidence::by_place;
use super::{Control, ControlVerdict, Evidence};
use crate::repository::{Repository, Sequence, Step, Text, Workflow};
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
    let analyses: Vec<(&Workflow, Vec<Evidence>)> = workflows
        .workflows
        .iter()
        .filter(|workflow| workflow.sequences().any(|sequence| Tool::of(&sequence).is_some()))
        .map(|workflow| (workflow, starts::of(workflow, &branches)))
        .collect();
    if analyses.is_empty() {
        evidence.push(Evidence::fail(
            "no workflow runs CodeQL (`github/codeql-action/init` and `analyze`) or semgrep (`semgrep ci`)",
        ));
    }
    // One that does it all is enough; another may then do less.
    let does_all = |starts: &[Evidence]| starts.iter().all(|start| start.verdict < ControlVerdict::Fail);
    let any_does_all = analyses.iter().any(|(_, starts)| does_all(starts));
    let toolchains = Toolchains::of(repository);
    let configurations = codeql::extended_configurations(repository);
    for (workflow, starts) in analyses {
        if any_does_all && !does_all(&starts) {
            continue;
        }
        evidence.extend(starts);
        for sequence in workflow.sequences() {
            evidence.extend(Tool::of(&sequence).into_iter().flat_map(|tool| tool.evidence(&sequence)));
            if let Some(Tool::CodeQl(init)) = Tool::of(&sequence) {
                evidence.push(codeql::queries(&configurations, &sequence, init));
                evidence.extend(codeql::toolchains(&toolchains, &sequence, init));
            }
        }
    }
    by_place(workflows, evidence)
}

/// What analyses.
#[derive(Debug, Clone, Copy)]
enum Tool<'a> {
    /// With the step that sets it up.
    CodeQl(&'a Step),
    /// With the action, or the script, that runs it.
    Semgrep(&'a Text),
}

impl<'a> Tool<'a> {
    /// What a job analyses with.
    fn of(sequence: &Sequence<'a>) -> Option<Self> {
        if sequence.job.is_none_or(|(_, job)| job.is_off()) {
            return None;
        }
        let step = |action: &str| sequence.steps.iter().find(|step| step.is(action));
        if let (Some(init), Some(_)) =
            (step("github/codeql-action/init"), step("github/codeql-action/analyze"))
        {
            return Some(Self::CodeQl(init));
        }
        sequence.steps.iter().find_map(semgrep).map(Self::Semgrep)
    }

    fn evidence(self, sequence: &Sequence<'_>) -> Option<Evidence> {
        let (message, place) = match self {
            Self::CodeQl(init) => ("CodeQL analyses the code", init.uses.as_ref()?),
            Self::Semgrep(text) => ("semgrep analyses the code", text),
        };
        Some(Evidence::pass(message).at_source(sequence.source, place))
    }
}

/// A step that runs semgrep.
fn semgrep(step: &Step) -> Option<&Text> {
    let actions = ["semgrep/semgrep-action", "returntocorp/semgrep-action"];
    if actions.iter().any(|action| step.is(action)) {
        return step.uses.as_ref();
    }
    let runs = |line: &str| {
        let mut words = line.split_whitespace();
        words.next() == Some("semgrep")
            && words.any(|word| matches!(word, "ci" | "scan") || word.starts_with("--config"))
    };
    step.run.as_ref().filter(|script| script.text.lines().any(runs))
}
