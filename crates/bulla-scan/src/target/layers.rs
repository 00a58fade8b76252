//! Bytes as they lie there and as they unpack, hashed in one pass and in constant memory.

use std::io::{self, BufReader, Read};
use std::sync::atomic::{AtomicU64, Ordering};

use bulla::{Digest, DigestAlgorithm};
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use super::error::ImageProblem;

/// The most bytes that the layers of one image unpack to. A few KiB of zstd can hold any number of them, so that
/// this, not a ratio, is what bounds the time: some minutes on one core.
const MOST_UNPACKED: u64 = 64 << 30;

const BUFFER: usize = 128 << 10;

/// How many bytes of one image may still be unpacked, over all its layers.
pub(super) struct Budget {
    left: AtomicU64,
    most: u64,
}

impl Budget {
    pub(super) fn new(most: u64) -> Self {
        Self { left: AtomicU64::new(most), most }
    }

    fn spend(&self, bytes: usize) -> Result<(), ImageProblem> {
        let left = |left: u64| left.checked_sub(bytes as u64);
        match self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left) {
            Ok(_) => Ok(()),
            Err(_) => Err(ImageProblem::TooLarge { what: "the unpacked image".to_owned(), most: self.most }),
        }
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(MOST_UNPACKED)
    }
}

/// What a stream of bytes turned out to be.
pub(super) struct Hashed {
    pub(super) digest: Digest,
    pub(super) size: u64,
    /// Of what it unpacks to, or of itself if it is not packed; or why it does not unpack.
    pub(super) unpacked: Result<Digest, String>,
}

/// How bytes are packed, by how they begin: as every reader of images tells, whatever a media type says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    Zstd,
}

impl Packing {
    pub(super) fn of(head: &[u8]) -> Self {
        match head {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// Hashes all of `from`.
pub(super) fn hash(mut from: impl Read, budget: &Budget) -> Result<Hashed, ImageProblem> {
    let mut head = [0; 4];
    let found = read_up_to(&mut from, &mut head)?;
    let head = &head[..found];
    let mut tee = Tee { from: head.chain(from), hash: Sha256::new(), size: 0 };
    let unpacked = match Packing::of(head) {
        Packing::None => None,
        Packing::Gzip => {
            Some(hash_unpacked(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, &mut tee)), budget)?)
        }
        // A window of 128 MiB at most, which is what zstd's own default is too.
        Packing::Zstd => Some(match zstd::stream::read::Decoder::new(&mut tee) {
            Ok(decoder) => hash_unpacked(decoder, budget)?,
            Err(error) => Err(error.to_string()),
        }),
    };
    // All of it where nothing is packed; else what lies behind the place where unpacking stopped.
    let mut buffer = vec![0; BUFFER];
    loop {
        match read_some(&mut tee, &mut buffer)? {
            0 => break,
            bytes if unpacked.is_none() => budget.spend(bytes)?,
            _ => {}
        }
    }
    let digest = sha256(tee.hash);
    Ok(Hashed { digest, size: tee.size, unpacked: unpacked.unwrap_or(Ok(digest)) })
}

fn hash_unpacked(mut from: impl Read, budget: &Budget) -> Result<Result<Digest, String>, ImageProblem> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        match read_some(&mut from, &mut buffer) {
            Ok(0) => return Ok(Ok(sha256(hash))),
            Ok(bytes) => {
                budget.spend(bytes)?;
                hash.update(&buffer[..bytes]);
            }
            Err(error) => return Ok(Err(format!("it does not unpack: {error}"))),
        }
    }
}

struct Tee<R> {
    from: R,
    hash: Sha256,
    size: u64,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.from.read(buffer)?;
        self.hash.update(&buffer[..bytes]);
        self.size += bytes as u64;
        Ok(bytes)
    }
}

fn read_some(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

/// Fills `buffer` as far as there are bytes.
pub(super) fn read_up_to(from: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read_some(from, &mut buffer[filled..])? {
            0 => break,
            bytes => filled += bytes,
        }
    }
    Ok(filled)
}

fn sha256(hash: Sha256) -> Digest {
    Digest::new(DigestAlgorithm::Sha256, hash.finalize().into())
}
