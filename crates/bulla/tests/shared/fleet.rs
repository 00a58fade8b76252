//! Machines with a cache each.

use std::sync::Arc;

use bulla::{Cache, FileStore, Key, KeySource, OnFailure, Settings, Shared, SharedStore};

use crate::bucket::{Bucket, Conduct, Honest, Remote};
use crate::support::*;

/// A machine: its cache directory, its clock, and what it was told.
pub(crate) struct Machine {
    pub(crate) home: Home,
    pub(crate) clock: Clock,
    pub(crate) warnings: Warnings,
    pub(crate) notes: Warnings,
}

/// The fleet's secret key, or another one.
pub(crate) fn keys(seed: u8) -> KeySource {
    text(&Key::hmac(&[seed; 32]))
}

pub(crate) fn text(key: &Key) -> KeySource {
    KeySource::Text(key.to_text(), "a test".to_owned())
}

impl Machine {
    pub(crate) fn new() -> Self {
        Self {
            home: Home::new(),
            clock: Clock::new(),
            warnings: Warnings::default(),
            notes: Warnings::default(),
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        self.warnings.of(self.notes.of_notes(unpacked(self.clock.settings())))
    }

    /// Its cache with the fleet's key, over that bucket, honest.
    pub(crate) fn cache(&self, bucket: &Arc<Bucket>) -> Cache<FileStore> {
        self.cache_over(bucket, Honest)
    }

    pub(crate) fn cache_over(
        &self,
        bucket: &Arc<Bucket>,
        conduct: impl Conduct + 'static,
    ) -> Cache<FileStore> {
        self.cache_with(shared(bucket, conduct))
    }

    pub(crate) fn strict(&self, bucket: &Arc<Bucket>, conduct: impl Conduct + 'static) -> Cache<FileStore> {
        self.cache_with(Shared { on_failure: OnFailure::Fail, ..shared(bucket, conduct) })
    }

    pub(crate) fn cache_with(&self, shared: Shared) -> Cache<FileStore> {
        Cache::open_shared(&self.home.dir(), &keys(1), self.settings(), shared).unwrap()
    }

    /// The same directory without a shared store.
    pub(crate) fn alone(&self) -> Cache<FileStore> {
        Cache::open(&self.home.dir(), &keys(1), self.settings()).unwrap()
    }
}

pub(crate) fn remote(bucket: &Arc<Bucket>, conduct: impl Conduct + 'static) -> Box<dyn SharedStore> {
    Box::new(Remote { bucket: Arc::clone(bucket), conduct })
}

pub(crate) fn shared(bucket: &Arc<Bucket>, conduct: impl Conduct + 'static) -> Shared {
    Shared::new(remote(bucket, conduct))
}

/// A bucket that one honest machine has put an entry of three chunks into, and its payload.
pub(crate) fn filled() -> (Arc<Bucket>, Vec<u8>) {
    let (bucket, payload) = (Arc::new(Bucket::default()), noise(300_000));
    put(&Machine::new().cache(&bucket), &any_key(), &payload);
    (bucket, payload)
}

/// What a cache has counted under that name.
pub(crate) fn count(cache: &Cache<FileStore>, name: &str) -> u64 {
    cache.counts().by_name().get(name).copied().unwrap_or(0)
}
