use std::time::Duration;

use bulla_core::{EntryName, Refusal};
use bulla_store::{FileStore, QuarantineLimits, Store, StoreError};

use crate::cache::Cache;
use crate::list::Listed;
use crate::miss::Miss;
use crate::run::LOCKS;

/// A writer that has not touched its temporary file for so long is dead.
const DRAFT_AGE: Duration = Duration::from_secs(3600);

/// Whether a sweep removes or only says what it would remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sweeping {
    /// Removes.
    #[default]
    ForReal,
    /// Changes nothing.
    DryRun,
}

/// What a sweep removes beside what is no answer to anybody.
#[derive(Debug, Clone, Copy, Default)]
pub struct SweepLimits {
    /// Entries issued longer ago go.
    pub max_age: Option<Duration>,
    /// While the entries take more bytes, the ones issued first go.
    pub max_size: Option<u64>,
}

/// What a sweep removed, or would remove.
#[derive(Debug, Default)]
pub struct Swept {
    /// Entries, in the order of their names.
    pub entries: Vec<SweptEntry>,
    /// File names of writers that have died.
    pub drafts: Vec<String>,
    /// Entries that stay, and their bytes.
    pub kept: (u64, u64),
    /// What could not be removed, and why.
    pub errors: Vec<StoreError>,
}

/// One entry that went, and why.
#[derive(Debug)]
pub struct SweptEntry {
    /// Its name in the store.
    pub name: EntryName,
    /// Bytes it took.
    pub size: u64,
    /// Why it went.
    pub reason: SweepReason,
}

/// Why an entry goes.
#[derive(Debug)]
pub enum SweepReason {
    /// It is expired, forged, damaged, misplaced or of a revoked key.
    Refused(Refusal),
    /// It is older than the sweep's limit.
    TooOld,
    /// The entries take more than the sweep's limit, and it is among those issued first.
    OverSize,
}

impl SweepReason {
    /// The stable name, in text and in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.name(),
            Self::TooOld => "older-than-max-age",
            Self::OverSize => "over-max-size",
        }
    }
}

impl Cache<FileStore> {
    /// Removes what is no answer to anybody and what the limits do not allow. Reads headers, never payloads, and
    /// never touches the key.
    pub fn sweep(&self, limits: SweepLimits, sweeping: Sweeping) -> Result<Swept, StoreError> {
        if sweeping == Sweeping::ForReal {
            self.may_change("clean")?;
        }
        let (mut going, mut staying) = (Vec::new(), Vec::new());
        for listed in self.list()? {
            match self.reason_to_go(&listed, limits) {
                Some(reason) => going.push((listed, reason)),
                None => staying.push(listed),
            }
        }
        going.extend(over_size(&mut staying, limits.max_size));
        going.sort_by_key(|(listed, _)| listed.name);
        let mut drafts = self.store.stale_drafts(self.now(), DRAFT_AGE)?;
        let mut errors = Vec::new();
        if sweeping == Sweeping::ForReal {
            // What cannot be removed keeps nothing else from going.
            let mut stays =
                |removed: Result<bool, StoreError>| removed.map_err(|error| errors.push(error)).is_err();
            let (left, gone) = going.into_iter().partition(|(listed, _): &(Listed, _)| {
                stays(self.store.remove(&listed.name, listed.revision))
            });
            going = gone;
            let left: Vec<(Listed, SweepReason)> = left;
            staying.extend(left.into_iter().map(|(listed, _)| listed));
            drafts.retain(|draft| !stays(self.store.dir().remove_tree(draft)));
            let trimmed = self.store.trim_quarantine(self.now(), QuarantineLimits::default());
            stays(trimmed.map(|_| true));
            stays(LOCKS.sweep(self.store.dir(), self.now(), DRAFT_AGE).map(|()| true));
        }
        let entry =
            |(listed, reason): (Listed, _)| SweptEntry { name: listed.name, size: listed.size, reason };
        let kept = (staying.len() as u64, staying.iter().map(|listed| listed.size).sum());
        Ok(Swept { entries: going.into_iter().map(entry).collect(), drafts, kept, errors })
    }

    fn reason_to_go(&self, listed: &Listed, limits: SweepLimits) -> Option<SweepReason> {
        match &listed.miss {
            Some(Miss::Refused(refusal @ (Refusal::Expired { .. } | Refusal::Revoked(_)))) => {
                return Some(SweepReason::Refused(refusal.clone()));
            }
            Some(Miss::Refused(refusal)) if refusal.is_integrity() => {
                return Some(SweepReason::Refused(refusal.clone()));
            }
            _ => {}
        }
        let issued = listed.header.as_ref()?.claims.validity.issued();
        let age = self.now().saturating_since(issued);
        limits.max_age.filter(|&max_age| age > max_age).map(|_| SweepReason::TooOld)
    }
}

/// Takes the entries issued first out of `staying` until the rest fits.
fn over_size(staying: &mut Vec<Listed>, max_size: Option<u64>) -> Vec<(Listed, SweepReason)> {
    let Some(max_size) = max_size else { return Vec::new() };
    staying.sort_by_key(|listed| {
        let issued = listed.header.as_ref().map(|header| header.claims.validity.issued());
        (std::cmp::Reverse(issued), listed.name)
    });
    let mut total = 0;
    let fitting = staying.iter().take_while(|listed| {
        total += listed.size;
        total <= max_size
    });
    let fitting = fitting.count();
    staying.split_off(fitting).into_iter().map(|listed| (listed, SweepReason::OverSize)).collect()
}
