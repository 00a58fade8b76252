//! A second writer, from docs/format.md field by field and with none of the crate's own code, so that any one
//! field can be wrong in an entry whose seal is good.

use ed25519_dalek::{Signer as _, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::{CONFIG_OF, EXPIRES, ISSUED, OPERATION, SUBJECT_OF};

/// A key to seal with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Signer {
    Hmac([u8; 32]),
    /// The seed.
    Ed25519([u8; 32]),
}

impl Signer {
    /// The HMAC key, or the Ed25519 public key.
    pub(crate) fn id_bytes(&self) -> [u8; 32] {
        match self {
            Self::Hmac(bytes) => *bytes,
            Self::Ed25519(seed) => SigningKey::from_bytes(seed).verifying_key().to_bytes(),
        }
    }

    pub(crate) fn key_id(&self) -> [u8; 16] {
        let algorithm: &[u8] = match self {
            Self::Hmac(_) => b"hmac-sha256",
            Self::Ed25519(_) => b"ed25519",
        };
        let hash = sha256(&[b"bulla key id v1\0", algorithm, b"\0", &self.id_bytes()].concat());
        std::array::from_fn(|at| hash[at])
    }

    /// The key's text form for whoever seals.
    pub(crate) fn secret_key(&self) -> String {
        match self {
            Self::Hmac(bytes) => format!("bulla-hmac-1:{}", hex(bytes)),
            Self::Ed25519(seed) => format!("bulla-ed25519-secret-1:{}", hex(seed)),
        }
    }

    /// The key's text form for whoever only reads.
    pub(crate) fn reader_key(&self) -> String {
        match self {
            Self::Hmac(_) => self.secret_key(),
            Self::Ed25519(_) => format!("bulla-ed25519-public-1:{}", hex(&self.id_bytes())),
        }
    }

    pub(crate) fn seal(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Hmac(bytes) => hmac_tag(bytes, message),
            Self::Ed25519(seed) => SigningKey::from_bytes(seed).sign(message).to_bytes().to_vec(),
        }
    }
}

pub(crate) fn hmac_tag(key: &[u8; 32], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the seal is computed over.
pub(crate) fn seal_message(preamble_and_header: &[u8]) -> Vec<u8> {
    [b"bulla entry seal v1\0", preamble_and_header].concat()
}

/// Every field of an entry, free to be wrong.
#[derive(Clone)]
pub(crate) struct ByHand {
    pub(crate) signer: Signer,
    pub(crate) format_version: u16,
    pub(crate) key_id: [u8; 16],
    pub(crate) issued: u64,
    pub(crate) expires: u64,
    pub(crate) subject: [u8; 32],
    pub(crate) config_present: u8,
    pub(crate) config: Vec<u8>,
    pub(crate) operation: Vec<u8>,
    pub(crate) lane: Vec<u8>,
    pub(crate) media_type: Vec<u8>,
    pub(crate) tool: Vec<u8>,
    pub(crate) tool_version: Vec<u8>,
    pub(crate) binary: Vec<u8>,
    pub(crate) database: Vec<u8>,
    pub(crate) digest: &'static str,
    pub(crate) compression: &'static str,
    pub(crate) chunk_size: u32,
    pub(crate) payload_len: u64,
    pub(crate) stored_len: u64,
    pub(crate) table_digest: [u8; 32],
    pub(crate) chunks: Vec<Vec<u8>>,
    pub(crate) table: Vec<u8>,
}

impl ByHand {
    /// The answer to the tests' question, stored as it is in chunks of 128 KiB with BLAKE3 digests.
    pub(crate) fn new(signer: Signer, payload: &[u8]) -> Self {
        let entry = Self {
            signer,
            format_version: 1,
            key_id: signer.key_id(),
            issued: ISSUED,
            expires: EXPIRES,
            subject: sha256(SUBJECT_OF),
            config_present: 1,
            config: sha256(CONFIG_OF).to_vec(),
            operation: OPERATION.into(),
            lane: b"main".to_vec(),
            media_type: Vec::new(),
            tool: Vec::new(),
            tool_version: Vec::new(),
            binary: Vec::new(),
            database: Vec::new(),
            digest: "blake3",
            compression: "none",
            chunk_size: 131_072,
            payload_len: 0,
            stored_len: 0,
            table_digest: [0; 32],
            chunks: Vec::new(),
            table: Vec::new(),
        };
        entry.cut(131_072, payload)
    }

    /// With this payload, stored as it is in chunks of that size.
    pub(crate) fn cut(mut self, chunk_size: u32, payload: &[u8]) -> Self {
        self.chunk_size = chunk_size;
        self.compression = "none";
        self.payload_len = payload.len() as u64;
        self.store(payload.chunks(chunk_size as usize).map(<[u8]>::to_vec).collect())
    }

    /// With these zstd frames as its chunks, which unpack to a payload of that length.
    pub(crate) fn packed(mut self, chunk_size: u32, payload_len: usize, frames: Vec<Vec<u8>>) -> Self {
        self.chunk_size = chunk_size;
        self.compression = "zstd";
        self.payload_len = payload_len as u64;
        self.store(frames)
    }

    /// With these stored chunks and the digest table that belongs to them.
    pub(crate) fn store(mut self, chunks: Vec<Vec<u8>>) -> Self {
        self.stored_len = chunks.iter().map(|chunk| chunk.len() as u64).sum();
        let row = |chunk: &Vec<u8>| {
            let length = u32::try_from(chunk.len()).expect("a chunk is at most 1 MiB");
            [&length.to_le_bytes()[..], &self.digest_of(chunk)].concat()
        };
        let table = chunks.iter().flat_map(row).collect();
        self.chunks = chunks;
        self.with_table(table)
    }

    /// With this digest table, true or not, under its digest.
    pub(crate) fn with_table(mut self, table: Vec<u8>) -> Self {
        self.table_digest = self.digest_of(&table);
        self.table = table;
        self
    }

    /// With other fields.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(crate) fn digest_of(&self, bytes: &[u8]) -> [u8; 32] {
        match self.digest {
            "sha256" => sha256(bytes),
            _ => *blake3::hash(bytes).as_bytes(),
        }
    }

    /// The header field, without preamble and seal.
    pub(crate) fn header(&self) -> Vec<u8> {
        let mut out = self.key_id.to_vec();
        out.extend(self.issued.to_le_bytes());
        out.extend(self.expires.to_le_bytes());
        out.extend(self.subject);
        out.push(self.config_present);
        out.extend(&self.config);
        let claims = [&self.operation, &self.lane, &self.media_type, &self.tool, &self.tool_version];
        let layout = [&self.digest.into(), &self.compression.into()];
        for text in claims.into_iter().chain([&self.binary, &self.database]).chain(layout) {
            out.push(u8::try_from(text.len()).expect("a text has one byte of length"));
            out.extend(text);
        }
        out.extend(self.chunk_size.to_le_bytes());
        out.extend(self.payload_len.to_le_bytes());
        out.extend(self.stored_len.to_le_bytes());
        out.extend(self.table_digest);
        out
    }

    /// The entry, sealed by its signer.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.bytes_with_header(|_| ())
    }

    /// The entry with a header that leaves the format, sealed all the same.
    pub(crate) fn bytes_with_header(&self, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut header = self.header();
        change(&mut header);
        let seal_len = self.signer.seal(b"").len();
        self.assemble(&header, seal_len, |sealed| self.signer.seal(&seal_message(sealed)))
    }

    /// The entry with what `seal` makes of preamble and header in the seal's place.
    pub(crate) fn bytes_sealed_by(&self, seal_len: usize, seal: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
        self.assemble(&self.header(), seal_len, seal)
    }

    fn assemble(&self, header: &[u8], seal_len: usize, seal: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
        let mut out = b"\x89BULLA\r\n".to_vec();
        out.extend(self.format_version.to_le_bytes());
        for length in [header.len(), seal_len] {
            out.extend(u16::try_from(length).expect("a length has two bytes").to_le_bytes());
        }
        out.extend(header);
        out.extend(seal(&out));
        out.extend(self.chunks.iter().flatten());
        out.extend(&self.table);
        out
    }

    /// Where the seal begins.
    pub(crate) fn seal_at(&self) -> usize {
        14 + self.header().len()
    }

    /// Where the stored chunks begin.
    pub(crate) fn chunks_at(&self) -> usize {
        self.seal_at() + self.signer.seal(b"").len()
    }

    /// Where the digest table begins.
    pub(crate) fn table_at(&self) -> usize {
        self.chunks_at() + self.chunks.iter().map(Vec::len).sum::<usize>()
    }
}
