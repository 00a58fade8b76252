//! Pinned actions: a tag or a branch is moved by whoever owns it, or has taken it over; a commit is not.

use super::evidence::by_place;
use super::{Control, Evidence};
use crate::repository::{Job, Node, Repository, Source, Text, is_workflow, without_expressions};
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
        uses.map(move |uses| judge(sequence.source, uses, |path| has_action(repository, path)))
    });
    let of_jobs = workflows.workflows.iter().flat_map(|workflow| {
        let source = workflow.source();
        workflow.jobs.iter().flat_map(move |job| {
            let has_workflow = |path: &str| is_workflow(path) && repository.has(path);
            let called = job.uses.iter().map(move |uses| judge(source, uses, has_workflow));
            called.chain(images(job).map(move |image| judge_image(&image).at_source(source, &image)))
        })
    });
    let of_actions = workflows.actions.iter().filter_map(|action| {
        let image = action.image.as_ref()?;
        let evidence = if is_image(&image.text) {
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

/// Whether GitHub finds an action of this repository in that directory.
fn has_action(repository: &Repository, directory: &str) -> bool {
    let parts: Vec<&str> = directory.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    ["action.yml", "action.yaml", "Dockerfile", "dockerfile"]
        .into_iter()
        .any(|name| repository.has(&[parts.as_slice(), &[name]].concat().join("/")))
}

/// `is_ours` says whether there is something to use at a path of this repository.
fn judge(source: Source<'_>, uses: &Text, is_ours: impl Fn(&str) -> bool) -> Evidence {
    let text = uses.text.trim();
    let evidence = if text.contains("${{") {
        Evidence::fail(format!("`{text}` is only known when it runs, which GitHub does not take here"))
    } else if let Some(path) = text.strip_prefix("./").or_else(|| text.strip_prefix("$/")) {
        if is_ours(path) {
            Evidence::pass(format!("`{text}` is part of this repository"))
        } else {
            Evidence::fail(format!("`{text}` is not among the files of this repository, so nothing holds it"))
        }
    } else if is_image(text) {
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
    if !is_plain(action) {
        return Evidence::fail(format!("`{action}` is not written as `owner/name` or `owner/name/path`"));
    }
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
    } else if is_unknown(text) {
        Evidence::warn(format!("`{text}` is only known when it runs; make sure that it is held to a digest"))
    } else {
        Evidence::fail(format!("`{text}` is not held to a digest"))
    }
}

/// Whether the whole image or the whole digest behind its name is an expression; any other text shows what it is held to.
fn is_unknown(image: &str) -> bool {
    let text = without_expressions(image);
    let is_last = image.ends_with("}}");
    text.len() < image.len()
        && (text.is_empty() || is_last && (text.ends_with('@') || text.ends_with("@sha256:")))
}

/// Whether GitHub runs the image of that name; it does not care for the case of what is before it.
fn is_image(text: &str) -> bool {
    text.trim().get(.."docker://".len()).is_some_and(|start| start.eq_ignore_ascii_case("docker://"))
}

/// GitHub drops empty parts, and takes `\` for `/`: whoever reads another form does not see what it uses.
fn is_plain(action: &str) -> bool {
    action.contains('/')
        && !action.contains('\\')
        && action.split('/').all(|part| !matches!(part, "" | "." | ".."))
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
