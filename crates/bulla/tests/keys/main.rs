//! Where keys come from, and what is wrong with them.

#![expect(clippy::disallowed_methods, reason = "tests plant key files, and look at what became of them")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

#[path = "../support/mod.rs"]
mod support;

mod command;
mod directory;
mod file;

use bulla::{Cache, FileStore, KeyError, KeySource, OpenError};
use support::{Clock, Home};

/// Opens the cache in `home` with keys from there.
fn open(home: &Home, source: &KeySource) -> Result<Cache<FileStore>, OpenError> {
    Cache::open(&home.dir(), source, Clock::new().settings())
}

/// What is wrong with the key.
fn key_error(opened: Result<Cache<FileStore>, OpenError>) -> KeyError {
    match opened.map(|cache| format!("{:?}", cache.ring())) {
        Err(OpenError::Key(error)) => error,
        other => panic!("no error about a key: {other:?}"),
    }
}
