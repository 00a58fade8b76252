use std::fmt;
use std::io;
use std::path::PathBuf;

/// What a store could not do, where, and what the system said.
#[derive(Debug)]
pub struct StoreError {
    doing: &'static str,
    place: PathBuf,
    source: io::Error,
}

impl StoreError {
    /// `doing` continues "cannot ...": "read", "write", "list".
    pub fn new(doing: &'static str, place: impl Into<PathBuf>, source: impl Into<io::Error>) -> Self {
        Self { doing, place: place.into(), source: source.into() }
    }

    /// The same, as what it is part of.
    pub(crate) fn of(self, doing: &'static str, place: PathBuf) -> Self {
        Self { doing, place, ..self }
    }

    /// The system's own kind of error.
    pub fn kind(&self) -> io::ErrorKind {
        self.source.kind()
    }

    /// What the system said, without the place.
    pub fn reason(&self) -> String {
        self.source.to_string()
    }

    /// The system's own error number, where there is one.
    pub fn os_error(&self) -> Option<i32> {
        self.source.raw_os_error()
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot {} {}: {}", self.doing, self.place.display(), self.source)
    }
}

impl std::error::Error for StoreError {}
