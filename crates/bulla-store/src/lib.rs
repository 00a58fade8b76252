//! The shelf: sealed bytes by name. A store is never trusted and never given a key.
//!
//! ```text
//! Store::draft --> Draft --bulla_core::seal--> Sealed<Draft> --Store::put(name)--> [ bytes ]
//!                                              Untrusted <--Store::get(name)-------'
//! ```
//!
//! [`FileStore`] keeps one file for each entry in one directory, [`MemoryStore`] keeps them in memory. Anything
//! else can be a store by implementing [`Store`]; the feature `contract` has the suite that each must pass.
//!
//! ```
//! use bulla_store::{MemoryStore, Store};
//!
//! let store = MemoryStore::default();
//! assert_eq!(store.names()?, []);
//! # Ok::<(), bulla_store::StoreError>(())
//! ```

#[cfg(not(unix))]
compile_error!(
    "bulla does not support this platform yet: its store needs directory handles as Unix has them"
);

#[cfg(feature = "contract")]
pub mod contract;
mod dir;
mod error;
mod file_store;
mod memory_store;
mod resolve;
mod shared;
mod store;

pub use dir::{Dir, Resident, open_regular, open_regular_nofollow};
pub use error::StoreError;
pub use file_store::{FileDraft, FileStore, QuarantineLimits};
pub use memory_store::MemoryStore;
pub use shared::{InvalidStoreUrl, Lease, Leased, Service, SharedStore, StoreUrl, connect};
pub use store::{Found, Revision, Store};
