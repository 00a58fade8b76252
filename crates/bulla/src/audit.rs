use std::sync::atomic::{AtomicUsize, Ordering};

use bulla_core::{EntryName, Expect, Header, Question, open};
use bulla_store::{Found, Store, StoreError};

use crate::cache::Cache;
use crate::miss::Miss;
use crate::workers::{cores, on_workers};

/// What an audit found under one name.
#[derive(Debug)]
pub struct Audited {
    /// The entry's name in the store.
    pub name: EntryName,
    /// Its header, every byte of its payload proved; or why it is not an answer.
    pub verdict: Result<Header, Miss>,
}

impl<S: Store> Cache<S> {
    /// Proves every entry, payload included, on all cores and in constant memory for each. Changes nothing.
    ///
    /// `progress` is told the number of entries done and of all, from any thread.
    pub fn audit(&self, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Vec<Audited>, StoreError> {
        let mut names = self.store.names()?;
        names.sort_unstable();
        let done = AtomicUsize::new(0);
        let audited = on_workers(cores(), &names, |name| {
            let verdict = self.prove(name);
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, names.len());
            Ok(Audited { name: *name, verdict })
        })?;
        let is_there = |audited: &Audited| !matches!(audited.verdict, Err(Miss::Absent));
        Ok(audited.into_iter().filter(is_there).collect())
    }

    fn prove(&self, name: &EntryName) -> Result<Header, Miss> {
        let found = self.store.get(name).map_err(Miss::Unreachable)?;
        let Found { bytes, .. } = found.ok_or(Miss::Absent)?;
        let expect = Expect {
            question: Question::Name(name),
            now: self.now(),
            accepted: None,
            policy: &self.settings.policy,
        };
        let mut payload = open(bytes, &self.ring, &expect).map_err(Miss::Refused)?;
        while payload.next_chunk().map_err(|error| Miss::from_read(error, name.to_string()))?.is_some() {}
        Ok(payload.header().clone())
    }
}
