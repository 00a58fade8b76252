//! Adversaries in which name they answer, and whether.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

use bulla::{EntryName, Found, Revision, Store, StoreError};
use bulla_core::Sealed;

/// Simulates a store whose index is mixed up: asked for one of two names, it gives what lies under the other.
pub(crate) struct Swapping<S> {
    pub(crate) store: S,
    pub(crate) names: [EntryName; 2],
}

impl<S: Store> Store for Swapping<S> {
    type Draft = S::Draft;

    fn draft(&self) -> Result<Self::Draft, StoreError> {
        self.store.draft()
    }

    fn put(&self, name: &EntryName, entry: Sealed<Self::Draft>) -> Result<(), StoreError> {
        self.store.put(name, entry)
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        let other = match self.names.iter().position(|swapped| swapped == name) {
            Some(place) => &self.names[1 - place],
            None => name,
        };
        self.store.get(other)
    }

    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        self.store.remove(name, revision)
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.store.quarantine(name, revision)
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        self.store.names()
    }
}

/// Simulates entries that are removed between the listing and the reading: it lists names under which nothing lies.
pub(crate) struct Vanishing<S> {
    pub(crate) store: S,
    pub(crate) gone: Vec<EntryName>,
}

impl<S: Store> Store for Vanishing<S> {
    type Draft = S::Draft;

    fn draft(&self) -> Result<Self::Draft, StoreError> {
        self.store.draft()
    }

    fn put(&self, name: &EntryName, entry: Sealed<Self::Draft>) -> Result<(), StoreError> {
        self.store.put(name, entry)
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        self.store.get(name)
    }

    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        self.store.remove(name, revision)
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.store.quarantine(name, revision)
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        Ok([self.gone.clone(), self.store.names()?].concat())
    }
}

/// Simulates a network that comes and goes: every `every`-th call fails and does nothing.
pub(crate) struct Flaky<S> {
    store: S,
    every: usize,
    calls: AtomicUsize,
}

impl<S> Flaky<S> {
    pub(crate) fn new(store: S, every: usize) -> Self {
        Self { store, every, calls: AtomicUsize::new(0) }
    }

    fn call(&self) -> Result<&S, StoreError> {
        let number = 1 + self.calls.fetch_add(1, Ordering::Relaxed);
        if number.is_multiple_of(self.every) {
            return Err(StoreError::new("reach", "the network", io::Error::from(io::ErrorKind::TimedOut)));
        }
        Ok(&self.store)
    }
}

impl<S: Store> Store for Flaky<S> {
    type Draft = S::Draft;

    fn draft(&self) -> Result<Self::Draft, StoreError> {
        self.call()?.draft()
    }

    fn put(&self, name: &EntryName, entry: Sealed<Self::Draft>) -> Result<(), StoreError> {
        self.call()?.put(name, entry)
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        self.call()?.get(name)
    }

    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        self.call()?.remove(name, revision)
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.call()?.quarantine(name, revision)
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        self.call()?.names()
    }
}
