use std::fmt;
use std::path::{Path, PathBuf};

use bulla_store::{Dir, FileStore, StoreError};

use crate::keys::DIRECTORY_KEY;
use crate::run::LOCKS;
use crate::{marker, stats};

/// Removes everything that bulla put into the directory, key included; what else lies there stays.
///
/// The directory itself goes if nothing else is in it. Returns whether nothing is left.
pub fn clear(path: &Path) -> Result<bool, ClearError> {
    let dir = Dir::open(path)?;
    if !marker::is_here(&dir)? {
        return Err(ClearError::NotACache(path.to_owned()));
    }
    LOCKS.clear(&dir)?;
    let store = FileStore::new(dir);
    let dir = store.dir();
    store.clear()?;
    // The marker goes last: a clearing that was cut off can be done again.
    for name in [DIRECTORY_KEY, stats::NAME, marker::NAME] {
        dir.remove(name)?;
    }
    // A link that leads to the directory stays where it is.
    Ok(match std::fs::remove_dir(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => dir.names()?.is_empty(),
        removed => removed.is_ok(),
    })
}

/// Why a directory was not cleared.
#[derive(Debug)]
pub enum ClearError {
    /// Nothing says that it is a cache.
    NotACache(PathBuf),
    /// Something in it could not be removed.
    Store(StoreError),
}

impl From<StoreError> for ClearError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for ClearError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotACache(path) => write!(
                f,
                "{} is not a bulla cache (it has no {} of ours); nothing was removed",
                path.display(),
                marker::NAME
            ),
            Self::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ClearError {}
