//! Any claims that a sealer can state, and any payload.

use bulla_core::*;
use proptest::prelude::*;

use super::{json, noise};

/// How many cases, and no files of old failures: a failure becomes a test with a name.
pub(crate) fn cases(count: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(count) }
}

prop_compose! {
    pub(crate) fn any_key()(
        operation in "[a-z0-9][a-z0-9-]{0,63}",
        subject: [u8; 32],
        config: Option<[u8; 32]>,
    ) -> CacheKey {
        let sha256 = |bytes| Digest::new(DigestAlgorithm::Sha256, bytes);
        CacheKey::new(operation.parse().expect("a valid operation"), sha256(subject), config.map(sha256))
            .expect("both are SHA-256")
    }
}

fn any_validity() -> impl Strategy<Value = Validity> {
    let last = Timestamp::MAX.as_millis();
    (0..last).prop_flat_map(move |issued| (Just(issued), issued + 1..=last)).prop_map(|(issued, expires)| {
        let time = |millis| Timestamp::from_millis(millis).expect("before the year 10000");
        Validity::new(time(issued), time(expires)).expect("it ends after it begins")
    })
}

fn any_text() -> impl Strategy<Value = Option<ClaimText>> {
    let character = any::<char>().prop_filter("no control character", |character| !character.is_control());
    let text = prop::collection::vec(character, 1..=63).prop_map(String::from_iter);
    prop::option::of(text.prop_map(|text| text.parse().expect("at most 252 bytes")))
}

fn any_digest() -> impl Strategy<Value = Digest> {
    let algorithm = prop::sample::select(vec![DigestAlgorithm::Blake3, DigestAlgorithm::Sha256]);
    (algorithm, any::<[u8; 32]>()).prop_map(|(algorithm, bytes)| Digest::new(algorithm, bytes))
}

prop_compose! {
    fn any_producer()(
        tool in any_text(),
        version in any_text(),
        binary in prop::option::of(any_digest()),
        database in any_text(),
    ) -> Producer {
        Producer { tool, version, binary, database }
    }
}

prop_compose! {
    pub(crate) fn any_claims()(
        key in any_key(),
        validity in any_validity(),
        media_type in any_text(),
        lane in prop::sample::select(Lane::ALL.to_vec()),
        producer in any_producer(),
    ) -> Claims {
        Claims { key, validity, media_type, lane, producer }
    }
}

pub(crate) fn any_encoding() -> impl Strategy<Value = Encoding> {
    let digests = prop::sample::select(vec![DigestAlgorithm::Blake3, DigestAlgorithm::Sha256]);
    let packings = prop::sample::select(vec![Packing::WhereItPays, Packing::Never]);
    (digests, packings).prop_map(|(digest, packing)| Encoding { digest, packing })
}

/// Up to some 400 KB that zstd can pack, that it can not, or of which it packs the beginning only.
pub(crate) fn any_payload() -> impl Strategy<Value = Vec<u8>> {
    let length = prop_oneof![0_usize..10_000, 131_070_usize..131_075, 0_usize..400_000];
    (length, 0..3).prop_map(|(length, kind)| match kind {
        0 => noise(length),
        1 => json(length),
        _ => [json(length / 2), noise(length - length / 2)].concat(),
    })
}
