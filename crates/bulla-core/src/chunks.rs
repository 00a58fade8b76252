//! How a payload is cut into chunks, packed, and proved chunk by chunk.

use crate::digest::DigestAlgorithm;
use crate::frame::{Reader, put_text};
use crate::header::MAX_HEADER_LEN;
use crate::refusal::Refusal;

/// A digest-table row: the chunk's stored length (4 bytes, little-endian) and its digest (32 bytes).
pub(crate) const ROW_LEN: usize = 36;

/// The most chunks an entry may have. Bounds the digest table at 9 MiB whatever the payload's size.
pub const MAX_CHUNKS: u64 = 1 << 18;

const CHUNK_SIZES: std::ops::RangeInclusive<u32> = 4 << 10..=1 << 20;

/// No entry is longer, in bytes: its header, its chunks at their largest, its digest table.
pub const MAX_ENTRY_LEN: u64 =
    MAX_HEADER_LEN as u64 + MAX_CHUNKS * (max_stored(*CHUNK_SIZES.end()) as u64 + ROW_LEN as u64);

/// No stored chunk is longer: zstd adds at most this to bytes that it cannot pack.
const fn max_stored(chunk_size: u32) -> usize {
    chunk_size as usize + chunk_size as usize / 256 + 64
}

/// How chunks are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Stored as they are.
    None,
    /// Each chunk is one zstd frame (RFC 8878).
    Zstd,
}

impl Compression {
    /// The name that stands in a sealed header.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Zstd => "zstd",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::Zstd].into_iter().find(|compression| compression.name() == name)
    }
}

/// How a payload is cut, packed and digested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// The algorithm of the chunk digests and of the table's.
    pub digest: DigestAlgorithm,
    /// How chunks are packed.
    pub compression: Compression,
    /// Bytes of payload in each chunk but the last: a power of two, 4 KiB to 1 MiB.
    pub chunk_size: u32,
    /// The payload's length in bytes.
    pub payload_len: u64,
    /// The sum of the chunks' stored lengths in bytes.
    pub stored_len: u64,
}

impl Layout {
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        put_text(out, self.digest.name());
        put_text(out, self.compression.name());
        out.extend_from_slice(&self.chunk_size.to_le_bytes());
        out.extend_from_slice(&self.payload_len.to_le_bytes());
        out.extend_from_slice(&self.stored_len.to_le_bytes());
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Self, Refusal> {
        let digest = reader.algorithm()?;
        let compression =
            Compression::from_name(reader.text()?).ok_or(Refusal::Malformed("unknown compression"))?;
        let chunk_size = reader.u32()?;
        if !chunk_size.is_power_of_two() || !CHUNK_SIZES.contains(&chunk_size) {
            return Err(Refusal::Malformed("the chunk size is not a power of two from 4 KiB to 1 MiB"));
        }
        let layout =
            Self { digest, compression, chunk_size, payload_len: reader.u64()?, stored_len: reader.u64()? };
        if layout.chunk_count() > MAX_CHUNKS {
            return Err(Refusal::Malformed("more than 262144 chunks"));
        }
        if layout.stored_len > layout.chunk_count() * layout.max_stored() as u64 {
            return Err(Refusal::Malformed("the stored length is more than the chunks can take"));
        }
        if compression == Compression::None && layout.stored_len != layout.payload_len {
            return Err(Refusal::Malformed("stored as it is, but not at its own length"));
        }
        Ok(layout)
    }

    /// How many chunks the payload has; an empty payload has none.
    pub(crate) fn chunk_count(&self) -> u64 {
        self.payload_len.div_ceil(self.chunk_size.into())
    }

    pub(crate) fn table_len(&self) -> u64 {
        self.chunk_count() * ROW_LEN as u64
    }

    /// Bytes of payload in chunk `index`, which must exist.
    pub(crate) fn chunk_len(&self, index: u64) -> usize {
        let rest = self.payload_len - index * u64::from(self.chunk_size);
        usize::try_from(rest.min(self.chunk_size.into())).expect("a chunk is at most 1 MiB")
    }

    /// No stored chunk is longer.
    pub(crate) fn max_stored(&self) -> usize {
        max_stored(self.chunk_size)
    }
}

/// Where one chunk lies among the stored bytes, and what it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) at: u64,
    pub(crate) stored_len: usize,
    pub(crate) digest: [u8; 32],
}

/// The digest table, believed only once its own digest is the sealed one.
pub(crate) struct Table(Vec<Row>);

impl Table {
    pub(crate) fn parse(bytes: &[u8], layout: &Layout, sealed_digest: &[u8; 32]) -> Result<Self, Refusal> {
        if layout.digest.digest(bytes).as_bytes() != sealed_digest {
            return Err(Refusal::PayloadDamaged("the digest table is not the sealed one"));
        }
        let mut rows = Vec::with_capacity(bytes.len() / ROW_LEN);
        let mut at = 0;
        for (index, row) in (0..).zip(bytes.chunks_exact(ROW_LEN)) {
            let mut reader = Reader::new(row);
            let stored_len = reader.u32()? as usize;
            let in_bounds = match layout.compression {
                Compression::None => stored_len == layout.chunk_len(index),
                Compression::Zstd => (1..=layout.max_stored()).contains(&stored_len),
            };
            if !in_bounds {
                return Err(Refusal::PayloadDamaged("a chunk's stored length is out of bounds"));
            }
            rows.push(Row { at, stored_len, digest: reader.array()? });
            at += stored_len as u64;
        }
        if at != layout.stored_len {
            return Err(Refusal::PayloadDamaged("the chunks do not add up to the stored length"));
        }
        Ok(Self(rows))
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.0
    }
}

/// Proves `stored` to be the stored bytes of the chunk that `row` describes.
pub(crate) fn prove(layout: &Layout, row: &Row, stored: &[u8]) -> Result<(), Refusal> {
    if layout.digest.digest(stored).as_bytes() == &row.digest {
        Ok(())
    } else {
        Err(Refusal::PayloadDamaged("a chunk is not the sealed one"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(compression: Compression, payload_len: u64, stored_len: u64) -> Layout {
        Layout { digest: DigestAlgorithm::Blake3, compression, chunk_size: 4096, payload_len, stored_len }
    }

    fn decoded(layout: &Layout) -> Result<Layout, Refusal> {
        let mut bytes = Vec::new();
        layout.encode(&mut bytes);
        Layout::decode(&mut Reader::new(&bytes))
    }

    #[test]
    fn a_payload_has_as_many_chunks_as_it_needs_and_the_last_may_be_shorter() {
        for (payload_len, count, last) in [(1, 1, 1), (4096, 1, 4096), (4097, 2, 1), (3 * 4096, 3, 4096)] {
            let layout = layout(Compression::None, payload_len, payload_len);
            assert_eq!((layout.chunk_count(), layout.chunk_len(count - 1)), (count, last));
            assert_eq!(layout.table_len(), count * 36);
        }
        assert_eq!(layout(Compression::None, 0, 0).chunk_count(), 0);
    }

    #[test]
    fn the_largest_layouts_decode_and_one_byte_more_does_not() {
        let most = MAX_CHUNKS * 4096;
        let packed = MAX_CHUNKS * (4096 + 16 + 64);
        for good in [layout(Compression::None, most, most), layout(Compression::Zstd, most, packed)] {
            assert_eq!(decoded(&good), Ok(good));
        }
        for wrong in [
            layout(Compression::None, most + 1, most + 1),
            layout(Compression::Zstd, most, packed + 1),
            layout(Compression::Zstd, most + 1, 1),
            layout(Compression::Zstd, u64::MAX, u64::MAX),
            layout(Compression::None, most, most - 1),
        ] {
            assert_eq!(decoded(&wrong).unwrap_err().name(), "malformed", "{wrong:?}");
        }
    }

    #[test]
    fn every_chunk_size_that_the_format_allows_decodes_and_no_other() {
        for bits in 0..32 {
            let sized = Layout { chunk_size: 1 << bits, ..layout(Compression::None, 0, 0) };
            assert_eq!(decoded(&sized).is_ok(), (12..=20).contains(&bits), "2^{bits}");
        }
        for chunk_size in [0, 4095, 4097, (1 << 20) - 1, u32::MAX] {
            assert!(decoded(&Layout { chunk_size, ..layout(Compression::None, 0, 0) }).is_err());
        }
    }

    #[test]
    fn zstd_at_its_worst_stays_within_the_longest_row() {
        for bits in 12..=20 {
            let sized = Layout { chunk_size: 1 << bits, ..layout(Compression::Zstd, 0, 0) };
            assert!(zstd::zstd_safe::compress_bound(1 << bits) <= sized.max_stored(), "2^{bits}");
        }
    }
}
