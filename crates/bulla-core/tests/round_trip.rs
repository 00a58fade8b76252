//! What was sealed is what is read, whatever the claims, the payload and the way it was written.

mod support;

use bulla_core::*;
use proptest::prelude::*;
use support::arbitrary::{any_claims, any_encoding, any_payload, cases};
use support::give::{by_chunk, by_read};
use support::*;

fn any_signer() -> impl Strategy<Value = Signer> {
    prop::sample::select(vec![HMAC, ED25519])
}

/// Cuts `payload` at these places, counted round if they lie behind its end.
fn pieces<'a>(payload: &'a [u8], places: &[usize]) -> Vec<&'a [u8]> {
    let mut places: Vec<_> = places.iter().map(|place| place % (payload.len() + 1)).collect();
    places.extend([0, payload.len()]);
    places.sort_unstable();
    places.windows(2).map(|ends| &payload[ends[0]..ends[1]]).collect()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn claims_come_back_as_they_were_sealed(claims in any_claims(), signer in any_signer()) {
        let entry = sealed_with(signer, claims.clone(), Encoding::default(), &[b"payload"]);
        let header = examine(&entry.clone().into(), &ring(signer)).unwrap();
        prop_assert_eq!(&header.claims, &claims);
        prop_assert_eq!(header.key_id, ring(signer).keys()[0].id());
        let peeked = peek(&entry.into()).unwrap();
        prop_assert_eq!(peeked.as_claimed(), &header);
    }

    #[test]
    fn an_entry_answers_its_own_key_and_name_as_long_as_it_is_valid(claims in any_claims()) {
        let Claims { key, validity, .. } = claims.clone();
        let entry = sealed_with(HMAC, claims, Encoding::default(), &[b"payload"]);
        let policy = Policy { lanes: Lane::ALL.to_vec(), ..Policy::default() };
        let name = key.entry_name();
        for question in [Question::Key(&key), Question::Name(&name)] {
            let judge_at = |now| {
                let expect = Expect { question, now, accepted: None, policy: &policy };
                judge(&entry.clone().into(), &ring(HMAC), &expect).map(drop)
            };
            prop_assert_eq!(judge_at(validity.issued()), Ok(()));
            let last = at(validity.expires().as_millis() - 1);
            prop_assert_eq!(judge_at(last), Ok(()));
            prop_assert_eq!(judge_at(validity.expires()), Err(Refusal::Expired { expires: validity.expires() }));
        }
    }
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn a_payload_comes_back_however_it_was_written_and_however_it_is_read(
        payload in any_payload(),
        places in prop::collection::vec(any::<usize>(), 0..8),
        encoding in any_encoding(),
        signer in any_signer(),
        buf_len in 1_usize..200_000,
    ) {
        let entry = sealed_with(signer, claims(), encoding, &pieces(&payload, &places));
        let open = || open_default(entry.clone().into(), signer).unwrap();
        prop_assert_eq!(open().header().layout.payload_len, payload.len() as u64);
        prop_assert!(open().into_vec().unwrap() == payload);
        let (chunks, end) = by_chunk(open());
        prop_assert!(end.is_ok() && chunks.concat() == payload);
        let (read, end) = by_read(open(), buf_len);
        prop_assert!(end.is_ok() && read == payload);
    }
}

#[test]
fn seal_writes_what_the_format_page_says_to_the_byte() {
    for signer in [HMAC, ED25519] {
        for digest in [DigestAlgorithm::Blake3, DigestAlgorithm::Sha256] {
            for length in [0, 1, 131_071, 131_072, 131_073, 300_000] {
                let payload = noise(length);
                let encoding = Encoding { digest, packing: Packing::Never };
                let by_hand = ByHand::new(signer, b"")
                    .with(|entry| entry.digest = digest.name())
                    .cut(131_072, &payload);
                assert!(sealed(signer, encoding, &payload) == by_hand.bytes(), "{length} bytes");
            }
        }
    }
}
