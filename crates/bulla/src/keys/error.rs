use std::fmt;

use bulla_core::InvalidKeyText;
use bulla_store::StoreError;

/// A key that cannot be used: where it is, what is wrong, and what to do.
#[derive(Debug)]
pub struct KeyError {
    pub(crate) place: String,
    pub(crate) problem: KeyProblem,
}

impl KeyError {
    pub(crate) fn new(place: impl Into<String>, problem: KeyProblem) -> Self {
        Self { place: place.into(), problem }
    }

    /// What is wrong.
    pub const fn problem(&self) -> &KeyProblem {
        &self.problem
    }
}

/// What is wrong with a key or the place it lies in.
#[derive(Debug)]
pub enum KeyProblem {
    /// The file cannot be read or made.
    File(StoreError),
    /// The directory's key has not 32 bytes.
    WrongSize(u64),
    /// The key file is more than 64 KiB.
    TooLong,
    /// Others may read it; these are its permission bits.
    Readable(u32),
    /// Others may write it; these are its permission bits.
    Writable(u32),
    /// Somebody else owns it; this is the owner's user id.
    Foreign(u32),
    /// Others may write to the directory it lies in; these are the permission bits.
    OpenDirectory(u32),
    /// A line is not a key.
    Line(usize, InvalidKeyText),
    /// There is no key in it at all.
    Empty,
    /// The key command did not succeed; this is how it ended.
    Command(String),
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, problem } = self;
        match problem {
            KeyProblem::File(error) => write!(f, "no key from {place}: {error}"),
            KeyProblem::WrongSize(size) => write!(
                f,
                "the key file {place} has {size} bytes instead of 32; it was not touched. Restore it from a \
                 backup, or remove it: the next use makes a new key, and entries sealed with the old one are \
                 refused"
            ),
            KeyProblem::TooLong => {
                write!(f, "the key file {place} has more than 64 KiB; it is not a key file")
            }
            KeyProblem::Readable(mode) => write!(
                f,
                "the key file {place} can be read by others (mode {mode:04o}); whoever has read it can forge. \
                 Run `chmod 600` on it, and replace the key if that may have happened"
            ),
            KeyProblem::Writable(mode) => write!(
                f,
                "the key file {place} can be written by others (mode {mode:04o}), who can put a key of their own \
                 in it. Run `chmod go-w` on it, and look whether it is still yours"
            ),
            KeyProblem::Foreign(uid) => write!(
                f,
                "{place} belongs to user {uid}, who can replace the key; use a directory of your own, or a key \
                 from elsewhere (--key-file)"
            ),
            KeyProblem::OpenDirectory(mode) => write!(
                f,
                "the directory {place} can be written by others (mode {mode:04o}), who can replace the key in \
                 it. Run `chmod 700` on it, or use a key from elsewhere (--key-file)"
            ),
            KeyProblem::Line(line, error) => write!(f, "{place}, line {line}: {error}"),
            KeyProblem::Empty => write!(f, "{place} holds no key; `bulla key generate` makes one"),
            KeyProblem::Command(status) => write!(f, "{place} failed ({status})"),
        }
    }
}

impl std::error::Error for KeyError {}
