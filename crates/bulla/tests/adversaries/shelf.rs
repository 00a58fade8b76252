//! What every adversary that changes bytes has underneath.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Mutex;

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
    versions: Mutex<BTreeMap<EntryName, Vec<Vec<u8>>>>,
}

impl Shelf {
    pub(crate) fn honest() -> Self {
        Self::new(Honest)
    }
}

impl<G> Shelf<G> {
    pub(crate) fn new(given: G) -> Self {
        Self { given, versions: Mutex::default() }
    }

    fn versions(&self) -> std::sync::MutexGuard<'_, BTreeMap<EntryName, Vec<Vec<u8>>>> {
        self.versions.lock().expect("no test panics while it holds this")
    }
}

fn revision(versions: &[Vec<u8>]) -> Revision {
    Revision::new(versions.len() as u128)
}

impl<G: Given> Store for Shelf<G> {
    type Draft = Cursor<Vec<u8>>;

    fn draft(&self) -> Result<Self::Draft, StoreError> {
        Ok(Cursor::default())
    }

    fn put(&self, name: &EntryName, entry: Sealed<Self::Draft>) -> Result<(), StoreError> {
        self.versions().entry(*name).or_default().push(entry.into_draft().into_inner());
        Ok(())
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        let all = self.versions();
        let Some(versions) = all.get(name) else { return Ok(None) };
        Ok(Some(Found { bytes: self.given.given(versions)?, revision: revision(versions) }))
    }

    fn remove(&self, name: &EntryName, asked: Option<Revision>) -> Result<bool, StoreError> {
        let mut all = self.versions();
        let is_still = |versions: &Vec<Vec<u8>>| asked.is_none_or(|asked| asked == revision(versions));
        let same = all.get(name).is_some_and(is_still);
        Ok(same && all.remove(name).is_some())
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.remove(name, Some(revision))
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        Ok(self.versions().keys().copied().collect())
    }
}
