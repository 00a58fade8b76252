use std::fmt;
use std::io;
use std::path::PathBuf;

use bulla::{Digest, InvalidKey, StoreError};

/// Why something cannot be scanned, and what to do about it.
#[derive(Debug)]
pub enum TargetError {
    /// Nothing is at this path, and it is no image's name either.
    NotFound(PathBuf),
    /// Nothing is at this path, and as an image's name it has no digest.
    NotPinned(InvalidKey),
    /// After `registry:` stands something else than `name@sha256:...`.
    NotAReference(String),
    /// What is there is of another kind than the prefix says, or neither a file nor a directory.
    WrongKind {
        /// What was looked at.
        path: PathBuf,
        /// What it had to be.
        expected: &'static str,
    },
    /// A directory that is an image layout, and holds this besides.
    Ambiguous {
        /// The directory.
        path: PathBuf,
        /// A name in it that no image layout has.
        besides: String,
    },
    /// A tar file of which it cannot be told whether it is an image's.
    Archive {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: ImageProblem,
    },
    /// A file or directory could not be read.
    Unreadable(StoreError),
    /// An image that is not what it says it is, or that says too little.
    Image {
        /// The layout or archive.
        path: PathBuf,
        /// What is wrong with it.
        problem: ImageProblem,
    },
}

/// What is wrong with an image. Names from inside of it are quoted with their control characters escaped.
#[derive(Debug)]
pub enum ImageProblem {
    /// A part is not of the form that it must have.
    Malformed {
        /// The part.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// A part is not the one that the image states.
    Mismatch {
        /// The part.
        what: String,
        /// The digest that the image states.
        stated: Digest,
        /// The digest of what is there.
        found: Digest,
    },
    /// There are more or fewer layers than the config has digests for.
    Layers {
        /// How many layers there are.
        listed: usize,
        /// How many digests there are.
        stated: usize,
    },
    /// More than one image, by platform, tag or digest.
    Several(Vec<String>),
    /// A part that another one names is not there.
    Missing(String),
    /// Two members of an archive have this name: which of them counts is for each reader to choose.
    Twice(String),
    /// More bytes than are read.
    TooLarge {
        /// The part.
        what: String,
        /// The most bytes of it that are read.
        most: u64,
    },
    /// A part could not be read.
    Unreadable(StoreError),
}

impl ImageProblem {
    pub(super) fn malformed(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Malformed { what: what.into(), why: why.into() }
    }

    pub(super) fn at(self, path: impl Into<PathBuf>) -> TargetError {
        TargetError::Image { path: path.into(), problem: self }
    }
}

/// An error while bytes inside an image are read; the image's path is added by whoever opened it.
impl From<io::Error> for ImageProblem {
    fn from(error: io::Error) -> Self {
        Self::malformed("its content", format!("it cannot be read: {error}"))
    }
}

impl From<StoreError> for ImageProblem {
    fn from(error: StoreError) -> Self {
        Self::Unreadable(error)
    }
}

impl From<StoreError> for TargetError {
    fn from(error: StoreError) -> Self {
        Self::Unreadable(error)
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(path) => write!(
                f,
                "nothing is at {}; name a directory, a file, an image's archive or layout, or an image as \
                 `name@sha256:...`",
                path.display()
            ),
            Self::NotPinned(error) => write!(f, "no file or directory has that name, and {error}"),
            Self::NotAReference(text) => {
                write!(f, "{text:?} is not an image in a registry: expected `name@sha256:` and 64 digits")
            }
            Self::WrongKind { path, expected } => write!(f, "{} is not {expected}", path.display()),
            Self::Ambiguous { path, besides } => write!(
                f,
                "{0} is an image layout, but {besides:?} lies in it too; say which is meant with `oci-dir:{0}` \
                 or `dir:{0}`",
                path.display()
            ),
            Self::Archive { path, problem } => write!(
                f,
                "{0} may be an image's archive, but cannot be read as one: {problem}; to scan it as a file, name it as \
                 `file:{0}`",
                path.display()
            ),
            Self::Unreadable(error) => error.fmt(f),
            Self::Image { path, problem } => {
                write!(f, "the image in {} is not scanned: {problem}", path.display())
            }
        }
    }
}

impl fmt::Display for ImageProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { what, why } => write!(f, "{what}: {why}"),
            Self::Mismatch { what, stated, found } => {
                write!(f, "{what} is stated to be {stated}, but it is {found}; get the image again")
            }
            Self::Layers { listed, stated } => {
                write!(f, "it has {listed} layers, but its config has digests for {stated}")
            }
            Self::Several(images) => write!(
                f,
                "it is more than one ({}); copy the one that is meant, as with `skopeo copy --override-os OS \
                 --override-arch ARCH`, and scan the copy",
                images.join(", ")
            ),
            Self::Missing(what) => write!(f, "{what} is missing"),
            Self::Twice(name) => write!(f, "two members of the archive are named {name}"),
            Self::TooLarge { what, most } => write!(f, "{what} has more than {most} bytes"),
            Self::Unreadable(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TargetError {}
impl std::error::Error for ImageProblem {}
