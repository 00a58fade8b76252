use std::collections::HashMap;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bulla_core::{CacheKey, EntryName, Expect, Question, Refusal, Ring, Timestamp, open};
use bulla_store::{Dir, FileStore, Found, Revision, Store, StoreError};

use crate::hit::Hit;
use crate::keys::{DIRECTORY_KEY, KeyError, KeySource, directory_ring};
use crate::marker;
use crate::miss::Miss;
use crate::settings::{Disposal, Mode, Settings};
use crate::shared::{Shared, SharedTier};
use crate::stats::Counts;
use crate::write::{Details, EntryWriter, PutError};

/// A cache whose every answer is proved before it is given.
///
/// It keeps what it accepted in memory, so that within its life an older entry for the same key is refused as
/// rolled back.
pub struct Cache<S: Store> {
    pub(crate) store: S,
    pub(crate) ring: Ring,
    pub(crate) settings: Arc<Settings>,
    pub(crate) counts: Arc<Counts>,
    pub(crate) shared: Option<SharedTier>,
    accepted: Mutex<HashMap<EntryName, Timestamp>>,
}

impl Cache<FileStore> {
    /// The cache in the directory at `path`. If it is not there, it is made, or reads as empty if the mode does not write.
    pub fn open(path: &Path, keys: &KeySource, settings: Settings) -> Result<Self, OpenError> {
        let elsewhere = keys.load_elsewhere()?;
        let mode = elsewhere.as_ref().map_or(settings.mode, |ring| settings.mode.with_ring(ring).0);
        Self::open_as(path, elsewhere, mode, settings)
    }

    /// As [`Cache::open`], with a store behind it that several machines use. A ring of public keys is enough to keep copies
    /// of what lies there: they are sealed already.
    ///
    /// # Errors
    ///
    /// Beside those of [`Cache::open`], if the key lies in the directory: no two machines would have the same, and a copy of
    /// the directory would be a copy of the key.
    pub fn open_shared(
        path: &Path,
        keys: &KeySource,
        settings: Settings,
        shared: Shared,
    ) -> Result<Self, OpenError> {
        let elsewhere = if keys.lies_in(path) { None } else { keys.load_elsewhere()? };
        let ring = elsewhere.ok_or_else(|| OpenError::SharedNeedsKey(shared.store.place()))?;
        let mode = settings.mode;
        Ok(Self::open_as(path, Some(ring), mode, settings)?.with_shared(shared))
    }

    /// With that ring, or the one in the directory; `mode` says whether the directory is made.
    fn open_as(
        path: &Path,
        elsewhere: Option<Ring>,
        mode: Mode,
        settings: Settings,
    ) -> Result<Self, OpenError> {
        let dir = if mode.writes() { Dir::create(path) } else { Dir::open_or_empty(path) }?;
        let ring = match elsewhere {
            Some(ring) => ring,
            None => {
                // Looked at again after the list: another process may have made the key and the entries meanwhile.
                let is_gone = || dir.look(DIRECTORY_KEY).map(|found| found.is_none());
                if is_gone()? && dir.names()?.iter().any(|name| is_entry(name)) && is_gone()? {
                    let key = dir.path_of(DIRECTORY_KEY);
                    (settings.warn)(&format!(
                        "{} is gone; entries sealed with it are refused",
                        key.display()
                    ));
                }
                directory_ring(&dir, mode)?
            }
        };
        if mode.writes() {
            marker::place(&dir)?;
        }
        Ok(Self::new(FileStore::new(dir), ring, settings))
    }
}

impl<S: Store> Cache<S> {
    /// A cache over any store.
    pub fn new(store: S, ring: Ring, settings: Settings) -> Self {
        let (settings, counts) = (Arc::new(settings), Arc::default());
        Self { store, ring, settings, counts, shared: None, accepted: Mutex::default() }
    }

    /// The answer to `key`, or why there is none.
    ///
    /// An expired entry is removed; a forged, damaged or misplaced one is moved out of the way. Then the shared store is
    /// asked, if there is one; nothing in it is ever removed or moved for what is found there.
    pub fn get(&self, key: &CacheKey) -> Result<Hit<'_, S>, Miss> {
        match self.look_up(key) {
            Ok(hit) => Ok(hit.counted()),
            Err(miss) => {
                self.counts.add(miss.name());
                Err(miss)
            }
        }
    }

    /// Asks once more after a miss, when somebody may have stored the answer meanwhile: if it is a hit now, that miss is
    /// none in the counts.
    pub fn get_again(&self, key: &CacheKey, missed: &Miss) -> Result<Hit<'_, S>, Miss> {
        let hit = self.look_up(key)?;
        self.counts.take_back(missed.name());
        Ok(hit.counted())
    }

    /// The answer in the cache's own store, without counting.
    pub(crate) fn look_up_here(&self, key: &CacheKey) -> Result<Hit<'_, S>, Miss> {
        if !self.settings.mode.reads() {
            return Err(Miss::Bypassed(self.settings.mode));
        }
        let name = key.entry_name();
        let Found { bytes, revision } = match self.store.get(&name) {
            Ok(Some(found)) => found,
            Ok(None) => return Err(Miss::Absent),
            Err(error) => return Err(Miss::Unreachable(error)),
        };
        let expect = Expect {
            question: Question::Key(key),
            now: self.now(),
            accepted: self.accepted(&name),
            policy: &self.settings.policy,
        };
        match open(bytes, &self.ring, &expect) {
            Ok(payload) => {
                self.accept(name, payload.header().claims.validity.issued());
                Ok(Hit::here(self, name, revision, payload))
            }
            Err(refusal) => {
                self.dispose(&name, revision, &refusal);
                Err(Miss::Refused(refusal))
            }
        }
    }

    /// Seals the payload and publishes it as the answer to `key`.
    pub fn put(&self, key: &CacheKey, details: Details, mut payload: impl Read) -> Result<(), PutError> {
        let mut writer = self.writer(key, details)?;
        io::copy(&mut payload, &mut writer).map_err(PutError::Payload)?;
        writer.publish()
    }

    /// As [`Cache::put`], for a payload that is still being made.
    pub fn writer(&self, key: &CacheKey, details: Details) -> Result<EntryWriter<'_, S>, PutError> {
        EntryWriter::begin(self, key, details)
    }

    /// Forgets the answer to `key` in the cache's own store. Whether there was anything.
    pub fn remove(&self, key: &CacheKey) -> Result<bool, StoreError> {
        self.may_change("remove an entry from")?;
        self.store.remove(&key.entry_name(), None)
    }

    /// An error unless the mode writes.
    pub(crate) fn may_change(&self, doing: &'static str) -> Result<(), StoreError> {
        let (mode, reason) = self.effective_mode();
        if mode.writes() {
            return Ok(());
        }
        let reason = reason.map_or(String::new(), |reason| format!(", because {reason}"));
        let mode = format!("the mode is {}{reason}", mode.name());
        Err(StoreError::new(doing, "the cache", io::Error::new(io::ErrorKind::PermissionDenied, mode)))
    }

    /// What the cache can really do, and why not more.
    pub fn effective_mode(&self) -> (Mode, Option<&'static str>) {
        self.settings.mode.with_ring(&self.ring)
    }

    /// The store underneath.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The key ring.
    pub const fn ring(&self) -> &Ring {
        &self.ring
    }

    /// The settings it was made with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What it has counted since it was made.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.settings.clock)()
    }

    pub(crate) fn accepted(&self, name: &EntryName) -> Option<Timestamp> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied()
    }

    pub(crate) fn accept(&self, name: EntryName, issued: Timestamp) {
        let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        accepted.entry(name).and_modify(|newest| *newest = issued.max(*newest)).or_insert(issued);
    }

    /// What a refusal does to the bytes. What is only this reader's policy leaves them alone.
    pub(crate) fn dispose(&self, name: &EntryName, revision: Revision, refusal: &Refusal) {
        if !self.effective_mode().0.writes() {
            return;
        }
        let disposed = match (refusal, self.settings.disposal) {
            (Refusal::Expired { .. }, _) => self.store.remove(name, Some(revision)),
            (refusal, disposal) if refusal.is_integrity() => match disposal {
                Disposal::Quarantine => self.store.quarantine(name, revision).inspect(|&moved| {
                    if moved {
                        self.counts.add("quarantined");
                    }
                }),
                Disposal::Remove => self.store.remove(name, Some(revision)),
                Disposal::Keep => Ok(false),
            },
            _ => Ok(false),
        };
        if let Err(error) = disposed {
            (self.settings.warn)(&format!("a refused entry stays where it is: {error}"));
        }
    }
}

fn is_entry(name: &str) -> bool {
    FileStore::entry_name(Path::new(name)).is_some()
}

/// Why a cache cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// Its directory.
    Store(StoreError),
    /// Its key.
    Key(KeyError),
    /// The store at this place is shared, and the key lies in the cache directory.
    SharedNeedsKey(String),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<KeyError> for OpenError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Key(error) => error.fmt(f),
            Self::SharedNeedsKey(place) => write!(
                f,
                "{place} is shared, and the key lies in the cache directory: give every machine the same key from \
                 elsewhere (BULLA_KEY, BULLA_KEY_FILE, BULLA_KEY_COMMAND or --key-file; `bulla key generate --output FILE` \
                 makes one); those that must not forge get the public key of an Ed25519 pair"
            ),
        }
    }
}

impl std::error::Error for OpenError {}
