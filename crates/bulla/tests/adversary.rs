//! Under every adversary a get gives the right payload or a miss with its reason, never wrong bytes.

mod adversaries;
mod support;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::atomic::Ordering;

use adversaries::*;
use bulla::{
    Cache, CacheKey, Details, DigestAlgorithm, Encoding, Key, MemoryStore, Packing, PutError, Ring, Settings,
    Store,
};
use bulla_store::contract;
use proptest::prelude::*;
use support::*;

fn ring() -> Ring {
    Ring::new(vec![Key::hmac(&[42; 32])])
}

fn cache_over<S: Store>(store: S, settings: Settings) -> Cache<S> {
    Cache::new(store, ring(), settings)
}

/// Payloads of no, one and several chunks, some of which packing makes smaller.
fn payloads() -> [Vec<u8>; 5] {
    [Vec::new(), b"x".to_vec(), b"the same line again\n".repeat(500), noise(200_000), vec![b'a'; 300_000]]
}

fn encodings() -> [Encoding; 4] {
    let pair = |digest| [Packing::WhereItPays, Packing::Never].map(|packing| Encoding { digest, packing });
    let [[a, b], [c, d]] = [DigestAlgorithm::Blake3, DigestAlgorithm::Sha256].map(pair);
    [a, b, c, d]
}

/// Puts each payload in each encoding on a shelf that gives what `given` makes of it, and collects the names of
/// the misses. What is no miss must be the payload.
fn misses<G: Given>(given: impl Fn() -> G) -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    for payload in payloads() {
        for encoding in encodings() {
            let cache = cache_over(Shelf::new(given()), Settings { encoding, ..Clock::new().settings() });
            put(&cache, &any_key(), &payload);
            if let Err(miss) = get_both_ways(&cache, &any_key(), &payload) {
                names.insert(miss.name());
            }
        }
    }
    names
}

/// Whole and chunk by chunk: right bytes to the end, or right bytes and then a miss.
fn get_both_ways<S: Store>(cache: &Cache<S>, key: &CacheKey, payload: &[u8]) -> Result<(), bulla::Miss> {
    let mut hit = cache.get(key)?;
    let mut seen = 0;
    let end = loop {
        match hit.next_chunk() {
            Ok(Some(chunk)) => {
                assert!(payload[seen..].starts_with(chunk), "wrong bytes from {seen}");
                seen += chunk.len();
            }
            Ok(None) => break Ok(()),
            Err(miss) => break Err(miss),
        }
    };
    end.inspect(|()| assert_eq!(seen, payload.len(), "an end too early"))?;
    assert!(get(cache, key)? == payload);
    Ok(())
}

#[test]
fn what_adversaries_are_made_of_keeps_the_contract() {
    contract::check(&Shelf::honest());
    contract::check(&Flaky::new(MemoryStore::default(), usize::MAX));
    let names = [key("signature", "a").entry_name(), key("signature", "b").entry_name()];
    contract::check(&Full::with_room(usize::MAX));
    contract::check(&Swapping { store: MemoryStore::default(), names });
}

#[test]
fn an_honest_shelf_gives_every_payload_back() {
    assert_eq!(misses(Stale::default), BTreeSet::new(), "one version is the newest");
}

#[test]
fn a_bit_flipped_anywhere_is_never_given_out() {
    let mut names = BTreeSet::new();
    let payload = noise(200_000);
    for at in (0..400).chain((400..210_000).step_by(6_007)) {
        let cache = cache_over(Shelf::new(Tampering { at, bit: 3 }), unpacked(Clock::new().settings()));
        put(&cache, &any_key(), &payload);
        let miss = get_both_ways(&cache, &any_key(), &payload).expect_err("a flipped bit is a miss");
        assert!(miss.is_integrity(), "byte {at}: {miss}");
        assert_eq!(outcome(&cache, &any_key()), "absent", "it is out of the way");
        names.insert(miss.name());
    }
    let all = ["bad-seal", "malformed", "payload-damaged", "unknown-signer", "unsealed"];
    assert_eq!(names, BTreeSet::from(all));
}

#[test]
fn a_store_that_answers_one_name_with_another_is_refused_for_both_and_for_no_third() {
    let keys = ["one", "two", "three"].map(|subject| key("signature", subject));
    let names = [keys[0].entry_name(), keys[1].entry_name()];
    let cache = cache_over(Swapping { store: Shelf::honest(), names }, Clock::new().settings());
    keys.iter().for_each(|key| put(&cache, key, format!("{key:?}").as_bytes()));
    for _ in 0..2 {
        let outcomes = keys.clone().map(|key| outcome(&cache, &key));
        assert_eq!(outcomes, ["wrong-key", "wrong-key", &format!("hit: {:?}", keys[2])]);
    }
}

#[test]
fn entries_that_went_away_since_they_were_listed_are_neither_listed_nor_audited() {
    let gone = ["one", "two"].map(|subject| key("signature", subject).entry_name()).to_vec();
    let cache = cache_over(Vanishing { store: Shelf::honest(), gone }, Clock::new().settings());
    put(&cache, &any_key(), b"evidence");
    let own = any_key().entry_name();
    assert_eq!(cache.list().unwrap().iter().map(|one| one.name).collect::<Vec<_>>(), [own]);
    assert_eq!(cache.audit(&|_, _| ()).unwrap().iter().map(|one| one.name).collect::<Vec<_>>(), [own]);
}

#[test]
fn a_store_that_goes_back_in_time_is_refused_by_who_has_seen_the_newer_entry() {
    let (clock, stale) = (Clock::new(), Stale::default());
    let cache = cache_over(Shelf::new(stale.clone()), clock.settings());
    put(&cache, &any_key(), b"older");
    assert_eq!(outcome(&cache, &any_key()), "hit: older");
    clock.forward(HOUR);
    put(&cache, &any_key(), b"newer");
    assert_eq!(outcome(&cache, &any_key()), "hit: newer");
    stale.turned.store(true, Ordering::Relaxed);
    assert_eq!(outcome(&cache, &any_key()), "rolled-back");
}

#[test]
fn an_old_entry_that_a_new_reader_is_given_ends_with_its_time_to_live() {
    let (clock, stale) = (Clock::new(), Stale::default());
    let writer = cache_over(Shelf::new(stale.clone()), clock.settings());
    put(&writer, &any_key(), b"older");
    clock.forward(HOUR);
    put(&writer, &any_key(), b"newer");
    stale.turned.store(true, Ordering::Relaxed);
    assert_eq!(outcome(&writer, &any_key()), "hit: older", "the limit that docs/threat-model.md has");
    clock.forward(5 * HOUR);
    assert_eq!(outcome(&writer, &any_key()), "expired");
}

#[test]
fn a_length_that_is_not_the_entrys_is_refused() {
    let sizes: [fn(u64) -> u64; 6] =
        [|_| 0, |_| 10, |size| size / 2, |size| size - 1, |size| size + 1, |_| u64::MAX];
    for size in sizes {
        let found = misses(|| Lying { size });
        // A short entry that claims more cannot even be read: the store did not give what it promised.
        let expected = BTreeSet::from(["malformed", "payload-damaged", "unreachable"]);
        assert!(!found.is_empty() && found.is_subset(&expected), "{found:?}");
    }
}

#[test]
fn bytes_that_change_between_two_reads_are_never_given_out() {
    // One read for the head, one for the table, one for each chunk.
    let expected = [
        (0, BTreeSet::from(["unsealed"])),
        (1, BTreeSet::from(["payload-damaged"])),
        (2, BTreeSet::from(["payload-damaged"])),
        (3, BTreeSet::from(["payload-damaged"])),
        (100, BTreeSet::new()),
    ];
    for (honest, names) in expected {
        assert_eq!(misses(|| TwoFaced { honest }), names, "{honest} honest reads");
    }
}

#[test]
fn a_disk_that_dies_is_unreachable_and_no_forgery() {
    for reads in [0, 1, 2, 3] {
        assert_eq!(misses(|| Dying { reads }), BTreeSet::from(["unreachable"]), "{reads} reads");
    }
    let cache = cache_over(Shelf::new(Dying { reads: 1 }), Clock::new().settings());
    put(&cache, &any_key(), &noise(200_000));
    assert_eq!(outcome(&cache, &any_key()), "unreachable");
    assert_eq!(cache.store().names().unwrap().len(), 1, "the entry is not to blame, and stays");
}

/// Pieces that often begin and end where an entry's parts do.
fn any_pieces() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    let place = || prop_oneof![Just(0), Just(usize::MAX), 0..600_usize];
    prop::collection::vec((0..2_usize, place(), place()), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn blocks_of_two_good_entries_in_any_order_are_one_of_them_or_a_miss(
        pieces in any_pieces(),
        lengths in [0..300_usize, 0..300_usize],
    ) {
        let payloads = lengths.map(noise);
        let cache = cache_over(Shelf::new(Splicing { pieces }), unpacked(Clock::new().settings()));
        payloads.iter().for_each(|payload| put(&cache, &any_key(), payload));
        match get(&cache, &any_key()) {
            Ok(payload) => prop_assert!(payloads.contains(&payload), "{} bytes", payload.len()),
            Err(miss) => prop_assert!(miss.is_integrity(), "{miss}"),
        }
    }
}

#[test]
fn a_network_that_comes_and_goes_costs_answers_and_changes_none() {
    for every in 1..=7 {
        let store = Flaky::new(Shelf::honest(), every);
        let (clock, mut stored) = (Clock::new(), None);
        let cache = cache_over(store, clock.settings());
        let mut outcomes = BTreeSet::new();
        for round in 0..50_u8 {
            match cache.put(&any_key(), Details::default(), &[round][..]) {
                Ok(()) => stored = Some([round]),
                Err(PutError::Store(error)) => assert_eq!(error.kind(), ErrorKind::TimedOut),
                Err(error) => panic!("{error}"),
            }
            match get(&cache, &any_key()) {
                Ok(payload) => {
                    assert_eq!(Some(&payload[..]), stored.as_ref().map(|round| &round[..]));
                    outcomes.insert("hit");
                }
                Err(miss) => drop(outcomes.insert(miss.name())),
            }
            let names = cache.list();
            assert!(names.as_ref().is_ok_and(|all| all.len() <= 1) || names.is_err());
        }
        assert!(outcomes.is_subset(&BTreeSet::from(["hit", "unreachable", "absent"])), "{outcomes:?}");
        assert_eq!(outcomes.contains("hit"), every > 2, "every {every}: {outcomes:?}");
    }
}

#[test]
fn a_refused_entry_that_a_flaky_store_does_not_take_away_is_refused_again() {
    let warnings = Warnings::default();
    let store = Flaky::new(Shelf::new(Tampering { at: 20, bit: 0 }), 4);
    let cache = cache_over(store, warnings.of(Clock::new().settings()));
    put(&cache, &any_key(), b"evidence"); // calls 1 and 2
    assert_eq!(outcome(&cache, &any_key()), "unknown-signer"); // calls 3 and 4, which fails
    assert_eq!(
        warnings.told(),
        ["a refused entry stays where it is: cannot reach the network: timed out"],
        "it is told"
    );
    assert_eq!(outcome(&cache, &any_key()), "unknown-signer"); // calls 5 and 6
    assert_eq!(outcome(&cache, &any_key()), "absent");
}

#[test]
fn a_full_disk_is_a_clear_error_and_the_earlier_entry_stays() {
    for payload in payloads() {
        for room in [0, 1, 100] {
            let store = Full::with_room(usize::MAX);
            let cache = cache_over(store, Clock::new().settings());
            put(&cache, &any_key(), b"earlier");
            cache.store().leave_room(room);
            let error = cache.put(&any_key(), Details::default(), &payload[..]).unwrap_err();
            let (PutError::Payload(source) | PutError::Draft(source)) = &error else { panic!("{error}") };
            assert_eq!(source.kind(), ErrorKind::StorageFull, "{} bytes, room for {room}", payload.len());
            assert_eq!(outcome(&cache, &any_key()), "hit: earlier");
        }
    }
}

#[test]
fn a_disk_that_fills_up_anywhere_in_an_entry_publishes_no_half_of_it() {
    let payload = noise(300_000);
    let store = Full::with_room(usize::MAX);
    let cache = cache_over(store, Clock::new().settings());
    put(&cache, &any_key(), &payload);
    let whole = usize::try_from(cache.list().unwrap()[0].size).unwrap();
    assert!(cache.remove(&any_key()).unwrap());
    for room in (0..whole).step_by(7_919).chain(whole - 200..whole) {
        cache.store().leave_room(room);
        assert!(
            cache.put(&any_key(), Details::default(), &payload[..]).is_err(),
            "room for {room} of {whole}"
        );
        assert_eq!(outcome(&cache, &any_key()), "absent");
    }
    cache.store().leave_room(whole);
    put(&cache, &any_key(), &payload);
    assert!(get(&cache, &any_key()).unwrap() == payload);
}
