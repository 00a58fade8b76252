use bulla_core::{EntryName, Header, Payload, ReadError};
use bulla_store::{Revision, Store};

use crate::cache::Cache;
use crate::miss::Miss;
use crate::shared::Tier;

/// An entry whose header has been accepted. Its payload comes out proved, or not at all.
pub struct Hit<'a, S: Store> {
    cache: &'a Cache<S>,
    name: EntryName,
    /// `None` for one that is read from the shared store, where nothing is removed for what a reader found.
    revision: Option<Revision>,
    payload: Payload,
    tier: Tier,
    /// Whether it stands in the cache's counts, and must be taken out if it turns out to be none.
    counted: bool,
}

impl<'a, S: Store> Hit<'a, S> {
    /// One in the cache's own store.
    pub(crate) fn here(cache: &'a Cache<S>, name: EntryName, revision: Revision, payload: Payload) -> Self {
        Self { cache, name, revision: Some(revision), payload, tier: Tier::Local, counted: false }
    }

    /// One in the shared store, read from there.
    pub(crate) fn there(cache: &'a Cache<S>, name: EntryName, payload: Payload) -> Self {
        Self { cache, name, revision: None, payload, tier: Tier::Shared, counted: false }
    }

    /// That it was copied from there a moment ago.
    pub(crate) fn of_the_shared_store(self) -> Self {
        Self { tier: Tier::Shared, ..self }
    }

    pub(crate) fn counted(self) -> Self {
        self.cache.counts.add("hit");
        Self { counted: true, ..self }
    }

    /// The sealed header.
    pub const fn header(&self) -> &Header {
        self.payload.header()
    }

    /// Which store it came from.
    pub const fn tier(&self) -> Tier {
        self.tier
    }

    /// The whole payload, in memory.
    pub fn into_vec(self) -> Result<Vec<u8>, Miss> {
        let Self { cache, name, revision, payload, counted, .. } = self;
        let read = payload.into_vec().map_err(|error| refused(cache, &name, revision, error, counted))?;
        gave(cache, revision);
        Ok(read)
    }

    /// The next chunk of the payload; `None` after the last. Memory stays at one chunk.
    pub fn next_chunk(&mut self) -> Result<Option<&[u8]>, Miss> {
        let Self { cache, name, revision, payload, counted, .. } = self;
        let chunk = payload
            .next_chunk()
            .map_err(|error| refused(cache, name, *revision, error, std::mem::take(counted)))?;
        if chunk.is_none() {
            gave(cache, *revision);
        }
        Ok(chunk)
    }

    /// Goes back to the first chunk, in the same open file.
    pub fn rewind(&mut self) {
        self.payload.rewind();
    }
}

/// The payload was read to its end: a shared store that it came from has worked.
fn gave<S: Store>(cache: &Cache<S>, revision: Option<Revision>) {
    if let (None, Some(tier)) = (revision, &cache.shared) {
        tier.gave();
    }
}

/// The payload of an accepted header turned out damaged: the hit was none.
fn refused<S: Store>(
    cache: &Cache<S>,
    name: &EntryName,
    revision: Option<Revision>,
    error: ReadError,
    counted: bool,
) -> Miss {
    let miss = Miss::from_read(error, name.to_string());
    if counted {
        cache.counts.take_back("hit");
        cache.counts.add(miss.name());
    }
    match (&miss, revision, &cache.shared) {
        (Miss::Refused(refusal), Some(revision), _) => cache.dispose(name, revision, refusal),
        (miss, None, Some(tier)) => tier.failed_to_give(name, miss),
        _ => {}
    }
    miss
}
