//! What is sealed opens as the same claims and the same bytes; with one byte changed anywhere, it is refused.

#![no_main]

use std::io::{Cursor, Write};
use std::num::NonZeroU8;
use std::time::Duration;

use bulla_core::*;
use bulla_fuzz::{RING, open_in_every_way};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    operation: &'a str,
    subject: [u8; 32],
    config: Option<[u8; 32]>,
    issued: u64,
    ttl: u64,
    lane: u8,
    texts: [Option<&'a str>; 4],
    binary: Option<[u8; 32]>,
    ed25519: bool,
    sha256: bool,
    pack: bool,
    /// Where, counted round the entry's end, which bits change.
    change: (u32, NonZeroU8),
    /// The payload is written in pieces of this size.
    piece: u16,
    /// It is `payload` this many times over, so that short inputs reach several chunks.
    times: u16,
    payload: &'a [u8],
}

const MAX_PAYLOAD: usize = 600 << 10;

fuzz_target!(|input: Input<'_>| {
    let Some(claims) = claims(&input) else { return };
    let mut payload = input.payload.repeat(input.times.into());
    payload.truncate(MAX_PAYLOAD);

    let mut entry = sealed(&input, claims.clone(), &payload);
    let (header, opened) = open_in_every_way(&entry).expect("what was sealed opens");
    assert_eq!(header.claims, claims);
    assert!(opened == payload, "another payload came back");

    let (at, bits) = input.change;
    let at = at as usize % entry.len();
    entry[at] ^= bits.get();
    assert!(open_in_every_way(&entry).is_err(), "byte {at} is not covered by the seal");
});

fn sealed(input: &Input<'_>, claims: Claims, payload: &[u8]) -> Vec<u8> {
    let key = RING.keys().iter().find(|key| (key.kind() == KeyKind::Hmac) != input.ed25519);
    let text = key.expect("the ring has a key of each algorithm").to_text();
    let ring = Ring::new(vec![Key::parse(&text).expect("a key's own text")]);
    let encoding = Encoding {
        digest: if input.sha256 { DigestAlgorithm::Sha256 } else { DigestAlgorithm::Blake3 },
        packing: if input.pack { Packing::WhereItPays } else { Packing::Never },
    };
    let sealer = ring.sealer().expect("the ring's keys are secret ones");
    let mut writer = seal(sealer, claims, encoding, Cursor::new(Vec::new()));
    for piece in payload.chunks(input.piece.max(1).into()) {
        writer.write_all(piece).expect("a buffer takes every byte");
    }
    writer.finish().expect("a buffer takes every byte").into_draft().into_inner()
}

/// The input's claims; those texts that are no claims are absent.
fn claims(input: &Input<'_>) -> Option<Claims> {
    let sha256 = |bytes| Digest::new(DigestAlgorithm::Sha256, bytes);
    let operation = input.operation.parse().or_else(|_| "sbom".parse()).ok()?;
    let key = CacheKey::new(operation, sha256(input.subject), input.config.map(sha256)).ok()?;
    let issued = Timestamp::from_millis(input.issued % (Timestamp::MAX.as_millis() + 1))?;
    let [media_type, tool, version, database] = input.texts.map(|text| text?.parse().ok());
    Some(Claims {
        key,
        validity: Validity::lasting(issued, Duration::from_millis(input.ttl))?,
        media_type,
        lane: Lane::ALL[usize::from(input.lane) % Lane::ALL.len()],
        producer: Producer { tool, version, binary: input.binary.map(sha256), database },
    })
}
