use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use bulla_core::{EntryName, Sealed};

use super::scratch::Scratch;
use super::{InvalidStoreUrl, Lease, Leased, SharedStore, StoreUrl};
use crate::dir::Dir;
use crate::error::StoreError;
use crate::file_store::FileStore;
use crate::store::{Found, Revision, Store};

/// How often a claim is made again because another one was faster.
const ROUNDS: usize = 3;

/// Entries in a directory that is mounted on every machine, as in a cache directory.
#[derive(Debug)]
pub(super) struct MountStore {
    path: PathBuf,
    scratch: Scratch,
    store: OnceLock<FileStore>,
}

impl MountStore {
    pub(super) fn open(url: &StoreUrl, scratch: Scratch) -> Result<Self, InvalidStoreUrl> {
        url.expect_settings(&[])?;
        if !url.host().is_empty() || !url.path().starts_with('/') {
            return Err(url.problem("expected file:// and an absolute path, such as file:///mnt/bulla"));
        }
        Ok(Self { path: PathBuf::from(url.path()), scratch, store: OnceLock::new() })
    }

    /// Nobody else makes it: where nothing is mounted, a directory of this machine's would take its place.
    fn store(&self) -> Result<&FileStore, StoreError> {
        if let Some(store) = self.store.get() {
            return Ok(store);
        }
        let store = FileStore::shared(Dir::open(&self.path)?);
        Ok(self.store.get_or_init(|| store))
    }

    fn lease_name(name: &EntryName) -> String {
        format!("{name}.lease")
    }
}

impl Store for MountStore {
    type Draft = File;

    fn draft(&self) -> Result<File, StoreError> {
        self.scratch.file()
    }

    fn put(&self, name: &EntryName, mut entry: Sealed<File>) -> Result<(), StoreError> {
        let store = self.store()?;
        let copy = entry.copy_into(store.draft()?);
        store.put(name, copy.map_err(|error| StoreError::new("write", store.path(name), error))?)
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        self.store()?.get(name)
    }

    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        self.store()?.remove(name, revision)
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.store()?.quarantine(name, revision)
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        self.store()?.names()
    }
}

impl SharedStore for MountStore {
    fn place(&self) -> String {
        format!("file://{}", self.path.display())
    }

    /// A lease is a file with its own name, published as entries are, and a name is never taken from another one.
    fn lease(&self, name: &EntryName, claim: &Lease) -> Result<Leased, StoreError> {
        let (store, file) = (self.store()?, Self::lease_name(name));
        for _ in 0..ROUNDS {
            if let Some((found, revision)) = Self::look(store, &file)? {
                if let Some(answer) = found.and_then(|held| held.answer(claim)) {
                    return Ok(answer);
                }
                store.remove_still(&file, revision)?;
            }
            if store.publish_new(&file, claim.encode().as_bytes())? {
                return Ok(Leased::Ours);
            }
        }
        // It changes hands faster than it can be read, which is no reason to wait.
        Ok(Leased::Ours)
    }

    fn release(&self, name: &EntryName, claim: &Lease) -> Result<(), StoreError> {
        let (store, file) = (self.store()?, Self::lease_name(name));
        match Self::look(store, &file)? {
            Some((Some(held), revision)) if held == *claim => store.remove_still(&file, revision).map(drop),
            _ => Ok(()),
        }
    }
}

impl MountStore {
    /// What lies in a lease's file, which may be no lease.
    fn look(store: &FileStore, file: &str) -> Result<Option<(Option<Lease>, Revision)>, StoreError> {
        let Some((from, resident)) = store.dir().read(file)? else { return Ok(None) };
        let mut bytes = Vec::new();
        let read = from.take(Lease::LONGEST as u64).read_to_end(&mut bytes);
        read.map_err(|error| StoreError::new("read", store.dir().path_of(file), error))?;
        Ok(Some((Lease::decode(&bytes), resident.revision)))
    }
}
