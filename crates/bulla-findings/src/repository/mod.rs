//! A repository as its controls see it: the names of its files, and the content of the few that controls read.
//!
//! Which those are, and how much of each is read, is [`Repository::reads`]'s to say; whoever walks the tree asks it.

mod codeowners;
mod dependabot;
mod ecosystem;
mod glob;
mod licence;
mod manifest;
mod markdown;
mod part;
mod reads;
mod renovate;
mod settings;
mod shell;
mod wildcard;
mod workflow;
mod yaml;

use std::cell::OnceCell;
use std::collections::BTreeMap;

pub use codeowners::{CodeOwners, CodeOwnersProblem};
pub(crate) use codeowners::{NamedSensitive, Rule, Sensitive, is_owner};
pub(crate) use dependabot::Dependabot;
pub(crate) use ecosystem::{Ecosystem, Lock};
pub(crate) use licence::recognise;
pub(crate) use manifest::Manifest;
pub(crate) use markdown::prose;
pub(crate) use reads::{
    GORELEASER, is_codeql_configuration, is_fuzz_test, is_licence, is_security_policy, is_toolchain_file,
    is_workflow,
};
pub(crate) use renovate::{Content as RenovateContent, RenovateConfig};
pub use settings::{Exception, Settings, SettingsError};
pub(crate) use shell::Command;
pub(crate) use wildcard::Budget;
pub(crate) use workflow::{
    Job, Permissions, Sequence, Source, Step, Trigger, Unreadable, Workflow, Workflows, contexts,
    runs_for_branch, without_expressions,
};
pub(crate) use yaml::{Node, Place, Text};

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
    pub(crate) const LARGEST: u64 = 3 << 20;

    /// How many bytes of the file at that path are read; `None`: its name alone counts. A larger file is
    /// [`Content::Unreadable`].
    pub fn reads(path: &str) -> Option<u64> {
        reads::reads(path)
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
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Every file's path, sorted.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The security policies, of which GitHub shows one: it documents this order for a README and none for them.
    pub(crate) fn security_policies(&self) -> impl Iterator<Item = &str> {
        let directories = [".github", "", "docs"];
        directories.into_iter().flat_map(|directory| {
            let lies_there =
                move |path: &&str| path.rsplit_once('/').map_or("", |(above, _)| above) == directory;
            self.paths().filter(|path| is_security_policy(path)).filter(lies_there)
        })
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
    pub fn default_branch(&self) -> Option<&str> {
        self.default_branch.as_deref()
    }

    /// The branches that may be that one.
    pub(crate) fn default_branches(&self) -> Vec<&str> {
        self.default_branch().map_or(vec!["main", "master"], |branch| vec![branch])
    }

    /// What evidence calls those branches.
    pub(crate) fn branches_in_words(branches: &[&str]) -> String {
        match branches {
            [branch] => format!("`{branch}`"),
            _ => format!("`{}` (nothing says which is the default branch)", branches.join("` or `")),
        }
    }

    /// The manifests that declare dependencies, and those that can't be read; workflows are among them.
    pub(crate) fn manifests(&self) -> Vec<Manifest<'_>> {
        manifest::manifests(self)
    }

    /// Workflows and composite actions, read once.
    pub(crate) fn workflows(&self) -> &Workflows {
        self.workflows.get_or_init(|| Workflows::read(self))
    }
}
