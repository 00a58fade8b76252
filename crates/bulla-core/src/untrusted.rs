use std::fmt;
use std::io;

use crate::header::MAX_HEADER_LEN;
use crate::refusal::Refusal;

/// Bytes that can be read from any position: an open file, a buffer, a range of a remote object.
pub trait ReadAt: Send + Sync {
    /// Fills `buf` from `offset`. Fewer bytes than asked is [`io::ErrorKind::UnexpectedEof`].
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()>;

    /// Appends exactly `length` bytes from `offset` to `out`. A source that can read into memory that nobody has
    /// written to yet saves the time to write zeros there.
    fn append_exact_at(&self, out: &mut Vec<u8>, length: usize, offset: u64) -> io::Result<()> {
        let start = out.len();
        out.resize(start + length, 0);
        self.read_exact_at(&mut out[start..], offset)
    }
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

impl Untrusted {
    /// As [`Untrusted::read_exact_at`], into a buffer made for it.
    pub(crate) fn read_vec(&self, length: usize, offset: u64) -> io::Result<Vec<u8>> {
        let head = self.head.as_deref().unwrap_or(&[]);
        let known = usize::try_from(offset).ok().and_then(|offset| head.get(offset..)).unwrap_or(&[]);
        let known = &known[..known.len().min(length)];
        let mut out = Vec::with_capacity(length);
        out.extend_from_slice(known);
        if known.len() < length {
            self.rest.append_exact_at(&mut out, length - known.len(), offset + known.len() as u64)?;
        }
        // The source is anybody's: what it appended is only worth looking at if it is as long as it was asked for.
        if out.len() == length { Ok(out) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::keys::Ring;
    use crate::open::{examine, peek};

    /// Simulates nothing hostile: it writes down which places were asked for.
    struct Noted(Vec<u8>, Arc<Mutex<Vec<(u64, usize)>>>);

    impl ReadAt for Noted {
        fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
            self.1.lock().unwrap().push((offset, buf.len()));
            self.0.read_exact_at(buf, offset)
        }
    }

    #[test]
    fn the_head_is_read_once_and_what_lies_behind_it_when_it_is_asked_for() {
        let bytes: Vec<u8> = (0..5000_u32).map(|at| at.to_le_bytes()[0]).collect();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let found = Untrusted::read(5000, Noted(bytes.clone(), asked.clone())).unwrap();
        for (offset, length) in [(0, 10), (4090, 6), (4090, 20), (4096, 4), (4980, 20), (5000, 0)] {
            let mut buf = vec![0; length];
            found.read_exact_at(&mut buf, offset as u64).unwrap();
            assert_eq!(buf, bytes[offset..offset + length]);
        }
        assert_eq!(*asked.lock().unwrap(), [(0, 4096), (4096, 14), (4096, 4), (4980, 20)]);
    }

    #[test]
    fn reading_past_the_end_of_a_buffer_is_an_error_at_any_offset() {
        let found = Untrusted::from(vec![1; 10]);
        for (offset, length) in [(0, 11), (10, 1), (11, 0), (u64::MAX, 1)] {
            let error = vec![1; 10].read_exact_at(&mut vec![0; length], offset);
            assert_eq!(error.map_err(|error| error.kind()), Err(io::ErrorKind::UnexpectedEof));
        }
        assert!(found.read_exact_at(&mut [0; 11], 0).is_err());
        assert!(found.read_exact_at(&mut [0; 1], u64::MAX).is_err());
    }

    #[test]
    fn what_has_no_bytes_is_malformed_for_the_reason_that_the_store_gave() {
        let found = Untrusted::obstructed("a directory lies in its place");
        let refusal = Refusal::Malformed("a directory lies in its place");
        assert_eq!(peek(&found), Err(refusal.clone()));
        assert_eq!(examine(&found, &Ring::new(Vec::new())), Err(refusal));
    }
}
