use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::sync::OnceLock;

use bulla_core::{EntryName, Sealed};

use super::scratch::Scratch;
use super::{InvalidStoreUrl, Lease, Leased, SharedStore, StoreUrl};
use crate::dir::Dir;
use crate::error::StoreError;
use crate::file_store::FileStore;
use crate::store::{Found, Revision, Store};

/// Entries in a directory that is mounted on every machine, as in a cache directory.
#[derive(Debug)]
pub struct MountStore {
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
        let store = FileStore::new(Dir::open(&self.path)?);
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

    fn lease(&self, name: &EntryName, claim: &Lease) -> Result<Leased, StoreError> {
        let dir = self.store()?.dir();
        let file = Self::lease_name(name);
        if let Some(held) = self.held(&file)? {
            if !held.is_over(claim.since) {
                return Ok(if held == *claim { Leased::Ours } else { Leased::Theirs(held) });
            }
            dir.remove(&file)?;
        }
        // Written under another name first: nobody reads half a lease, and a link replaces none.
        let draft = format!("{file}.{}", claim.since.as_millis());
        let written = dir.create_new(&draft).and_then(|mut to| {
            to.write_all(claim.encode().as_bytes())
                .map_err(|error| StoreError::new("write", dir.path_of(&draft), error))
        });
        let linked = written.and_then(|()| dir.link(&draft, &file));
        let _ = dir.remove(&draft);
        match linked {
            Ok(()) => Ok(Leased::Ours),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Ok(self.held(&file)?.map_or(Leased::Ours, Leased::Theirs))
            }
            Err(error) => Err(error),
        }
    }

    fn release(&self, name: &EntryName, claim: &Lease) -> Result<(), StoreError> {
        let file = Self::lease_name(name);
        if self.held(&file)?.is_some_and(|held| held == *claim) {
            self.store()?.dir().remove(&file)?;
        }
        Ok(())
    }
}

impl MountStore {
    /// The lease in that file, if there is one.
    fn held(&self, file: &str) -> Result<Option<Lease>, StoreError> {
        let dir = self.store()?.dir();
        let Some((from, _)) = dir.read(file)? else { return Ok(None) };
        let mut bytes = Vec::new();
        let read = from.take(Lease::LONGEST as u64).read_to_end(&mut bytes);
        read.map_err(|error| StoreError::new("read", dir.path_of(file), error))?;
        Ok(Lease::decode(&bytes))
    }
}
