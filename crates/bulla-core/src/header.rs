//! The sealed header, byte by byte as docs/format.md has it.

use std::ops::Range;

use crate::cache_key::{CacheKey, Operation};
use crate::chunks::Layout;
use crate::claims::{ClaimText, Claims, Lane, Producer, Validity};
use crate::digest::{Digest, DigestAlgorithm};
use crate::frame::{Reader, put_text};
use crate::keys::KeyId;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// The format version this crate reads and writes. Changes are listed in docs/format.md.
pub const FORMAT_VERSION: u16 = 1;

/// The first bytes of every entry. The high bit and the line ends show a transfer that changed bytes.
pub(crate) const MAGIC: [u8; 8] = *b"\x89BULLA\r\n";

/// Preamble, header and seal together never exceed this, so that one small read has all of them.
pub const MAX_HEADER_LEN: usize = 4096;

const PREAMBLE_LEN: usize = MAGIC.len() + 2 + 2 + 2;
const SEAL_DOMAIN: &[u8] = b"bulla entry seal v1\0";

/// A header whose seal has been checked, or one about to be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// What the sealer stated.
    pub claims: Claims,
    /// Which key sealed it.
    pub key_id: KeyId,
    /// How the payload is cut, packed and digested.
    pub layout: Layout,
    /// The digest of the digest table, in the layout's algorithm.
    pub table_digest: [u8; 32],
}

impl Header {
    /// The header field alone, without preamble and seal.
    fn encode(&self) -> Vec<u8> {
        let Self { claims, key_id, layout, table_digest } = self;
        let mut out = Vec::with_capacity(512);
        out.extend_from_slice(key_id.as_bytes());
        out.extend_from_slice(&claims.validity.issued().as_millis().to_le_bytes());
        out.extend_from_slice(&claims.validity.expires().as_millis().to_le_bytes());
        out.extend_from_slice(claims.key.subject().as_bytes());
        match claims.key.config() {
            None => out.push(0),
            Some(config) => {
                out.push(1);
                out.extend_from_slice(config.as_bytes());
            }
        }
        put_text(&mut out, claims.key.operation().as_str());
        put_text(&mut out, claims.lane.name());
        let text = |text: &Option<ClaimText>| text.as_ref().map_or(String::new(), ToString::to_string);
        put_text(&mut out, &text(&claims.media_type));
        put_text(&mut out, &text(&claims.producer.tool));
        put_text(&mut out, &text(&claims.producer.version));
        put_text(&mut out, &claims.producer.binary.map_or(String::new(), |binary| binary.to_string()));
        put_text(&mut out, &text(&claims.producer.database));
        layout.encode(&mut out);
        out.extend_from_slice(table_digest);
        out
    }

    fn decode(bytes: &[u8]) -> Result<Self, Refusal> {
        let mut reader = Reader::new(bytes);
        let key_id = KeyId::from_bytes(reader.array()?);
        let issued = timestamp(reader.u64()?)?;
        let expires = timestamp(reader.u64()?)?;
        let validity =
            Validity::new(issued, expires).ok_or(Refusal::Malformed("it expires before it is issued"))?;
        let sha256 = |bytes| Digest::new(DigestAlgorithm::Sha256, bytes);
        let subject = sha256(reader.array()?);
        let config = match reader.array()? {
            [0] => None,
            [1] => Some(sha256(reader.array()?)),
            _ => return Err(Refusal::Malformed("the config is neither absent nor present")),
        };
        let operation: Operation =
            reader.text()?.parse().map_err(|_| Refusal::Malformed("invalid operation"))?;
        let key = CacheKey::new(operation, subject, config).expect("both digests are SHA-256");
        let lane = Lane::from_name(reader.text()?).ok_or(Refusal::Malformed("unknown lane"))?;
        let media_type = claim(reader.optional_text()?)?;
        let tool = claim(reader.optional_text()?)?;
        let version = claim(reader.optional_text()?)?;
        let binary = reader.optional_text()?.map(str::parse).transpose();
        let binary = binary.map_err(|_| Refusal::Malformed("the binary is not a digest"))?;
        let database = claim(reader.optional_text()?)?;
        let layout = Layout::decode(&mut reader)?;
        let table_digest = reader.array()?;
        reader.finish()?;
        let producer = Producer { tool, version, binary, database };
        let claims = Claims { key, validity, media_type, lane, producer };
        Ok(Self { claims, key_id, layout, table_digest })
    }
}

fn timestamp(millis: u64) -> Result<Timestamp, Refusal> {
    Timestamp::from_millis(millis).ok_or(Refusal::Malformed("a time after the year 9999"))
}

fn claim(text: Option<&str>) -> Result<Option<ClaimText>, Refusal> {
    text.map(str::parse).transpose().map_err(|_| Refusal::Malformed("a text holds control characters"))
}

/// Preamble and header: all that the seal covers, behind its domain tag.
pub(crate) fn to_be_sealed(header: &Header, seal_len: usize) -> Vec<u8> {
    let body = header.encode();
    let mut out = Vec::with_capacity(PREAMBLE_LEN + body.len() + seal_len);
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    for length in [body.len(), seal_len] {
        let length = u16::try_from(length).expect("a header has at most 7 texts of 255 bytes");
        out.extend_from_slice(&length.to_le_bytes());
    }
    out.extend_from_slice(&body);
    out
}

/// What the seal is computed over: the domain tag, then the exact preamble and header bytes.
pub(crate) fn seal_message(preamble_and_header: &[u8]) -> Vec<u8> {
    [SEAL_DOMAIN, preamble_and_header].concat()
}

/// A header as it lies at the front of an entry, parsed but not believed.
pub(crate) struct Parsed<'a> {
    pub(crate) header: Header,
    pub(crate) sealed: &'a [u8],
    pub(crate) seal: &'a [u8],
    /// Where the payload's stored chunks begin.
    pub(crate) chunks_at: u64,
}

/// Parses an entry's first bytes: the whole entry, or 4096 bytes of it.
pub(crate) fn parse(head: &[u8]) -> Result<Parsed<'_>, Refusal> {
    if head.is_empty() {
        return Err(Refusal::Malformed("the file is empty"));
    }
    let body = head.strip_prefix(&MAGIC).ok_or(Refusal::Unsealed)?;
    let mut reader = Reader::new(body);
    if reader.u16()? != FORMAT_VERSION {
        return Err(Refusal::Malformed("unknown format version"));
    }
    let header_len = usize::from(reader.u16()?);
    let seal_len = usize::from(reader.u16()?);
    let sealed = 0..PREAMBLE_LEN + header_len;
    let seal: Range<usize> = sealed.end..sealed.end + seal_len;
    if seal.end > MAX_HEADER_LEN {
        return Err(Refusal::Malformed("the header is longer than 4096 bytes"));
    }
    let header = Header::decode(reader.take(header_len)?)?;
    let chunks_at = seal.end as u64;
    let seal = head.get(seal).ok_or(Refusal::Malformed("the header ends early"))?;
    Ok(Parsed { header, sealed: &head[sealed], seal, chunks_at })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chunks::Compression;

    fn full_header() -> Header {
        let sha256 = |bytes| DigestAlgorithm::Sha256.digest(bytes);
        let text = |text: &str| Some(text.parse().unwrap());
        let time = |millis| Timestamp::from_millis(millis).unwrap();
        let operation = "scan-grype".parse().unwrap();
        Header {
            claims: Claims {
                key: CacheKey::new(operation, sha256(b"an image"), Some(sha256(b"a config"))).unwrap(),
                validity: Validity::new(time(1_800_000_000_000), time(1_800_003_600_000)).unwrap(),
                media_type: text("application/json"),
                lane: Lane::Main,
                producer: Producer {
                    tool: text("grype"),
                    version: text("0.99.0"),
                    binary: Some(DigestAlgorithm::Blake3.digest(b"a program")),
                    database: text("v6, of the 1st of M\u{e4}rz"),
                },
            },
            key_id: KeyId::from_bytes([3; 16]),
            layout: Layout {
                digest: DigestAlgorithm::Blake3,
                compression: Compression::Zstd,
                chunk_size: 1 << 17,
                payload_len: 1 << 20,
                stored_len: 1 << 16,
            },
            table_digest: [4; 32],
        }
    }

    fn with_seal(sealed: &[u8]) -> Vec<u8> {
        [sealed, &[5; 32]].concat()
    }

    #[test]
    fn a_header_comes_back_from_its_bytes() {
        let bare = Claims { media_type: None, producer: Producer::default(), ..full_header().claims };
        for header in [full_header(), Header { claims: bare, ..full_header() }] {
            let sealed = to_be_sealed(&header, 32);
            let entry = with_seal(&sealed);
            let parsed = parse(&entry).unwrap();
            assert_eq!((parsed.header, parsed.sealed, parsed.seal), (header, &sealed[..], &[5; 32][..]));
            assert_eq!(parsed.chunks_at, entry.len() as u64);
        }
    }

    #[test]
    fn the_longest_header_leaves_room_for_its_seal() {
        let text = |letter: &str| Some(letter.repeat(ClaimText::MAX_LEN).parse().unwrap());
        let mut header = full_header();
        header.claims.media_type = text("m");
        header.claims.producer.tool = text("t");
        header.claims.producer.version = text("v");
        header.claims.producer.database = text("d");
        let operation = "o".repeat(Operation::MAX_LEN).parse().unwrap();
        let key = &header.claims.key;
        header.claims.key = CacheKey::new(operation, key.subject(), key.config()).unwrap();
        assert!(to_be_sealed(&header, 64).len() + 64 <= MAX_HEADER_LEN);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

        /// There is one way to write each header: a seal over its bytes is a seal over its meaning.
        #[test]
        fn what_parses_encodes_to_the_same_bytes(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
            seal_len in 0..100_usize,
        ) {
            let mut sealed = to_be_sealed(&full_header(), seal_len);
            for (at, byte) in changes {
                let at = at.index(sealed.len());
                sealed[at] = byte;
            }
            let entry = [&sealed[..], &vec![5; seal_len]].concat();
            if let Ok(parsed) = parse(&entry) {
                prop_assert_eq!(to_be_sealed(&parsed.header, parsed.seal.len()), parsed.sealed);
            }
        }
    }
}
