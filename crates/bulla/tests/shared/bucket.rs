//! A shared store in memory, and what an adversary can make of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use bulla::{
    EntryName, Found, Lease, Leased, ReadAt, Revision, Sealed, SharedStore, Store, StoreError, Untrusted,
};

/// An object store that keeps its word: every version that was ever put under a name, and what it was asked for.
#[derive(Default)]
pub(crate) struct Bucket {
    kept: Mutex<Kept>,
    /// How often anything behind the first bytes of an object was read.
    pub(crate) bodies: Arc<AtomicUsize>,
}

type Version = (Revision, Arc<[u8]>);

#[derive(Default)]
struct Kept {
    by_name: BTreeMap<EntryName, Vec<Version>>,
    leases: BTreeMap<EntryName, Lease>,
    published: u128,
    asked: Vec<&'static str>,
}

impl Bucket {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().expect("no test panics while it holds this")
    }

    /// Everything that was asked, in order: `get`, `put`, `remove`, `names`, `lease`, `release`.
    pub(crate) fn asked(&self) -> Vec<&'static str> {
        self.kept().asked.clone()
    }

    /// How often that was asked.
    pub(crate) fn times(&self, asked: &str) -> usize {
        self.kept().asked.iter().filter(|known| **known == asked).count()
    }

    /// What lies there now, by name.
    pub(crate) fn objects(&self) -> BTreeMap<EntryName, Arc<[u8]>> {
        let newest = |versions: &Vec<Version>| versions.last().map(|(_, bytes)| Arc::clone(bytes));
        self.kept().by_name.iter().filter_map(|(name, versions)| Some((*name, newest(versions)?))).collect()
    }

    /// Every version that was ever put under a name, oldest first.
    pub(crate) fn versions(&self, name: &EntryName) -> Vec<Arc<[u8]>> {
        let kept = self.kept();
        kept.by_name.get(name).into_iter().flatten().map(|(_, bytes)| Arc::clone(bytes)).collect()
    }

    pub(crate) fn lease_of(&self, name: &EntryName) -> Option<Lease> {
        self.kept().leases.get(name).cloned()
    }

    pub(crate) fn set_lease(&self, name: EntryName, lease: Lease) {
        self.kept().leases.insert(name, lease);
    }

    /// Puts anything under a name, as whoever can write to the bucket can.
    pub(crate) fn plant(&self, name: EntryName, bytes: &[u8]) {
        let mut kept = self.kept();
        kept.published += 1;
        let revision = Revision::new(kept.published);
        kept.by_name.entry(name).or_default().push((revision, bytes.into()));
    }

    pub(crate) fn clear(&self) {
        self.kept().by_name.clear();
    }

    pub(crate) fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        let newest = self.kept().by_name.get(name).and_then(|versions| versions.last().cloned());
        let Some((revision, bytes)) = newest else { return Ok(None) };
        let size = bytes.len() as u64;
        Ok(Some(Found { bytes: self.object(size, bytes)?, revision }))
    }

    /// An object that says it has `size` bytes.
    pub(crate) fn object(&self, size: u64, bytes: Arc<[u8]>) -> Result<Untrusted, StoreError> {
        let object = Object { bytes, bodies: Arc::clone(&self.bodies) };
        Untrusted::read(size, object).map_err(|error| StoreError::new("read", "the bucket", error))
    }

    pub(crate) fn lease(&self, name: &EntryName, claim: &Lease) -> Leased {
        let mut kept = self.kept();
        match kept.leases.get(name).filter(|held| !held.is_over(claim.since) && *held != claim) {
            Some(held) => Leased::Theirs(held.clone()),
            None => {
                kept.leases.insert(*name, claim.clone());
                Leased::Ours
            }
        }
    }
}

struct Object {
    bytes: Arc<[u8]>,
    bodies: Arc<AtomicUsize>,
}

impl ReadAt for Object {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        if offset > 0 {
            self.bodies.fetch_add(1, Ordering::Relaxed);
        }
        let range =
            usize::try_from(offset).ok().and_then(|offset| self.bytes.get(offset..)?.get(..buf.len()));
        buf.copy_from_slice(range.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// What a store makes of each question. By itself it keeps its word.
pub(crate) trait Conduct: Send + Sync {
    fn get(&self, bucket: &Bucket, name: &EntryName) -> Result<Option<Found>, StoreError> {
        bucket.get(name)
    }

    fn put(&self, bucket: &Bucket, name: &EntryName, bytes: &[u8]) -> Result<(), StoreError> {
        bucket.plant(*name, bytes);
        Ok(())
    }

    fn names(&self, bucket: &Bucket) -> Result<Vec<EntryName>, StoreError> {
        Ok(bucket.objects().into_keys().collect())
    }

    fn lease(&self, bucket: &Bucket, name: &EntryName, claim: &Lease) -> Result<Leased, StoreError> {
        Ok(bucket.lease(name, claim))
    }

    /// Before an entry is removed.
    fn remove(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Before a lease is ended.
    fn release(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Simulates nothing: it keeps its word.
pub(crate) struct Honest;

impl Conduct for Honest {}

/// One machine's connection to a bucket that behaves like that.
pub(crate) struct Remote<C> {
    pub(crate) bucket: Arc<Bucket>,
    pub(crate) conduct: C,
}

impl<C: Conduct> Remote<C> {
    fn asked(&self, what: &'static str) {
        self.bucket.kept().asked.push(what);
    }
}

impl<C: Conduct> Store for Remote<C> {
    type Draft = File;

    fn draft(&self) -> Result<File, StoreError> {
        tempfile::tempfile().map_err(|error| StoreError::new("write", "the scratch directory", error))
    }

    fn put(&self, name: &EntryName, entry: Sealed<File>) -> Result<(), StoreError> {
        self.asked("put");
        let mut bytes = Vec::new();
        let mut draft = entry.into_draft();
        draft.rewind().and_then(|()| draft.read_to_end(&mut bytes)).expect("a draft is readable");
        self.conduct.put(&self.bucket, name, &bytes)
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        self.asked("get");
        self.conduct.get(&self.bucket, name)
    }

    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        self.asked("remove");
        self.conduct.remove()?;
        let mut kept = self.bucket.kept();
        let newest = kept.by_name.get(name).and_then(|versions| Some(versions.last()?.0));
        let is_still = newest.is_some() && revision.is_none_or(|asked| Some(asked) == newest);
        Ok(is_still && kept.by_name.remove(name).is_some())
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        self.remove(name, Some(revision))
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        self.asked("names");
        self.conduct.names(&self.bucket)
    }
}

impl<C: Conduct> SharedStore for Remote<C> {
    fn place(&self) -> String {
        "memory://bucket".to_owned()
    }

    fn lease(&self, name: &EntryName, claim: &Lease) -> Result<Leased, StoreError> {
        self.asked("lease");
        self.conduct.lease(&self.bucket, name, claim)
    }

    fn release(&self, name: &EntryName, claim: &Lease) -> Result<(), StoreError> {
        self.asked("release");
        self.conduct.release()?;
        let mut kept = self.bucket.kept();
        if kept.leases.get(name) == Some(claim) {
            kept.leases.remove(name);
        }
        Ok(())
    }
}
