//! Scorecard: OpenSSF Scorecard looks at the settings that no file shows, again and again.

use super::evidence::by_place;
use super::{Control, Evidence};
use crate::repository::{
    Job, Node, Permissions, Repository, Source, Step, Text, Trigger, Workflow, runs_for_branch,
};
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

/// The only actions that Scorecard's service lets run beside it when results are published.
///
/// <https://github.com/ossf/scorecard-action#workflow-restrictions>, and what `verify_workflow.go` of
/// <https://github.com/ossf/scorecard-webapp> takes.
const BESIDE: [&str; 6] = [
    "actions/checkout",
    "actions/create-github-app-token",
    "actions/upload-artifact",
    "github/codeql-action/upload-sarif",
    "ossf/scorecard-action",
    "step-security/harden-runner",
];

fn check(repository: &Repository) -> Vec<Evidence> {
    let workflows = repository.workflows();
    let mut evidence: Vec<Evidence> = workflows
        .workflows
        .iter()
        .filter_map(Run::of)
        .flat_map(|run| run.evidence(repository.default_branch()))
        .collect();
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
        workflow.jobs.iter().filter(|job| !job.is_off()).find_map(|job| {
            let step = job.steps.iter().find(|step| step.is("ossf/scorecard-action"))?;
            Some(Self { workflow, job, step, uses: step.uses.as_ref()? })
        })
    }

    fn source(&self) -> Source<'a> {
        self.workflow.source()
    }

    fn evidence(&self, default_branch: Option<&str>) -> Vec<Evidence> {
        let mut evidence = vec![self.published(), self.uploaded()];
        evidence.extend(self.starts(default_branch));
        evidence.extend(self.tokens());
        evidence.extend(self.restrictions());
        evidence
    }

    fn starts(&self, default_branch: Option<&str>) -> [Evidence; 3] {
        let branches = default_branch.map_or(vec!["main", "master"], |branch| vec![branch]);
        let pushed = |trigger: &Trigger| branches.iter().any(|branch| runs_for_branch(trigger, branch));
        let timed = |trigger: &Trigger| trigger.filters.items().iter().any(|time| time.get("cron").is_some());
        [
            self.start("branch_protection_rule", "when the protection of a branch changes", |_| true),
            self.start("push", &format!("on push to `{}`", branches.join("` or `")), pushed),
            self.start("schedule", "on a schedule", timed),
        ]
    }

    fn start(&self, event: &str, when: &str, runs: impl Fn(&Trigger) -> bool) -> Evidence {
        let trigger = self.workflow.trigger(event);
        let evidence = match trigger.filter(|trigger| runs(trigger)) {
            Some(_) => Evidence::pass(format!("Scorecard runs {when}")),
            None => Evidence::fail(format!("Scorecard does not run {when} (`{event}`)")),
        };
        match trigger.or(self.workflow.on.first()) {
            Some(trigger) => evidence.at_source(self.source(), &trigger.event),
            None => evidence.in_file(&self.workflow.path),
        }
    }

    fn published(&self) -> Evidence {
        let given = self.step.input("publish_results").and_then(Node::text);
        let evidence = match given.as_ref().map(|given| given.text.as_str()) {
            Some("true") => Evidence::pass("the results are published"),
            Some(value) if value.contains("${{") => Evidence::warn(format!(
                "whether the results are published is only known when it runs (`{value}`)"
            )),
            _ => Evidence::fail("the results are not published: `publish_results: true` is missing"),
        };
        evidence.at_source(self.source(), given.as_ref().unwrap_or(self.uses))
    }

    fn uploaded(&self) -> Evidence {
        let upload = self.workflow.steps().find(|step| step.is("github/codeql-action/upload-sarif"));
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
        let mut evidence = vec![if self.job.permissions.as_ref().is_some_and(proves) {
            let place = self.job.permissions.as_ref().and_then(|permissions| permissions.level("id-token"));
            let message = "Scorecard's job can prove where its results come from (`id-token: write`)";
            Evidence::pass(message).at_source(self.source(), place.unwrap_or(&self.job.id))
        } else {
            let message =
                "Scorecard's job can't prove where its results come from: `id-token: write` is missing on it";
            Evidence::fail(message).at_source(self.source(), &self.job.id)
        }];
        let others = self.workflow.jobs.iter().filter(|job| !std::ptr::eq(*job, self.job));
        let others = others.map(|job| (job.permissions.as_ref(), &job.id, format!("job `{}`", job.id.text)));
        let root = self.workflow.permissions.as_ref();
        let everywhere = [(root, self.uses, "every job of the workflow".to_owned())];
        for (permissions, fallback, who) in others.chain(everywhere) {
            if let Some(permissions) = permissions.filter(|permissions| proves(permissions)) {
                let place = match permissions {
                    Permissions::All(all) => all,
                    Permissions::Scopes { .. } => permissions.level("id-token").unwrap_or(fallback),
                };
                let message = format!(
                    "{who} can publish in the name of this workflow (`id-token: write`); only Scorecard's job should"
                );
                evidence.push(Evidence::fail(message).at_source(self.source(), place));
            }
        }
        evidence
    }

    /// What Scorecard's service refuses, as nobody could tell what else has written the results.
    fn restrictions(&self) -> Vec<Evidence> {
        let refused = |what: String, place: &Text| {
            let message = format!("{what}: published results are refused");
            Evidence::fail(message).at_source(self.source(), place)
        };
        let mut evidence = Vec::new();
        let parts = [(&self.workflow.node, "the workflow", &["env", "defaults"][..])];
        let parts = parts.into_iter().chain([(
            &self.job.node,
            "Scorecard's job",
            &["env", "defaults", "container", "services"][..],
        )]);
        for (node, who, names) in parts {
            let present = node
                .entries()
                .filter_map(|(key, _)| key.text())
                .filter(|key| names.contains(&key.text.as_str()));
            evidence.extend(present.map(|key| refused(format!("{who} has `{}`", key.text), &key)));
        }
        if let Some(Permissions::Scopes { scopes, .. }) = &self.workflow.permissions {
            let written =
                scopes.iter().filter(|(scope, level)| level.text == "write" && scope.text != "id-token");
            evidence.extend(
                written.map(|(scope, level)| refused(format!("every job may write `{}`", scope.text), level)),
            );
        }
        let runners = self.job.node.get("runs-on").map(Node::items).unwrap_or_default();
        if !matches!(runners, [runner] if runner.as_text().is_some_and(is_hosted_ubuntu)) {
            evidence.push(refused(
                "Scorecard's job does not run on one of GitHub's Ubuntu runners".to_owned(),
                &self.job.id,
            ));
        }
        for step in &self.job.steps {
            match (&step.uses, &step.run) {
                (Some(uses), _) if !BESIDE.iter().any(|action| step.is(action)) => {
                    evidence.push(refused(
                        format!("Scorecard's job uses `{}`", step.action().unwrap_or_default()),
                        uses,
                    ));
                }
                (None, Some(run)) => evidence.push(refused("Scorecard's job runs a script".to_owned(), run)),
                _ => {}
            }
        }
        if evidence.is_empty() {
            let message = "nothing but approved actions runs in Scorecard's job";
            evidence.push(Evidence::pass(message).at_source(self.source(), &self.job.id));
        }
        evidence
    }
}

fn proves(permissions: &Permissions) -> bool {
    permissions.writes("id-token")
}

/// `ubuntu-latest`, or `ubuntu-22.04` and later; also on ARM.
fn is_hosted_ubuntu(runner: &str) -> bool {
    let Some(version) = runner.strip_prefix("ubuntu-") else { return false };
    let version = version.strip_suffix("-arm").unwrap_or(version);
    let is_number = version.len() == 5
        && version
            .bytes()
            .enumerate()
            .all(|(at, byte)| if at == 2 { byte == b'.' } else { byte.is_ascii_digit() });
    version == "latest" || is_number && version >= "22.04"
}
