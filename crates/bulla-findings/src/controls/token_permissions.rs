//! Token permissions: what a job's token may do, whoever runs in the job may do.

use super::evidence::by_place;
use super::{Control, Evidence};
use crate::repository::{Job, Permissions, Repository, Source, Text, Workflow};
use crate::severity::Severity;

/// See the module.
pub(super) static TOKEN_PERMISSIONS: Control = Control {
    id: "token-permissions",
    title: "Token permissions",
    question: "Has the token of every job no more permissions than the job needs?",
    reason: "Whatever runs in a job, a compromised action or dependency among it, can use the job's token: one that may write \
             can push code, publish packages and approve pull requests. Without `permissions:`, the repository's settings \
             decide, which may give write access to everything.",
    fix: "Write `permissions: {}` or `permissions: {contents: read}` at the root of each workflow, and what a job has to \
          write in the job's own `permissions:`, scope by scope, with the reason in a comment on the same line.",
    severity: Severity::High,
    check,
};

const READ: &[&str] = &["read", "none"];
const WRITE: &[&str] = &["write", "none"];
const ANY: &[&str] = &["read", "write", "none"];

/// The scopes that GitHub knows, and the levels that each takes.
///
/// <https://github.com/actions/languageservices/blob/main/workflow-parser/src/workflow-v1.0.json>
const SCOPES: [(&str, &[&str]); 20] = [
    ("actions", ANY),
    ("artifact-metadata", ANY),
    ("attestations", ANY),
    ("checks", ANY),
    ("code-quality", ANY),
    ("contents", ANY),
    ("copilot-requests", WRITE),
    ("deployments", ANY),
    ("discussions", ANY),
    ("drives", ANY),
    ("id-token", WRITE),
    ("issues", ANY),
    ("models", READ),
    ("packages", ANY),
    ("pages", ANY),
    ("pull-requests", ANY),
    ("repository-projects", ANY),
    ("security-events", ANY),
    ("statuses", ANY),
    ("vulnerability-alerts", READ),
];

fn check(repository: &Repository) -> Vec<Evidence> {
    let workflows = repository.workflows();
    let evidence = workflows.workflows.iter().flat_map(|workflow| {
        let of_jobs = workflow.jobs.iter().flat_map(|job| of_job(workflow.source(), job));
        of_root(workflow).into_iter().chain(of_jobs)
    });
    by_place(workflows, evidence)
}

fn of_root(workflow: &Workflow) -> Vec<Evidence> {
    let source = workflow.source();
    let (line, scopes) = match &workflow.permissions {
        None => {
            let missing = "the workflow has no `permissions` at its root: each job without its own gets what the \
                           repository's settings give, which may be everything";
            return vec![Evidence::fail(missing).at_line(source.path, source.lines, workflow.node.line)];
        }
        Some(Permissions::All(all)) => return vec![of_all(source, all, "every job")],
        Some(Permissions::Scopes { line, scopes }) => (*line, scopes),
    };
    let mut evidence: Vec<_> = scopes
        .iter()
        .filter_map(|(scope, level)| {
            let writes = level.text == "write";
            let too_much = writes.then(|| {
                Evidence::fail(format!(
                    "every job of the workflow may write `{}`: only a job that must should",
                    scope.text
                ))
            });
            too_much.or_else(|| unknown(scope, level)).map(|evidence| evidence.at_source(source, level))
        })
        .collect();
    if evidence.is_empty() {
        let message = match scopes.iter().any(|(_, level)| level.text == "read") {
            true => "a job without its own `permissions` may only read, and only what is named",
            false => "a job without its own `permissions` may do nothing",
        };
        evidence.push(Evidence::pass(message).at_line(source.path, source.lines, line));
    }
    evidence
}

fn of_job(source: Source<'_>, job: &Job) -> Vec<Evidence> {
    let name = &job.id.text;
    match &job.permissions {
        None => Vec::new(),
        Some(Permissions::All(all)) => vec![of_all(source, all, &format!("job `{name}`"))],
        Some(Permissions::Scopes { scopes, .. }) => scopes
            .iter()
            .filter_map(|(scope, level)| {
                let evidence = unknown(scope, level).or_else(|| written(source, name, scope, level))?;
                Some(evidence.at_source(source, level))
            })
            .collect(),
    }
}

fn written(source: Source<'_>, job: &str, scope: &Text, level: &Text) -> Option<Evidence> {
    let scope = &scope.text;
    (level.text == "write").then(|| match source.comment_behind(level) {
        Some(_) => Evidence::pass(format!("job `{job}` may write `{scope}`, and says why")),
        None => Evidence::warn(format!("job `{job}` may write `{scope}`; no comment on the line says why")),
    })
}

fn of_all(source: Source<'_>, all: &Text, who: &str) -> Evidence {
    let evidence = match all.text.as_str() {
        "write-all" => Evidence::fail(format!("{who} may write everything (`write-all`)")),
        _ => Evidence::warn(format!(
            "{who} may read everything (`read-all`), security alerts and packages too: OpenSSF Scorecard takes it, zizmor \
             does not; name the scopes"
        )),
    };
    evidence.at_source(source, all)
}

/// GitHub refuses a workflow that names what it does not know, or it is newer than this list.
fn unknown(scope: &Text, level: &Text) -> Option<Evidence> {
    let (scope, level) = (&scope.text, &level.text);
    match SCOPES.iter().find(|(name, _)| name == scope) {
        None => Some(Evidence::warn(format!("`{scope}` is no scope that is known"))),
        Some((_, levels)) if !levels.contains(&level.as_str()) => Some(Evidence::warn(format!(
            "`{level}` is no level of `{scope}`, which takes {}",
            levels.join(", ")
        ))),
        Some(_) => None,
    }
}
