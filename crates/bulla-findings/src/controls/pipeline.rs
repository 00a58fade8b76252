//! What workflows show to be done: an action that is used, or a command that is run.

use super::evidence::{sorted, unreadable};
use super::{ControlVerdict, Evidence};
use crate::repository::{Command, GORELEASER, Node, Repository, Step, Text};

/// How something that pipelines do is recognised.
pub(super) struct Sign {
    /// What it does: "makes an SBOM".
    pub(super) does: &'static str,
    /// Actions and reusable workflows that do it: those below `owner/name`, too.
    pub(super) uses: &'static [&'static str],
    /// Whether a step does it by the inputs of its action.
    pub(super) step: fn(&Step) -> bool,
    /// Whether a command does it.
    pub(super) command: fn(&Command) -> bool,
}

/// Each step that does it, and each workflow that can't be read.
pub(super) fn shown(repository: &Repository, sign: &Sign) -> Vec<Evidence> {
    let workflows = repository.workflows();
    // What can't be read may do it or not.
    let unknown = unreadable(workflows);
    let unknown = unknown.map(|evidence| Evidence { verdict: ControlVerdict::NotAssessed, ..evidence });
    let of_steps = workflows.sequences().flat_map(|sequence| {
        sequence.live().flat_map(move |step| {
            let uses = step.uses.as_ref().filter(|uses| sign.is_shown_by(uses) || (sign.step)(step));
            let used = uses.map(|uses| sign.evidence(name(uses)).at_source(sequence.source, uses));
            let commands = sequence.source.commands(step).filter(|(command, _)| (sign.command)(command));
            let run = commands.map(move |(command, place)| {
                sign.evidence(command.program()).at_source(sequence.source, place)
            });
            used.into_iter().chain(run)
        })
    });
    let of_jobs = workflows.workflows.iter().flat_map(|workflow| {
        let jobs = workflow.jobs.iter().filter(|job| !job.node.is_off());
        let called = jobs.filter_map(|job| job.uses.as_ref().filter(|uses| sign.is_shown_by(uses)));
        called.map(|uses| sign.evidence(name(uses)).at_source(workflow.source(), uses))
    });
    sorted(unknown.chain(of_steps).chain(of_jobs).collect())
}

impl Sign {
    fn is_shown_by(&self, uses: &Text) -> bool {
        let used = name(uses);
        self.uses.iter().any(|name| {
            used.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
                && matches!(used.as_bytes().get(name.len()), None | Some(b'/'))
        })
    }

    fn evidence(&self, what: &str) -> Evidence {
        Evidence::pass(format!("`{what}` {}", self.does))
    }
}

fn name(uses: &Text) -> &str {
    uses.text.split('@').next().unwrap_or_default()
}

/// Whether a `bulla scan` is sure to ask that scanner: it is named, or installed where it is missing.
pub(super) fn bulla_asks(command: &Command, scanner: &str) -> bool {
    let named = |option: &str| command.values(option).any(|names| names.split(',').any(|it| it == scanner));
    let has = |option: &str| command.has(|word| word.split('=').next() == Some(option));
    let installs = has("--install") && !has("--only") && !named("--skip");
    command.is("bulla", &["scan"]) && (named("--required") || named("--only") || installs)
}

/// What GoReleaser does at every release, by the sections of its configuration.
pub(super) fn of_goreleaser(repository: &Repository, sections: &[&str], does: &str) -> Vec<Evidence> {
    let path = GORELEASER.into_iter().find(|path| repository.has(path));
    let Some((path, text)) = path.and_then(|path| Some((path, repository.text(path)?.ok()?))) else {
        return Vec::new();
    };
    let Ok(node) = Node::parse(text) else { return Vec::new() };
    let lines: Vec<&str> = text.lines().collect();
    let filled = node.entries().filter(|(key, value)| {
        key.as_text().is_some_and(|key| sections.contains(&key)) && !value.items().is_empty()
    });
    let evidence = filled.filter_map(|(key, _)| {
        let key = key.text()?;
        Some(Evidence::pass(format!("GoReleaser's `{}` {does}", key.text)).at(path, &lines, &key))
    });
    evidence.collect()
}

/// Says what was looked for, if nothing passes: a file can't show that it is done nowhere.
pub(super) fn or_looked_for(mut found: Vec<Evidence>, looked_for: &str) -> Vec<Evidence> {
    if found.iter().all(|evidence| evidence.verdict != ControlVerdict::Pass) {
        found.push(Evidence::not_assessed(format!("no file shows {looked_for}; it may be done elsewhere")));
    }
    found
}
