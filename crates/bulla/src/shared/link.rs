use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bulla_core::{EntryName, Refusal, Sealed};
use bulla_store::{SharedStore, StoreError};

use super::breaker::{Breaker, LIMIT};
use crate::settings::Settings;
use crate::stats::Counts;

/// The one way to a shared store: everything that is asked of it is asked here, so that every failure is counted, told
/// and remembered. The cache holds it, and so does what it left to be done in the background.
pub(super) struct Link {
    store: Box<dyn SharedStore>,
    settings: Arc<Settings>,
    counts: Arc<Counts>,
    breaker: Breaker,
    has_failed: AtomicBool,
    has_been_refused: AtomicBool,
}

impl Link {
    pub(super) fn new(store: Box<dyn SharedStore>, settings: Arc<Settings>, counts: Arc<Counts>) -> Self {
        Self {
            store,
            settings,
            counts,
            breaker: Breaker::default(),
            has_failed: AtomicBool::default(),
            has_been_refused: AtomicBool::default(),
        }
    }

    pub(super) fn is_left_alone(&self) -> bool {
        self.breaker.is_open()
    }

    pub(super) fn place(&self) -> String {
        self.store.place()
    }

    /// Asks the store, unless it is left alone.
    pub(super) fn ask<T>(
        &self,
        question: impl FnOnce(&dyn SharedStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.is_in_use()?;
        let answer = question(&*self.store);
        match &answer {
            Ok(_) => self.breaker.worked(),
            Err(error) => self.failed(error),
        }
        answer
    }

    /// An error if the store is left alone.
    pub(super) fn is_in_use(&self) -> Result<(), StoreError> {
        if !self.is_left_alone() {
            return Ok(());
        }
        self.counts.add("shared-left-alone");
        let why = format!("it is left alone after {LIMIT} failures in a row");
        Err(StoreError::new("use", self.place(), io::Error::other(why)))
    }

    /// An entry once more, where it waits to be sent. That is on this machine and says nothing of the store: neither that
    /// it works nor that it fails.
    pub(super) fn copy<D: Read + Seek>(&self, entry: &mut Sealed<D>) -> Result<Sealed<File>, StoreError> {
        self.is_in_use()?;
        let copied = self.store.draft().and_then(|draft| {
            let copy = entry.copy_into(draft);
            copy.map_err(|error| StoreError::new("write an entry for", self.place(), error))
        });
        copied.inspect_err(|error| self.tell(error))
    }

    /// Publishes an entry there.
    pub(super) fn put(&self, name: &EntryName, entry: Sealed<File>) -> Result<(), StoreError> {
        self.ask(|store| store.put(name, entry)).inspect(|()| self.counts.add("shared-put"))
    }

    /// That the store failed, in whatever was asked of it.
    pub(super) fn failed(&self, error: &StoreError) {
        self.tell(error);
        if self.breaker.failed() {
            (self.settings.note)(&format!("the shared store {} is left alone from now on", self.place()));
        }
    }

    /// Counts a failure and tells of it, once as a warning.
    pub(super) fn tell(&self, error: &StoreError) {
        self.counts.add("shared-unreachable");
        let place = self.place();
        if self.has_failed.swap(true, Ordering::Relaxed) {
            (self.settings.note)(&format!("the shared store {place}: {error}"));
        } else {
            (self.settings.warn)(&format!("going on without the shared store {place}: {error}"));
        }
    }

    /// That it gave what is no answer. Nothing is removed there for it: who reads is no judge of what others wrote.
    pub(super) fn refused(&self, name: &EntryName, refusal: &Refusal) {
        self.counts.add("shared-refused");
        let text = format!("the shared store {} gave what is no answer ({name}): {refusal}", self.place());
        if refusal.is_integrity() && !self.has_been_refused.swap(true, Ordering::Relaxed) {
            (self.settings.warn)(&text);
        } else {
            (self.settings.note)(&text);
        }
    }

    pub(super) fn count(&self, name: &str) {
        self.counts.add(name);
    }

    pub(super) fn take_back(&self, name: &str) {
        self.counts.take_back(name);
    }

    pub(super) fn warn(&self, text: &str) {
        (self.settings.warn)(text);
    }

    pub(super) fn note(&self, text: &str) {
        (self.settings.note)(text);
    }
}
