//! What workflows show to be done: an action that is used, or a command that is run.

use super::evidence::{sorted, unreadable};
use super::{ControlVerdict, Evidence};
use crate::repository::{Command, GORELEASER, Node, Repository, Step, Text, commands};

/// How something that pipelines do is recognised.
pub(super) struct Sign {
    /// What it does: "makes an SBOM".
    pub(super) does: &'static str,
    /// Whether an action, by its name in lower case and its inputs, does it.
    pub(super) action: fn(&str, &[(Text, Node)]) -> bool,
    /// Whether a command does it.
    pub(super) command: fn(&Command) -> bool,
}

/// Each step that does it, and each workflow that can't be read.
pub(super) fn shown(repository: &Repository, sign: &Sign) -> Vec<Evidence> {
    let workflows = repository.workflows();
    // What can't be read may do it or not.
    let unknown = unreadable(workflows);
    let unknown = unknown.map(|evidence| Evidence { verdict: ControlVerdict::NotAssessed, ..evidence });
    let mut found: Vec<Evidence> = unknown.collect();
    for workflow in &workflows.workflows {
        let file = File { path: &workflow.path, lines: &workflow.lines, sign };
        for job in workflow.jobs.iter().filter(|job| !is_off(&job.node)) {
            found.extend(job.uses.as_ref().and_then(|uses| file.action(uses, &[])));
            found.extend(job.steps.iter().flat_map(|step| file.step(step)));
        }
    }
    for action in &workflows.actions {
        let file = File { path: &action.path, lines: &action.lines, sign };
        found.extend(action.steps.iter().flat_map(|step| file.step(step)));
    }
    sorted(found)
}

/// Whether an action is one of these, or below one of them: `owner/name` or `owner/name/path`.
pub(super) fn is_one_of(action: &str, names: &[&str]) -> bool {
    names.iter().any(|name| {
        action
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || name.ends_with('-'))
    })
}

/// An input of an action, where it is a text.
pub(super) fn input<'a>(inputs: &'a [(Text, Node)], name: &str) -> Option<&'a str> {
    inputs.iter().find(|(key, _)| key.text.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_text())
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

struct File<'a> {
    path: &'a str,
    lines: &'a [String],
    sign: &'a Sign,
}

impl File<'_> {
    fn step(&self, step: &Step) -> Vec<Evidence> {
        if is_off(&step.node) {
            return Vec::new();
        }
        let action = step.uses.as_ref().and_then(|uses| self.action(uses, &step.with));
        let run = step.run.iter().flat_map(|run| self.commands(run));
        action.into_iter().chain(run).collect()
    }

    fn action(&self, uses: &Text, inputs: &[(Text, Node)]) -> Option<Evidence> {
        let name = uses.text.split('@').next().unwrap_or_default();
        (self.sign.action)(&name.to_ascii_lowercase(), inputs)
            .then(|| Evidence::pass(format!("`{name}` {}", self.sign.does)).at(self.path, self.lines, uses))
    }

    fn commands(&self, run: &Text) -> Vec<Evidence> {
        let commands = commands(&run.text).into_iter().filter(|command| (self.sign.command)(command));
        let evidence = commands.map(|command| {
            let what = format!("`{}` {}", command.program(), self.sign.does);
            Evidence::pass(what).at_line(self.path, self.lines, self.line(run, &command))
        });
        evidence.collect()
    }

    /// The place of a script is its first line. A folded one has lost its lines: it is shown where it begins.
    fn line(&self, run: &Text, command: &Command) -> u64 {
        let line = run.line + command.line as u64;
        let text = usize::try_from(line).ok().and_then(|line| self.lines.get(line.checked_sub(1)?));
        let shows = text.is_some_and(|text| text.contains(&command.words[0]));
        if shows { line } else { run.line }
    }
}

fn is_off(node: &Node) -> bool {
    let condition = node.get("if").and_then(Node::as_text).unwrap_or_default();
    matches!(condition.replace(' ', "").as_str(), "false" | "${{false}}")
}
