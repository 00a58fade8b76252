use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use bulla_core::{EntryName, Expect, Header, Question, open};
use bulla_store::{Found, Store, StoreError};

use crate::cache::Cache;
use crate::miss::Miss;

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
        let names = self.store.names()?;
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = || {
            let mut audited = Vec::new();
            while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
                let verdict = self.prove(name);
                if !matches!(verdict, Err(Miss::Absent)) {
                    audited.push(Audited { name: *name, verdict });
                }
                progress(done.fetch_add(1, Ordering::Relaxed) + 1, names.len());
            }
            audited
        };
        let workers = thread::available_parallelism().map_or(1, NonZero::get);
        let mut all: Vec<_> = thread::scope(|scope| {
            // Where no thread can be had, this one does it all.
            let spawn = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
            let others: Vec<_> = (1..workers).filter_map(spawn).collect();
            let own = work().into_iter();
            own.chain(others.into_iter().flat_map(|worker| worker.join().expect("a worker does not panic")))
                .collect()
        });
        all.sort_unstable_by_key(|audited| audited.name);
        Ok(all)
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
