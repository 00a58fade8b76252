use std::io::{Read, Seek, Write};

use bulla_core::{EntryName, Sealed, Untrusted};

use crate::error::StoreError;

/// Sealed bytes by name.
///
/// It takes nothing but [`Sealed`] and returns nothing but [`Untrusted`]. What it must keep to is the contract
/// suite; what it may do to the bytes is anything, since every reader proves them.
pub trait Store: Send + Sync {
    /// Where an entry is written before it is published.
    type Draft: Read + Write + Seek + Send;

    /// An empty draft. One that is dropped without being published leaves nothing behind.
    fn draft(&self) -> Result<Self::Draft, StoreError>;

    /// Publishes an entry whole, in place of any earlier one. Readers see the old one or the new one.
    fn put(&self, name: &EntryName, entry: Sealed<Self::Draft>) -> Result<(), StoreError>;

    /// What lies under the name now; `None` if nothing does.
    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError>;

    /// Removes what lies under the name, if it is still that revision (any, without one). Whether it did; over a network,
    /// `false` may also mean that it did and was asked again, because the first reply was lost.
    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError>;

    /// Moves what lies under the name out of every reader's way, if it is still that revision. Whether it did.
    /// A store that has no other place removes it.
    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError>;

    /// Every name that something lies under, in any order.
    fn names(&self) -> Result<Vec<EntryName>, StoreError>;
}

/// What lay under a name.
#[derive(Debug)]
pub struct Found {
    /// The bytes, which may be anything.
    pub bytes: Untrusted,
    /// Which bytes they were, so that only those are removed afterwards.
    pub revision: Revision,
}

/// Tells what lay under a name from what lies there later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revision(u128);

impl Revision {
    /// A revision that the store can tell from every other that lay or will lie under the same name.
    pub const fn new(id: u128) -> Self {
        Self(id)
    }
}
