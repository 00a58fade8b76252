//! The directory that one scan works in.

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use bulla::{StoreError, open_regular_nofollow};
use tempfile::{NamedTempFile, TempDir};

use bulla_findings::Target as Seen;

use crate::target::Target;

/// A private directory with an empty file, and an image under a name that is the same on every machine. It goes away
/// with the value.
pub(crate) struct Work {
    dir: TempDir,
    target: Target,
}

impl Work {
    pub(crate) fn begin(target: &Target) -> io::Result<Self> {
        let dir = TempDir::with_prefix("bulla-scan-")?;
        NamedTempFile::new_in(dir.path())?.persist(dir.path().join(EMPTY)).map_err(io::Error::from)?;
        if let Target::OciLayout(path) | Target::OciArchive(path) | Target::DockerArchive(path) = target {
            symlink(path.canonicalize()?, dir.path().join(IMAGE))?;
        }
        Ok(Self { dir, target: target.clone() })
    }

    /// A new file for a report.
    pub(crate) fn report(&self) -> io::Result<NamedTempFile> {
        NamedTempFile::with_prefix_in("report-", self.dir.path())
    }

    /// A file without content. Its name says YAML, because some programs ask for no other configuration.
    pub(crate) fn empty(&self) -> PathBuf {
        self.dir.path().join(EMPTY)
    }

    /// A directory with nothing of the target's in it.
    pub(crate) fn private(&self) -> &Path {
        self.dir.path()
    }

    /// Where scanners run: in the target itself, so that reports name its files and not this machine's paths.
    pub(crate) fn directory(&self) -> &Path {
        match &self.target {
            Target::Directory(_) | Target::File(_) => self.target.directory(),
            Target::OciLayout(_)
            | Target::OciArchive(_)
            | Target::DockerArchive(_)
            | Target::Reference { .. } => self.dir.path(),
        }
    }

    /// Where a scanner runs that gets copies of a few of the target's files and nothing else.
    pub(crate) fn staged(&self, names: &[&str]) -> Result<TempDir, StoreError> {
        let failed = |error| StoreError::new("write", self.dir.path(), error);
        let stage = TempDir::with_prefix_in("stage-", self.dir.path()).map_err(failed)?;
        for name in names {
            let from = self.target.directory().join(name);
            if from.symlink_metadata().is_err() {
                continue;
            }
            let (file, _) = open_regular_nofollow(&from)?;
            let mut copy = NamedTempFile::new_in(stage.path()).map_err(failed)?;
            io::copy(&mut file.take(MAX_STAGED), &mut copy).map_err(failed)?;
            copy.persist(stage.path().join(name)).map_err(|error| failed(error.error))?;
        }
        Ok(stage)
    }

    /// The target, as seen from there.
    pub(crate) fn seen(&self) -> SeenTarget {
        seen_as(&self.target)
    }
}

/// A lock file of more bytes is cut, and so no lock file.
const MAX_STAGED: u64 = 256 << 20;

const EMPTY: &str = "empty.yaml";
/// An archive is known to some by its ending.
const IMAGE: &str = "image.tar";

/// As [`bulla_findings::Target`], with its own texts.
pub(crate) enum SeenTarget {
    Directory,
    File(PathBuf),
    OciLayout,
    OciArchive,
    DockerArchive,
    Reference(String),
}

/// A target, as seen from where scanners run on it.
pub(crate) fn seen_as(target: &Target) -> SeenTarget {
    match target {
        Target::Directory(_) => SeenTarget::Directory,
        Target::File(path) => SeenTarget::File(path.file_name().unwrap_or_default().into()),
        Target::OciLayout(_) => SeenTarget::OciLayout,
        Target::OciArchive(_) => SeenTarget::OciArchive,
        Target::DockerArchive(_) => SeenTarget::DockerArchive,
        Target::Reference { name, .. } => SeenTarget::Reference(name.clone()),
    }
}

impl SeenTarget {
    pub(crate) fn borrow(&self) -> Seen<'_> {
        match self {
            Self::Directory => Seen::Directory,
            Self::File(path) => Seen::File(path),
            Self::OciLayout => Seen::OciLayout(Path::new(IMAGE)),
            Self::OciArchive => Seen::OciArchive(Path::new(IMAGE)),
            Self::DockerArchive => Seen::DockerArchive(Path::new(IMAGE)),
            Self::Reference(reference) => Seen::Reference(reference),
        }
    }

    /// The same for all copies of one image.
    pub(crate) fn in_key(&self) -> Seen<'_> {
        match self {
            Self::OciLayout | Self::OciArchive => Seen::DockerArchive(Path::new(IMAGE)),
            other => other.borrow(),
        }
    }
}

/// A file for a program's output that nobody will look for.
pub(crate) fn scratch() -> io::Result<File> {
    tempfile::tempfile()
}
