use std::fmt;
use std::io;
use std::path::PathBuf;

use super::{MAX_DEPTH, MAX_FILES, MAX_READ, TIME_LIMIT};

/// A directory whose files can't be listed, or are more than a repository has.
#[derive(Debug)]
pub enum RepositoryError {
    /// It, or a directory below it, can't be listed.
    Unreadable(PathBuf, io::Error),
    /// What this `.gitignore` says can't be known, for that reason, and so nobody knows which files are committed.
    Rules(PathBuf, String),
    /// It has more files than anybody could mean.
    TooManyFiles(PathBuf),
    /// This directory, one of its own, has some below it that lie deeper than anybody could mean.
    TooDeep(PathBuf),
    /// The files that controls read hold more than anybody could mean.
    TooMuch(PathBuf),
    /// It takes longer to list than anybody could mean.
    TooSlow(PathBuf),
}

impl fmt::Display for RepositoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let narrow = "name the repository's own directory";
        match self {
            Self::Unreadable(dir, error) => write!(f, "cannot list {}: {error}", dir.display()),
            Self::Rules(file, why) => write!(f, "cannot use {}: {why}", file.display()),
            Self::TooManyFiles(dir) => {
                write!(f, "{} has more than {MAX_FILES} files and directories; {narrow}", dir.display())
            }
            Self::TooDeep(dir) => write!(
                f,
                "{} has directories that lie deeper than {MAX_DEPTH}; remove or ignore them",
                dir.display()
            ),
            Self::TooMuch(dir) => write!(
                f,
                "the files in {} that controls read have more than {} MiB; ignore what is no part of it, or {narrow}",
                dir.display(),
                MAX_READ >> 20
            ),
            Self::TooSlow(dir) => write!(
                f,
                "the files in {} could not be listed in {} s; {narrow}",
                dir.display(),
                TIME_LIMIT.as_secs()
            ),
        }
    }
}

impl std::error::Error for RepositoryError {}
