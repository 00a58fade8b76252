//! The file that says that a directory is a cache of ours: for `clear`, and for backup programs.

use std::io::{Read as _, Write as _};

use bulla_store::{Dir, StoreError};

/// The name and first line are the cache directory tagging specification's.
pub(crate) const NAME: &str = "CACHEDIR.TAG";
const TEXT: &str =
    "Signature: 8a477f597d28d172789f06886806bc55\n# This directory is a cache made by bulla.\n";

pub(crate) fn place(dir: &Dir) -> Result<(), StoreError> {
    if dir.look(NAME)?.is_some() {
        return Ok(());
    }
    match dir.create_new(NAME) {
        Ok(mut file) => {
            file.write_all(TEXT.as_bytes()).map_err(|e| StoreError::new("write", dir.path_of(NAME), e))
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

pub(crate) fn is_here(dir: &Dir) -> Result<bool, StoreError> {
    let Some((file, _)) = dir.read(NAME)? else { return Ok(false) };
    let mut text = Vec::new();
    let read = file.take(TEXT.len() as u64 + 1).read_to_end(&mut text);
    read.map_err(|e| StoreError::new("read", dir.path_of(NAME), e))?;
    Ok(text == TEXT.as_bytes())
}
