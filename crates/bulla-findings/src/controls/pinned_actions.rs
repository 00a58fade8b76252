//! Pinned actions: a tag or a branch is moved by whoever owns it, or has taken it over; a commit is not.

use super::evidence::by_place;
use super::{Control, Evidence};
use crate::repository::{Job, Node, Repository, Source, Text};
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
    let used = workflows.sequences().flat_map(|sequence| {
        let uses = sequence.steps.iter().filter_map(|step| step.uses.as_ref());
        uses.map(move |uses| judge(sequence.source, uses))
    });
    let of_jobs = workflows.workflows.iter().flat_map(|workflow| {
        let source = workflow.source();
        workflow.jobs.iter().flat_map(move |job| {
            let called = job.uses.iter().map(move |uses| judge(source, uses));
            called.chain(images(job).map(move |image| judge_image(&image).at_source(source, &image)))
        })
    });
    let of_actions = workflows.actions.iter().filter_map(|action| {
        let image = action.image.as_ref()?;
        let evidence = if image.text.starts_with("docker://") {
            judge_image(image)
        } else {
            Evidence::pass(format!("`{}` is part of this repository", image.text))
        };
        Some(evidence.at_source(action.source(), image))
    });
    by_place(workflows, used.chain(of_jobs).chain(of_actions))
}

/// The images of a job's container and of its services; an empty one stands for none.
fn images(job: &Job) -> impl Iterator<Item = Text> {
    let services = job.node.get("services").into_iter().flat_map(Node::entries).map(|(_, service)| service);
    let containers = job.node.get("container").into_iter().chain(services);
    let image = |container: &Node| container.get("image").unwrap_or(container).text();
    containers.filter_map(image).filter(|image| !image.text.is_empty())
}

fn judge(source: Source<'_>, uses: &Text) -> Evidence {
    let text = uses.text.trim();
    let evidence = if text.contains("${{") {
        Evidence::fail(format!("`{text}` is only known when it runs, which GitHub does not take here"))
    } else if text.starts_with("./") || text.starts_with("$/") {
        Evidence::pass(format!("`{text}` is part of this repository"))
    } else if text.starts_with("docker://") {
        judge_image(uses)
    } else {
        judge_action(text, source.comment_behind(uses))
    };
    evidence.at_source(source, uses)
}

fn judge_action(text: &str, comment: Option<&str>) -> Evidence {
    let Some((action, reference)) = text.split_once('@') else {
        return Evidence::fail(format!("`{text}` has no reference at all"));
    };
    if !is_hex(reference, 40) {
        return Evidence::fail(format!(
            "`{action}` is held to `{reference}`, which can be moved, not to a commit"
        ));
    }
    match comment {
        Some(comment) if names_a_version(comment) => {
            Evidence::pass(format!("`{action}` is held to a commit"))
        }
        Some(comment) => Evidence::warn(format!(
            "`{action}` is held to a commit; the comment `{comment}` does not say which version that is"
        )),
        None => {
            Evidence::warn(format!("`{action}` is held to a commit; no comment says which version that is"))
        }
    }
}

fn judge_image(image: &Text) -> Evidence {
    let text = image.text.trim();
    if text.rsplit_once("@sha256:").is_some_and(|(_, digest)| is_hex(digest, 64)) {
        Evidence::pass(format!("`{text}` is held to a digest"))
    } else if text.contains("${{") {
        Evidence::warn(format!("`{text}` is only known when it runs; make sure that it is held to a digest"))
    } else {
        Evidence::fail(format!("`{text}` is not held to a digest"))
    }
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a word is like `v4`, `1.2`, `tag=v1.2.3` or `release-v1`.
fn names_a_version(comment: &str) -> bool {
    let is_version = |word: &str| {
        let number = word.strip_prefix(['v', 'V']);
        let starts = number.unwrap_or(word).starts_with(|c: char| c.is_ascii_digit());
        starts && (number.is_some() || word.contains('.'))
    };
    comment.split(|c: char| c.is_whitespace() || "=@:/-".contains(c)).any(is_version)
}
