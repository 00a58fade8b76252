//! Pinned actions: a tag or a branch is moved by whoever owns it, or has taken it over; a commit is not.

use super::evidence::unreadable;
use super::{Control, Evidence};
use crate::repository::{Repository, Text};
use crate::severity::Severity;

/// See the module.
pub(super) static PINNED_ACTIONS: Control = Control {
    id: "pinned-actions",
    title: "Pinned actions",
    question: "Is every action and every container image that workflows use held to its content?",
    reason: "A tag or a branch is moved by whoever owns it or has taken it over, and the next run executes what it then \
             points to, with the job's token and secrets. A full commit SHA or a digest can't be moved.",
    fix: "Write the full commit SHA with the version in a comment behind it (`uses: owner/action@<40 digits> # v1.2.3`), \
          and images as `docker://image@sha256:<64 digits>`; Dependabot keeps both up to date.",
    severity: Severity::Medium,
    check,
};

fn check(repository: &Repository) -> Vec<Evidence> {
    let workflows = repository.workflows();
    let called = workflows.workflows.iter().flat_map(|workflow| {
        let uses = workflow.jobs.iter().filter_map(|job| job.uses.as_ref());
        uses.map(|uses| (workflow.path.as_str(), workflow.lines.as_slice(), uses))
    });
    let used = workflows.steps().filter_map(|(path, lines, step)| Some((path, lines, step.uses.as_ref()?)));
    let evidence = used.chain(called).map(|(path, lines, uses)| judge(uses, lines).at(path, lines, uses));
    let mut evidence: Vec<Evidence> = unreadable(workflows).chain(evidence).collect();
    evidence.sort_by(|one, other| one.location.cmp(&other.location));
    evidence
}

fn judge(uses: &Text, lines: &[String]) -> Evidence {
    let text = uses.text.as_str();
    if text.starts_with("./") {
        return Evidence::pass(format!("`{text}` is part of this repository"));
    }
    if let Some(image) = text.strip_prefix("docker://") {
        return match image.split_once("@sha256:") {
            Some((_, digest)) if is_hex(digest, 64) => {
                Evidence::pass(format!("`{text}` is held to a digest"))
            }
            _ => Evidence::fail(format!("`{text}` is not held to a digest")),
        };
    }
    let Some((action, reference)) = text.split_once('@') else {
        return Evidence::fail(format!("`{text}` has no reference at all"));
    };
    if !is_hex(reference, 40) {
        return Evidence::fail(format!(
            "`{action}` is held to `{reference}`, which can be moved, not to a commit"
        ));
    }
    if has_comment(lines, uses) {
        Evidence::pass(format!("`{action}` is held to a commit"))
    } else {
        Evidence::warn(format!("`{action}` is held to a commit; no comment says which version that is"))
    }
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether there is a comment behind the text.
fn has_comment(lines: &[String], uses: &Text) -> bool {
    let line = usize::try_from(uses.line).ok().and_then(|line| lines.get(line.checked_sub(1)?));
    let behind = line.and_then(|line| line.split_once(uses.text.as_str())).map(|(_, behind)| behind);
    behind.and_then(|behind| behind.split_once('#')).is_some_and(|(_, comment)| !comment.trim().is_empty())
}
