//! What is scanned.

use std::path::{Path, PathBuf};

use bulla::{Digest, StoreError};

/// What is scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A directory, by its content.
    Directory(PathBuf),
    File(PathBuf),
    OciLayout(PathBuf),
    DockerArchive(PathBuf),
    Reference(String, Digest),
}

impl Target {
    /// The digest of what is scanned.
    pub fn subject(&self, except: Option<&Path>) -> Result<Digest, StoreError> {
        match self {
            Self::Directory(path) | Self::File(path) => bulla::tree_digest(path, except),
            _ => todo!(),
        }
    }
}
