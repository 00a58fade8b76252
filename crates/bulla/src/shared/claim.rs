use std::thread;
use std::time::{Duration, Instant};

use bulla_core::{CacheKey, EntryName, Expect, Question, judge};
use bulla_store::{Lease, Leased, Revision, Store};

use super::pauses::Pauses;
use super::tier::SharedTier;
use crate::cache::Cache;

/// Whoever waits looks this often whether to stop.
const SLICE: Duration = Duration::from_millis(50);

/// What came of asking to be the one who makes an entry, among all that share a store.
pub enum Claimed<'a> {
    /// It is ours to make until this is dropped. Somebody may have made it just before.
    Ours(Claim<'a>),
    /// Somebody else has made it.
    Made,
    /// There is nobody to agree with, or somebody else was waited for long enough.
    None,
}

/// A lease. It is advice, never safety: whoever has none may make the entry all the same.
pub struct Claim<'a> {
    tier: &'a SharedTier,
    name: EntryName,
    lease: Lease,
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.tier.release(self.name, self.lease.clone());
    }
}

impl<S: Store> Cache<S> {
    /// Asks for the lease on a key's entry. While it is somebody else's, waits until the entry is there, the lease is over,
    /// or for `patience`, and never longer than a lease of its own lasts. A shared store that fails is not waited for, nor is
    /// anybody after one who has ended without an answer.
    ///
    /// `waiting` is told once of each lease that is waited for; the waiting ends when `is_stopped`.
    pub fn claim(
        &self,
        key: &CacheKey,
        patience: Duration,
        waiting: &mut dyn FnMut(&Lease),
        is_stopped: &dyn Fn() -> bool,
    ) -> Claimed<'_> {
        let Some(tier) = self.shared.as_ref().filter(|tier| self.may_claim(tier)) else {
            return Claimed::None;
        };
        let (name, begun, patience) = (key.entry_name(), Instant::now(), patience.min(tier.lease));
        let (mut pauses, mut told, mut lay) = (Pauses::new(), None, None);
        loop {
            let lease = tier.new_lease(self.now());
            let theirs = match tier.link.agree(|store| store.lease(&name, &lease)) {
                Ok(Leased::Ours) => return Claimed::Ours(Claim { tier, name, lease }),
                Ok(Leased::Theirs(theirs)) if !theirs.is_over(lease.since) => theirs,
                Ok(Leased::Theirs(_)) | Err(_) => return Claimed::None,
            };
            // Whoever was waited for has ended without an answer. The next one may, too, and so on through all who wait.
            if told.as_ref().is_some_and(|before: &Lease| *before != theirs && !before.is_over(lease.since)) {
                return if self.is_made(tier, key, lay.flatten()) { Claimed::Made } else { Claimed::None };
            }
            let pause = pauses.next().unwrap_or_default().min(patience.saturating_sub(begun.elapsed()));
            if pause.is_zero() {
                return Claimed::None;
            }
            if told.as_ref() != Some(&theirs) {
                waiting(&theirs);
                told = Some(theirs);
            }
            // What lies there by now was no answer to whoever claims, or will be found when the lease is over.
            let lay = *lay.get_or_insert_with(|| self.made(tier, key));
            if sleep(pause, is_stopped) == Woken::Stopped {
                return Claimed::None;
            }
            if self.is_made(tier, key, lay) {
                return Claimed::Made;
            }
        }
    }

    /// Whoever does not read cannot use what another one makes, and whoever does not write makes nothing for others.
    fn may_claim(&self, tier: &SharedTier) -> bool {
        let mode = self.effective_mode().0;
        mode.reads() && mode.writes() && tier.reads() && tier.writes()
    }

    /// Whether the shared store has another answer than the one that lay there before.
    fn is_made(&self, tier: &SharedTier, key: &CacheKey, lay: Option<Revision>) -> bool {
        self.made(tier, key).is_some_and(|made| Some(made) != lay)
    }

    /// Which answer the shared store has, as far as its header says.
    fn made(&self, tier: &SharedTier, key: &CacheKey) -> Option<Revision> {
        let name = key.entry_name();
        let found = tier.link.find(|store| store.get_header(&name)).ok()??;
        let expect = Expect {
            question: Question::Key(key),
            now: self.now(),
            accepted: self.accepted(&name),
            policy: &self.settings.policy,
        };
        judge(&found.bytes, &self.ring, &expect).is_ok().then_some(found.revision)
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Woken {
    InTime,
    Stopped,
}

fn sleep(pause: Duration, is_stopped: &dyn Fn() -> bool) -> Woken {
    let begun = Instant::now();
    loop {
        let left = pause.saturating_sub(begun.elapsed());
        if is_stopped() {
            return Woken::Stopped;
        }
        if left.is_zero() {
            return Woken::InTime;
        }
        thread::sleep(left.min(SLICE));
    }
}
