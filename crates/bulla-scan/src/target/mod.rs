//! What is scanned, and the digest under which what is found out about it is kept.

mod archive;
mod docker_archive;
mod error;
mod json;
mod layers;
mod oci;
mod oci_layout;
mod tar;
mod tar_header;
#[cfg(test)]
mod tests;

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use bulla::{CacheKey, Digest, InvalidKey, StoreError, tree_digest};

pub use error::{ImageProblem, TargetError};

use archive::FileKind;
use layers::Budget;

/// What is scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A directory tree.
    Directory(PathBuf),
    /// One file.
    File(PathBuf),
    /// A directory that is an OCI image layout.
    OciLayout(PathBuf),
    /// A tar file of an OCI image layout, with no `manifest.json` in it.
    OciArchive(PathBuf),
    /// What `docker save` writes: a tar file with `manifest.json`, which may be a layout besides.
    DockerArchive(PathBuf),
    /// An image in a registry.
    Reference {
        /// `name@sha256:...`
        name: String,
        /// The digest in it.
        digest: Digest,
    },
}

/// How a path becomes a target of a kind.
type Kind = fn(PathBuf) -> Target;

const FORCED: [(&str, Kind); 5] = [
    ("dir:", Target::Directory),
    ("file:", Target::File),
    ("oci-dir:", Target::OciLayout),
    ("oci-archive:", Target::OciArchive),
    ("docker-archive:", Target::DockerArchive),
];

impl Target {
    /// What a text names: a path, by what lies there, or `name@sha256:...`.
    ///
    /// `dir:`, `file:`, `oci-dir:`, `oci-archive:`, `docker-archive:` and `registry:` in front say
    /// what it is, whatever is in it. A path that begins with one of these is written with `./` in front.
    ///
    /// A tar file is looked through for what makes it an image's; a packed one is unpacked for it.
    pub fn parse(text: impl AsRef<OsStr>) -> Result<Self, TargetError> {
        let text = text.as_ref();
        let after = |prefix: &str| text.as_bytes().strip_prefix(prefix.as_bytes()).map(OsStr::from_bytes);
        if let Some(name) = after("registry:") {
            return registry(name);
        }
        for (prefix, kind) in FORCED {
            if let Some(path) = after(prefix) {
                return forced(path.into(), kind);
            }
        }
        let path = PathBuf::from(text);
        match found(&path)? {
            Some(is) if is.is_dir() && oci_layout::is_layout(&path)? => Ok(Self::OciLayout(path)),
            Some(is) if is.is_dir() => Ok(Self::Directory(path)),
            Some(is) if is.is_file() => Ok(match archive::kind(&path)? {
                FileKind::DockerArchive => Self::DockerArchive(path),
                FileKind::OciArchive => Self::OciArchive(path),
                FileKind::Other => Self::File(path),
            }),
            Some(_) => Err(TargetError::WrongKind { path, expected: "a file or a directory" }),
            None => reference(text),
        }
    }

    /// Where files that belong to the target are looked for: the directory itself, or a file's. For an image, the
    /// working directory.
    pub fn directory(&self) -> &Path {
        let here = Path::new(".");
        match self {
            Self::Directory(path) => path,
            Self::File(path) => path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(here),
            Self::OciLayout(_) | Self::OciArchive(_) | Self::DockerArchive(_) | Self::Reference { .. } => {
                here
            }
        }
    }

    /// The digest of what is scanned.
    ///
    /// Of a directory or a file, the digest of its content, without what bulla itself keeps in the cache directory
    /// `except`. Of an image, the image ID, so that its layout and its archive have one: the SHA-256 of its config.
    /// Everything that the ID stands for is verified on the way, down to the content of every layer; an image that
    /// was changed is an error. Of an image in a registry, the digest in its name.
    ///
    /// The layers of a layout are read on all cores, an archive in one pass on one.
    pub fn subject(&self, except: Option<&Path>) -> Result<Digest, TargetError> {
        let budget = Budget::default();
        let (path, id) = match self {
            Self::Directory(path) | Self::File(path) => return Ok(tree_digest(path, except)?),
            Self::Reference { digest, .. } => return Ok(*digest),
            Self::OciLayout(path) => (path, oci_layout::image_id(path, budget)),
            Self::OciArchive(path) => (path, docker_archive::oci_image_id(path, &budget)),
            Self::DockerArchive(path) => (path, docker_archive::docker_image_id(path, &budget)),
        };
        id.map_err(|problem| problem.at(path))
    }
}

fn found(path: &Path) -> Result<Option<std::fs::Metadata>, TargetError> {
    match std::fs::metadata(path) {
        Ok(found) => Ok(Some(found)),
        // A name with a NUL, or one that is too long for a path, is at no path.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound
                    | io::ErrorKind::NotADirectory
                    | io::ErrorKind::InvalidInput
                    | io::ErrorKind::InvalidFilename
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(StoreError::new("look at", path, error).into()),
    }
}

fn forced(path: PathBuf, kind: Kind) -> Result<Target, TargetError> {
    let Some(is) = found(&path)? else { return Err(TargetError::NotFound(path)) };
    match kind(path) {
        Target::Directory(path) | Target::OciLayout(path) if !is.is_dir() => {
            Err(TargetError::WrongKind { path, expected: "a directory" })
        }
        Target::File(path) | Target::OciArchive(path) | Target::DockerArchive(path) if !is.is_file() => {
            Err(TargetError::WrongKind { path, expected: "a regular file" })
        }
        target => Ok(target),
    }
}

fn registry(name: &OsStr) -> Result<Target, TargetError> {
    match reference(name) {
        Err(TargetError::NotFound(_)) => Err(TargetError::NotAReference(name.to_string_lossy().into_owned())),
        result => result,
    }
}

/// What is at no path: an image's name, with its digest.
fn reference(text: &OsStr) -> Result<Target, TargetError> {
    let not_found = || TargetError::NotFound(OsString::from(text).into());
    let name = text.to_str().ok_or_else(not_found)?;
    // The rules for a subject are the cache key's; the operation is of no matter to them.
    match CacheKey::parse("scan", name, None) {
        Ok(key) if is_pinned(name) => Ok(Target::Reference { name: name.to_owned(), digest: key.subject() }),
        Err(error @ InvalidKey::MutableSubject(_)) => Err(TargetError::NotPinned(error)),
        _ => Err(not_found()),
    }
}

/// Whether something that a registry can be asked for stands before the `@`.
fn is_pinned(name: &str) -> bool {
    name.split_once('@').is_some_and(|(image, _)| {
        image.starts_with(|first: char| first.is_ascii_alphanumeric())
            && image.len() <= 512
            && !image.contains("..")
            && image.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/:".contains(&byte))
    })
}
