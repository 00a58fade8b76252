use std::fs::File;
use std::io::{self, Read, Seek};
use std::sync::Arc;
use std::time::Duration;

use bulla_core::{EntryName, Sealed, Timestamp};
use bulla_store::{Lease, Store, StoreError};

use super::background::{Background, Task, Unfinished};
use super::breaker::Use;
use super::link::Link;
use super::{OnFailure, Shared, SharedWrite};
use crate::cache::Cache;
use crate::miss::Miss;
use crate::settings::{Mode, Settings};
use crate::stats::Counts;

/// One that lasts longer is believed by nobody.
const LONGEST_LEASE: Duration = Duration::from_secs(86_400);

/// An owner has at most so many bytes.
const LONGEST_OWNER: usize = 200;

/// A [`Shared`] in use.
pub(crate) struct SharedTier {
    pub(super) link: Arc<Link>,
    pub(super) lease: Duration,
    mode: Mode,
    write: SharedWrite,
    on_failure: OnFailure,
    owner: String,
    background: Background,
}

impl SharedTier {
    pub(crate) fn new(shared: Shared, settings: &Arc<Settings>, counts: &Arc<Counts>) -> Self {
        let Shared { store, mode, write, on_failure, owner, lease, patience } = shared;
        let link = Arc::new(Link::new(store, Arc::clone(settings), Arc::clone(counts)));
        let background = Background::new(Arc::clone(&link), patience);
        let lease = lease.min(LONGEST_LEASE);
        Self { link, lease, mode, write, on_failure, owner: as_it_comes_back(&owner), background }
    }

    /// Whether it is asked.
    pub(super) const fn reads(&self) -> bool {
        self.mode.reads()
    }

    /// Whether entries are written to it.
    pub(super) const fn writes(&self) -> bool {
        self.mode.writes() && !matches!(self.write, SharedWrite::Off)
    }

    /// An error unless entries may be removed there.
    pub(super) fn may_change(&self, doing: &'static str) -> Result<(), StoreError> {
        if self.writes() {
            return Ok(());
        }
        let why = match self.mode.writes() {
            true => "nothing is to be written there".to_owned(),
            false => format!("its mode is {}", self.mode.name()),
        };
        let error = io::Error::new(io::ErrorKind::PermissionDenied, why);
        Err(StoreError::new(doing, self.link.place(), error))
    }

    /// The entry once more, for the shared store; `None` if that is not written to.
    pub(crate) fn copy<D: Read + Seek>(
        &self,
        entry: &mut Sealed<D>,
    ) -> Option<Result<Sealed<File>, StoreError>> {
        self.writes().then(|| self.link.copy(entry))
    }

    /// That an entry of it turned out to be no answer while its payload was read.
    pub(crate) fn failed_to_give(&self, name: &EntryName, miss: &Miss) {
        self.link.take_back("shared-hit");
        match miss {
            Miss::Refused(refusal) => self.link.refused(name, refusal),
            Miss::Unreachable(error) | Miss::SharedUnreachable(error) => self.link.failed(Use::Read, error),
            Miss::Absent | Miss::Bypassed(_) => {}
        }
    }

    /// That an entry of it was read to its end.
    pub(crate) fn gave(&self) {
        self.link.gave();
    }

    /// Publishes that copy, now or in the background.
    ///
    /// # Errors
    ///
    /// If it was not, and that is to be an error.
    pub(crate) fn publish(
        &self,
        name: EntryName,
        copy: Result<Sealed<File>, StoreError>,
    ) -> Result<(), StoreError> {
        let published = copy.and_then(|copy| match self.write {
            SharedWrite::Background => self.background.push(Task::Put(name, copy)),
            SharedWrite::Sync | SharedWrite::Off => self.link.put(&name, copy),
        });
        self.judged(published)
    }

    /// A failure as it was asked for: told already, or an error.
    fn judged(&self, done: Result<(), StoreError>) -> Result<(), StoreError> {
        match self.on_failure {
            OnFailure::Warn => Ok(()),
            OnFailure::Fail => done,
        }
    }

    /// A lease of its own that begins now.
    pub(super) fn new_lease(&self, now: Timestamp) -> Lease {
        Lease { owner: self.owner.clone(), since: now, until: now.saturating_add(self.lease) }
    }

    /// Ends a lease, after everything that was left to be done in the background.
    pub(super) fn release(&self, name: EntryName, lease: Lease) {
        // That it stays until its time is over has been told and counted.
        let _ = match self.write {
            SharedWrite::Background => self.background.push(Task::Release(name, lease)),
            SharedWrite::Sync | SharedWrite::Off => self.link.agree(|store| store.release(&name, &lease)),
        };
    }
}

/// An owner as it is read from a lease. Whoever were not the same there would wait for themselves.
fn as_it_comes_back(owner: &str) -> String {
    let mut rest = LONGEST_OWNER;
    let fits = |c: &char| {
        let fits = c.len_utf8() <= rest;
        rest = if fits { rest - c.len_utf8() } else { 0 };
        fits
    };
    owner.chars().take_while(fits).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl<S: Store> Cache<S> {
    /// With a store behind its own that several machines use. Where the key came from is not asked here, as
    /// [`Cache::open_shared`] does: it must not be one that lies with the data.
    pub fn with_shared(mut self, shared: Shared) -> Self {
        self.shared = Some(SharedTier::new(shared, &self.settings, &self.counts));
        self
    }

    /// Whether the shared store answers: asks it for an entry, in one request.
    ///
    /// # Errors
    ///
    /// If it does not, or there is none.
    pub fn ask_shared(&self, name: &EntryName) -> Result<(), StoreError> {
        self.tier("ask")?.link.ask(|store| store.get_header(name)).map(drop)
    }

    /// Waits until everything that was left to be written to the shared store is there, or for `patience`; what is not
    /// there by then is given up, with a warning. Dropping the cache does the same with the patience that it was set.
    ///
    /// # Errors
    ///
    /// With [`OnFailure::Fail`], if an entry was not written.
    pub fn finish_shared(&self, patience: Duration) -> Result<(), StoreError> {
        let Some(tier) = &self.shared else { return Ok(()) };
        let finished = tier.background.finish(patience);
        if let (Err(Unfinished::GivenUp(error)), OnFailure::Warn) = (&finished, tier.on_failure) {
            tier.link.warn(&error.to_string());
        }
        tier.judged(finished.map_err(Unfinished::into_error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_comes_back_from_a_lease_as_it_was_given() {
        for owner in ["runner 7, process 42", "", "two\nlines\x1b[2J", &"é".repeat(150), &"a".repeat(1000)] {
            let now = Timestamp::from_millis(1_800_000_000_000).unwrap();
            let lease = Lease { owner: as_it_comes_back(owner), since: now, until: now };
            assert!(lease.owner.len() <= LONGEST_OWNER);
            assert_eq!(Lease::decode(lease.encode().as_bytes()), Some(lease));
        }
    }
}
