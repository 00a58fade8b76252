use bulla_core::{EntryName, Refusal};
use bulla_store::{Store, StoreError};

use super::tier::SharedTier;
use crate::cache::Cache;
use crate::list::Listed;
use crate::miss::Miss;
use crate::sweep::{SweepReason, Sweeping, SweptEntry};

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
        for name in names(tier)? {
            let Some(listed) = self.look_there(tier, &name)? else { continue };
            match &listed.miss {
                None => swept.kept = (swept.kept.0 + 1, swept.kept.1 + listed.size),
                Some(Miss::Refused(expired @ Refusal::Expired { .. })) => {
                    let reason = SweepReason::Refused(expired.clone());
                    let remove = || tier.link.ask(|store| store.remove(&name, listed.revision));
                    match if sweeping == Sweeping::ForReal { remove() } else { Ok(true) } {
                        Ok(true) => swept.entries.push(SweptEntry { name, size: listed.size, reason }),
                        // Replaced or removed meanwhile.
                        Ok(false) => {}
                        Err(error) => swept.errors.push(error),
                    }
                }
                Some(_) => swept.left.push(listed),
            }
        }
        Ok(swept)
    }

    /// Every entry of the shared store, in the order of their names. Reads headers, never payloads.
    ///
    /// # Errors
    ///
    /// If there is no shared store, it cannot be listed, or it fails too often on the way.
    pub fn list_shared(&self) -> Result<Vec<Listed>, StoreError> {
        let tier = self.tier("list")?;
        names(tier)?.iter().filter_map(|name| self.look_there(tier, name).transpose()).collect()
    }

    fn tier(&self, doing: &'static str) -> Result<&SharedTier, StoreError> {
        self.shared
            .as_ref()
            .ok_or_else(|| StoreError::new(doing, "the shared store", std::io::Error::other("there is none")))
    }

    /// The entry under a name; `None` if there is none. One that cannot be read hides no other, but a store that is left
    /// alone ends it all.
    fn look_there(&self, tier: &SharedTier, name: &EntryName) -> Result<Option<Listed>, StoreError> {
        let found = tier.link.ask(|store| store.get(name));
        match found {
            Err(error) if tier.link.is_left_alone() => Err(error),
            found => Ok(self.listed(name, found)),
        }
    }
}

/// What the store says it has, each name once.
fn names(tier: &SharedTier) -> Result<Vec<EntryName>, StoreError> {
    let mut names = tier.link.ask(|store| store.names())?;
    names.sort_unstable();
    names.dedup();
    Ok(names)
}
