//! Files that are written whole or not at all.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use tempfile::NamedTempFile;

/// Whether a file could be written there.
pub(crate) fn check(path: &Path) -> anyhow::Result<()> {
    let (_, parent) = place(path)?;
    let writable = parent.metadata().is_ok_and(|found| found.is_dir() && !found.permissions().readonly());
    if writable {
        Ok(())
    } else {
        Err(anyhow!("cannot write {}: there is no directory to write it to", path.display()))
    }
}

/// The file that is replaced, and its directory.
fn place(path: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    // A link's target is replaced, not the link; a device or a FIFO is neither.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if target.metadata().is_ok_and(|found| !found.is_file()) {
        return Err(anyhow!("cannot write {}: it is not a regular file", path.display()));
    }
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((target.clone(), parent.to_owned()))
}

/// Into a temporary file beside it, which takes its place when it is complete.
pub(crate) fn write<E: From<anyhow::Error>>(
    path: &Path,
    content: &mut dyn FnMut(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let failed = || format!("cannot write {}", path.display());
    let (target, parent) = place(path)?;
    let mut file = tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(&parent)
        .with_context(failed)?;
    content(&mut file)?;
    file.as_file().sync_data().with_context(failed)?;
    let persisted = NamedTempFile::persist(file, &target).map(drop).map_err(|failed| failed.error);
    Ok(persisted.with_context(failed)?)
}
