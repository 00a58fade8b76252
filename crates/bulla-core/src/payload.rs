use std::fmt;
use std::io::{self, Read, Seek, Write};
use std::num::NonZero;
use std::sync::LazyLock;
use std::thread;

use crate::chunks::{Compression, Layout, Row, Table, prove};
use crate::header::Header;
use crate::refusal::Refusal;
use crate::seal::Sealed;
use crate::untrusted::Untrusted;

/// From this many bytes on, [`Payload::into_vec`] works on all cores: 1 MiB took 232 µs on two and 206 µs on one.
const PARALLEL_FROM: usize = 2 << 20;

/// Bytes that a copy reads at once.
const COPIED_AT_ONCE: usize = 4 << 20;

/// Asked once: the answer takes the system longer than proving a small payload.
static CORES: LazyLock<usize> = LazyLock::new(|| thread::available_parallelism().map_or(1, NonZero::get));

/// The payload of an entry whose header has been accepted. Only [`open`](crate::open) makes one.
///
/// ```compile_fail
/// # use bulla_core::{Header, Payload, Untrusted};
/// fn forge(found: Untrusted, header: Header) -> Payload {
///     Payload::new(found, header, 0) // private: there is no way round the seal
/// }
/// ```
pub struct Payload {
    entry: Untrusted,
    header: Header,
    chunks_at: u64,
    reading: Option<(Table, Unpacker)>,
    next: usize,
    /// The last chunk proved, and how much of it `Read` has given out.
    chunk: Vec<u8>,
    given: usize,
}

impl Payload {
    pub(crate) fn new(entry: Untrusted, header: Header, chunks_at: u64) -> Self {
        Self { entry, header, chunks_at, reading: None, next: 0, chunk: Vec::new(), given: 0 }
    }

    /// The sealed header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The whole payload, in memory. Large payloads are proved on all cores.
    pub fn into_vec(self) -> Result<Vec<u8>, ReadError> {
        let table = self.load_table()?;
        let layout = &self.header.layout;
        let length = usize::try_from(layout.payload_len)
            .map_err(|_| Refusal::TooLarge { length: layout.payload_len, limit: usize::MAX as u64 })?;
        let rows = table.rows();
        if layout.compression == Compression::None {
            let out = self.entry.read_vec(length, self.chunks_at).map_err(read_failed)?;
            let chunks: Vec<_> = rows.iter().zip(out.chunks(layout.chunk_size as usize)).collect();
            on_all_cores(chunks, length, |chunks| {
                chunks.into_iter().try_for_each(|(row, chunk)| Ok(prove(layout, row, chunk)?))
            })?;
            return Ok(out);
        }
        let mut out = vec![0; length];
        let slots: Vec<_> = rows.iter().zip(out.chunks_mut(layout.chunk_size as usize)).collect();
        on_all_cores(slots, length, |slots| {
            let mut unpacker = Unpacker::new(layout, self.chunks_at)?;
            slots.into_iter().try_for_each(|(row, slot)| unpacker.unpack(&self.entry, row, slot))
        })?;
        Ok(out)
    }

    /// The next chunk, proved; `None` after the last. Memory stays at one chunk, whatever the payload's size.
    pub fn next_chunk(&mut self) -> Result<Option<&[u8]>, ReadError> {
        if self.reading.is_none() {
            self.reading = Some((self.load_table()?, Unpacker::new(&self.header.layout, self.chunks_at)?));
        }
        let Some((table, unpacker)) = &mut self.reading else { return Ok(None) };
        let Some(row) = table.rows().get(self.next) else { return Ok(None) };
        let mut chunk = std::mem::take(&mut self.chunk);
        self.given = 0;
        chunk.resize(self.header.layout.chunk_len(self.next as u64), 0);
        unpacker.unpack(&self.entry, row, &mut chunk)?;
        self.chunk = chunk;
        self.given = self.chunk.len();
        self.next += 1;
        Ok(Some(&self.chunk))
    }

    /// Goes back to the first chunk. What is read again is proved again.
    pub fn rewind(&mut self) {
        self.next = 0;
        self.chunk.clear();
        self.given = 0;
    }

    fn load_table(&self) -> Result<Table, ReadError> {
        Ok(Table::parse(&self.table_bytes()?, &self.header.layout, &self.header.table_digest)?)
    }

    fn table_bytes(&self) -> Result<Vec<u8>, ReadError> {
        let layout = &self.header.layout;
        let length = usize::try_from(layout.table_len()).expect("the digest table is at most 9 MiB");
        let mut bytes = vec![0; length];
        read(&self.entry, &mut bytes, self.chunks_at + layout.stored_len)?;
        Ok(bytes)
    }
}

impl Payload {
    /// Copies the entry as it lies there, for another store: every chunk is proved before it is written, so that the copy
    /// is sealed as the original is. Memory stays at 4 MiB and the digest table.
    ///
    /// # Errors
    ///
    /// If a chunk is not the sealed one or cannot be read, or if `draft` cannot be written. What was written of a draft
    /// until then is no entry.
    pub fn copy_into<D: Write + Seek>(&self, mut draft: D) -> Result<Sealed<D>, CopyError> {
        let layout = &self.header.layout;
        let table_bytes = self.table_bytes()?;
        let table = Table::parse(&table_bytes, layout, &self.header.table_digest).map_err(ReadError::from)?;
        let mut stored = vec![0; usize::try_from(self.chunks_at).expect("a header is at most 4 KiB")];
        read(&self.entry, &mut stored, 0)?;
        draft.write_all(&stored).map_err(CopyError::Draft)?;
        let mut rows = table.rows();
        while let Some(first) = rows.first() {
            let (together, later) = rows.split_at(read_together(rows));
            stored.resize(together.iter().map(|row| row.stored_len).sum(), 0);
            read(&self.entry, &mut stored, self.chunks_at + first.at)?;
            let mut rest = &stored[..];
            for row in together {
                let (chunk, behind) = rest.split_at(row.stored_len);
                prove(layout, row, chunk).map_err(ReadError::from)?;
                draft.write_all(chunk).map_err(CopyError::Draft)?;
                rest = behind;
            }
            rows = later;
        }
        draft.write_all(&table_bytes).and_then(|()| draft.flush()).map_err(CopyError::Draft)?;
        Ok(Sealed::copied(draft))
    }
}

/// How many of these chunks are read at once, at least one: each read may be a question to another machine.
fn read_together(rows: &[Row]) -> usize {
    let mut length = 0;
    let fits = |row: &&Row| {
        length += row.stored_len;
        length <= COPIED_AT_ONCE
    };
    rows.iter().take_while(fits).count().max(1)
}

/// Reads the payload chunk by chunk. A [`ReadError`] comes as an [`io::Error`] that [`ReadError::from`] takes back.
impl Read for Payload {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.given == self.chunk.len() {
            if self.next_chunk()?.is_none() {
                return Ok(0);
            }
            self.given = 0;
        }
        let count = (&self.chunk[self.given..]).read(buf)?;
        self.given += count;
        Ok(count)
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload").field("header", &self.header).finish_non_exhaustive()
    }
}

/// Does `work` on all of `chunks`, `length` bytes in all: here, or in equal shares on every core.
fn on_all_cores<T: Send>(
    mut chunks: Vec<T>,
    length: usize,
    work: impl Fn(Vec<T>) -> Result<(), ReadError> + Sync,
) -> Result<(), ReadError> {
    let workers = if length < PARALLEL_FROM { 1 } else { *CORES };
    let share = chunks.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let work = &work;
        let mut others = Vec::new();
        while chunks.len() > share {
            let part = chunks.split_off(chunks.len() - share);
            others.push(thread::Builder::new().spawn_scoped(scope, move || work(part)));
        }
        work(chunks)?;
        others.into_iter().try_for_each(|worker| worker?.join().expect("a worker does not panic"))
    })
}

/// Proves and unpacks one chunk after another.
struct Unpacker {
    layout: Layout,
    chunks_at: u64,
    stored: Vec<u8>,
    zstd: Option<zstd::bulk::Decompressor<'static>>,
}

impl Unpacker {
    fn new(layout: &Layout, chunks_at: u64) -> io::Result<Self> {
        let zstd = match layout.compression {
            Compression::None => None,
            Compression::Zstd => Some(zstd::bulk::Decompressor::new()?),
        };
        Ok(Self { layout: layout.clone(), chunks_at, stored: Vec::new(), zstd })
    }

    /// Fills `out` with the chunk. What it holds after an error is not proved and must not be given out.
    fn unpack(&mut self, entry: &Untrusted, row: &Row, out: &mut [u8]) -> Result<(), ReadError> {
        let Self { layout, chunks_at, stored, zstd } = self;
        let Some(zstd) = zstd else {
            read(entry, out, *chunks_at + row.at)?;
            return Ok(prove(layout, row, out)?);
        };
        stored.resize(row.stored_len, 0);
        read(entry, stored, *chunks_at + row.at)?;
        prove(layout, row, stored)?;
        match zstd.decompress_to_buffer(stored, out) {
            Ok(length) if length == out.len() && is_one_zstd_frame(stored) => Ok(()),
            _ => Err(Refusal::PayloadDamaged("a chunk does not unpack to its length").into()),
        }
    }
}

/// The library itself would also take several frames in a row, and ones that it skips.
fn is_one_zstd_frame(stored: &[u8]) -> bool {
    let magic = zstd::zstd_safe::MAGICNUMBER.to_le_bytes();
    stored.starts_with(&magic) && zstd::zstd_safe::find_frame_compressed_size(stored) == Ok(stored.len())
}

fn read(entry: &Untrusted, buf: &mut [u8], offset: u64) -> Result<(), ReadError> {
    entry.read_exact_at(buf, offset).map_err(read_failed)
}

fn read_failed(error: io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            Refusal::PayloadDamaged("the file was cut off while it was read").into()
        }
        _ => ReadError::Unreachable(error),
    }
}

/// Why a payload's bytes cannot be given out.
#[derive(Debug)]
pub enum ReadError {
    /// They are not the sealed ones.
    Refused(Refusal),
    /// They cannot be read.
    Unreachable(io::Error),
}

impl From<Refusal> for ReadError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ReadError> for io::Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Refused(refusal) => Self::new(io::ErrorKind::InvalidData, refusal),
            ReadError::Unreachable(error) => error,
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        match error.downcast::<Refusal>() {
            Ok(refusal) => Self::Refused(refusal),
            Err(error) => Self::Unreachable(error),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Unreachable(error) => write!(f, "unreachable: {error}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// Why an entry was not copied.
#[derive(Debug)]
pub enum CopyError {
    /// Its bytes are not the sealed ones, or cannot be read.
    Read(ReadError),
    /// The copy cannot be written.
    Draft(io::Error),
}

impl From<ReadError> for CopyError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

impl fmt::Display for CopyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => error.fmt(f),
            Self::Draft(error) => write!(f, "cannot write the copy: {error}"),
        }
    }
}

impl std::error::Error for CopyError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_error_survives_being_an_io_error() {
        let refusal = Refusal::PayloadDamaged("a chunk is not the sealed one");
        let as_io = io::Error::from(ReadError::Refused(refusal.clone()));
        assert_eq!(as_io.kind(), io::ErrorKind::InvalidData);
        assert!(matches!(ReadError::from(as_io), ReadError::Refused(back) if back == refusal));

        let as_io = io::Error::from(ReadError::Unreachable(io::ErrorKind::TimedOut.into()));
        assert_eq!(as_io.kind(), io::ErrorKind::TimedOut);
        let ReadError::Unreachable(back) = as_io.into() else { panic!("a refusal") };
        assert_eq!(back.kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn a_read_error_says_whether_it_is_a_refusal() {
        let refused = ReadError::Refused(Refusal::WrongKey);
        assert_eq!(refused.to_string(), "wrong-key: a good entry, but for another question");
        let unreachable = ReadError::Unreachable(io::Error::other("the disk is gone"));
        assert_eq!(unreachable.to_string(), "unreachable: the disk is gone");
    }
}
