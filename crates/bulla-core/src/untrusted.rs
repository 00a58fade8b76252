use std::fmt;
use std::io;

use crate::header::MAX_HEADER_LEN;
use crate::refusal::Refusal;

/// Bytes that can be read from any position: an open file, a buffer, a range of a remote object.
pub trait ReadAt: Send + Sync {
    /// Fills `buf` from `offset`. Fewer bytes than asked is [`io::ErrorKind::UnexpectedEof`].
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()>;
}

impl ReadAt for Vec<u8> {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let from = usize::try_from(offset).ok().and_then(|offset| self.get(offset..));
        let from = from.and_then(|rest| rest.get(..buf.len())).ok_or(io::ErrorKind::UnexpectedEof)?;
        buf.copy_from_slice(from);
        Ok(())
    }
}

/// Bytes that came from a store. Anyone may make one; only [`open`](crate::open) turns one into an answer.
///
/// It holds the one handle the bytes are read through, and the first bytes already read through it: what was
/// checked is what is given out.
pub struct Untrusted {
    head: Result<Vec<u8>, &'static str>,
    size: u64,
    rest: Box<dyn ReadAt>,
}

impl Untrusted {
    /// An entry of `size` bytes in all. Reads its first bytes, at most [`MAX_HEADER_LEN`].
    pub fn read(size: u64, bytes: impl ReadAt + 'static) -> io::Result<Self> {
        let head_len = usize::try_from(size).map_or(MAX_HEADER_LEN, |size| size.min(MAX_HEADER_LEN));
        let mut head = vec![0; head_len];
        bytes.read_exact_at(&mut head, 0)?;
        Ok(Self { head: Ok(head), size, rest: Box::new(bytes) })
    }

    /// Something lies under the entry's name that has no bytes to read, such as a directory or a FIFO.
    /// It is refused as malformed, and `what` says why.
    pub fn obstructed(what: &'static str) -> Self {
        Self { head: Err(what), size: 0, rest: Box::new(Vec::new()) }
    }

    /// How many bytes the entry has in all.
    pub const fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn head(&self) -> Result<&[u8], Refusal> {
        self.head.as_deref().map_err(|what| Refusal::Malformed(what))
    }

    /// Fills `buf` from `offset`; what is in the head already is not read again.
    pub(crate) fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let head = self.head.as_deref().unwrap_or(&[]);
        let known = usize::try_from(offset).ok().and_then(|offset| head.get(offset..)).unwrap_or(&[]);
        let (from_head, from_rest) = buf.split_at_mut(known.len().min(buf.len()));
        from_head.copy_from_slice(&known[..from_head.len()]);
        if from_rest.is_empty() {
            return Ok(());
        }
        self.rest.read_exact_at(from_rest, offset + from_head.len() as u64)
    }
}

impl From<Vec<u8>> for Untrusted {
    fn from(bytes: Vec<u8>) -> Self {
        let size = bytes.len() as u64;
        Self::read(size, bytes).expect("a buffer has as many bytes as it is long")
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Untrusted({} bytes)", self.size)
    }
}
