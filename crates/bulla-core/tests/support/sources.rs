//! Stores that are broken or hostile, each an implementation of the trait that honest ones implement.

use std::collections::BTreeSet;
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use bulla_core::{ReadAt, Untrusted};

/// An honest source that many readers share without copying it.
#[derive(Clone)]
pub(crate) struct Shared(Arc<[u8]>);

impl Shared {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }

    pub(crate) fn size(&self) -> u64 {
        self.0.len() as u64
    }
}

impl ReadAt for Shared {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let range = usize::try_from(offset).ok().and_then(|offset| self.0.get(offset..)?.get(..buf.len()));
        buf.copy_from_slice(range.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// Simulates a disk or a transfer that turns bits of one byte.
pub(crate) struct Flipped {
    pub(crate) bytes: Shared,
    pub(crate) at: u64,
    pub(crate) with: u8,
}

impl ReadAt for Flipped {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        self.bytes.read_exact_at(buf, offset)?;
        let byte = self.at.checked_sub(offset).and_then(|at| buf.get_mut(usize::try_from(at).ok()?));
        if let Some(byte) = byte {
            *byte ^= self.with;
        }
        Ok(())
    }
}

/// Simulates a file that ends early, as a copy that was interrupted.
pub(crate) struct Cut {
    pub(crate) bytes: Shared,
    pub(crate) size: u64,
}

impl ReadAt for Cut {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        if offset.saturating_add(buf.len() as u64) > self.size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.bytes.read_exact_at(buf, offset)
    }
}

/// Simulates a file that somebody writes over, in place, while it is read: so many reads are answered with the
/// bytes from before, all later ones with the bytes from after.
pub(crate) struct Overwritten {
    pub(crate) before: Shared,
    pub(crate) after: Shared,
    pub(crate) reads_left: AtomicUsize,
}

impl ReadAt for Overwritten {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let left = self.reads_left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1));
        let now = if left.is_ok() { &self.before } else { &self.after };
        now.read_exact_at(buf, offset)
    }
}

/// Simulates a server that knows that readers check first and use afterwards: each place is shown honestly once,
/// and with other bytes to whoever comes back to it.
pub(crate) struct TwoFaced {
    pub(crate) honest: Shared,
    pub(crate) evil: Shared,
    pub(crate) seen: Mutex<BTreeSet<u64>>,
}

impl ReadAt for TwoFaced {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let end = offset + buf.len() as u64;
        let mut seen = self.seen.lock().expect("no reader panics while it holds this");
        let back = (offset..end).filter(|&place| !seen.insert(place)).count() > 0;
        if back { &self.evil } else { &self.honest }.read_exact_at(buf, offset)
    }
}

/// Simulates a driver that reports success and has written nothing into the buffer, for reads that begin in
/// `places`.
pub(crate) struct Idle {
    pub(crate) bytes: Shared,
    pub(crate) places: Range<u64>,
}

impl ReadAt for Idle {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        if self.places.contains(&offset) { Ok(()) } else { self.bytes.read_exact_at(buf, offset) }
    }
}

/// Simulates a disk with an unreadable sector, or a connection that breaks: every read that touches `from` or
/// what lies behind it fails.
pub(crate) struct Failing {
    pub(crate) bytes: Shared,
    pub(crate) from: u64,
    pub(crate) kind: io::ErrorKind,
}

impl ReadAt for Failing {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        if offset + buf.len() as u64 > self.from {
            return Err(io::Error::new(self.kind, "simulated"));
        }
        self.bytes.read_exact_at(buf, offset)
    }
}

/// Simulates a sparse object that is as long as its sealer said, without having the bytes: `front`, then zeros
/// without end. Remembers the longest buffer that a reader came with.
pub(crate) struct Sparse {
    pub(crate) front: Vec<u8>,
    pub(crate) longest: Arc<AtomicUsize>,
}

impl ReadAt for Sparse {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        self.longest.fetch_max(buf.len(), Relaxed);
        let front = usize::try_from(offset).ok().and_then(|offset| self.front.get(offset..)).unwrap_or(&[]);
        let (from_front, zeros) = buf.split_at_mut(front.len().min(buf.len()));
        from_front.copy_from_slice(&front[..from_front.len()]);
        zeros.fill(0);
        Ok(())
    }
}

/// An entry of that size behind a source whose first bytes can be read.
pub(crate) fn found(size: u64, source: impl ReadAt + 'static) -> Untrusted {
    Untrusted::read(size, source).expect("its first bytes can be read")
}
