use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bulla_core::{EntryName, Refusal, Sealed};
use bulla_store::{Found, SharedStore, StoreError};

use super::breaker::{Breaker, LIMIT, Use};
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

    /// Whether nothing is asked of it any more.
    pub(super) fn is_left_alone(&self) -> bool {
        self.breaker.is_open(Use::Read)
    }

    /// From now on failures are noted only: whoever asks is given each, and tells of it.
    pub(super) fn leave_telling(&self) {
        self.has_failed.store(true, Ordering::Relaxed);
    }

    pub(super) fn place(&self) -> String {
        self.store.place()
    }

    /// Asks the store, unless it is left alone.
    pub(super) fn ask<T>(
        &self,
        question: impl FnOnce(&dyn SharedStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.using(Use::Read, question).inspect(|_| self.gave())
    }

    /// As [`Link::ask`], for an entry: one that is found has not been read, which is what may fail. [`Link::gave`] is for
    /// whoever has read it.
    pub(super) fn find(
        &self,
        question: impl FnOnce(&dyn SharedStore) -> Result<Option<Found>, StoreError>,
    ) -> Result<Option<Found>, StoreError> {
        self.using(Use::Read, question).inspect(|found| if found.is_none() { self.gave() })
    }

    /// Has the store change something, unless it is left alone.
    pub(super) fn change<T>(
        &self,
        change: impl FnOnce(&dyn SharedStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.using(Use::Write, change).inspect(|_| self.breaker.worked(Use::Write))
    }

    /// That the store gave what it was asked for, to the last byte.
    pub(super) fn gave(&self) {
        self.breaker.worked(Use::Read);
    }

    fn using<T>(
        &self,
        used: Use,
        question: impl FnOnce(&dyn SharedStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.is_in_use(used)?;
        question(&*self.store).inspect_err(|error| self.failed(error))
    }

    /// An error if the store is left alone.
    fn is_in_use(&self, used: Use) -> Result<(), StoreError> {
        if !self.breaker.is_open(used) {
            return Ok(());
        }
        self.counts.add("shared-left-alone");
        let why = format!("it is left alone after {LIMIT} failures in a row");
        Err(StoreError::new("use", self.place(), io::Error::other(why)))
    }

    /// An entry once more, where it waits to be sent. That is on this machine and says nothing of the store: neither that
    /// it works nor that it fails.
    pub(super) fn copy<D: Read + Seek>(&self, entry: &mut Sealed<D>) -> Result<Sealed<File>, StoreError> {
        self.is_in_use(Use::Write)?;
        let copied = self.store.draft().and_then(|draft| {
            let copy = entry.copy_into(draft);
            copy.map_err(|error| StoreError::new("write an entry for", self.place(), error))
        });
        copied.inspect_err(|error| self.tell(error))
    }

    /// Publishes an entry there. Where nothing is replaced, another one in its place is no failure: the next reader judges it.
    pub(super) fn put(&self, name: &EntryName, entry: Sealed<File>) -> Result<(), StoreError> {
        let kept = self.change(|store| match store.put(name, entry) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Some(error)),
            put => put.map(|()| None),
        })?;
        match kept {
            None => self.count("shared-put"),
            Some(error) => self.note(&error.to_string()),
        }
        Ok(())
    }

    /// That the store failed, in whatever was asked of it.
    pub(super) fn failed(&self, error: &StoreError) {
        self.tell(error);
        let left = match self.breaker.failed() {
            [true, true] => "left alone",
            [true, false] => "not read",
            [false, true] => "not written to",
            [false, false] => return,
        };
        self.note(&format!("the shared store {} is {left} from now on", self.place()));
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
