//! `bulla-controls.toml`:
//!
//! ```toml
//! default-branch = "main"           # optional; without it, what git says, else main or master
//! sensitive = ["deploy/**"]         # optional: further paths that must have owners
//!
//! [[exception]]
//! id = "pinned-actions"             # the control
//! path = ".github/workflows/x.yml"  # optional: only evidence in this file, or below this directory
//! reason = "the vendor moves the tag for us; see docs/vendor.md"
//! expires = "2027-03-01"            # the last day on which it holds
//! ```
//!
//! An exception must say why and until when. Its path is taken as it stands: there are no patterns.

use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use super::Content;
use crate::controls::control;
use crate::day::Day;
use crate::one_line::one_line;

/// What a repository says about its own controls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The branch that pull requests go to.
    pub default_branch: Option<String>,
    /// Further paths that must have owners, as patterns of a CODEOWNERS file.
    pub sensitive: Vec<String>,
    /// What is known and accepted for a while.
    pub exceptions: Vec<Exception>,
}

/// Evidence against a control that is known, and accepted for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The control's id.
    pub id: String,
    /// The file, or the directory, whose evidence it covers; without it, all of the control's.
    pub path: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub expires: Day,
    /// Its line in the file, from 1.
    pub line: u64,
}

/// A `bulla-controls.toml` that can't be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// The line, from 1, where it is known.
    pub line: Option<u64>,
    /// What is wrong, and what to do about it; one line.
    pub problem: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", Settings::FILE, self.problem),
            None => write!(f, "{}: {}", Settings::FILE, self.problem),
        }
    }
}

impl std::error::Error for SettingsError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Document {
    default_branch: Option<Spanned<String>>,
    #[serde(default)]
    sensitive: Vec<String>,
    #[serde(default)]
    exception: Vec<Spanned<Entry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    path: Option<String>,
    reason: String,
    expires: Written,
}

/// A day in quotes, as everywhere, or as TOML itself writes one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Date(toml::value::Datetime),
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Date(date) => date.fmt(f),
        }
    }
}

/// It is printed beside each piece of evidence.
const LONGEST_REASON: usize = 1_000;

/// Each is looked at for each piece of evidence.
const MAX_EXCEPTIONS: usize = 256;

/// Each is held against each file.
const MAX_SENSITIVE: usize = 256;

impl Settings {
    /// Where it lies, from the repository's root.
    pub const FILE: &str = "bulla-controls.toml";

    pub(super) fn parse(content: &Content) -> Result<Self, SettingsError> {
        let failed = |why: &str| SettingsError::new(None, why);
        match content {
            Content::Bytes(bytes) => {
                Self::read(str::from_utf8(bytes).map_err(|_| failed("it is not UTF-8"))?)
            }
            Content::NotRead => Err(failed("it was not read")),
            Content::Unreadable(why) => Err(failed(why)),
        }
    }

    pub(crate) fn read(text: &str) -> Result<Self, SettingsError> {
        let line =
            |at: usize| 1 + text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() as u64;
        let document: Document = toml::from_str(text).map_err(|error| {
            SettingsError::new(error.span().map(|span| line(span.start)), error.message())
        })?;
        if document.exception.len() > MAX_EXCEPTIONS {
            let many = format!("it has more than {MAX_EXCEPTIONS} exceptions; remove some");
            return Err(SettingsError::new(None, &many));
        }
        if document.sensitive.len() > MAX_SENSITIVE {
            let many =
                format!("`sensitive` has more than {MAX_SENSITIVE} patterns; name directories, not files");
            return Err(SettingsError::new(None, &many));
        }
        let branch = document.default_branch.map(|name| {
            let line = line(name.span().start);
            branch(name.into_inner()).map_err(|problem| SettingsError::new(Some(line), problem))
        });
        let exception = |entry: Spanned<Entry>| {
            let line = line(entry.span().start);
            exception(line, entry.into_inner()).map_err(|problem| SettingsError::new(Some(line), &problem))
        };
        Ok(Self {
            default_branch: branch.transpose()?,
            sensitive: document.sensitive,
            exceptions: document.exception.into_iter().map(exception).collect::<Result<_, _>>()?,
        })
    }
}

impl SettingsError {
    fn new(line: Option<u64>, problem: &str) -> Self {
        Self { line, problem: one_line(problem, 300) }
    }
}

fn branch(name: String) -> Result<String, &'static str> {
    match name.trim().is_empty() {
        true => Err("`default-branch` is empty; name a branch or leave it out"),
        false => Ok(name),
    }
}

fn exception(line: u64, entry: Entry) -> Result<Exception, String> {
    let Entry { id, path, reason, expires } = entry;
    if control(&id).is_none() {
        return Err(format!("there is no control `{id}`; `bulla controls list` names them"));
    }
    if reason.trim().is_empty() {
        return Err("`reason` is empty; say why".to_owned());
    }
    if reason.chars().nth(LONGEST_REASON).is_some() {
        return Err(format!("`reason` has more than {LONGEST_REASON} characters; name a document instead"));
    }
    let path = path.as_deref().map(place).transpose()?;
    let expires = expires.to_string().parse().map_err(|error| format!("`expires`: {error}"))?;
    Ok(Exception { id, path, reason, expires, line })
}

/// A path as evidence has it. Taken for a pattern, one with a `*` would be thought to cover what it does not.
fn place(written: &str) -> Result<String, String> {
    let path = written.strip_prefix("./").unwrap_or(written);
    let path = path.strip_suffix('/').unwrap_or(path);
    let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['*', '?', '\\']);
    match path.split('/').all(is_name) {
        true => Ok(path.to_owned()),
        false => Err(format!(
            "`path` is to name a file or a directory from the repository's root, not `{written}`: `/` between the \
             parts, no `..`, no patterns; leave it out if all files are meant"
        )),
    }
}
