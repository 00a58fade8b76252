use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::chunks::{Compression, Layout, MAX_CHUNKS, ROW_LEN};
use crate::claims::Claims;
use crate::digest::DigestAlgorithm;
use crate::header::{Header, seal_message, to_be_sealed};
use crate::keys::Sealer;

/// Bytes of payload in each chunk. Measured in docs/performance.md.
pub const CHUNK_SIZE: u32 = 128 << 10;

/// From this payload length on, packing is tried. Measured in docs/performance.md.
const COMPRESS_FROM: usize = 4 << 10;
const ZSTD_LEVEL: i32 = 1;

/// How a sealer writes payloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Encoding {
    /// The algorithm of the chunk digests.
    pub digest: DigestAlgorithm,
    /// Whether chunks are packed.
    pub packing: Packing,
}

/// Whether a sealer packs chunks with zstd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Packing {
    /// From 4 KiB of payload on, if the first chunk becomes at least a tenth smaller.
    #[default]
    WhereItPays,
    /// Never.
    Never,
}

/// A complete, sealed entry that lies in a draft and waits to be published. Only [`seal`] makes one, and copies of one.
///
/// ```compile_fail
/// # use bulla_core::Sealed;
/// let forged = Sealed { draft: std::io::Cursor::new(vec![1, 2, 3]) }; // private field
/// ```
pub struct Sealed<D> {
    draft: D,
}

impl<D> Sealed<D> {
    /// The draft that holds the entry's bytes, whole and in order; for the store that made the draft.
    pub fn into_draft(self) -> D {
        self.draft
    }

    /// Of an entry whose every byte was proved on its way into the draft.
    pub(crate) fn copied(draft: D) -> Self {
        Self { draft }
    }
}

impl<D: Read + Seek> Sealed<D> {
    /// The same entry in the empty draft of another store.
    pub fn copy_into<E: Write + Seek>(&mut self, mut draft: E) -> io::Result<Sealed<E>> {
        self.draft.rewind()?;
        io::copy(&mut self.draft, &mut draft)?;
        draft.flush()?;
        Ok(Sealed { draft })
    }
}

impl<D> fmt::Debug for Sealed<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed")
    }
}

/// Begins an entry in an empty `draft`. Write the payload into what comes back, then call
/// [`SealWriter::finish`]. Memory stays at two chunks and the digest table, whatever the payload's size.
pub fn seal<D: Write + Seek>(
    sealer: Sealer<'_>,
    claims: Claims,
    encoding: Encoding,
    draft: D,
) -> SealWriter<'_, D> {
    SealWriter {
        sealer,
        claims,
        digest: encoding.digest,
        packer: Packer::Undecided(encoding.packing),
        draft,
        chunk: Vec::new(),
        table: Vec::new(),
        payload_len: 0,
        stored_len: 0,
        broken: false,
    }
}

/// A payload on its way into an entry.
pub struct SealWriter<'a, D> {
    sealer: Sealer<'a>,
    claims: Claims,
    digest: DigestAlgorithm,
    packer: Packer,
    draft: D,
    /// The payload's bytes that are not in the draft yet.
    chunk: Vec<u8>,
    table: Vec<u8>,
    payload_len: u64,
    stored_len: u64,
    /// A chunk is in the table and perhaps not in the draft.
    broken: bool,
}

impl<D: Write + Seek> SealWriter<'_, D> {
    /// Seals what was written. Nothing can be published before this.
    pub fn finish(mut self) -> io::Result<Sealed<D>> {
        if !self.chunk.is_empty() || self.table.is_empty() {
            self.write_chunk()?;
        }
        self.draft.write_all(&self.table)?;
        let mut header = to_be_sealed(&self.header(), self.sealer.seal_len());
        let seal = self.sealer.sign(&seal_message(&header));
        header.extend_from_slice(&seal);
        self.draft.seek(SeekFrom::Start(0))?;
        self.draft.write_all(&header)?;
        self.draft.flush()?;
        Ok(Sealed { draft: self.draft })
    }

    /// Packs the pending chunk into the draft and enters it into the digest table. The first one decides how
    /// the entry is packed, and with it how much room the header needs in front.
    fn write_chunk(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.broken, true) {
            return Err(io::Error::other("an earlier part of the payload could not be written"));
        }
        if self.table.len() as u64 / ROW_LEN as u64 == MAX_CHUNKS {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a payload has at most 262144 chunks"));
        }
        let first = self.table.is_empty();
        let stored = self.packer.pack(&self.chunk)?;
        let stored_len = u32::try_from(stored.len()).expect("a chunk is at most 1 MiB");
        if stored_len > 0 {
            self.table.extend_from_slice(&stored_len.to_le_bytes());
            self.table.extend_from_slice(self.digest.digest(stored).as_bytes());
        }
        self.payload_len += self.chunk.len() as u64;
        self.stored_len += u64::from(stored_len);
        if first {
            let header_len = to_be_sealed(&self.header(), 0).len() + self.sealer.seal_len();
            self.draft.seek(SeekFrom::Start(header_len as u64))?;
        }
        self.draft.write_all(self.packer.packed(&self.chunk))?;
        self.chunk.clear();
        self.broken = false;
        Ok(())
    }

    /// Its encoded length depends on the claims and the packing, not on the sizes.
    fn header(&self) -> Header {
        let layout = Layout {
            digest: self.digest,
            compression: self.packer.compression(),
            chunk_size: CHUNK_SIZE,
            payload_len: self.payload_len,
            stored_len: self.stored_len,
        };
        let table_digest = *self.digest.digest(&self.table).as_bytes();
        Header { claims: self.claims.clone(), key_id: self.sealer.key_id(), layout, table_digest }
    }
}

impl<D: Write + Seek> Write for SealWriter<'_, D> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let chunk_size = CHUNK_SIZE as usize;
        let count = buf.len().min(chunk_size - self.chunk.len());
        self.chunk.extend_from_slice(&buf[..count]);
        if self.chunk.len() == chunk_size {
            self.write_chunk()?;
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Packs chunks, all of one entry in the same way.
enum Packer {
    Undecided(Packing),
    AsIs,
    Zstd { compressor: zstd::bulk::Compressor<'static>, packed: Vec<u8> },
}

impl Packer {
    /// Packs a chunk; the first one decides.
    fn pack<'a>(&'a mut self, chunk: &'a [u8]) -> io::Result<&'a [u8]> {
        if let Self::Undecided(packing) = *self {
            *self = Self::AsIs;
            if packing == Packing::WhereItPays && chunk.len() >= COMPRESS_FROM {
                let compressor = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
                let mut zstd = Self::Zstd { compressor, packed: Vec::new() };
                if zstd.pack(chunk)?.len() <= chunk.len() - chunk.len() / 10 {
                    *self = zstd;
                }
            }
        } else if let Self::Zstd { compressor, packed } = self {
            packed.clear();
            packed.reserve(zstd::zstd_safe::compress_bound(chunk.len()));
            compressor.compress_to_buffer(chunk, packed)?;
        }
        Ok(self.packed(chunk))
    }

    /// What the last call of `pack` made of `chunk`.
    fn packed<'a>(&'a self, chunk: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Undecided(_) | Self::AsIs => chunk,
            Self::Zstd { packed, .. } => packed,
        }
    }

    const fn compression(&self) -> Compression {
        match self {
            Self::Undecided(_) | Self::AsIs => Compression::None,
            Self::Zstd { .. } => Compression::Zstd,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::time::Duration;

    use super::*;
    use crate::cache_key::CacheKey;
    use crate::claims::{Lane, Producer, Validity};
    use crate::keys::{Key, Ring};
    use crate::open::examine;
    use crate::time::Timestamp;

    fn claims() -> Claims {
        let subject = DigestAlgorithm::Sha256.digest(b"an image").to_string();
        let issued = Timestamp::from_millis(1_800_000_000_000).unwrap();
        Claims {
            key: CacheKey::parse("sbom", &subject, None).unwrap(),
            validity: Validity::lasting(issued, Duration::from_secs(60)).unwrap(),
            media_type: None,
            lane: Lane::Local,
            producer: Producer::default(),
        }
    }

    fn layout(packing: Packing, payload: &[u8]) -> Layout {
        let ring = Ring::new(vec![Key::hmac(&[7; 32])]);
        let encoding = Encoding { packing, ..Encoding::default() };
        let mut writer = seal(ring.sealer().unwrap(), claims(), encoding, Cursor::new(Vec::new()));
        writer.write_all(payload).unwrap();
        let entry = writer.finish().unwrap().into_draft().into_inner();
        examine(&entry.into(), &ring).unwrap().layout
    }

    /// Bytes that zstd cannot pack.
    fn noise(length: usize) -> Vec<u8> {
        (0_u32..).flat_map(|block| *blake3::hash(&block.to_le_bytes()).as_bytes()).take(length).collect()
    }

    #[test]
    fn a_payload_is_packed_from_4_kib_on_if_that_pays() {
        let chunk = CHUNK_SIZE as usize;
        assert_eq!(layout(Packing::WhereItPays, &[b'a'; 4095]).compression, Compression::None);
        assert_eq!(layout(Packing::WhereItPays, &[b'a'; 4096]).compression, Compression::Zstd);
        assert_eq!(layout(Packing::Never, &[b'a'; 4096]).compression, Compression::None);
        assert_eq!(layout(Packing::WhereItPays, &noise(2 * chunk)).compression, Compression::None);
        let a_twentieth_less = [&noise(chunk - chunk / 20)[..], &vec![b'a'; chunk / 20]].concat();
        assert_eq!(layout(Packing::WhereItPays, &a_twentieth_less).compression, Compression::None);
        let a_fifth_less = [&noise(chunk - chunk / 5)[..], &vec![b'a'; chunk / 5]].concat();
        assert_eq!(layout(Packing::WhereItPays, &a_fifth_less).compression, Compression::Zstd);
        let packed = layout(Packing::WhereItPays, &vec![b'a'; 2 * chunk]);
        assert_eq!(packed.payload_len, 2 * u64::from(CHUNK_SIZE));
        assert!(packed.stored_len < 200, "{packed:?}");
    }

    #[test]
    fn the_first_chunk_decides_for_all_of_them() {
        let chunk = CHUNK_SIZE as usize;
        let noise = noise(chunk);
        let packed = layout(Packing::WhereItPays, &[&vec![b'a'; chunk], &noise[..]].concat());
        assert_eq!(packed.compression, Compression::Zstd);
        assert!(packed.stored_len > u64::from(CHUNK_SIZE), "noise is longer once it is packed");
        let plain = layout(Packing::WhereItPays, &[&noise[..], &vec![b'a'; chunk]].concat());
        assert_eq!((plain.compression, plain.stored_len), (Compression::None, plain.payload_len));
    }

    #[test]
    fn nothing_in_a_draft_looks_like_an_entry_before_it_is_finished() {
        let ring = Ring::new(vec![Key::hmac(&[7; 32])]);
        let mut draft = Cursor::new(Vec::new());
        let mut writer = seal(ring.sealer().unwrap(), claims(), Encoding::default(), &mut draft);
        writer.write_all(&noise(300_000)).unwrap();
        drop(writer);
        assert!(draft.get_ref().len() > 200_000 && draft.get_ref().starts_with(&[0; 100]));
    }
}
