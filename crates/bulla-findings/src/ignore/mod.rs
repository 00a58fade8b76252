//! What is found and ignored all the same: by `.bulla-ignore.yaml`, `.trivyignore`, OpenVEX documents, and the
//! exceptions in a repository's `bulla-controls.toml`.
//!
//! An id is compared, without regard to case, with every id of the merged finding. A rule that has expired ignores
//! nothing: what it names counts again.

mod apply;
mod bulla_ignore;
mod exceptions;
mod openvex;
mod rule;
mod trivyignore;
mod vex_document;

use std::collections::HashMap;
use std::fmt;

pub(crate) use apply::Applied;

use crate::assessment::Merged;
use crate::one_line::one_line;
use crate::repository::Settings;

/// A finding that is ignored.
#[derive(Debug, Clone, PartialEq)]
pub struct Ignored {
    /// The finding.
    pub merged: Merged,
    /// The file that says so, as it was named.
    pub file: String,
    /// The reason it gives; empty if none.
    pub reason: String,
}

/// Something to be said about a rule of an ignore file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRemark {
    /// The file, as it was named.
    pub file: String,
    /// What the rule is about, as it has it: an id, with package or path.
    pub rule: String,
    /// What is to be said.
    pub problem: IgnoreProblem,
}

/// What is to be said about a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IgnoreProblem {
    /// It has expired on that day (`YYYY-MM-DD`), so what it names counts again; how many findings that is.
    Expired {
        /// The day.
        on: String,
        /// How many findings count again.
        findings: u64,
    },
    /// Nothing that was found is what it names.
    Unused,
}

/// A file that says what to ignore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IgnoreFile<'a> {
    /// The name under which it is shown.
    pub name: &'a str,
    /// What is in it.
    pub format: IgnoreFormat,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// The format of an ignore file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IgnoreFormat {
    /// `.bulla-ignore.yaml`: an id, a package or a path, a reason, a day of expiry.
    Bulla,
    /// `.trivyignore`: an id on each line.
    Trivy,
    /// An OpenVEX document.
    OpenVex,
    /// `bulla-controls.toml`: its exceptions.
    Exceptions,
}

impl IgnoreFormat {
    /// The format that a file of this name has: `.trivyignore`, YAML or JSON by its ending.
    pub fn of_name(name: &str) -> Option<Self> {
        let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let ends = |ending: &str| file.to_ascii_lowercase().ends_with(ending);
        match file {
            // That one is another format, which is not read.
            _ if ends(".trivyignore.yaml") || ends(".trivyignore.yml") => None,
            _ if ends(".trivyignore") => Some(Self::Trivy),
            _ if ends(".yaml") || ends(".yml") => Some(Self::Bulla),
            _ if ends(".json") => Some(Self::OpenVex),
            Settings::FILE => Some(Self::Exceptions),
            _ => None,
        }
    }

    /// The largest file that is read: 1 MiB of rules, 16 MiB of OpenVEX.
    pub const fn limit(self) -> usize {
        match self {
            Self::Bulla | Self::Trivy | Self::Exceptions => 1 << 20,
            Self::OpenVex => 16 << 20,
        }
    }
}

/// An ignore file that can't be read: nothing is ignored by half a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreError {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1, where it is known.
    pub line: Option<u64>,
    /// What is wrong, and what to do about it; one line.
    pub problem: String,
}

impl fmt::Display for IgnoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.problem),
            None => write!(f, "{}: {}", self.file, self.problem),
        }
    }
}

impl std::error::Error for IgnoreError {}

/// What to ignore.
#[derive(Debug, Clone, Default)]
pub struct Ignores {
    files: Vec<(String, IgnoreFormat)>,
    rules: Vec<rule::Rule>,
    /// The rules by each id.
    by_id: HashMap<String, Vec<usize>>,
    vex: openvex::Statements,
}

/// What is wrong with a file, and in which line.
type Problem = (Option<u64>, String);

/// The most rules that one file may have: each is compared with each finding of its id.
const MOST_RULES: usize = 10_000;

impl Ignores {
    /// Reads ignore files; the first rule that holds is the one that is named for a finding.
    pub fn parse(files: &[IgnoreFile<'_>]) -> Result<Self, IgnoreError> {
        let mut ignores = Self::default();
        for (number, file) in files.iter().enumerate() {
            let failed = |(line, problem): Problem| IgnoreError {
                file: file.name.to_owned(),
                line,
                problem: one_line(&problem, 300),
            };
            ignores.files.push((file.name.to_owned(), file.format));
            ignores.add(number, file).map_err(failed)?;
        }
        for (index, rule) in ignores.rules.iter().enumerate() {
            ignores.by_id.entry(rule.id.clone()).or_default().push(index);
        }
        Ok(ignores)
    }

    fn add(&mut self, number: usize, file: &IgnoreFile<'_>) -> Result<(), Problem> {
        let limit = file.format.limit();
        if file.bytes.len() > limit {
            return Err((None, format!("it is larger than {} MiB; split it", limit >> 20)));
        }
        let text = text(file.bytes)?;
        let mut rules = match file.format {
            IgnoreFormat::Bulla => bulla_ignore::read(text)?,
            IgnoreFormat::Trivy => trivyignore::read(text)?,
            IgnoreFormat::Exceptions => exceptions::read(text)?,
            IgnoreFormat::OpenVex => return self.vex.read(number, text),
        };
        if let Some(rule) = rules.get(MOST_RULES) {
            return Err((Some(rule.line), format!("it has more than {MOST_RULES} rules; split it")));
        }
        rules.iter_mut().for_each(|rule| rule.file = number);
        self.rules.append(&mut rules);
        Ok(())
    }
}

fn text(bytes: &[u8]) -> Result<&str, Problem> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let before = bytes.iter().take(error.valid_up_to());
        let line = 1 + before.filter(|byte| **byte == b'\n').count() as u64;
        (Some(line), "this is not UTF-8; save the file as UTF-8".to_owned())
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}
