//! Two machines and a bucket that keeps its word.

use std::sync::Arc;

use bulla::{Cache, Details, Key, Mode, Ring, Settings, Shared, SharedWrite, Store as _, Tier};
use bulla_store::contract;

use crate::bucket::{Bucket, Honest, Remote};
use crate::fleet::*;
use crate::local::Full;
use crate::support::snapshot::names;
use crate::support::*;

#[test]
fn what_adversaries_are_made_of_keeps_the_contract() {
    contract::check(&Remote { bucket: Arc::default(), conduct: Honest });
}

#[test]
fn the_first_get_of_a_second_machine_is_a_hit_that_it_keeps_byte_for_byte() {
    let (bucket, first, second) = (Arc::new(Bucket::default()), Machine::new(), Machine::new());
    let payload = noise(300_000);
    let cache = first.cache(&bucket);
    put(&cache, &any_key(), &payload);
    let sealed = std::fs::read(path_of(&cache, &any_key())).unwrap();

    let cache = second.cache(&bucket);
    let hit = cache.get(&any_key()).unwrap();
    assert_eq!(hit.tier(), Tier::Shared);
    assert!(hit.into_vec().unwrap() == payload);
    assert!(std::fs::read(path_of(&cache, &any_key())).unwrap() == sealed, "the copy is the entry");

    bucket.clear();
    let hit = cache.get(&any_key()).unwrap();
    assert_eq!((hit.tier(), bucket.times("get")), (Tier::Local, 1), "the second time nobody else is asked");
    assert!(hit.into_vec().unwrap() == payload);
    assert!(get(&second.alone(), &any_key()).unwrap() == payload);
    let counts = ["hit", "absent", "shared-hit", "shared-miss"].map(|name| count(&cache, name));
    assert_eq!(counts, [2, 0, 1, 0]);
    assert_eq!(second.warnings.told(), [""; 0]);
}

#[test]
fn what_is_nowhere_is_absent_and_counted_once_here_and_once_there() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache(&bucket);
    assert_eq!(outcome(&cache, &any_key()), "absent");
    assert_eq!(["absent", "shared-miss"].map(|name| count(&cache, name)), [1, 1]);
    assert_eq!(machine.warnings.told(), [""; 0]);
}

#[test]
fn an_entry_that_expired_here_is_answered_by_a_younger_one_from_there() {
    let (bucket, here, there) = (Arc::new(Bucket::default()), Machine::new(), Machine::new());
    let cache = here.cache(&bucket);
    put(&cache, &any_key(), b"older");
    [&here, &there].iter().for_each(|machine| machine.clock.forward(5 * HOUR));
    put(&there.cache(&bucket), &any_key(), b"younger");
    [&here, &there].iter().for_each(|machine| machine.clock.forward(2 * HOUR));
    assert_eq!(outcome(&cache, &any_key()), "hit: younger");
    assert_eq!(outcome(&here.alone(), &any_key()), "hit: younger");
}

#[test]
fn an_entry_that_was_damaged_here_is_moved_away_and_answered_from_there() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache(&bucket);
    put(&cache, &any_key(), b"evidence");
    flip(&path_of(&cache, &any_key()), 60);
    assert_eq!(outcome(&cache, &any_key()), "hit: evidence");
    assert_eq!(machine.home.quarantined().len(), 1);
    assert_eq!((bucket.objects().len(), bucket.times("remove")), (1, 0));
}

#[test]
fn a_machine_that_may_not_write_reads_from_there_and_keeps_nothing() {
    let (bucket, payload) = filled();
    let machine = Machine::new();
    let settings = Settings { mode: Mode::ReadOnly, ..machine.settings() };
    let cache = Cache::open_shared(&machine.home.dir(), &keys(1), settings, shared(&bucket, Honest)).unwrap();
    for _ in 0..2 {
        let hit = cache.get(&any_key()).unwrap();
        assert_eq!(hit.tier(), Tier::Shared);
        assert!(hit.into_vec().unwrap() == payload);
    }
    assert!(!machine.home.dir().exists());
    assert!(cache.put(&any_key(), Details::default(), &b"x"[..]).is_err());
    assert_eq!(bucket.times("put"), 1, "what the cache may not do is not done there either");
}

#[test]
fn a_machine_with_the_public_key_keeps_copies_and_publishes_nothing() {
    let (bucket, first, second) = (Arc::new(Bucket::default()), Machine::new(), Machine::new());
    let secret = Key::ed25519_secret(&[1; 32]);
    let open = |machine: &Machine, key: &Key| {
        let shared = shared(&bucket, Honest);
        Cache::open_shared(&machine.home.dir(), &text(key), machine.settings(), shared).unwrap()
    };
    put(&open(&first, &secret), &any_key(), b"evidence");
    let reader = open(&second, &secret.to_public().unwrap());
    assert_eq!(outcome(&reader, &any_key()), "hit: evidence");
    bucket.clear();
    assert_eq!(outcome(&reader, &any_key()), "hit: evidence", "it lies here now");
    assert!(reader.put(&any_key(), Details::default(), &b"forged"[..]).is_err());
    assert_eq!((bucket.times("put"), second.warnings.told()), (1, Vec::new()));
}

#[test]
fn each_mode_of_the_shared_store_does_what_it_says() {
    for (mode, write, read, written) in [
        (Mode::ReadWrite, SharedWrite::Sync, "hit: evidence", 1),
        (Mode::ReadWrite, SharedWrite::Off, "hit: evidence", 0),
        (Mode::ReadOnly, SharedWrite::Sync, "hit: evidence", 0),
        (Mode::WriteOnly, SharedWrite::Sync, "absent", 1),
        (Mode::Off, SharedWrite::Sync, "absent", 0),
    ] {
        let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
        put(&Machine::new().cache(&bucket), &any_key(), b"evidence");
        let cache = machine.cache_with(Shared { mode, write, ..shared(&bucket, Honest) });
        assert_eq!(outcome(&cache, &any_key()), read, "{mode:?}, {write:?}");
        put(&cache, &key("signature", "another"), b"other");
        assert_eq!(bucket.times("put"), 1 + written, "{mode:?}, {write:?}");
        assert_eq!(outcome(&machine.alone(), &key("signature", "another")), "hit: other");
    }
}

#[test]
fn a_cache_that_refreshes_asks_nobody_and_writes_everywhere() {
    let (bucket, _) = filled();
    let machine = Machine::new();
    let settings = Settings { mode: Mode::WriteOnly, ..machine.settings() };
    let cache = Cache::open_shared(&machine.home.dir(), &keys(1), settings, shared(&bucket, Honest)).unwrap();
    assert_eq!(outcome(&cache, &any_key()), "bypassed");
    put(&cache, &any_key(), b"newer");
    assert_eq!((bucket.times("get"), bucket.times("put")), (0, 2));
    assert_eq!(outcome(&Machine::new().cache(&bucket), &any_key()), "hit: newer");
}

#[test]
fn where_there_is_no_room_for_a_copy_the_answer_is_given_all_the_same() {
    let (bucket, payload) = filled();
    for room in [0, 100, 150_000] {
        let machine = Machine::new();
        let ring = Ring::new(vec![Key::hmac(&[1; 32])]);
        let cache = Cache::new(Full::with_room(room), ring, machine.settings());
        let cache = cache.with_shared(shared(&bucket, Honest));
        let hit = cache.get(&any_key()).unwrap();
        assert_eq!(hit.tier(), Tier::Shared);
        assert!(hit.into_vec().unwrap() == payload);
        assert_eq!(cache.store().names().unwrap(), []);
        let warnings = machine.warnings.told();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].starts_with("no copy of an answer from the shared store is kept: "));
    }
}

#[test]
fn a_copy_leaves_no_temporary_file_behind() {
    let (bucket, _) = filled();
    let machine = Machine::new();
    let cache = machine.cache(&bucket);
    let before = names(&machine.home.dir()).len();
    cache.get(&any_key()).map(drop).unwrap();
    assert_eq!(names(&machine.home.dir()).len(), before + 1);
}
