//! The files of a repository that lies in a directory, as its controls see them.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use bulla::{Digest, DigestAlgorithm, open_regular_nofollow};
use bulla_findings::{Content, Repository, SettingsError};
use ignore::WalkBuilder;
use sha2::{Digest as _, Sha256};

/// A tree of more files is no repository that anybody works in.
const MAX_FILES: usize = 1_000_000;

/// Read whatever git ignores: a workflow can be ignored and committed all the same.
const NEVER_IGNORED: &str = ".github";

/// The names of a repository's files, and the content of those that controls read.
///
/// What git ignores counts as not committed, and so does a repository within this one.
#[derive(Debug)]
pub struct RepositoryFiles {
    files: Vec<(String, Content)>,
    default_branch: Option<String>,
}

/// A directory whose files can't be listed.
#[derive(Debug)]
pub enum RepositoryError {
    /// It, or a directory below it, can't be read.
    Unreadable(PathBuf, ignore::Error),
    /// It has more files than anybody could mean.
    TooLarge(PathBuf),
}

impl fmt::Display for RepositoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(dir, error) => write!(f, "cannot list {}: {error}", dir.display()),
            Self::TooLarge(dir) => write!(
                f,
                "{} has more than {MAX_FILES} files that git does not ignore; name the repository's own directory",
                dir.display()
            ),
        }
    }
}

impl std::error::Error for RepositoryError {}

impl RepositoryFiles {
    /// Lists the files below `dir` and reads what controls ask for, of each at most what [`Repository::reads`] says. No
    /// link is followed, and nothing but regular files is opened.
    pub fn read(dir: &Path) -> Result<Self, RepositoryError> {
        let mut names = names(dir, dir, true)?;
        let never_ignored = dir.join(NEVER_IGNORED);
        if never_ignored.symlink_metadata().is_ok_and(|found| found.is_dir()) {
            names.extend(self::names(dir, &never_ignored, false)?);
        }
        names.sort_unstable();
        names.dedup();
        let files = names.into_iter().map(|(name, path)| {
            let content = content(&name, &path);
            (name, content)
        });
        Ok(Self { files: files.collect(), default_branch: default_branch(dir) })
    }

    /// The digest of all that a control can see.
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new_with_prefix(b"bulla repository v1\0");
        let mut add = |kind: u8, bytes: &[u8]| {
            hash.update([kind]);
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        for (name, content) in &self.files {
            add(b'n', name.as_bytes());
            match content {
                Content::Bytes(bytes) => add(b'b', bytes),
                Content::NotRead => {}
                Content::Unreadable(why) => add(b'u', why.as_bytes()),
            }
        }
        add(b'd', self.default_branch.as_deref().unwrap_or_default().as_bytes());
        Digest::new(DigestAlgorithm::Sha256, hash.finalize().into())
    }

    /// The repository that they make.
    pub fn into_repository(self) -> Result<Repository, SettingsError> {
        Repository::new(self.files, self.default_branch.as_deref())
    }
}

/// The files below `below`, named from `root`.
fn names(root: &Path, below: &Path, ignores: bool) -> Result<Vec<(String, PathBuf)>, RepositoryError> {
    let mut walk = WalkBuilder::new(below);
    // Not what is ignored on this machine only: the same tree has the same answer everywhere.
    walk.standard_filters(false).git_ignore(ignores).require_git(false).follow_links(false);
    walk.filter_entry(|entry| {
        let is_dir = entry.file_type().is_some_and(|kind| kind.is_dir());
        let is_another = entry.depth() > 0 && is_dir && entry.path().join(".git").symlink_metadata().is_ok();
        entry.file_name() != ".git" && !is_another
    });
    let mut names = Vec::new();
    for entry in walk.build() {
        let entry = entry.map_err(|error| RepositoryError::Unreadable(below.to_owned(), error))?;
        if entry.file_type().is_none_or(|kind| kind.is_dir()) {
            continue;
        }
        if names.len() == MAX_FILES {
            return Err(RepositoryError::TooLarge(root.to_owned()));
        }
        let path = entry.into_path();
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        names.push((name, path));
    }
    Ok(names)
}

fn content(name: &str, path: &Path) -> Content {
    let Some(limit) = Repository::reads(name) else { return Content::NotRead };
    match bounded(path, limit) {
        Ok(Some(bytes)) => Content::Bytes(bytes),
        Ok(None) => Content::Unreadable(format!("it is larger than {} MiB", limit >> 20)),
        Err(why) => Content::Unreadable(why),
    }
}

/// The content of a regular file; `None` if it has more bytes than that.
fn bounded(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, String> {
    // The path is said beside it.
    let (file, _) = open_regular_nofollow(path).map_err(|error| error.reason())?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// The branch that git knows as its origin's.
fn default_branch(dir: &Path) -> Option<String> {
    let head = bounded(&dir.join(".git/refs/remotes/origin/HEAD"), 4096).ok()??;
    let branch = str::from_utf8(&head).ok()?.trim().strip_prefix("ref: refs/remotes/origin/")?;
    Some(branch.to_owned())
}
