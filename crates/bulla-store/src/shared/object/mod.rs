//! Entries as objects in a service that exists already, over Apache OpenDAL: `<prefix>/<name>.bulla`, and
//! `<prefix>/<name>.lease` beside it.
//!
//! Nothing in here waits for ever or takes in what it was not asked for, whatever the server does. A connection is there
//! within 5 s, and an answer begins within 10 s, however many attempts of three that takes: a server that does not answer
//! costs 10 s a call, and no call takes more than 60 s (300 s for a list).

#[cfg(any(feature = "s3", feature = "gcs", feature = "azblob"))]
mod address;
#[cfg(feature = "azblob")]
pub(super) mod azblob;
mod bucket;
mod client;
mod failure;
#[cfg(feature = "gcs")]
pub(super) mod gcs;
#[cfg(feature = "ghac")]
pub(super) mod ghac;
mod leases;
mod remote;
mod runtime;
#[cfg(feature = "s3")]
pub(super) mod s3;
mod upload;

use std::fs::File;

use bulla_core::{EntryName, MAX_ENTRY_LEN, MAX_HEADER_LEN, Sealed, Untrusted};
use opendal::{Builder, ErrorKind};

use self::bucket::Bucket;
use self::remote::Remote;
use super::scratch::Scratch;
use super::{InvalidStoreUrl, Lease, Leased, SharedStore, StoreUrl};
use crate::error::StoreError;
use crate::store::{Found, Revision, Store};

/// What a reader gets with its first request: a payload of 1 MiB with its header and its digest table. Most entries are
/// shorter, and need no other.
const FIRST: u64 = (1 << 20) + (64 << 10);

/// Entries as objects of one bucket.
pub(super) struct ObjectStore {
    bucket: Bucket,
    /// Empty, or ends with `/`.
    prefix: String,
    scratch: Scratch,
    place: String,
}

impl ObjectStore {
    /// `scope` is what stands before a prefix in an address: `s3://bucket/`.
    fn open(
        url: &StoreUrl,
        service: impl Builder,
        scope: String,
        prefix: &str,
        scratch: Scratch,
    ) -> Result<Self, InvalidStoreUrl> {
        let prefix = prefix.trim_matches('/');
        // They would lead elsewhere on the way.
        if !prefix.is_empty() && prefix.split('/').any(|part| matches!(part.trim(), "" | "." | "..")) {
            return Err(url.problem("a part of the prefix is empty, `.` or `..`"));
        }
        let operators = client::operators(service).map_err(|error| url.problem(misconfigured(&error)))?;
        let endpoint = url.setting("endpoint").map(str::to_owned);
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(Self { bucket: Bucket::new(operators, scope, endpoint), prefix, scratch, place: url.to_string() })
    }

    fn path(&self, name: &EntryName) -> String {
        format!("{}{name}.bulla", self.prefix)
    }

    fn lease_path(&self, name: &EntryName) -> String {
        format!("{}{name}.lease", self.prefix)
    }

    /// The entry under a name, of which `first` bytes are asked for at once.
    fn get_from(&self, name: &EntryName, first: u64) -> Result<Option<Found>, StoreError> {
        let path = self.path(name);
        let Some(head) = self.bucket.head(&path, first)? else { return Ok(None) };
        let (size, revision) = (head.size, head.revision);
        let bytes = if size > MAX_ENTRY_LEN {
            Untrusted::obstructed("it is larger than any entry")
        } else {
            let read = Untrusted::read(size, Remote::new(self.bucket.clone(), path, head));
            read.map_err(|error| StoreError::new("read", self.place.clone(), error))?
        };
        Ok(Some(Found { bytes, revision }))
    }
}

/// What is wrong with a service's settings, which come from the address and the environment.
fn misconfigured(error: &opendal::Error) -> String {
    match error.kind() {
        ErrorKind::ConfigInvalid if error.message().starts_with("region is missing") => {
            "name its region, with `?region=` or in AWS_REGION".to_owned()
        }
        ErrorKind::ConfigInvalid if error.message().starts_with("cache url for ghac not found") => {
            "it is there inside a job of GitHub Actions only, which has ACTIONS_RESULTS_URL".to_owned()
        }
        _ => failure::plain(error.message()),
    }
}

impl Store for ObjectStore {
    type Draft = File;

    fn draft(&self) -> Result<File, StoreError> {
        self.scratch.file()
    }

    fn put(&self, name: &EntryName, entry: Sealed<File>) -> Result<(), StoreError> {
        self.bucket.upload(&self.path(name), entry.into_draft())
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        self.get_from(name, FIRST)
    }

    /// No service removes on a condition: an object that arrives between the look and the removal goes with the one
    /// that was looked at.
    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        let path = self.path(name);
        let found = self.bucket.revision(&path)?;
        let is_asked = found.is_some_and(|found| revision.is_none_or(|asked| asked == found));
        if is_asked {
            self.bucket.delete(&path)?;
        }
        Ok(is_asked)
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.remove(name, Some(revision))
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        let prefix = self.prefix.clone();
        let name = move |path: &str| path.strip_prefix(&prefix)?.strip_suffix(".bulla")?.parse().ok();
        let mut names: Vec<EntryName> = self.bucket.list(&self.prefix, name)?;
        names.sort_unstable();
        names.dedup();
        Ok(names)
    }
}

impl SharedStore for ObjectStore {
    fn place(&self) -> String {
        self.place.clone()
    }

    fn get_header(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        self.get_from(name, MAX_HEADER_LEN as u64)
    }

    fn lease(&self, name: &EntryName, claim: &Lease) -> Result<Leased, StoreError> {
        leases::lease(&self.bucket, &self.lease_path(name), claim)
    }

    fn release(&self, name: &EntryName, claim: &Lease) -> Result<(), StoreError> {
        leases::release(&self.bucket, &self.lease_path(name), claim)
    }
}
