//! Secret scan: a key that was committed once is in every clone, and stays there after it is removed.

use super::pipeline::{Sign, bulla_asks, or_looked_for, shown};
use super::{Control, Evidence};
use crate::repository::{Command, Node, Repository, Step};
use crate::severity::Severity;

/// See the module.
pub(super) static SECRET_SCAN: Control = Control {
    id: "secret-scan",
    title: "Secret scan",
    question: "Does a pipeline or a hook look for secrets?",
    reason: "A credential in a commit is read by whoever can read the repository, and by the scanners of those who look for them: \
             it is used within minutes. Removing it in the next commit removes it from nowhere.",
    fix: "Run a scanner for secrets on every pull request, with `bulla scan --required kingfisher`, gitleaks, trufflehog or \
          ggshield, and switch on GitHub's secret scanning with push protection.",
    severity: Severity::High,
    check,
};

const HOOKS: &str = ".pre-commit-config.yaml";

const USES: [&str; 4] = [
    "gitguardian/ggshield",
    "gitguardian/ggshield-action",
    "gitleaks/gitleaks-action",
    "trufflesecurity/trufflehog",
];

fn check(repository: &Repository) -> Vec<Evidence> {
    let mut found = shown(repository, &Sign { does: "looks for secrets", uses: &USES, step, command });
    found.extend(hooks(repository));
    if repository.has(".gitleaks.toml") {
        let hint = "configures gitleaks, which says nothing about whether it runs";
        found.push(Evidence::not_assessed(format!("`.gitleaks.toml` {hint}")).in_file(".gitleaks.toml"));
    }
    let looked_for =
        "a scan for secrets, such as by gitleaks, trufflehog, kingfisher, detect-secrets or ggshield";
    let mut found = or_looked_for(found, looked_for);
    let settings = "GitHub's own secret scanning and push protection are settings, which no file shows";
    found.push(Evidence::not_assessed(settings));
    found
}

fn step(step: &Step) -> bool {
    let scanners = step.input("scanners").and_then(Node::as_text);
    step.is("aquasecurity/trivy-action") && scanners.is_some_and(has_secret)
}

fn command(command: &Command) -> bool {
    let named = ["gitleaks", "trufflehog", "kingfisher", "detect-secrets", "detect-secrets-hook", "ggshield"];
    named.iter().any(|name| command.runs(name))
        || command.runs("trivy") && command.values("--scanners").any(has_secret)
        || ["kingfisher", "trufflehog", "gitleaks"].iter().any(|scanner| bulla_asks(command, scanner))
}

/// Whether `secret` is among trivy's scanners.
fn has_secret(scanners: &str) -> bool {
    scanners.split(',').any(|scanner| scanner.trim() == "secret")
}

/// Hooks of pre-commit, whose ids begin with the scanner's name.
fn hooks(repository: &Repository) -> Vec<Evidence> {
    let Some(text) = repository.text(HOOKS).and_then(Result::ok) else { return Vec::new() };
    let Ok(node) = Node::parse(text) else { return Vec::new() };
    let lines: Vec<&str> = text.lines().collect();
    let repos = node.get("repos").into_iter().flat_map(Node::items);
    let ids =
        repos.filter_map(|repo| repo.get("hooks")).flat_map(Node::items).filter_map(|hook| hook.get("id"));
    let scanners = ["gitleaks", "trufflehog", "kingfisher", "detect-secrets", "ggshield"];
    let evidence = ids.filter_map(Node::text).filter_map(|id| {
        let is_scanner = scanners.iter().any(|scanner| id.text.starts_with(scanner));
        let what = format!("the hook `{}` looks for secrets in what is committed", id.text);
        is_scanner.then(|| Evidence::pass(what).at(HOOKS, &lines, &id))
    });
    evidence.collect()
}
