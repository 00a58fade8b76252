use crate::controls::Evidence;
use crate::repository::{Node, Sequence, Text, contexts};

/// Where the code comes from that is checked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// This repository, or what it names itself.
    Own,
    /// It can't be told.
    Unknown,
    /// The pull request.
    Stranger,
}

/// Code of a pull request that these steps check out.
pub(super) fn find(sequence: Sequence<'_>) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for step in sequence.steps {
        if step.is("actions/checkout") {
            let inputs =
                ["ref", "repository"].iter().filter_map(|name| step.input(name).and_then(Node::text));
            evidence
                .extend(inputs.filter_map(|input| Some(judge(&input)?.at_source(sequence.source, &input))));
        }
        for (line, place) in step.run.iter().flat_map(|script| sequence.source.script_lines(script)) {
            evidence.extend(fetched(line).map(|it| it.at_source(sequence.source, &place)));
        }
    }
    evidence
}

fn judge(input: &Text) -> Option<Evidence> {
    let text = &input.text;
    match origin(text) {
        Origin::Own => None,
        Origin::Unknown => Some(Evidence::warn(format!(
            "what is checked out (`{text}`) is only known when it runs: make sure that it is nothing of a pull request"
        ))),
        Origin::Stranger => Some(Evidence::fail(format!(
            "the code of anybody's pull request is checked out (`{text}`), where secrets and the token are at hand"
        ))),
    }
}

fn origin(reference: &str) -> Origin {
    if reference.contains("refs/pull/") {
        return Origin::Stranger;
    }
    let origins = contexts(reference).into_iter().map(|path| {
        let parts: Vec<&str> = path.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["github", "event", "repository", ..] | ["github", "event", "pull_request", "base", ..] => {
                Origin::Own
            }
            ["github"] | ["github", "*" | "event" | "head_ref", ..] => Origin::Stranger,
            ["github" | "vars" | "secrets", ..] => Origin::Own,
            _ => Origin::Unknown,
        }
    });
    origins.max().unwrap_or(Origin::Own)
}

/// A line of a script that fetches the code of a pull request.
fn fetched(line: &str) -> Option<Evidence> {
    let words: Vec<&str> = line.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
    let has = |command: &[&str]| words.windows(command.len()).any(|words| words == command);
    let fetches = has(&["git"])
        && ["fetch", "pull", "clone", "checkout", "switch", "worktree"].iter().any(|command| has(&[command]));
    let is_strangers = has(&["gh", "pr", "checkout"])
        || fetches && (words.iter().any(|word| word.contains("pull/")) || origin(line) == Origin::Stranger);
    let line: String = line.trim().chars().take(100).collect();
    if is_strangers {
        return Some(Evidence::fail(format!(
            "the code of anybody's pull request is checked out (`{line}`), where secrets and the token are at hand"
        )));
    }
    (fetches && line.contains('$')).then(|| {
        Evidence::warn(format!(
            "what is fetched (`{line}`) is only known when it runs: make sure that it is nothing of a pull request"
        ))
    })
}
