//! What every adversary that changes bytes has underneath.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Mutex, MutexGuard};

use bulla::{EntryName, Found, Revision, Store, StoreError, Untrusted};
use bulla_core::Sealed;

/// What an adversary makes of the bytes that were put.
pub(crate) trait Given: Send + Sync {
    /// What is given out for a name, from all that was ever put there, oldest first. Never empty.
    fn given(&self, versions: &[Vec<u8>]) -> Result<Untrusted, StoreError>;
}

/// Simulates nothing: the version put last, as it was put.
pub(crate) struct Honest;

impl Given for Honest {
    fn given(&self, versions: &[Vec<u8>]) -> Result<Untrusted, StoreError> {
        Ok(last(versions).clone().into())
    }
}

/// The version put last.
pub(crate) fn last(versions: &[Vec<u8>]) -> &Vec<u8> {
    versions.last().expect("a name without versions is not there")
}

/// Every version that was ever put, in memory, given out as `G` has it.
pub(crate) struct Shelf<G = Honest> {
    given: G,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    by_name: BTreeMap<EntryName, (Revision, Vec<Vec<u8>>)>,
    published: u128,
}

impl Shelf {
    pub(crate) fn honest() -> Self {
        Self::new(Honest)
    }
}

impl<G> Shelf<G> {
    pub(crate) fn new(given: G) -> Self {
        Self { given, kept: Mutex::default() }
    }

    pub(crate) fn keep(&self, name: &EntryName, bytes: Vec<u8>) {
        let mut kept = self.kept();
        kept.published += 1;
        let newest = Revision::new(kept.published);
        let (revision, versions) = kept.by_name.entry(*name).or_insert((newest, Vec::new()));
        *revision = newest;
        versions.push(bytes);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("no test panics while it holds this")
    }
}

impl<G: Given> Store for Shelf<G> {
    type Draft = Cursor<Vec<u8>>;

    fn draft(&self) -> Result<Self::Draft, StoreError> {
        Ok(Cursor::default())
    }

    fn put(&self, name: &EntryName, entry: Sealed<Self::Draft>) -> Result<(), StoreError> {
        self.keep(name, entry.into_draft().into_inner());
        Ok(())
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        let kept = self.kept();
        let Some((revision, versions)) = kept.by_name.get(name) else { return Ok(None) };
        Ok(Some(Found { bytes: self.given.given(versions)?, revision: *revision }))
    }

    fn remove(&self, name: &EntryName, asked: Option<Revision>) -> Result<bool, StoreError> {
        let mut kept = self.kept();
        let found = kept.by_name.get(name).map(|(revision, _)| *revision);
        let is_still = found.is_some() && asked.is_none_or(|asked| Some(asked) == found);
        Ok(is_still && kept.by_name.remove(name).is_some())
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.remove(name, Some(revision))
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        Ok(self.kept().by_name.keys().copied().collect())
    }
}
