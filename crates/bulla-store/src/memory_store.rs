use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bulla_core::{EntryName, Sealed};

use crate::error::StoreError;
use crate::store::{Found, Revision, Store};

/// Entries in memory, gone with the process.
#[derive(Debug, Default)]
pub struct MemoryStore {
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    by_name: HashMap<EntryName, (Revision, Vec<u8>)>,
    published: u128,
}

impl MemoryStore {
    /// A panic elsewhere cannot leave the map half changed: each change is one call on it.
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    type Draft = Cursor<Vec<u8>>;

    fn draft(&self) -> Result<Self::Draft, StoreError> {
        Ok(Cursor::default())
    }

    fn put(&self, name: &EntryName, entry: Sealed<Self::Draft>) -> Result<(), StoreError> {
        let mut entries = self.entries();
        entries.published += 1;
        let revision = Revision::new(entries.published);
        entries.by_name.insert(*name, (revision, entry.into_draft().into_inner()));
        Ok(())
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        let entries = self.entries();
        let found = entries.by_name.get(name);
        Ok(found.map(|(revision, bytes)| Found { bytes: bytes.clone().into(), revision: *revision }))
    }

    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        let mut entries = self.entries();
        let same =
            entries.by_name.get(name).is_some_and(|(found, _)| revision.is_none_or(|asked| asked == *found));
        Ok(same && entries.by_name.remove(name).is_some())
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.remove(name, Some(revision))
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        Ok(self.entries().by_name.keys().copied().collect())
    }
}
