use bulla_core::{EntryName, Refusal};
use bulla_store::{Store, StoreError};

use super::tier::SharedTier;
use crate::cache::Cache;
use crate::list::Listed;
use crate::miss::Miss;
use crate::sweep::{SweepReason, Sweeping, SweptEntry};
use crate::workers::on_workers;

/// So many entries are asked for at once: what takes time is the way there and back.
const AT_ONCE: usize = 8;

/// What a sweep of a shared store removed, or would remove.
#[derive(Debug, Default)]
pub struct SharedSwept {
    /// Entries, in the order of their names: each expired by its own header, which a key of this ring has sealed.
    pub entries: Vec<SweptEntry>,
    /// What is no answer to this cache and stays all the same, with the reason. It may be one to others.
    pub left: Vec<Listed>,
    /// Answers that stay, and their bytes.
    pub kept: (u64, u64),
    /// What could not be removed, and why.
    pub errors: Vec<StoreError>,
}

impl<S: Store> Cache<S> {
    /// Removes from the shared store what is expired by its own sealed header, if a key of this ring has sealed that. Reads
    /// headers, never payloads.
    ///
    /// # Errors
    ///
    /// If there is no shared store, it cannot be listed, or it fails too often on the way.
    pub fn sweep_shared(&self, sweeping: Sweeping) -> Result<SharedSwept, StoreError> {
        let tier = self.tier("clean")?;
        if sweeping == Sweeping::ForReal {
            self.may_change("clean")?;
            tier.may_change("clean")?;
        }
        let mut swept = SharedSwept::default();
        for fate in on_workers(AT_ONCE, &names(tier)?, |name| self.sweep_one(tier, name, sweeping))? {
            match fate {
                Fate::Kept(size) => swept.kept = (swept.kept.0 + 1, swept.kept.1 + size),
                Fate::Removed(entry) => swept.entries.push(entry),
                Fate::Left(listed) => swept.left.push(*listed),
                Fate::Failed(error) => swept.errors.push(error),
                Fate::Gone => {}
            }
        }
        Ok(swept)
    }

    fn sweep_one(
        &self,
        tier: &SharedTier,
        name: &EntryName,
        sweeping: Sweeping,
    ) -> Result<Fate, StoreError> {
        let Some(listed) = self.look_there(tier, name)? else { return Ok(Fate::Gone) };
        let expired = match &listed.miss {
            None => return Ok(Fate::Kept(listed.size)),
            Some(Miss::Refused(expired @ Refusal::Expired { .. })) => expired.clone(),
            Some(_) => return Ok(Fate::Left(Box::new(listed))),
        };
        let remove = || tier.link.change(|store| store.remove(name, listed.revision));
        Ok(match if sweeping == Sweeping::ForReal { remove() } else { Ok(true) } {
            Ok(true) => {
                let reason = SweepReason::Refused(expired);
                Fate::Removed(SweptEntry { name: *name, size: listed.size, reason })
            }
            // Replaced or removed meanwhile.
            Ok(false) => Fate::Gone,
            Err(error) => Fate::Failed(error),
        })
    }

    /// Every entry of the shared store, in the order of their names. Reads headers, never payloads.
    ///
    /// # Errors
    ///
    /// If there is no shared store, it cannot be listed, or it fails too often on the way.
    pub fn list_shared(&self) -> Result<Vec<Listed>, StoreError> {
        let tier = self.tier("list")?;
        let listed = on_workers(AT_ONCE, &names(tier)?, |name| self.look_there(tier, name))?;
        Ok(listed.into_iter().flatten().collect())
    }

    fn tier(&self, doing: &'static str) -> Result<&SharedTier, StoreError> {
        let none = || StoreError::new(doing, "the shared store", std::io::Error::other("there is none"));
        let tier = self.shared.as_ref().ok_or_else(none)?;
        tier.link.leave_telling();
        Ok(tier)
    }

    /// The entry under a name; `None` if there is none. One that cannot be read hides no other, but a store that is left
    /// alone ends it all.
    fn look_there(&self, tier: &SharedTier, name: &EntryName) -> Result<Option<Listed>, StoreError> {
        let found = tier.link.ask(|store| store.get_header(name));
        match found {
            Err(error) if tier.link.is_left_alone() => Err(error),
            found => Ok(self.listed(name, found)),
        }
    }
}

/// What becomes of an entry.
enum Fate {
    Kept(u64),
    Removed(SweptEntry),
    Left(Box<Listed>),
    Failed(StoreError),
    Gone,
}

/// What the store says it has, each name once.
fn names(tier: &SharedTier) -> Result<Vec<EntryName>, StoreError> {
    let mut names = tier.link.ask(|store| store.names())?;
    names.sort_unstable();
    names.dedup();
    Ok(names)
}
