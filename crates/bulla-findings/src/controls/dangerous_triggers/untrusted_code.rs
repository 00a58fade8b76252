use crate::controls::Evidence;
use crate::repository::{Command, Node, Place, Sequence, Step, contexts};

/// Where the code comes from that is checked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// This repository, or what it names itself.
    Own,
    /// It can't be told.
    Unknown,
    /// A pull request.
    Stranger,
}

/// What comes after something was checked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// More is run, with what was checked out at hand.
    Runs,
    Ends,
}

/// The live steps, each with what comes after it: after an action's last step, whatever its user runs.
fn steps<'a>(sequence: &Sequence<'a>) -> impl Iterator<Item = (&'a Step, Then)> {
    let mut steps = sequence.live().peekable();
    let is_action = sequence.job.is_none();
    std::iter::from_fn(move || {
        let step = steps.next()?;
        Some((step, if is_action || steps.peek().is_some() { Then::Runs } else { Then::Ends }))
    })
}

/// The commands of a step, each with what comes after it.
fn commands<'a>(
    sequence: &Sequence<'a>,
    step: &'a Step,
    then: Then,
) -> impl Iterator<Item = (&'a Command, Place, Then)> {
    let last = step.commands.len().saturating_sub(1);
    let commands = sequence.source.commands(step).enumerate();
    commands
        .map(move |(index, (command, place))| (command, place, if index < last { Then::Runs } else { then }))
}

/// Code of a pull request that these steps check out.
pub(super) fn checked_out(sequence: Sequence<'_>) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for (step, then) in steps(&sequence) {
        if step.is("actions/checkout") {
            for input in ["ref", "repository"].iter().filter_map(|name| step.input(name).and_then(Node::text))
            {
                let found = judge(origin(&input.text), &input.text, then);
                evidence.extend(found.map(|it| it.at_source(sequence.source, &input)));
            }
        }
        for (command, place, then) in commands(&sequence, step, then) {
            let found = fetched(command).and_then(|(origin, what)| judge(origin, &what, then));
            evidence.extend(found.map(|it| it.at_source(sequence.source, place)));
        }
    }
    evidence
}

fn judge(origin: Origin, what: &str, then: Then) -> Option<Evidence> {
    let what: String = what.chars().take(100).collect();
    match (origin, then) {
        (Origin::Own, _) => None,
        (Origin::Unknown, _) => Some(Evidence::warn(format!(
            "what is checked out (`{what}`) is only known when it runs: make sure that it is nothing of a pull request"
        ))),
        (Origin::Stranger, Then::Runs) => Some(Evidence::fail(format!(
            "the code of anybody's pull request is checked out (`{what}`), and more is run, where secrets and a token are at hand"
        ))),
        (Origin::Stranger, Then::Ends) => Some(Evidence::warn(format!(
            "the code of anybody's pull request is checked out (`{what}`), where secrets and a token are at hand; nothing is run \
             after it"
        ))),
    }
}

fn origin(reference: &str) -> Origin {
    if reference.contains("pull/") || reference.contains("GITHUB_HEAD_REF") {
        return Origin::Stranger;
    }
    let origins = contexts(reference).into_iter().map(|path| {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["github", "event", "repository", ..] | ["github", "event", "pull_request", "base", ..] => {
                Origin::Own
            }
            ["github", "event", "inputs", ..] => Origin::Unknown,
            ["github"] | ["github", "*" | "event" | "head_ref", ..] => Origin::Stranger,
            ["github" | "vars" | "secrets", ..] => Origin::Own,
            _ => Origin::Unknown,
        }
    });
    origins.max().unwrap_or(Origin::Own)
}

/// Where the code comes from that a command fetches, and the command.
fn fetched(command: &Command) -> Option<(Origin, String)> {
    const FETCHING: [&str; 8] =
        ["checkout", "clone", "fetch", "pull", "remote", "submodule", "switch", "worktree"];
    let is_gh = |words: &[&str]| command.is("gh", words);
    let is_git = command.program() == "git"
        && command.operands().next().is_some_and(|command| FETCHING.contains(&command));
    if !is_git && !is_gh(&["pr", "checkout"]) && !is_gh(&["repo", "clone"]) {
        return None;
    }
    let what = command.words.join(" ");
    let origin = match origin(&what) {
        _ if is_gh(&["pr", "checkout"]) => Origin::Stranger,
        // A variable, not an expression.
        Origin::Own if what.replace("${{", "").contains('$') => Origin::Unknown,
        origin => origin,
    };
    Some((origin, what))
}

/// Artifacts of the run that has started these steps, where more is run after they are downloaded.
pub(super) fn downloaded(sequence: Sequence<'_>) -> Vec<Evidence> {
    let downloading = steps(&sequence).filter_map(|(step, then)| {
        // Without a run it is an artifact of the same run.
        let by_action = step.is("actions/download-artifact") && step.input("run-id").is_some()
            || step.is("dawidd6/action-download-artifact")
            || step.is("actions/github-script")
                && step
                    .input("script")
                    .and_then(Node::as_text)
                    .is_some_and(|it| it.contains("downloadArtifact"));
        let action = step.uses.as_ref().filter(|_| by_action).map(|uses| (Place::from(uses), then));
        let mut commands = commands(&sequence, step, then);
        let command = commands.find(|(command, ..)| command.is("gh", &["run", "download"]));
        let (place, then) = action.or(command.map(|(_, place, then)| (place, then)))?;
        (then == Then::Runs).then_some(place)
    });
    let message = "an artifact of the run that started this is downloaded, and more is run: anybody's pull request can have put \
                   anything there, so make sure that nothing of it is executed";
    downloading.map(|place| Evidence::warn(message).at_source(sequence.source, place)).collect()
}
