//! The files of a repository that lies in a directory, as its controls see them.

mod error;
mod walk;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use bulla::{Digest, DigestAlgorithm, is_cache_file, open_regular_nofollow};
use bulla_findings::{ControlSettingsError, FileContent, Repository};
use sha2::{Digest as _, Sha256};

pub use error::RepositoryError;

/// A tree with more files and directories is no repository that anybody works in.
const MAX_FILES: usize = 1_000_000;

/// Nor is one that lies deeper: git itself can't check out a path of more than 4096 bytes.
const MAX_DEPTH: usize = 256;

/// How many bytes the `.gitignore` files have that count for one directory: as patterns they take a thousand times as much.
const MAX_RULES: u64 = 256 << 10;

/// How long it may take to list the files.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// How many bytes are read of all files together: as evidence they can take a hundred times as much.
const MAX_READ: u64 = 16 << 20;

/// The names of a repository's files, and the content of those that controls read.
///
/// What git ignores counts as not committed, but for what lies in `.github`, and so does a repository within this one.
#[derive(Debug)]
pub struct RepositoryFiles {
    files: BTreeMap<String, FileContent>,
    default_branch: Option<String>,
}

impl RepositoryFiles {
    /// Lists the files below `dir` and reads what controls ask for, of each at most what [`Repository::reads`] says. No
    /// link is followed, and nothing but regular files is opened.
    ///
    /// A file whose name is not UTF-8 has a name in which U+FFFD stands for what is not, and is not read.
    ///
    /// # Errors
    ///
    /// If not all of it can be listed, or if it is more than a repository holds.
    pub fn read(dir: &Path) -> Result<Self, RepositoryError> {
        let files = walk::files(dir, Instant::now() + TIME_LIMIT)?;
        let (named, odd): (Vec<_>, Vec<_>) = files.into_iter().partition(|path| path.to_str().is_some());
        let mut files = BTreeMap::new();
        let mut left = MAX_READ;
        for path in named {
            let name = path.to_str().expect("those that are text were put apart").to_owned();
            let content = content(&name, &dir.join(&path));
            if let FileContent::Bytes(bytes) = &content {
                let rest = left.checked_sub(bytes.len() as u64);
                left = rest.ok_or_else(|| RepositoryError::TooMuch(dir.to_owned()))?;
            }
            files.insert(name, content);
        }
        // The last ones: where one of them takes another's name, that one can't be read either, and none is hidden.
        files.extend(odd.iter().map(|path| unnameable(path)));
        Ok(Self { files, default_branch: default_branch(dir) })
    }

    /// Each file by its path from the root, with `/` between the parts, in the order of the paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &FileContent)> {
        self.files.iter().map(|(name, content)| (name.as_str(), content))
    }

    /// The digest of all that a control can see; what bulla itself keeps in the cache directory `except`, a path from the
    /// root, is left out.
    pub fn digest(&self, except: Option<&Path>) -> Digest {
        let mut hash = Sha256::new_with_prefix(b"bulla repository v1\0");
        let mut add = |kind: u8, bytes: &[u8]| {
            hash.update([kind]);
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        for (name, content) in self.files.iter().filter(|(name, _)| !is_of_cache(name, except)) {
            add(b'n', name.as_bytes());
            match content {
                FileContent::Bytes(bytes) => add(b'b', bytes),
                FileContent::NotRead => {}
                FileContent::Unreadable(why) => add(b'u', why.as_bytes()),
            }
        }
        add(b'd', self.default_branch.as_deref().unwrap_or_default().as_bytes());
        Digest::new(DigestAlgorithm::Sha256, hash.finalize().into())
    }

    /// The repository that they make.
    ///
    /// # Errors
    ///
    /// If its `bulla-controls.toml` is wrong.
    pub fn into_repository(self) -> Result<Repository, ControlSettingsError> {
        Repository::new(self.files, self.default_branch.as_deref())
    }
}

fn is_of_cache(name: &str, except: Option<&Path>) -> bool {
    let below = except.and_then(|except| Path::new(name).strip_prefix(except).ok());
    below.and_then(|below| below.iter().next()).is_some_and(is_cache_file)
}

fn unnameable(path: &Path) -> (String, FileContent) {
    let name = path.to_string_lossy().into_owned();
    let content = match Repository::reads(&name) {
        Some(_) => FileContent::Unreadable("its name is not UTF-8".to_owned()),
        None => FileContent::NotRead,
    };
    (name, content)
}

fn content(name: &str, path: &Path) -> FileContent {
    let Some(limit) = Repository::reads(name) else { return FileContent::NotRead };
    match bounded(path, limit) {
        Ok(Some(bytes)) => FileContent::Bytes(bytes),
        Ok(None) => FileContent::Unreadable(format!("it is larger than {} MiB", limit >> 20)),
        Err(why) => FileContent::Unreadable(why),
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

/// The branch that is checked out. Where nothing was ever cloned it is often the only one.
pub fn current_branch(dir: &Path) -> Option<String> {
    branch(dir, "HEAD", "ref: refs/heads/")
}

/// The branch that git knows as its origin's, as `git clone` notes it down.
fn default_branch(dir: &Path) -> Option<String> {
    branch(dir, "refs/remotes/origin/HEAD", "ref: refs/remotes/origin/")
}

/// The branch that a file of git's leads to. It is no part of the tree: a `.git` that is a file, as in a worktree, or a link
/// points out of it, and is not followed.
fn branch(dir: &Path, file: &str, leads_to: &str) -> Option<String> {
    let git = dir.join(".git");
    if !git.symlink_metadata().is_ok_and(|found| found.is_dir()) {
        return None;
    }
    let head = bounded(&git.join(file), 4096).ok()??;
    let branch = str::from_utf8(&head).ok()?.trim_end().strip_prefix(leads_to)?;
    let is_name = !branch.is_empty() && !branch.contains(|c: char| c.is_control() || c.is_whitespace());
    is_name.then(|| branch.to_owned())
}
