//! CODEOWNERS, by GitHub's rules.
//!
//! <https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners>
//!
//! The matcher is our own, because the crates have rules of their own: `codeowners` lets `docs` match `Docs`, `codeowner`
//! takes no escaped space and lets `docs*` match nothing below `docs-old/`, `codeowners-rs` takes the `*` of `\*` for a
//! wildcard, accepts `!` and `[ ]` and reads nothing behind a line it can't read, `codeowners-parser` finds `lib` at the
//! root only, and matchers for `.gitignore` let `docs/*` match what is deeper than its children.

mod line;
mod owner;
mod pattern;
mod sensitive;

use std::collections::HashMap;

use super::{Budget, Place, Repository};
pub(crate) use owner::is_owner;
use pattern::Pattern;
pub(crate) use sensitive::{NamedSensitive, Sensitive};

/// GitHub loads no file of 3 MB or more.
const TOO_LARGE: usize = 3_000_000;

/// A short line takes a hundred times its bytes of memory once it is read, and nobody writes as many.
const MOST_LINES: usize = 200_000;

/// A CODEOWNERS file, by GitHub's rules: the last pattern that matches a path decides who owns it.
///
/// Controls are asked without it; it is public for the tests that hold it to those rules.
#[derive(Debug, Clone, Default)]
pub struct CodeOwners<'a> {
    lines: Vec<&'a str>,
    rules: Vec<Rule>,
    /// Where in `rules` those are whose paths all begin with the same name, by that name.
    rooted: HashMap<String, Vec<usize>>,
    /// Where all others are.
    anywhere: Vec<usize>,
    problems: Vec<CodeOwnersProblem>,
}

/// A line that GitHub skips, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeOwnersProblem {
    /// The line, from 1.
    pub line: u64,
    /// The character of the line at which it goes wrong, from 1.
    pub column: u64,
    /// What is wrong, on one line.
    pub problem: String,
}

/// A pattern and its owners.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    /// The pattern as it is written.
    pub(crate) written: String,
    /// Where.
    pub(crate) place: Place,
    pub(crate) pattern: Pattern,
    /// None at all: what it matches has no owner.
    pub(crate) owners: Vec<String>,
}

impl CodeOwners<'_> {
    /// Where GitHub looks, in this order: the first that is there counts.
    pub(crate) const PLACES: [&'static str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
}

impl<'a> CodeOwners<'a> {
    /// Reads a file. A line that GitHub skips is no rule but a problem.
    pub fn parse(text: &'a str) -> Self {
        let mut file = Self { lines: text.lines().collect(), ..Self::default() };
        for (index, line) in text.lines().enumerate() {
            match line::rule(index as u64 + 1, line) {
                Ok(rule) => rule.into_iter().for_each(|rule| file.add(rule)),
                Err(problem) => file.problems.push(problem),
            }
        }
        file
    }

    fn add(&mut self, rule: Rule) {
        let places = match rule.pattern.first_name() {
            Some(name) => self.rooted.entry(name.to_owned()).or_default(),
            None => &mut self.anywhere,
        };
        places.push(self.rules.len());
        self.rules.push(rule);
    }

    /// The owners of a path, which has `/` between its parts; none if the last pattern that matches it has none, `None`
    /// if no pattern matches it.
    pub fn owners(&self, path: &str) -> Option<&[String]> {
        self.decisive(path, &Budget::unbounded()).map(|rule| rule.owners.as_slice())
    }

    /// What is wrong with it, by line.
    pub fn problems(&self) -> &[CodeOwnersProblem] {
        &self.problems
    }

    /// The one that counts for GitHub.
    pub(crate) fn place(repository: &Repository) -> Option<&'static str> {
        Self::PLACES.into_iter().find(|place| repository.has(place))
    }

    /// Reads the file at that place, or says why it can't be read.
    pub(crate) fn read(repository: &'a Repository, place: &str) -> Result<Self, String> {
        let text = repository.text(place).unwrap_or_else(|| Err("it is not there".to_owned()))?;
        if text.len() >= TOO_LARGE {
            return Err(format!("it has {} bytes, and GitHub loads none of 3 MB or more", text.len()));
        }
        if text.lines().nth(MOST_LINES).is_some() {
            return Err(format!("it has more than {MOST_LINES} lines"));
        }
        Ok(Self::parse(text))
    }

    pub(crate) fn lines(&self) -> &[&'a str] {
        &self.lines
    }

    /// By line.
    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The last rule that matches the path, as far as the budget reaches.
    pub(crate) fn decisive(&self, path: &str, budget: &Budget) -> Option<&Rule> {
        let path: Vec<&str> = path.split('/').collect();
        let candidates = self.candidates(path.first().copied(), 0);
        self.last(candidates, budget, |rule| rule.pattern.matches(&path, budget))
    }

    /// The last rule behind that place which matches all that the rule there matches, as far as the budget reaches.
    pub(crate) fn covering(&self, at: usize, budget: &Budget) -> Option<&Rule> {
        let pattern = &self.rules[at].pattern;
        let candidates = self.candidates(pattern.first_name(), at + 1);
        self.last(candidates, budget, |rule| rule.pattern.covers(pattern, budget))
    }

    /// Where in [`CodeOwners::rules`] those are that match the path, sorted, as far as the budget reaches.
    pub(crate) fn matching(&self, path: &str, budget: &Budget) -> Vec<usize> {
        let path: Vec<&str> = path.split('/').collect();
        let candidates = self.candidates(path.first().copied(), 0).into_iter().flatten();
        let candidates = candidates.copied().take_while(|_| !budget.is_spent());
        let mut matching: Vec<usize> =
            candidates.filter(|at| self.rules[*at].pattern.matches(&path, budget)).collect();
        matching.sort_unstable();
        matching
    }

    fn last(
        &self,
        candidates: [&[usize]; 2],
        budget: &Budget,
        is_wanted: impl Fn(&Rule) -> bool,
    ) -> Option<&Rule> {
        let last = candidates.map(|places| {
            let mut places = places.iter().rev().take_while(|_| !budget.is_spent());
            places.find(|at| is_wanted(&self.rules[**at]))
        });
        last.into_iter().max()?.map(|at| &self.rules[*at])
    }

    /// Where those rules are, from a place on, that can match a path whose first part is this name, or is not known.
    fn candidates(&self, first: Option<&str>, from: usize) -> [&[usize]; 2] {
        let rooted = first.and_then(|name| self.rooted.get(name)).map_or(&[][..], Vec::as_slice);
        [rooted, &self.anywhere].map(|places| &places[places.partition_point(|at| *at < from)..])
    }
}
