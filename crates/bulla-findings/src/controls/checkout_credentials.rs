//! Checkout credentials: what `actions/checkout` leaves behind for git, every later step of the job can use.

use super::evidence::by_place;
use super::{Control, Evidence};
use crate::repository::{Node, Repository, Sequence, Step};
use crate::severity::Severity;

/// See the module.
pub(super) static CHECKOUT_CREDENTIALS: Control = Control {
    id: "checkout-credentials",
    title: "Checkout credentials",
    question: "Does no checkout leave the job's token behind for steps that don't push?",
    reason: "Unless it is told otherwise, `actions/checkout` keeps the job's token where git finds it: every later step can \
             read it there, and an artifact that takes the directory along publishes it.",
    fix: "Add `with: {persist-credentials: false}` to every `actions/checkout`, and give the token to the one step that \
          pushes.",
    severity: Severity::Medium,
    check,
};

/// Actions that push with what the checkout has left behind.
const PUSHING: [&str; 2] = ["stefanzweifel/git-auto-commit-action", "EndBug/add-and-commit"];

fn check(repository: &Repository) -> Vec<Evidence> {
    let workflows = repository.workflows();
    let evidence = workflows.sequences().flat_map(|sequence| {
        let how = pushes(&sequence);
        let checkouts = sequence.steps.iter().filter(|step| step.is("actions/checkout"));
        checkouts.map(move |step| judge(&sequence, step, how))
    });
    by_place(workflows, evidence)
}

/// `how` says how the job pushes, if it does.
fn judge(sequence: &Sequence<'_>, step: &Step, how: Option<&'static str>) -> Evidence {
    let given = step.input("persist-credentials").and_then(Node::text);
    let value = given.as_ref().map(|given| given.text.as_str());
    let evidence = match (value, how) {
        (Some(value), _) if value.eq_ignore_ascii_case("false") => {
            Evidence::pass("the checkout leaves no credentials behind")
        }
        (_, Some(how)) => {
            Evidence::pass(format!("the checkout leaves the job's token behind for {how}, which pushes"))
        }
        (Some(value), _) if value.contains("${{") => Evidence::warn(format!(
            "whether the checkout leaves the job's token behind is only known when it runs (`{value}`)"
        )),
        (Some(value), _) => Evidence::fail(format!(
            "the checkout leaves the job's token behind (`persist-credentials: {value}`), and nothing in the job pushes"
        )),
        (None, _) => Evidence::fail(
            "the checkout leaves the job's token behind: it has no `persist-credentials: false`, and nothing in the job pushes",
        ),
    };
    let place = given.or_else(|| step.uses.clone()).expect("a step that is a checkout uses one");
    evidence.at_source(sequence.source, &place)
}

fn pushes(sequence: &Sequence<'_>) -> Option<&'static str> {
    if sequence.live().flat_map(|step| &step.commands).any(|command| command.is("git", &["push"])) {
        return Some("`git push`");
    }
    let (workflow, job) = sequence.job?;
    let permissions = job.permissions.as_ref().or(workflow.permissions.as_ref())?;
    let is_used = |action: &&str| sequence.live().any(|step| step.is(action));
    PUSHING.into_iter().find(is_used).filter(|_| permissions.writes("contents"))
}
