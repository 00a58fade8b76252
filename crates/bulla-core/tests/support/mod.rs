//! What the integration tests share: one question, one clock, two keys, and a second writer of the format.

#![allow(dead_code, unused_imports, reason = "each test program uses its own part")]

pub(crate) mod arbitrary;
pub(crate) mod by_hand;
pub(crate) mod frames;
pub(crate) mod give;
pub(crate) mod sources;

use std::io::{Cursor, Write as _};

use bulla_core::*;
pub(crate) use by_hand::{ByHand, Signer};

/// When the entries of these tests were issued: 2027-01-15T08:00:00Z.
pub(crate) const ISSUED: u64 = 1_800_000_000_000;
/// An hour later they end.
pub(crate) const EXPIRES: u64 = ISSUED + 3_600_000;
/// The reader's clock, unless a test says otherwise.
pub(crate) const NOW: u64 = ISSUED + 60_000;

/// Not secret: the bytes 0 to 31.
pub(crate) const HMAC: Signer = {
    let mut bytes = [0; 32];
    let mut at = 0;
    while at < 32 {
        bytes[at as usize] = at;
        at += 1;
    }
    Signer::Hmac(bytes)
};

/// Not secret: the key of test 1 in section 7.1 of RFC 8032.
pub(crate) const ED25519: Signer = Signer::Ed25519([
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44,
    0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
]);

pub(crate) const OPERATION: &str = "sbom";

/// The bytes whose SHA-256 is the subject of the question.
pub(crate) const SUBJECT_OF: &[u8] = b"an image";

/// The bytes whose SHA-256 is its config.
pub(crate) const CONFIG_OF: &[u8] = b"a config";

pub(crate) fn question() -> CacheKey {
    let sha256 = |bytes| DigestAlgorithm::Sha256.digest(bytes);
    let operation = OPERATION.parse().expect("a valid operation");
    CacheKey::new(operation, sha256(SUBJECT_OF), Some(sha256(CONFIG_OF))).expect("both are SHA-256")
}

pub(crate) fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis).expect("a time before the year 10000")
}

/// Claims that answer [`question`], hold at [`NOW`] and state nothing that may be left out.
pub(crate) fn claims() -> Claims {
    let validity = Validity::new(at(ISSUED), at(EXPIRES)).expect("it ends after it begins");
    Claims { key: question(), validity, media_type: None, lane: Lane::Main, producer: Producer::default() }
}

/// The reader's ring for entries of that signer: of Ed25519 the public key only.
pub(crate) fn ring(signer: Signer) -> Ring {
    Ring::new(vec![Key::parse(&signer.reader_key()).expect("a key's text form")])
}

/// Opens as a reader with default policy who asks [`question`] at [`NOW`].
pub(crate) fn open_default(found: Untrusted, signer: Signer) -> Result<Payload, Refusal> {
    let (key, policy) = (question(), Policy::default());
    let expect = Expect { question: Question::Key(&key), now: at(NOW), accepted: None, policy: &policy };
    open(found, &ring(signer), &expect)
}

/// An entry as the crate itself seals it.
pub(crate) fn sealed(signer: Signer, encoding: Encoding, payload: &[u8]) -> Vec<u8> {
    sealed_with(signer, claims(), encoding, &[payload])
}

/// The same, with other claims and the payload written in these pieces.
pub(crate) fn sealed_with(signer: Signer, claims: Claims, encoding: Encoding, pieces: &[&[u8]]) -> Vec<u8> {
    let ring = Ring::new(vec![Key::parse(&signer.secret_key()).expect("a key's text form")]);
    let sealer = ring.sealer().expect("the key is secret");
    let mut writer = seal(sealer, claims, encoding, Cursor::new(Vec::new()));
    for piece in pieces {
        writer.write_all(piece).expect("a buffer takes every byte");
    }
    writer.finish().expect("a buffer takes every byte").into_draft().into_inner()
}

/// Bytes that zstd cannot pack, and no two chunks of which are alike.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut step = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| step()).collect()
}

/// At least `length` bytes of JSON that zstd packs well, cut off at `length`.
pub(crate) fn json(length: usize) -> Vec<u8> {
    let mut text = String::from("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[\n");
    for number in 0.. {
        if text.len() >= length {
            break;
        }
        let (name, patch) = (number % 13, number % 7);
        text +=
            &format!("{{\"type\":\"library\",\"name\":\"package-{name}\",\"version\":\"1.0.{patch}\"}},\n");
    }
    text.truncate(length);
    text.into_bytes()
}
