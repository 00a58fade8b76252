//! Which files of a tree git would commit.
//!
//! Not by the walker of the crate `ignore`: that one opens every `.gitignore` by its name, be it a link or a FIFO, reads
//! it however large it is, and looks into the directories above the tree.

use std::ffi::OsString;
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Instant;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{MAX_DEPTH, MAX_FILES, MAX_RULES, RepositoryError, bounded};

/// Whatever git ignores: a workflow can be ignored and committed all the same.
const NEVER_IGNORED: &str = ".github";

/// Everything below `root` that is no directory, from there, in no order, but for what git ignores and what belongs to
/// another repository. No link is followed.
///
/// Only the tree's own `.gitignore` files say what is ignored, not `.git/info/exclude` or the user's settings: the same
/// tree has the same answer everywhere. As in git, one that is a link says nothing.
pub(super) fn files(root: &Path, deadline: Instant) -> Result<Vec<PathBuf>, RepositoryError> {
    let mut walk = Walk { root, deadline, rules: Vec::new(), files: Vec::new(), seen: 0 };
    walk.directory(Path::new(""))?;
    Ok(walk.files)
}

struct Walk<'a> {
    root: &'a Path,
    /// Whoever wrote the patterns chose how long it takes to match them.
    deadline: Instant,
    /// Of each directory from the root down to the one that is looked at.
    rules: Vec<Rules>,
    files: Vec<PathBuf>,
    seen: usize,
}

/// What the `.gitignore` of a directory says, and its size in bytes.
struct Rules {
    patterns: Gitignore,
    size: u64,
}

impl Walk<'_> {
    fn directory(&mut self, dir: &Path) -> Result<(), RepositoryError> {
        let depth = self.rules.len();
        if depth > MAX_DEPTH {
            return Err(RepositoryError::TooDeep(self.place(dir.iter().next().unwrap_or_default().as_ref())));
        }
        let entries = self.entries(dir)?;
        if depth > 0 && entries.iter().any(|(name, _)| name == ".git") {
            return Ok(());
        }
        let has_rules = entries.iter().any(|(name, kind)| name == ".gitignore" && kind.is_file());
        self.rules.push(if has_rules { self.read_rules(dir)? } else { Rules::none() });
        for (name, kind) in entries {
            if Instant::now() > self.deadline {
                return Err(RepositoryError::TooSlow(self.root.to_owned()));
            }
            let path = dir.join(&name);
            if name == ".git" || self.ignores(&path, kind) {
                continue;
            }
            if kind.is_dir() {
                self.directory(&path)?;
            } else {
                self.files.push(path);
            }
        }
        self.rules.truncate(depth);
        Ok(())
    }

    /// Where it lies; the root itself as it was named.
    fn place(&self, dir: &Path) -> PathBuf {
        self.root.components().chain(dir.components()).collect()
    }

    fn entries(&mut self, dir: &Path) -> Result<Vec<(OsString, FileType)>, RepositoryError> {
        let place = self.place(dir);
        let failed = |error: io::Error| RepositoryError::Unreadable(place.clone(), error);
        let mut entries = Vec::new();
        for entry in fs::read_dir(&place).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            self.seen += 1;
            if self.seen > MAX_FILES {
                return Err(RepositoryError::TooManyFiles(self.root.to_owned()));
            }
            entries.push((entry.file_name(), entry.file_type().map_err(failed)?));
        }
        Ok(entries)
    }

    fn read_rules(&self, dir: &Path) -> Result<Rules, RepositoryError> {
        let file = self.place(dir).join(".gitignore");
        let above: u64 = self.rules.iter().map(|rules| rules.size).sum();
        let read = bounded(&file, MAX_RULES - above).and_then(|bytes| {
            bytes.ok_or_else(|| format!("with those above it, it is larger than {} KiB", MAX_RULES >> 10))
        });
        let rules = read.and_then(|bytes| Rules::parse(dir, &bytes));
        rules.map_err(|why| RepositoryError::Rules(file, why))
    }

    /// The nearest `.gitignore` that has something to say about it decides.
    fn ignores(&self, path: &Path, kind: FileType) -> bool {
        if path.starts_with(NEVER_IGNORED) {
            return false;
        }
        let mut said = self.rules.iter().rev().map(|rules| rules.patterns.matched(path, kind.is_dir()));
        said.find(|said| !said.is_none()).is_some_and(|said| said.is_ignore())
    }
}

impl Rules {
    fn none() -> Self {
        Self { patterns: Gitignore::empty(), size: 0 }
    }

    fn parse(dir: &Path, bytes: &[u8]) -> Result<Self, String> {
        let text = String::from_utf8_lossy(bytes);
        let mut patterns = GitignoreBuilder::new(dir);
        for line in text.trim_start_matches('\u{feff}').lines() {
            // A line that is no pattern ignores nothing.
            let _ = patterns.add_line(None, line);
        }
        let patterns = patterns.build().map_err(|_| "its patterns are too complicated".to_owned())?;
        Ok(Self { patterns, size: bytes.len() as u64 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_that_takes_too_long_is_an_error() {
        let tree = tempfile::tempdir().unwrap();
        tempfile::NamedTempFile::new_in(&tree).unwrap().keep().unwrap();
        let error = files(tree.path(), Instant::now()).unwrap_err();
        assert!(matches!(error, RepositoryError::TooSlow(root) if root == tree.path()));
    }
}
