//! A repository as its controls see it: the names of its files, and the content of the few that controls read.
//!
//! Which those are, and how much of each is read, is [`Repository::reads`]'s to say; whoever walks the tree asks it.

mod settings;
mod workflow;
mod yaml;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::controls::{is_codeql_configuration, is_toolchain_file};

pub use settings::{Exception, Settings, SettingsError};
pub(crate) use workflow::{
    Job, Permissions, Sequence, Source, Step, Trigger, Workflow, Workflows, contexts, runs_for_branch,
};
pub(crate) use yaml::{Node, Text, Value};

/// A file of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Its content.
    Bytes(Vec<u8>),
    /// No control reads it.
    NotRead,
    /// It is there and was not read, such as a symbolic link or what is too large; why, on one line.
    Unreadable(String),
}

/// A repository's files by their paths from its root, with `/` between the parts.
#[derive(Debug, Default)]
pub struct Repository {
    files: BTreeMap<String, Content>,
    default_branch: Option<String>,
    settings: Settings,
    workflows: OnceCell<Workflows>,
}

impl Repository {
    /// The largest file that any control reads.
    pub const LARGEST: u64 = 3 << 20;

    /// How many bytes of the file at that path are read; `None`: its name alone counts. A larger file is
    /// [`Content::Unreadable`].
    pub fn reads(path: &str) -> Option<u64> {
        reads(path)
    }

    /// The files that are committed, and the branch that pull requests go to, where it is known.
    ///
    /// # Errors
    ///
    /// If there is a `bulla-controls.toml` that can't be read: nothing is excepted by half a file.
    pub fn new(
        files: impl IntoIterator<Item = (String, Content)>,
        default_branch: Option<&str>,
    ) -> Result<Self, SettingsError> {
        let files: BTreeMap<_, _> = files.into_iter().collect();
        let settings = match files.get(Settings::FILE) {
            Some(content) => Settings::parse(content)?,
            None => Settings::default(),
        };
        let default_branch = settings.default_branch.clone().or(default_branch.map(str::to_owned));
        Ok(Self { files, default_branch, settings, workflows: OnceCell::new() })
    }

    /// Its own `bulla-controls.toml`.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Every file's path, sorted.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The text of a file that is there, or why it can't be read.
    pub(crate) fn text(&self, path: &str) -> Option<Result<&str, String>> {
        Some(match self.files.get(path)? {
            Content::Bytes(bytes) => str::from_utf8(bytes)
                .map(|text| text.strip_prefix('\u{feff}').unwrap_or(text))
                .map_err(|_| "it is not UTF-8".to_owned()),
            Content::NotRead => Err("it was not read".to_owned()),
            Content::Unreadable(why) => Err(why.clone()),
        })
    }

    /// The branch that pull requests go to; `None` if nobody says.
    pub(crate) fn default_branch(&self) -> Option<&str> {
        self.default_branch.as_deref()
    }

    /// The branches that may be that one.
    pub(crate) fn default_branches(&self) -> Vec<&str> {
        self.default_branch().map_or(vec!["main", "master"], |branch| vec![branch])
    }

    /// Workflows and composite actions, read once.
    pub(crate) fn workflows(&self) -> &Workflows {
        self.workflows.get_or_init(|| Workflows::read(self))
    }
}

const MIB: u64 = 1 << 20;

fn reads(path: &str) -> Option<u64> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    // GitHub takes a CODEOWNERS of less than 3 MB.
    if name == "CODEOWNERS" {
        return Some(Repository::LARGEST);
    }
    let is_read = path == Settings::FILE
        || is_workflow(path)
        || matches!(name, "action.yml" | "action.yaml")
        || matches!(
            lower.as_str(),
            "security.md" | "pyproject.toml" | "package.json" | ".pre-commit-config.yaml"
        )
        || is_toolchain_file(name)
        || is_codeql_configuration(path)
        || matches!(path, ".github/dependabot.yml" | ".github/dependabot.yaml")
        || matches!(name, "renovate.json" | "renovate.json5" | ".renovaterc" | ".renovaterc.json")
        || (is_at_root(path) && is_licence(&lower));
    is_read.then_some(MIB)
}

fn is_workflow(path: &str) -> bool {
    let file = path.strip_prefix(".github/workflows/").filter(|file| !file.contains('/'));
    file.is_some_and(|file| file.ends_with(".yml") || file.ends_with(".yaml"))
}

fn is_at_root(path: &str) -> bool {
    !path.contains('/')
}

fn is_licence(lower: &str) -> bool {
    ["license", "licence", "copying", "unlicense"].iter().any(|name| lower.starts_with(name))
}
