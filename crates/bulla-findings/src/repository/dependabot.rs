//! `.github/dependabot.yml`: what Dependabot is asked to update.
//!
//! <https://docs.github.com/en/code-security/reference/supply-chain-security/dependabot-options-reference>

use std::collections::HashMap;

use super::glob::{Pattern, is_pattern};
use super::yaml::{Node, Problem, Text, Value};
use super::{Repository, Unreadable};

/// What Dependabot is asked to update.
#[derive(Debug)]
pub(crate) struct Dependabot {
    pub(crate) path: &'static str,
    pub(crate) lines: Vec<String>,
    pub(crate) updates: Vec<Update>,
    /// Ecosystem and directory to the entry that names both.
    exact: HashMap<(String, String), usize>,
    patterns: Vec<(usize, Pattern)>,
}

/// One entry.
#[derive(Debug)]
pub(crate) struct Update {
    pub(crate) ecosystem: Text,
    /// Why it proposes no new versions.
    pub(crate) silenced: Option<&'static str>,
    directories: Vec<Text>,
}

/// Every directory of the tree is held against each pattern.
const MOST_PATTERNS: usize = 100;

const INTERVALS: [&str; 7] = ["daily", "weekly", "monthly", "quarterly", "semiannually", "yearly", "cron"];

impl Dependabot {
    /// Where GitHub looks.
    pub(crate) const PATHS: [&str; 2] = [".github/dependabot.yml", ".github/dependabot.yaml"];

    /// `None`: there is none.
    pub(crate) fn read(repository: &Repository) -> Option<Result<Self, Unreadable>> {
        let (path, text) = Self::PATHS.into_iter().find_map(|path| Some((path, repository.text(path)?)))?;
        let read = text.map_err(|why| (None, why)).and_then(|text| Self::parse(path, text));
        Some(read.map_err(|(line, problem)| Unreadable { path: path.to_owned(), line, problem }))
    }

    fn parse(path: &'static str, text: &str) -> Result<Self, Problem> {
        let node = Node::parse(text)?;
        let version = required(&node, "version")?;
        if version.as_text() != Some("2") {
            return Err((Some(version.line), "its `version` is not 2, the only one there is".to_owned()));
        }
        let updates = required(&node, "updates")?;
        let Value::List(updates) = &updates.value else {
            return Err((Some(updates.line), "`updates` is no list".to_owned()));
        };
        let updates = updates.iter().map(update).collect::<Result<Vec<_>, _>>()?;
        let mut found = Self {
            path,
            lines: text.lines().map(str::to_owned).collect(),
            exact: HashMap::new(),
            patterns: Vec::new(),
            updates: Vec::new(),
        };
        for (number, update) in updates.iter().enumerate() {
            for directory in &update.directories {
                found.add(number, &update.ecosystem.text, directory)?;
            }
        }
        found.updates = updates;
        Ok(found)
    }

    fn add(&mut self, update: usize, ecosystem: &str, directory: &Text) -> Result<(), Problem> {
        if is_pattern(&directory.text) {
            if self.patterns.len() == MOST_PATTERNS {
                let problem = format!("it has more than {MOST_PATTERNS} patterns of directories");
                return Err((Some(directory.line), problem));
            }
            self.patterns.push((update, pattern(&directory.text)));
        } else {
            let directory = directory.text.trim_start_matches("./").trim_matches('/').to_owned();
            self.exact.entry((ecosystem.to_owned(), directory)).or_insert(update);
        }
        Ok(())
    }

    /// The entry that updates one of these ecosystems in that directory; the root is the empty text.
    pub(crate) fn covers(&self, ecosystems: &[&str], directory: &str) -> Option<&Update> {
        let exact = ecosystems
            .iter()
            .find_map(|ecosystem| self.exact.get(&((*ecosystem).to_owned(), directory.to_owned())));
        let by_pattern = || {
            let mut patterns = self.patterns.iter();
            let found = patterns.find(|(update, pattern)| {
                ecosystems.contains(&self.updates[*update].ecosystem.text.as_str())
                    && pattern.matches(directory)
            });
            found.map(|(update, _)| update)
        };
        exact.or_else(by_pattern).map(|update| &self.updates[*update])
    }
}

/// GitHub documents `**/*` as the root and everything below it.
fn pattern(text: &str) -> Pattern {
    let text = text.trim_start_matches(['.', '/']);
    Pattern::new(if text == "**/*" { "**" } else { text })
}

fn update(node: &Node) -> Result<Update, Problem> {
    let ecosystem = required(node, "package-ecosystem")?;
    let ecosystem = text(ecosystem)?;
    let directories = match (node.get("directory"), node.get("directories")) {
        (Some(directory), None) => vec![text(directory)?],
        (None, Some(directories)) => directories.items().iter().map(text).collect::<Result<_, _>>()?,
        (Some(_), Some(both)) => {
            return Err((Some(both.line), "it has both `directory` and `directories`".to_owned()));
        }
        (None, None) => {
            let problem = format!("the entry for `{}` has no `directory`", ecosystem.text);
            return Err((Some(ecosystem.line), problem));
        }
    };
    interval(node, &ecosystem)?;
    Ok(Update { silenced: silenced(node), ecosystem, directories })
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

fn required<'a>(node: &'a Node, name: &str) -> Result<&'a Node, Problem> {
    node.get(name).ok_or_else(|| (Some(node.line), format!("it has no `{name}`")))
}

fn text(node: &Node) -> Result<Text, Problem> {
    node.text().ok_or_else(|| (Some(node.line), "a text is expected here".to_owned()))
}
