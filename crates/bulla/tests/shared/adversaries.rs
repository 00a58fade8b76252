//! Shared stores that are broken or hostile.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use bulla::{EntryName, Found, Lease, Leased, ReadAt, Revision, StoreError, Timestamp, Untrusted};

use crate::bucket::{Bucket, Conduct};

fn failed(kind: io::ErrorKind) -> StoreError {
    StoreError::new("reach", "the bucket", io::Error::from(kind))
}

/// What is given out in place of an object's bytes.
fn in_place_of(
    bucket: &Bucket,
    name: &EntryName,
    change: impl FnOnce(&mut Vec<u8>),
) -> Result<Option<Found>, StoreError> {
    let Some(bytes) = bucket.objects().get(name).cloned() else { return Ok(None) };
    let mut bytes = bytes.to_vec();
    change(&mut bytes);
    Ok(Some(Found { bytes: bytes.into(), revision: Revision::new(7) }))
}

/// Simulates a hand in the bucket, or a transfer, that flips one bit of one byte.
pub(crate) struct Tampering {
    pub(crate) at: usize,
}

impl Conduct for Tampering {
    fn get(&self, bucket: &Bucket, name: &EntryName) -> Result<Option<Found>, StoreError> {
        in_place_of(bucket, name, |bytes| bytes[self.at] ^= 1 << (self.at % 8))
    }
}

/// Simulates an upload that broke off, or one that was written twice: an object of another length than its entry.
pub(crate) struct Resizing {
    pub(crate) size: usize,
}

impl Conduct for Resizing {
    fn get(&self, bucket: &Bucket, name: &EntryName) -> Result<Option<Found>, StoreError> {
        in_place_of(bucket, name, |bytes| bytes.resize(self.size, 0))
    }
}

/// Simulates a server that states another length than it has bytes.
pub(crate) struct Boasting {
    pub(crate) size: u64,
}

impl Conduct for Boasting {
    fn get(&self, bucket: &Bucket, name: &EntryName) -> Result<Option<Found>, StoreError> {
        let Some(bytes) = bucket.objects().get(name).cloned() else { return Ok(None) };
        Ok(Some(Found { bytes: bucket.object(self.size, bytes)?, revision: Revision::new(7) }))
    }
}

/// Simulates an index that is mixed up: whatever is asked for, it gives what lies under one name.
pub(crate) struct Swapping {
    pub(crate) gives: EntryName,
}

impl Conduct for Swapping {
    fn get(&self, bucket: &Bucket, _: &EntryName) -> Result<Option<Found>, StoreError> {
        bucket.get(&self.gives)
    }
}

/// Simulates a bucket that was restored from a backup: it gives the oldest version that was ever put.
pub(crate) struct Replaying;

impl Conduct for Replaying {
    fn get(&self, bucket: &Bucket, name: &EntryName) -> Result<Option<Found>, StoreError> {
        let Some(oldest) = bucket.versions(name).first().cloned() else { return Ok(None) };
        Ok(Some(Found { bytes: oldest.to_vec().into(), revision: Revision::new(7) }))
    }
}

/// Simulates a bucket whose objects are written over while they are read: after so many reads of one, it gives the bytes
/// of another.
pub(crate) struct Replacing {
    pub(crate) after: usize,
    pub(crate) with: Arc<[u8]>,
}

impl Conduct for Replacing {
    fn get(&self, bucket: &Bucket, name: &EntryName) -> Result<Option<Found>, StoreError> {
        let Some(before) = bucket.objects().get(name).cloned() else { return Ok(None) };
        let size = before.len() as u64;
        let source = Replaced { before, after: Ok(Arc::clone(&self.with)), reads_left: self.after.into() };
        let bytes = Untrusted::read(size, source).map_err(|error| failed(error.kind()))?;
        Ok(Some(Found { bytes, revision: Revision::new(7) }))
    }
}

/// Simulates a connection that is cut in the middle of a body: so many reads of an object go well.
pub(crate) struct Cutting {
    pub(crate) after: usize,
}

impl Conduct for Cutting {
    fn get(&self, bucket: &Bucket, name: &EntryName) -> Result<Option<Found>, StoreError> {
        let Some(before) = bucket.objects().get(name).cloned() else { return Ok(None) };
        let size = before.len() as u64;
        let after = Err(io::ErrorKind::ConnectionReset);
        let source = Replaced { before, after, reads_left: self.after.into() };
        let bytes = Untrusted::read(size, source).map_err(|error| failed(error.kind()))?;
        Ok(Some(Found { bytes, revision: Revision::new(7) }))
    }
}

/// Simulates a server that takes its time over a body: something else happens before it comes.
pub(crate) struct Meanwhile<F>(pub(crate) Arc<F>);

impl<F: Fn() + Send + Sync + 'static> Conduct for Meanwhile<F> {
    fn get(&self, bucket: &Bucket, name: &EntryName) -> Result<Option<Found>, StoreError> {
        let Some(bytes) = bucket.objects().get(name).cloned() else { return Ok(None) };
        let size = bytes.len() as u64;
        let source = Slow { bytes, meanwhile: Arc::clone(&self.0) };
        let bytes = Untrusted::read(size, source).map_err(|error| failed(error.kind()))?;
        Ok(Some(Found { bytes, revision: Revision::new(7) }))
    }
}

struct Slow<F> {
    bytes: Arc<[u8]>,
    meanwhile: Arc<F>,
}

impl<F: Fn() + Send + Sync> ReadAt for Slow<F> {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        if offset > 0 {
            (self.meanwhile)();
        }
        self.bytes.to_vec().read_exact_at(buf, offset)
    }
}

struct Replaced {
    before: Arc<[u8]>,
    after: Result<Arc<[u8]>, io::ErrorKind>,
    reads_left: AtomicUsize,
}

impl ReadAt for Replaced {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let one_less = |left: usize| left.checked_sub(1);
        let left = self.reads_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        let now = if left.is_ok() { &self.before } else { self.after.as_ref().map_err(|kind| *kind)? };
        now.to_vec().read_exact_at(buf, offset)
    }
}

/// Simulates a server that is gone: every call fails.
pub(crate) struct Unreachable;

impl Conduct for Unreachable {
    fn get(&self, _: &Bucket, _: &EntryName) -> Result<Option<Found>, StoreError> {
        Err(failed(io::ErrorKind::ConnectionRefused))
    }

    fn put(&self, _: &Bucket, _: &EntryName, _: &[u8]) -> Result<(), StoreError> {
        Err(failed(io::ErrorKind::ConnectionRefused))
    }

    fn names(&self, _: &Bucket) -> Result<Vec<EntryName>, StoreError> {
        Err(failed(io::ErrorKind::ConnectionRefused))
    }

    fn lease(&self, _: &Bucket, _: &EntryName, _: &Lease) -> Result<Leased, StoreError> {
        Err(failed(io::ErrorKind::ConnectionRefused))
    }
}

/// Simulates a server that dies after it has given a listing.
pub(crate) struct Vanishing(pub(crate) Vec<EntryName>);

impl Conduct for Vanishing {
    fn names(&self, _: &Bucket) -> Result<Vec<EntryName>, StoreError> {
        Ok(self.0.clone())
    }

    fn get(&self, _: &Bucket, _: &EntryName) -> Result<Option<Found>, StoreError> {
        Err(failed(io::ErrorKind::ConnectionReset))
    }
}

/// Simulates a black hole: nothing answers, and every call fails after that long.
pub(crate) struct BlackHole(pub(crate) Duration);

impl BlackHole {
    fn call<T>(&self) -> Result<T, StoreError> {
        std::thread::sleep(self.0);
        Err(failed(io::ErrorKind::TimedOut))
    }
}

impl Conduct for BlackHole {
    fn get(&self, _: &Bucket, _: &EntryName) -> Result<Option<Found>, StoreError> {
        self.call()
    }

    fn put(&self, _: &Bucket, _: &EntryName, _: &[u8]) -> Result<(), StoreError> {
        self.call()
    }

    fn lease(&self, _: &Bucket, _: &EntryName, _: &Lease) -> Result<Leased, StoreError> {
        self.call()
    }
}

/// Simulates a full server, or an account that may only read.
pub(crate) struct Refusing;

impl Conduct for Refusing {
    fn put(&self, _: &Bucket, _: &EntryName, _: &[u8]) -> Result<(), StoreError> {
        Err(failed(io::ErrorKind::StorageFull))
    }

    fn lease(&self, _: &Bucket, _: &EntryName, _: &Lease) -> Result<Leased, StoreError> {
        Err(failed(io::ErrorKind::PermissionDenied))
    }
}

/// Simulates a server that refuses every other write.
#[derive(Default)]
pub(crate) struct Stumbling(AtomicUsize);

impl Conduct for Stumbling {
    fn put(&self, bucket: &Bucket, name: &EntryName, bytes: &[u8]) -> Result<(), StoreError> {
        if self.0.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
            return Err(failed(io::ErrorKind::StorageFull));
        }
        bucket.plant(*name, bytes);
        Ok(())
    }
}

/// Simulates a service that replaces nothing.
pub(crate) struct Keeping;

impl Conduct for Keeping {
    fn put(&self, bucket: &Bucket, name: &EntryName, bytes: &[u8]) -> Result<(), StoreError> {
        if bucket.objects().contains_key(name) {
            return Err(failed(io::ErrorKind::AlreadyExists));
        }
        bucket.plant(*name, bytes);
        Ok(())
    }
}

/// Simulates an account that may write, and agree on nothing: a file system without links, a policy without removal.
pub(crate) struct Disagreeing;

impl Conduct for Disagreeing {
    fn lease(&self, _: &Bucket, _: &EntryName, _: &Lease) -> Result<Leased, StoreError> {
        Err(failed(io::ErrorKind::PermissionDenied))
    }

    fn remove(&self) -> Result<(), StoreError> {
        Err(failed(io::ErrorKind::PermissionDenied))
    }
}

/// Simulates a server of which one node of several is gone: one entry cannot be read.
pub(crate) struct Patchy(pub(crate) EntryName);

impl Conduct for Patchy {
    fn get(&self, bucket: &Bucket, name: &EntryName) -> Result<Option<Found>, StoreError> {
        if *name == self.0 { Err(failed(io::ErrorKind::TimedOut)) } else { bucket.get(name) }
    }
}

/// Simulates a server that takes entries and hangs on ending a lease.
pub(crate) struct HoldingLeases(pub(crate) Gate);

impl Conduct for HoldingLeases {
    fn release(&self) -> Result<(), StoreError> {
        self.0.pass();
        Ok(())
    }
}

/// Simulates a server that says that it has stored what it throws away.
pub(crate) struct Losing;

impl Conduct for Losing {
    fn put(&self, _: &Bucket, _: &EntryName, _: &[u8]) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Simulates a slow server: it takes nothing before the gate is open.
pub(crate) struct Waiting(pub(crate) Gate);

/// Something to wait at.
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<bool>, Condvar)>);

impl Gate {
    pub(crate) fn open(&self) {
        *self.0.0.lock().expect("no test panics while it holds this") = true;
        self.0.1.notify_all();
    }

    fn pass(&self) {
        let closed = self.0.0.lock().expect("as above");
        drop(self.0.1.wait_while(closed, |open| !*open).expect("as above"));
    }
}

impl Conduct for Waiting {
    fn put(&self, bucket: &Bucket, name: &EntryName, bytes: &[u8]) -> Result<(), StoreError> {
        self.0.pass();
        bucket.plant(*name, bytes);
        Ok(())
    }
}

/// Simulates a listing that omits what is there and invents what is not.
pub(crate) struct Inventing(pub(crate) Vec<EntryName>);

impl Conduct for Inventing {
    fn names(&self, _: &Bucket) -> Result<Vec<EntryName>, StoreError> {
        Ok(self.0.clone())
    }
}

/// Simulates a server that wants everybody to wait for ever: each lease is somebody else's, who has just begun.
pub(crate) struct Stalling;

impl Conduct for Stalling {
    fn lease(&self, _: &Bucket, _: &EntryName, claim: &Lease) -> Result<Leased, StoreError> {
        let until = claim.since.saturating_add(Duration::from_secs(12 * 3600));
        Ok(Leased::Theirs(Lease { owner: "nobody".to_owned(), since: claim.since, until }))
    }
}

/// Simulates a server without conditional writes: everybody gets the lease.
pub(crate) struct Generous;

impl Conduct for Generous {
    fn lease(&self, _: &Bucket, _: &EntryName, _: &Lease) -> Result<Leased, StoreError> {
        Ok(Leased::Ours)
    }
}

/// Simulates a server that gives leases that make no sense: over for long, or for longer than anything takes.
pub(crate) struct Raving(pub(crate) Timestamp);

impl Conduct for Raving {
    fn lease(&self, _: &Bucket, _: &EntryName, claim: &Lease) -> Result<Leased, StoreError> {
        Ok(Leased::Theirs(Lease { owner: "a raving one".to_owned(), since: claim.since, until: self.0 }))
    }
}
