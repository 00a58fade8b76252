//! Stores that several machines use. They are adversaries as every store is, slower and further away.

#[cfg(any(feature = "_objects", feature = "redis"))]
mod budget;
#[cfg(any(feature = "_objects", feature = "redis"))]
mod certificate;
mod lease;
mod mount;
#[cfg(feature = "_objects")]
mod object;
#[cfg(feature = "redis")]
mod redis;
mod scratch;
mod url;

use std::fs::File;
use std::path::Path;

use bulla_core::EntryName;

pub use lease::{Lease, Leased};
pub use url::{InvalidStoreUrl, Service, StoreUrl};

use mount::MountStore;
use scratch::Scratch;

use crate::error::StoreError;
use crate::store::{Found, Store};

/// A store that several machines use: what any store does, and leases. A draft is a file without a name on this machine,
/// so that what is published is whole before the first byte is sent.
pub trait SharedStore: Store<Draft = File> {
    /// Where it is, for people, without credentials.
    fn place(&self) -> String;

    /// As [`Store::get`], for whoever wants no more than the header: no more is asked for until it is read.
    fn get_header(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        self.get(name)
    }

    /// Asks for the lease on a name: whether the claimant is the one who makes that entry. A lease that is over by
    /// `claim.since` counts as none.
    ///
    /// It is advice, never safety: a server may lose it or give it to two, which costs a second scan and no wrong answer.
    fn lease(&self, name: &EntryName, claim: &Lease) -> Result<Leased, StoreError>;

    /// Ends a lease, if it is still the claimant's.
    fn release(&self, name: &EntryName, claim: &Lease) -> Result<(), StoreError>;
}

/// Opens the store at an address. Nothing is asked of it before it is used. Drafts lie in `scratch`, a directory of this
/// machine's.
///
/// # Errors
///
/// If this program was built without its service, or what the address says makes no sense to it.
pub fn connect(url: &StoreUrl, scratch: &Path) -> Result<Box<dyn SharedStore>, InvalidStoreUrl> {
    let scratch = Scratch::new(scratch);
    match url.service() {
        Service::File => Ok(Box::new(MountStore::open(url, scratch)?)),
        #[cfg(feature = "s3")]
        Service::S3 => Ok(Box::new(object::s3::open(url, scratch)?)),
        #[cfg(feature = "gcs")]
        Service::Gcs => Ok(Box::new(object::gcs::open(url, scratch)?)),
        #[cfg(feature = "azblob")]
        Service::Azblob => Ok(Box::new(object::azblob::open(url, scratch)?)),
        #[cfg(feature = "ghac")]
        Service::Ghac => Ok(Box::new(object::ghac::open(url, scratch)?)),
        #[cfg(feature = "redis")]
        Service::Redis | Service::Rediss => Ok(Box::new(redis::RedisStore::open(url, scratch)?)),
        #[allow(unreachable_patterns, reason = "every service may be built in")]
        service => Err(url.problem(format!("this program was built without `{}`", service.scheme()))),
    }
}
