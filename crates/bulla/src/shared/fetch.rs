use bulla_core::{CacheKey, CopyError, Expect, Header, Payload, Question, ReadError, open};
use bulla_store::{Store, StoreError};

use super::breaker::Use;
use super::tier::SharedTier;
use crate::cache::Cache;
use crate::hit::Hit;
use crate::miss::Miss;

impl<S: Store> Cache<S> {
    /// As [`Cache::get`], without counting hits and misses: here first, then in the shared store.
    ///
    /// Of two reasons for a miss the one from here is given, unless it is that there is nothing; and that the shared store
    /// cannot be asked is worth more than that the entry here has had its time.
    pub(crate) fn look_up(&self, key: &CacheKey) -> Result<Hit<'_, S>, Miss> {
        let here = match self.look_up_here(key) {
            Ok(hit) => return Ok(hit),
            Err(miss) => miss,
        };
        let Some(tier) = self.shared.as_ref().filter(|tier| tier.reads() && self.settings.mode.reads())
        else {
            return Err(here);
        };
        let there = match self.look_up_there(tier, key) {
            Ok(hit) => {
                tier.link.count("shared-hit");
                return Ok(hit);
            }
            Err(miss) => miss,
        };
        match &there {
            Miss::Refused(refusal) => tier.link.refused(&key.entry_name(), refusal),
            Miss::Absent => tier.link.count("shared-miss"),
            // Counted where it happened.
            Miss::Unreachable(_) | Miss::SharedUnreachable(_) | Miss::Bypassed(_) => {}
        }
        tier.link.note(&format!("here: {here}; in the shared store {}: {there}", tier.link.place()));
        let had_its_time = !here.is_integrity() && matches!(there, Miss::SharedUnreachable(_));
        Err(if matches!(here, Miss::Absent) || had_its_time { there } else { here })
    }

    /// What the shared store has, if that is an answer. It is copied here, each chunk proved as it arrives, and given out
    /// from here; a cache that does not write, or cannot, gives it out as it arrives, each chunk proved.
    fn look_up_there(&self, tier: &SharedTier, key: &CacheKey) -> Result<Hit<'_, S>, Miss> {
        let name = key.entry_name();
        let mut payload = self.open_there(tier, key)?;
        // No key is needed for this: the copy is sealed by whoever sealed the entry.
        if self.settings.mode.writes() {
            match self.copy_here(key, &payload) {
                Ok(()) => {
                    tier.link.gave();
                    match self.look_up_here(key) {
                        Ok(hit) => return Ok(hit.of_the_shared_store()),
                        Err(refused @ Miss::Refused(_)) => return Err(refused),
                        Err(_) => {}
                    }
                }
                Err(NotCopied::Source(ReadError::Refused(refusal))) => return Err(Miss::Refused(refusal)),
                Err(NotCopied::Source(ReadError::Unreachable(error))) => {
                    let error = StoreError::new("read an entry of", tier.link.place(), error);
                    tier.link.failed(Use::Read, &error);
                    return Err(Miss::SharedUnreachable(error));
                }
                Err(NotCopied::Here(why)) => {
                    (self.settings.warn)(&format!(
                        "no copy of an answer from the shared store is kept: {why}"
                    ));
                }
            }
            // That has taken its time, in which an entry becomes too old.
            payload = self.open_there(tier, key)?;
        }
        self.accept(name, payload.header().claims.validity.issued());
        Ok(Hit::there(self, name, payload))
    }

    fn open_there(&self, tier: &SharedTier, key: &CacheKey) -> Result<Payload, Miss> {
        let name = key.entry_name();
        let found = tier.link.find(|store| store.get(&name)).map_err(Miss::SharedUnreachable)?;
        let bytes = found.ok_or(Miss::Absent)?.bytes;
        let expect = Expect {
            question: Question::Key(key),
            now: self.now(),
            accepted: self.accepted(&name),
            policy: &self.settings.policy,
        };
        open(bytes, &self.ring, &expect).map_err(Miss::Refused)
    }

    /// Publishes a copy of an entry in this cache's own store, unless a newer one has come there meanwhile.
    fn copy_here(&self, key: &CacheKey, payload: &Payload) -> Result<(), NotCopied> {
        let here = |error: StoreError| NotCopied::Here(error.to_string());
        let draft = self.store.draft().map_err(here)?;
        let copy = payload.copy_into(draft).map_err(|error| match error {
            CopyError::Read(error) => NotCopied::Source(error),
            CopyError::Draft(error) => NotCopied::Here(error.to_string()),
        })?;
        let issued = |header: &Header| header.claims.validity.issued();
        if self.look_up_here(key).is_ok_and(|newer| issued(newer.header()) > issued(payload.header())) {
            return Ok(());
        }
        self.store.put(&key.entry_name(), copy).map_err(here)
    }
}

/// Why there is no copy of an entry.
enum NotCopied {
    /// What was to be copied is no answer.
    Source(ReadError),
    /// It cannot be kept.
    Here(String),
}
