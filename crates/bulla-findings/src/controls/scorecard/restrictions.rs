use super::Run;
use crate::controls::Evidence;
use crate::repository::{Node, Permissions, Step, Text};

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

/// What Scorecard's service refuses, as nobody could tell what else has written the results.
pub(super) fn refused(run: &Run<'_>) -> Vec<Evidence> {
    let (workflow, job) = (run.workflow, run.job);
    let mut found = present(&workflow.node, "the workflow", &["env", "defaults"]);
    found.extend(present(&job.node, "Scorecard's job", &["env", "defaults", "container", "services"]));
    found.extend(workflow.permissions.iter().flat_map(written));
    let runners = job.node.get("runs-on").map(Node::items).unwrap_or_default();
    if !matches!(runners, [runner] if runner.as_text().is_some_and(is_hosted_ubuntu)) {
        found.push((
            "Scorecard's job does not run on one of GitHub's Ubuntu runners".to_owned(),
            job.id.clone(),
        ));
    }
    found.extend(job.steps.iter().filter_map(beside));
    if found.is_empty() {
        let message = "nothing but approved actions runs in Scorecard's job";
        return vec![Evidence::pass(message).at_source(run.source(), &job.id)];
    }
    let refused = |(what, place): (String, Text)| {
        Evidence::fail(format!("{what}: published results are refused")).at_source(run.source(), &place)
    };
    found.into_iter().map(refused).collect()
}

fn present(node: &Node, who: &str, names: &[&str]) -> Vec<(String, Text)> {
    let keys = node.entries().filter_map(|(key, _)| key.text());
    let present = keys.filter(|key| names.contains(&key.text.as_str()));
    present.map(|key| (format!("{who} has `{}`", key.text), key)).collect()
}

/// What every job may write; `id-token` is asked about beside this.
fn written(permissions: &Permissions) -> Vec<(String, Text)> {
    let Permissions::Scopes { scopes, .. } = permissions else { return Vec::new() };
    let written = scopes.iter().filter(|(scope, level)| level.text == "write" && scope.text != "id-token");
    written.map(|(scope, level)| (format!("every job may write `{}`", scope.text), level.clone())).collect()
}

fn beside(step: &Step) -> Option<(String, Text)> {
    if BESIDE.iter().any(|action| step.is(action)) {
        return None;
    }
    match (step.action(), &step.uses, &step.run) {
        (Some(action), Some(uses), _) => Some((format!("Scorecard's job uses `{action}`"), uses.clone())),
        (_, _, Some(run)) => Some(("Scorecard's job runs a script".to_owned(), run.clone())),
        _ => None,
    }
}

/// `ubuntu-latest`, or `ubuntu-22.04` and later; also on ARM.
fn is_hosted_ubuntu(runner: &str) -> bool {
    let Some(version) = runner.strip_prefix("ubuntu-") else { return false };
    let version = version.strip_suffix("-arm").unwrap_or(version);
    let is_number = matches!(version.as_bytes(), [a, b, b'.', c, d] if [a, b, c, d].iter().all(|byte| byte.is_ascii_digit()));
    version == "latest" || is_number && version >= "22.04"
}
