//! The file that says that a directory is a cache of ours: for `clear`, and for backup programs.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};

use bulla_store::{Dir, StoreError};

/// The name and first line are the cache directory tagging specification's.
pub(crate) const NAME: &str = "CACHEDIR.TAG";
const TEXT: &str =
    "Signature: 8a477f597d28d172789f06886806bc55\n# This directory is a cache made by bulla.\n";

pub(crate) fn place(dir: &Dir) -> Result<(), StoreError> {
    if dir.look(NAME)?.is_some_and(|found| found.size >= TEXT.len() as u64 || !found.is_file) {
        return Ok(());
    }
    // A mark that breaks off is one of ours that was never finished.
    let (mut file, _) = dir.read_write(NAME)?;
    let write = |e| StoreError::new("write", dir.path_of(NAME), e);
    if TEXT.as_bytes().starts_with(&read(&file).map_err(write)?) {
        file.rewind().and_then(|()| file.write_all(TEXT.as_bytes())).map_err(write)?;
    }
    Ok(())
}

pub(crate) fn is_here(dir: &Dir) -> Result<bool, StoreError> {
    let Some((file, _)) = dir.read(NAME)? else { return Ok(false) };
    let text = read(&file).map_err(|e| StoreError::new("read", dir.path_of(NAME), e))?;
    Ok(text == TEXT.as_bytes())
}

fn read(file: &File) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    file.take(TEXT.len() as u64 + 1).read_to_end(&mut text)?;
    Ok(text)
}
