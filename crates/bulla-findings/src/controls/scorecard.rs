//! Scorecard: OpenSSF Scorecard looks at the settings that no file shows, again and again.

mod restrictions;

use super::evidence::by_place;
use super::starts::Starts;
use super::{Control, ControlVerdict, Evidence};
use crate::repository::{Job, Node, Permissions, Repository, Source, Step, Text, Workflow};
use crate::severity::Severity;

/// See the module.
pub(super) static SCORECARD: Control = Control {
    id: "scorecard",
    title: "Scorecard",
    question: "Does OpenSSF Scorecard look at this repository regularly, and can its results be seen?",
    reason: "Branch protection, reviews and maintenance are settings and habits that no file shows: Scorecard asks GitHub for \
             them, and sees when somebody weakens one. Its token can prove to others which workflow this is: in another job, \
             whatever runs there could publish in its name.",
    fix: "Add a workflow with `ossf/scorecard-action` that runs on `branch_protection_rule`, on a `schedule` and on `push` to \
          the default branch, with `publish_results: true`, `github/codeql-action/upload-sarif`, and `id-token: write` on that \
          job alone. `bulla controls init` writes one.",
    severity: Severity::Low,
    check,
};

fn check(repository: &Repository) -> Vec<Evidence> {
    let workflows = repository.workflows();
    let branches = repository.default_branches();
    let mut evidence: Vec<Evidence> =
        workflows.workflows.iter().filter_map(Run::of).flat_map(|run| run.evidence(&branches)).collect();
    if evidence.is_empty() {
        evidence.push(Evidence::fail("no workflow uses `ossf/scorecard-action`"));
    }
    by_place(workflows, evidence)
}

/// Where Scorecard runs.
struct Run<'a> {
    workflow: &'a Workflow,
    job: &'a Job,
    step: &'a Step,
    uses: &'a Text,
}

impl<'a> Run<'a> {
    fn of(workflow: &'a Workflow) -> Option<Self> {
        workflow.sequences().find_map(|sequence| {
            let step = sequence.live().find(|step| step.is("ossf/scorecard-action"))?;
            Some(Self { workflow, job: sequence.job?.1, step, uses: step.uses.as_ref()? })
        })
    }

    fn source(&self) -> Source<'a> {
        self.workflow.source()
    }

    fn evidence(&self, branches: &[&str]) -> Vec<Evidence> {
        let mut evidence = vec![self.published(), self.uploaded()];
        evidence.extend(self.starts(branches));
        evidence.extend(self.tokens());
        if self.publishes() {
            evidence.extend(restrictions::refused(self));
        }
        evidence
    }

    fn starts(&self, branches: &[&str]) -> [Evidence; 3] {
        let starts = Starts { workflow: self.workflow, who: "Scorecard", branches };
        let protection = self.workflow.trigger("branch_protection_rule");
        let on_protection = match protection {
            Some(_) => Evidence::pass("Scorecard runs when the protection of a branch changes"),
            None => Evidence::fail(
                "Scorecard does not run when the protection of a branch changes (`branch_protection_rule`)",
            ),
        };
        let on_push = starts.on_push();
        // It comes on the schedule, too.
        let on_push = Evidence { verdict: on_push.verdict.min(ControlVerdict::Warn), ..on_push };
        [starts.at(protection, on_protection), on_push, starts.on_schedule()]
    }

    fn published(&self) -> Evidence {
        let given = self.step.input("publish_results").and_then(Node::text);
        let evidence = match given.as_ref().map(|given| given.text.as_str()) {
            Some("true") => Evidence::pass("the results are published"),
            Some(value) if self.publishes() => Evidence::warn(format!(
                "whether the results are published is only known when it runs (`{value}`)"
            )),
            _ => Evidence::fail("the results are not published: `publish_results: true` is missing"),
        };
        evidence.at_source(self.source(), given.as_ref().unwrap_or(self.uses))
    }

    /// Whether the results are published, or may be.
    fn publishes(&self) -> bool {
        let given = self.step.input("publish_results").and_then(Node::as_text);
        given.is_some_and(|given| given == "true" || given.contains("${{"))
    }

    fn uploaded(&self) -> Evidence {
        let mut steps = self.workflow.sequences().flat_map(|sequence| sequence.live());
        let upload = steps.find(|step| step.is("github/codeql-action/upload-sarif"));
        match upload.and_then(|step| step.uses.as_ref()) {
            Some(uses) => Evidence::pass("the results are uploaded to code scanning").at_source(self.source(), uses),
            None => Evidence::fail(
                "the results are not uploaded to code scanning: `github/codeql-action/upload-sarif` is missing",
            )
            .at_source(self.source(), self.uses),
        }
    }

    /// `id-token: write` is on Scorecard's job, and nowhere else.
    fn tokens(&self) -> Vec<Evidence> {
        let own = match self.job.permissions.as_ref().and_then(proves) {
            Some(place) => {
                Evidence::pass("Scorecard's job can prove where its results come from (`id-token: write`)")
                    .at_source(self.source(), place)
            }
            None => Evidence::fail(
                "Scorecard's job can't prove where its results come from: `id-token: write` is missing on it",
            )
            .at_source(self.source(), &self.job.id),
        };
        let others = self.workflow.jobs.iter().filter(|job| !std::ptr::eq(*job, self.job));
        let others = others.map(|job| (&job.permissions, format!("job `{}`", job.id.text)));
        let root = (&self.workflow.permissions, "every job of the workflow".to_owned());
        let too_many = others.chain([root]).filter_map(|(permissions, who)| {
            let place = permissions.as_ref().and_then(proves)?;
            let message =
                format!("{who} can publish in the name of this workflow (`id-token: write`); only Scorecard's job should");
            Some(Evidence::fail(message).at_source(self.source(), place))
        });
        [own].into_iter().chain(too_many).collect()
    }
}

/// What lets a job prove which workflow it belongs to.
fn proves(permissions: &Permissions) -> Option<&Text> {
    match permissions {
        Permissions::All(all) => Some(all).filter(|all| all.text == "write-all"),
        Permissions::Scopes { .. } => permissions.level("id-token").filter(|level| level.text == "write"),
    }
}
