//! `.github/dependabot.yml`: what Dependabot is asked to update.
//!
//! <https://docs.github.com/en/code-security/reference/supply-chain-security/dependabot-options-reference>

use std::collections::HashMap;

use super::glob::{Glob, parts};
use super::yaml::{Node, Problem, Text, Value};
use super::{Budget, Repository, Unreadable};

/// What Dependabot is asked to update.
#[derive(Debug)]
pub(crate) struct Dependabot {
    pub(crate) path: &'static str,
    pub(crate) lines: Vec<String>,
    pub(crate) updates: Vec<Update>,
    /// Ecosystem and directory to the entry that names both.
    exact: HashMap<(String, String), usize>,
    patterns: Vec<(usize, Glob)>,
    /// The patterns that are not understood.
    unclear: Vec<(usize, Text)>,
}

/// One entry.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) ecosystem: Text,
    /// Why it proposes no new versions.
    pub(crate) silenced: Option<&'static str>,
}

const INTERVALS: [&str; 7] = ["daily", "weekly", "monthly", "quarterly", "semiannually", "yearly", "cron"];

impl Dependabot {
    /// Where GitHub looks.
    pub(crate) const PATHS: [&str; 2] = [".github/dependabot.yml", ".github/dependabot.yaml"];

    /// `None`: there is none.
    pub(crate) fn read(repository: &Repository) -> Option<Result<Self, Unreadable>> {
        let (path, text) = Self::PATHS.into_iter().find_map(|path| Some((path, repository.text(path)?)))?;
        let seen = text.as_deref().unwrap_or_default();
        let read = text.as_ref().map_err(|why| (None, why.clone())).and_then(|text| Self::parse(path, text));
        Some(read.map_err(|problem| Unreadable::new(path, seen, problem)))
    }

    fn parse(path: &'static str, text: &str) -> Result<Self, Problem> {
        let node = Node::parse(text)?;
        let version = node.required("version")?;
        if version.as_text() != Some("2") {
            return Err((Some(version.line), "its `version` is not 2, the only one there is".to_owned()));
        }
        let updates = node.required("updates")?;
        let Value::List(updates) = &updates.value else {
            return Err((Some(updates.line), "`updates` is no list".to_owned()));
        };
        let mut found = Self {
            path,
            lines: text.lines().map(str::to_owned).collect(),
            exact: HashMap::new(),
            patterns: Vec::new(),
            unclear: Vec::new(),
            updates: Vec::new(),
        };
        updates.iter().try_for_each(|update| found.add(update))?;
        Ok(found)
    }

    fn add(&mut self, node: &Node) -> Result<(), Problem> {
        let ecosystem = node.required("package-ecosystem")?.required_text()?;
        match (node.get("directory"), node.get("directories")) {
            (Some(directory), None) => self.add_directory(&ecosystem, &directory.required_text()?),
            (None, Some(directories)) => {
                for directory in directories.items() {
                    self.add_directories(&ecosystem, directory.required_text()?);
                }
            }
            (Some(_), Some(both)) => {
                return Err((Some(both.line), "it has both `directory` and `directories`".to_owned()));
            }
            (None, None) => {
                let problem = format!("the entry for `{}` has no `directory`", ecosystem.text);
                return Err((Some(ecosystem.line), problem));
            }
        }
        interval(node, &ecosystem)?;
        self.updates.push(Update { silenced: silenced(node), ecosystem });
        Ok(())
    }

    /// `directory` is taken as it stands.
    fn add_directory(&mut self, ecosystem: &Text, directory: &Text) {
        let directory = parts(&directory.text).collect::<Vec<_>>().join("/");
        self.exact.entry((ecosystem.text.clone(), directory)).or_insert(self.updates.len());
    }

    /// One of `directories`, each of which may be a pattern.
    fn add_directories(&mut self, ecosystem: &Text, directory: Text) {
        if !is_pattern(&directory.text) {
            return self.add_directory(ecosystem, &directory);
        }
        let number = self.updates.len();
        match glob(&directory.text) {
            Some(glob) => self.patterns.push((number, glob)),
            None => self.unclear.push((number, directory)),
        }
    }

    /// The entry that updates one of these ecosystems in that directory, as far as the budget reaches; the root is the
    /// empty text. `Err`: one of their patterns, which may describe it and is not understood.
    pub(crate) fn covers(
        &self,
        ecosystems: &[&str],
        directory: &str,
        budget: &Budget,
    ) -> Option<Result<&Update, &Text>> {
        let exact = ecosystems
            .iter()
            .find_map(|ecosystem| self.exact.get(&((*ecosystem).to_owned(), directory.to_owned())));
        if let Some(update) = exact {
            return Some(Ok(&self.updates[*update]));
        }
        let is_theirs = |update: usize| {
            budget.spend(1);
            ecosystems.contains(&self.updates[update].ecosystem.text.as_str())
        };
        let mut patterns = self.patterns.iter().take_while(|_| !budget.is_spent());
        let found = patterns.find(|(update, glob)| is_theirs(*update) && glob.matches(directory, budget));
        if let Some((update, _)) = found {
            return Some(Ok(&self.updates[*update]));
        }
        let mut unclear = self.unclear.iter().take_while(|_| !budget.is_spent());
        unclear.find(|(update, _)| is_theirs(*update)).map(|(_, pattern)| Err(pattern))
    }
}

/// What Dependabot takes for a pattern, and gives to Ruby's `Dir.glob`.
fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || text.contains('[') && text.contains(']')
}

/// GitHub documents `**/*` as the root and everything below it. A `**` with nothing behind it is a `*` for Ruby.
fn glob(text: &str) -> Option<Glob> {
    match text.trim_start_matches('/') {
        "**/*" => Glob::parse("**"),
        "**" => Glob::parse("*"),
        other => match other.strip_suffix("/**") {
            Some(above) => Glob::parse(&format!("{above}/*")),
            None => Glob::parse(other),
        },
    }
}

/// A group of several ecosystems has the schedule for all its members.
fn interval(node: &Node, ecosystem: &Text) -> Result<(), Problem> {
    if node.get("multi-ecosystem-group").is_some() {
        return Ok(());
    }
    let interval = node.get("schedule").and_then(|schedule| schedule.get("interval"));
    let Some(interval) = interval else {
        let problem = format!("the entry for `{}` has no `schedule` with an `interval`", ecosystem.text);
        return Err((Some(ecosystem.line), problem));
    };
    match interval.as_text() {
        Some(text) if INTERVALS.contains(&text) => Ok(()),
        _ => Err((Some(interval.line), format!("its `interval` is none of {}", INTERVALS.join(", ")))),
    }
}

fn silenced(node: &Node) -> Option<&'static str> {
    let limit = node.get("open-pull-requests-limit").and_then(Node::as_text);
    let mut ignored = node.get("ignore").into_iter().flat_map(Node::items);
    let ignores_all = |rule: &Node| {
        let name = rule.get("dependency-name").and_then(Node::as_text);
        name == Some("*") && rule.get("versions").is_none() && rule.get("update-types").is_none()
    };
    if limit == Some("0") {
        Some("its `open-pull-requests-limit` is 0, which leaves security updates only")
    } else if ignored.any(ignores_all) {
        Some("it ignores every dependency")
    } else {
        None
    }
}
