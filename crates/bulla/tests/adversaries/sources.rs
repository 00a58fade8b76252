//! Adversaries in what they give out.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bulla::{StoreError, Untrusted};
use bulla_core::ReadAt;

use super::shelf::{Given, last};

fn unreachable(error: io::Error) -> StoreError {
    StoreError::new("read", "the shelf", error)
}

/// Simulates a disk, a transfer or a hand that flips one bit of one byte, counted round if it lies behind the end.
pub(crate) struct Tampering {
    pub(crate) at: usize,
    pub(crate) bit: u8,
}

impl Given for Tampering {
    fn given(&self, versions: &[Vec<u8>]) -> Result<Untrusted, StoreError> {
        let mut bytes = last(versions).clone();
        let at = self.at % bytes.len();
        bytes[at] ^= 1 << self.bit;
        Ok(bytes.into())
    }
}

/// Simulates a backup that was restored, or a mirror that was held back: from the moment it turns, it gives the
/// oldest version that was ever put.
#[derive(Clone, Default)]
pub(crate) struct Stale {
    pub(crate) turned: Arc<AtomicBool>,
}

impl Given for Stale {
    fn given(&self, versions: &[Vec<u8>]) -> Result<Untrusted, StoreError> {
        let stale = self.turned.load(Ordering::Relaxed);
        Ok(if stale { versions[0].clone() } else { last(versions).clone() }.into())
    }
}

/// Simulates a disk whose blocks are mixed up: what it gives is pieces of any versions, one behind the other.
pub(crate) struct Splicing {
    /// Which version, from where, and how many bytes, as far as there are so many.
    pub(crate) pieces: Vec<(usize, usize, usize)>,
}

impl Given for Splicing {
    fn given(&self, versions: &[Vec<u8>]) -> Result<Untrusted, StoreError> {
        let piece = |&(version, from, length): &(usize, usize, usize)| {
            let version = &versions[version % versions.len()];
            let from = from.min(version.len());
            let until = from.saturating_add(length).min(version.len());
            version[from..until].to_vec()
        };
        Ok(self.pieces.iter().flat_map(piece).collect::<Vec<_>>().into())
    }
}

/// Simulates a server that states another length than it delivers.
pub(crate) struct Lying {
    pub(crate) size: fn(u64) -> u64,
}

impl Given for Lying {
    fn given(&self, versions: &[Vec<u8>]) -> Result<Untrusted, StoreError> {
        let bytes = last(versions).clone();
        Untrusted::read((self.size)(bytes.len() as u64), bytes).map_err(unreachable)
    }
}

/// Simulates a file that is written over while it is read: after `honest` reads, every byte is another.
pub(crate) struct TwoFaced {
    pub(crate) honest: usize,
}

impl Given for TwoFaced {
    fn given(&self, versions: &[Vec<u8>]) -> Result<Untrusted, StoreError> {
        let bytes = last(versions).clone();
        let source = Turning { reads_left: self.honest.into(), then: Ok(!0), bytes };
        Untrusted::read(last(versions).len() as u64, source).map_err(unreachable)
    }
}

/// Simulates a disk that dies: after `reads` reads, every one fails.
pub(crate) struct Dying {
    pub(crate) reads: usize,
}

impl Given for Dying {
    fn given(&self, versions: &[Vec<u8>]) -> Result<Untrusted, StoreError> {
        let bytes = last(versions).clone();
        let source = Turning { reads_left: self.reads.into(), then: Err(io::ErrorKind::TimedOut), bytes };
        Untrusted::read(last(versions).len() as u64, source).map_err(unreachable)
    }
}

/// Honest for so many reads, then bytes with a mask over them or an error.
struct Turning {
    reads_left: AtomicUsize,
    then: Result<u8, io::ErrorKind>,
    bytes: Vec<u8>,
}

impl ReadAt for Turning {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let one_less = |left: usize| left.checked_sub(1);
        let turned = self.reads_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_err();
        let mask = if turned { self.then? } else { 0 };
        self.bytes.read_exact_at(buf, offset)?;
        buf.iter_mut().for_each(|byte| *byte ^= mask);
        Ok(())
    }
}
