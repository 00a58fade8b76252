use std::fs::File;
use std::path::{Path, PathBuf};

use crate::error::StoreError;

/// Where drafts lie until they are sent: a directory of this machine's.
#[derive(Debug, Clone)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    pub(super) fn new(dir: &Path) -> Self {
        Self(dir.to_owned())
    }

    /// A file without a name, gone when it is closed.
    pub(super) fn file(&self) -> Result<File, StoreError> {
        tempfile::tempfile_in(&self.0).map_err(|error| StoreError::new("make a file in", &self.0, error))
    }
}
