//! Parsing is total: no bytes make it panic, and nothing that was not sealed is believed.

mod support;

use bulla_core::*;
use proptest::prelude::*;
use proptest::sample::Index;
use support::arbitrary::cases;
use support::*;

/// Reads with everything that reads, and gives the payload if there is one.
fn read_all(bytes: &[u8], signer: Signer) -> Result<Vec<u8>, Refusal> {
    let ring = ring(signer);
    let found = || Untrusted::from(bytes.to_vec());
    let (key, policy) = (question(), Policy::default());
    let expect = Expect { question: Question::Key(&key), now: at(NOW), accepted: None, policy: &policy };
    let peeked = peek(&found());
    let examined = examine(&found(), &ring);
    if let Ok(header) = &examined {
        assert_eq!(peeked.expect("what can be examined can be peeked at").as_claimed(), header);
    } else if let Err(refusal) = peeked {
        assert_eq!(examined, Err(refusal), "what cannot be peeked at is refused for the same reason");
    }
    judge(&found(), &ring, &expect)?;
    open(found(), &ring, &expect)?.into_vec().map_err(|error| match error {
        ReadError::Refused(refusal) => refusal,
        ReadError::Unreachable(error) => panic!("a buffer can always be read: {error}"),
    })
}

/// Anything that can happen to bytes on their way.
#[derive(Debug, Clone)]
enum Change {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, u8),
    Truncate(Index),
    Copy(Index, Index, u8),
}

fn any_change() -> impl Strategy<Value = Change> {
    let bytes = prop::collection::vec(any::<u8>(), 1..40);
    prop_oneof![
        4 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        1 => (any::<Index>(), bytes).prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, count)| Change::Remove(at, count)),
        1 => any::<Index>().prop_map(Change::Truncate),
        1 => (any::<Index>(), any::<Index>(), any::<u8>()).prop_map(|(from, to, len)| Change::Copy(from, to, len)),
    ]
}

fn apply(changes: &[Change], bytes: &mut Vec<u8>) {
    for change in changes.iter().cloned() {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        let end = |at: usize, count: u8| length.min(at + usize::from(count));
        match change {
            Change::Set(at, byte) => bytes[at.index(length)] = byte,
            Change::Insert(at, more) => drop(bytes.splice(at.index(length)..at.index(length), more)),
            Change::Remove(at, count) => drop(bytes.drain(at.index(length)..end(at.index(length), count))),
            Change::Truncate(at) => bytes.truncate(at.index(length)),
            Change::Copy(from, to, count) => {
                let part = bytes[from.index(length)..end(from.index(length), count)].to_vec();
                let to = to.index(length);
                bytes.splice(to..end(to, count), part);
            }
        }
    }
}

fn any_entry() -> impl Strategy<Value = (Signer, Vec<u8>)> {
    let payload = prop::sample::select(vec![0, 40, 9000]);
    let packing = prop::sample::select(vec![Packing::Never, Packing::WhereItPays]);
    (prop::sample::select(vec![HMAC, ED25519]), payload, packing).prop_map(|(signer, length, packing)| {
        (signer, sealed(signer, Encoding { packing, ..Encoding::default() }, &json(length)))
    })
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn bytes_of_any_kind_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..6000)) {
        let refusal = read_all(&bytes, HMAC).unwrap_err();
        prop_assert_eq!(refusal.name(), if bytes.is_empty() { "malformed" } else { "unsealed" });
        let behind_the_magic = [b"\x89BULLA\r\n", &bytes[..]].concat();
        prop_assert_eq!(read_all(&behind_the_magic, HMAC).unwrap_err().name(), "malformed");
        let of_version_1 = [b"\x89BULLA\r\n\x01\0\xc8\0\x20\0", &bytes[..]].concat();
        prop_assert!(read_all(&of_version_1, HMAC).unwrap_err().is_integrity());
    }

    #[test]
    fn an_entry_that_was_changed_in_any_way_is_refused(
        (signer, sealed) in any_entry(),
        changes in prop::collection::vec(any_change(), 1..6),
    ) {
        let mut changed = sealed.clone();
        apply(&changes, &mut changed);
        let answer = read_all(&changed, signer);
        if changed == sealed {
            prop_assert!(answer.is_ok());
        } else {
            let refusal = answer.unwrap_err();
            prop_assert!(refusal.is_integrity(), "{}", refusal);
        }
    }

    /// The seal is good here, so that everything behind it gets to see what a broken or hostile sealer writes.
    #[test]
    fn a_header_that_is_nonsense_under_a_good_seal_is_refused_or_read(
        changes in prop::collection::vec(any_change(), 1..6),
    ) {
        let payload = noise(5000);
        let entry = ByHand::new(HMAC, b"").cut(4096, &payload);
        match read_all(&entry.bytes_with_header(|header| {
            apply(&changes, header);
            header.truncate(4000);
        }), HMAC) {
            Ok(read) => prop_assert!(read == payload),
            Err(refusal) => prop_assert!(!["unsealed", "bad-seal"].contains(&refusal.name()), "{}", refusal),
        }
    }

    #[test]
    fn a_digest_table_that_is_nonsense_under_a_good_seal_is_refused_or_read(
        changes in prop::collection::vec(any_change(), 1..6),
        packed: bool,
    ) {
        let payload = noise(5000);
        let frames = payload.chunks(4096).map(support::frames::raw).collect();
        let entry = ByHand::new(HMAC, b"").cut(4096, &payload);
        let entry = if packed { entry.packed(4096, payload.len(), frames) } else { entry };
        let mut table = entry.table.clone();
        apply(&changes, &mut table);
        match read_all(&entry.with_table(table).bytes(), HMAC) {
            Ok(read) => prop_assert!(read == payload),
            Err(refusal) => prop_assert_eq!(refusal.name(), "payload-damaged"),
        }
    }

    #[test]
    fn a_zstd_chunk_that_is_nonsense_under_a_good_seal_is_refused_or_read(
        changes in prop::collection::vec(any_change(), 1..6),
    ) {
        let mut frame = zstd::bulk::compress(&json(4096), 3).unwrap();
        apply(&changes, &mut frame);
        match read_all(&ByHand::new(HMAC, b"").packed(4096, 4096, vec![frame]).bytes(), HMAC) {
            Ok(read) => prop_assert_eq!(read.len(), 4096),
            Err(refusal) => prop_assert!(["payload-damaged", "malformed"].contains(&refusal.name())),
        }
    }

    #[test]
    fn a_key_parses_only_from_the_text_that_it_is_written_as(
        kind in "(bulla-(hmac|ed25519-secret|ed25519-public)-1)?", gap in ":?", rest in "([0-9a-f]{64}|\\PC{0,70})",
    ) {
        let text = format!("{kind}{gap}{rest}");
        match Key::parse(&text) {
            Ok(key) => prop_assert!(*key.to_text() == text),
            Err(error) => prop_assert!(rest.len() < 8 || !error.to_string().contains(&rest), "{}", error),
        }
    }

    #[test]
    fn text_of_any_kind_is_a_key_only_if_it_is_one(text in any::<String>()) {
        prop_assert!(Key::parse(&text).is_err());
        prop_assert!(text.parse::<KeyId>().is_err());
        prop_assert!(text.parse::<EntryName>().is_err());
        prop_assert!(text.parse::<Digest>().is_err());
    }
}
