//! Entries that are good, many of them at the last value that still is.

use bulla_core::{DigestAlgorithm, Encoding, Packing};

use super::*;

const ZSTD: Encoding = Encoding { digest: DigestAlgorithm::Blake3, packing: Packing::WhereItPays };

pub(super) fn cases() -> Vec<Case> {
    [kinds(), lengths(), claims(), chunks(), readers()].into_iter().flatten().collect()
}

fn kinds() -> Vec<Case> {
    let (eight_kib, several_chunks) = (json(8 << 10), json(300 << 10));
    let sha256 = good().with(|entry| entry.digest = "sha256").cut(131_072, BOM);
    let mut cases = vec![
        given("payload-hmac-blake3", "HMAC seal, BLAKE3 digests, stored as it is", BOM, good().bytes()),
        given("payload-hmac-sha256", "HMAC seal, SHA-256 digests, stored as it is", BOM, sha256.bytes()),
        given(
            "payload-ed25519",
            "Ed25519 seal, read with the public key alone",
            BOM,
            ByHand::new(ED25519, BOM).bytes(),
        )
        .asked(|reader| reader.keys = vec![ED25519.reader_key()]),
        given(
            "payload-ed25519-secret-key",
            "a reader that holds the Ed25519 secret key can check with it too",
            BOM,
            ByHand::new(ED25519, BOM).bytes(),
        )
        .asked(|reader| reader.keys = vec![ED25519.secret_key()]),
    ];
    let zstd = [
        given(
            "payload-hmac-zstd",
            "one chunk of JSON, packed by zstd",
            &eight_kib,
            sealed(HMAC, ZSTD, &eight_kib),
        ),
        given(
            "payload-hmac-zstd-several-chunks",
            "300 KiB of JSON in three chunks, packed by zstd",
            &several_chunks,
            sealed(HMAC, ZSTD, &several_chunks),
        ),
        given(
            "payload-ed25519-sha256-zstd",
            "Ed25519 seal, SHA-256 digests, packed by zstd",
            &eight_kib,
            sealed(ED25519, Encoding { digest: DigestAlgorithm::Sha256, ..ZSTD }, &eight_kib),
        )
        .asked(|reader| reader.keys = vec![ED25519.reader_key()]),
    ];
    cases.extend(zstd.map(|case| Case { bytes: Bytes::ByZstd, ..case }));
    cases
}

fn lengths() -> Vec<Case> {
    let zeros = vec![0; (1 << 20) + 1];
    let packed = |chunk_size: usize, length: usize| {
        let frames = zeros[..length].chunks(chunk_size).map(|chunk| frames::zeros(chunk.len())).collect();
        good().packed(u32::try_from(chunk_size).expect("at most 1 MiB"), length, frames).bytes()
    };
    vec![
        given("payload-empty", "no payload: no chunk, no row", b"", ByHand::new(HMAC, b"").bytes()),
        given(
            "payload-empty-zstd",
            "no payload, although its chunks would be packed",
            b"",
            packed(131_072, 0),
        ),
        given(
            "payload-one-chunk",
            "exactly one chunk of zeros, packed",
            &zeros[..131_072],
            packed(131_072, 131_072),
        ),
        given(
            "payload-one-chunk-and-a-byte",
            "one chunk and one byte of zeros, packed: two rows",
            &zeros[..131_073],
            packed(131_072, 131_073),
        ),
        given(
            "payload-chunks-of-1-mib",
            "the largest chunk size, and one byte more",
            &zeros,
            packed(1 << 20, zeros.len()),
        ),
    ]
}

fn claims() -> Vec<Case> {
    let long = |character: &str| character.repeat(255 / character.len()).into_bytes();
    let all = good().with(|entry| {
        entry.media_type = b"application/vnd.cyclonedx+json".to_vec();
        entry.tool = b"syft".to_vec();
        entry.tool_version = b"1.31.0".to_vec();
        entry.binary = format!("blake3:{}", "ab".repeat(32)).into_bytes();
        entry.database = "vom 1. M\u{e4}rz".into();
    });
    let longest = all.clone().with(|entry| {
        entry.operation = b"0-9a-z".iter().copied().cycle().take(64).collect();
        entry.media_type = long("m");
        entry.tool = long("\u{1f510}");
        entry.tool_version = long("\u{e9}");
        entry.database = long("\u{2028}");
    });
    let operation = String::from_utf8(longest.operation.clone()).expect("an operation is ASCII");
    let last_moment = good().with(|entry| (entry.issued, entry.expires) = (LAST - 1, LAST));
    vec![
        given("payload-all-claims", "every claim that may be absent is there", BOM, all.bytes()),
        given("payload-no-config", "the key has no config, and none was asked for", BOM, no_config().bytes())
            .asked(|reader| reader.config = None),
        given("payload-longest-claims", "every text as long as it may be", BOM, longest.bytes())
            .asked(|reader| reader.operation = operation),
        given("payload-year-9999", "it ends at the last moment that there is", BOM, last_moment.bytes())
            .asked(|reader| reader.now = LAST - 1),
    ]
}

/// 9999-12-31T23:59:59.999Z.
const LAST: u64 = 253_402_300_799_999;

pub(super) fn no_config() -> ByHand {
    good().with(|entry| {
        entry.config_present = 0;
        entry.config.clear();
    })
}

fn chunks() -> Vec<Case> {
    let content = noise(4096 + 100);
    let one: &[u8; 4096] = content.first_chunk().expect("longer than a chunk");
    let longest = good().packed(4096, 4096, vec![frames::longest(one)]);
    let checked = good().packed(4096, 4096, vec![frames::zeros_checked(frames::CHECKSUM_OF_4096_ZEROS)]);
    let unsaid = good().packed(4096, 4096, vec![frames::zeros_unsaid(4096)]);
    let mixed: Vec<_> = content.chunks(4096).map(frames::raw).collect();
    vec![
        given(
            "payload-chunks-of-4-kib",
            "the smallest chunk size",
            &content,
            good().cut(4096, &content).bytes(),
        ),
        given(
            "payload-zstd-not-smaller",
            "zstd frames that are longer than what they hold",
            &content,
            good().packed(4096, content.len(), mixed).bytes(),
        ),
        given("payload-zstd-checksum", "a frame that ends with a checksum", &[0; 4096], checked.bytes()),
        given("payload-zstd-unsaid", "a frame that does not say its length", &[0; 4096], unsaid.bytes()),
        given("payload-zstd-longest-frame", "a frame as long as a row may say", one, longest.bytes()),
    ]
}

/// Readers whose own conditions are only just met.
fn readers() -> Vec<Case> {
    let pr = good().with(|entry| entry.lane = b"pr".to_vec());
    let local = good().with(|entry| entry.lane = b"local".to_vec());
    let length = BOM.len() as u64;
    vec![
        given("payload-issued-within-skew", "issued 60 s after the reader's now", BOM, good().bytes())
            .asked(|reader| reader.now = ISSUED - 60_000),
        given("payload-last-millisecond", "read one millisecond before it expires", BOM, good().bytes())
            .asked(|reader| reader.now = EXPIRES - 1),
        given("payload-lane-local", "lane `local` is accepted without being named", BOM, local.bytes()),
        given("payload-lane-pr", "lane `pr` is accepted if it is named", BOM, pr.bytes())
            .asked(|reader| reader.lanes = vec!["pr".to_owned()]),
        given("payload-accepted-before", "as old as the newest already accepted", BOM, good().bytes())
            .asked(|reader| reader.accepted = Some(ISSUED)),
        given("payload-at-max-age", "exactly as old as the call allows", BOM, good().bytes())
            .asked(|reader| reader.max_age = Some(NOW - ISSUED)),
        given(
            "payload-ahead-is-not-stale",
            "issued 60 s after now is 0 ms old, not more",
            BOM,
            good().bytes(),
        )
        .asked(|reader| (reader.now, reader.max_age) = (ISSUED - 60_000, Some(0))),
        given("payload-at-max-payload", "exactly as long as the call takes", BOM, good().bytes())
            .asked(|reader| reader.max_payload = Some(length)),
        given("payload-another-key-revoked", "the reader has revoked another key", BOM, good().bytes())
            .asked(|reader| reader.revoked = vec![hex(&ED25519.key_id())]),
        given("payload-one-of-several-keys", "its key is not the first of the ring", BOM, good().bytes())
            .asked(|reader| reader.keys.insert(0, ED25519.reader_key())),
    ]
}
