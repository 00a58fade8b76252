//! The suites that shared stores' leases pass.

use std::sync::Barrier;
use std::thread;

use bulla_core::{CacheKey, DigestAlgorithm, EntryName, Timestamp};

use crate::shared::{Lease, Leased, SharedStore};

const CLAIMANTS: u64 = 20;

/// Holds a store's leases to what claimants rely on. `store` must be empty; `plant` puts bytes where the lease on a name
/// lies, as an attacker would.
///
/// # Panics
///
/// With a sentence about what does not hold.
pub fn check_leases(store: &dyn SharedStore, plant: &dyn Fn(&EntryName, &[u8])) {
    it_is_its_owner_s_however_often_asked(store, &name(2));
    it_ends_with_its_time(store, &name(3));
    it_ends_when_its_owner_gives_it_back(store, &name(4));
    what_is_none_is_replaced(store, &name(5), plant);
    let names = store.names().expect("a list");
    assert!(names.is_empty(), "a lease is no entry: {names:?}");
}

/// As [`check_leases`], for a store that decides between those who ask at the same moment. Not every server does.
///
/// # Panics
///
/// With a sentence about what does not hold.
pub fn check_lease_races(store: &dyn SharedStore) {
    one_of_many_who_ask_at_once_has_it(store, &name(0), |n| n);
    one_of_many_who_ask_at_once_has_it(store, &name(1), |_| 0);
}

fn name(number: u8) -> EntryName {
    let subject = DigestAlgorithm::Sha256.digest(&[number]);
    CacheKey::new("leases".parse().expect("an operation"), subject, None).expect("a key").entry_name()
}

/// For a second from then, in milliseconds.
fn claim(owner: u64, since: u64) -> Lease {
    let at = |millis| Timestamp::from_millis(1_800_000_000_000 + millis).expect("before the year 9999");
    Lease { owner: format!("runner {owner}"), since: at(since), until: at(since + 1000) }
}

#[track_caller]
fn ask(store: &dyn SharedStore, name: &EntryName, claim: &Lease) -> Leased {
    store.lease(name, claim).expect("the store answers")
}

/// `since` says when each of them begins, in milliseconds: several may in the same one.
fn one_of_many_who_ask_at_once_has_it(store: &dyn SharedStore, name: &EntryName, since: fn(u64) -> u64) {
    let claims: Vec<_> = (0..CLAIMANTS).map(|n| claim(n, since(n))).collect();
    let all = Barrier::new(claims.len());
    let answers: Vec<_> = thread::scope(|scope| {
        let asks = |claim| {
            let all = &all;
            scope.spawn(move || {
                all.wait();
                ask(store, name, claim)
            })
        };
        let asked: Vec<_> = claims.iter().map(asks).collect();
        asked.into_iter().map(|asked| asked.join().expect("it asks")).collect()
    });
    let ours = answers.iter().zip(&claims).filter(|(answer, _)| **answer == Leased::Ours);
    let winners: Vec<_> = ours.map(|(_, claim)| claim).collect();
    let [winner] = winners[..] else { panic!("one of them has the lease, not {winners:?}") };
    let others = answers.iter().filter(|answer| **answer != Leased::Ours);
    let theirs = Leased::Theirs(winner.clone());
    others.for_each(|answer| assert_eq!(*answer, theirs, "the others are told who has it"));
}

fn it_is_its_owner_s_however_often_asked(store: &dyn SharedStore, name: &EntryName) {
    let (mine, yours) = (claim(1, 0), claim(2, 500));
    assert_eq!(ask(store, name, &mine), Leased::Ours);
    assert_eq!(ask(store, name, &mine), Leased::Ours, "asked again, as after a reply that was lost");
    assert_eq!(ask(store, name, &yours), Leased::Theirs(mine.clone()));
    assert_eq!(ask(store, name, &mine), Leased::Ours, "asked again after somebody else has asked");
}

fn it_ends_with_its_time(store: &dyn SharedStore, name: &EntryName) {
    let (first, second) = (claim(1, 0), claim(2, 1000));
    assert_eq!(ask(store, name, &first), Leased::Ours);
    assert_eq!(ask(store, name, &claim(2, 999)), Leased::Theirs(first.clone()));
    assert_eq!(ask(store, name, &second), Leased::Ours, "the one before is over");
    assert_eq!(ask(store, name, &claim(3, 1001)), Leased::Theirs(second.clone()));
    store.release(name, &first).expect("it is over and another's by now, which is no error");
    assert_eq!(
        ask(store, name, &claim(3, 1001)),
        Leased::Theirs(second),
        "it was not the first one's any more"
    );
}

fn it_ends_when_its_owner_gives_it_back(store: &dyn SharedStore, name: &EntryName) {
    let (mine, yours) = (claim(1, 0), claim(2, 1));
    store.release(name, &mine).expect("there is nothing to give back, which is no error");
    assert_eq!(ask(store, name, &mine), Leased::Ours);
    store.release(name, &yours).expect("it is somebody else's, which is no error");
    assert_eq!(ask(store, name, &yours), Leased::Theirs(mine.clone()), "only its owner ends it");
    store.release(name, &mine).expect("it is given back");
    assert_eq!(ask(store, name, &yours), Leased::Ours);
}

fn what_is_none_is_replaced(store: &dyn SharedStore, name: &EntryName, plant: &dyn Fn(&EntryName, &[u8])) {
    let planted: [&[u8]; 6] = [
        b"",
        b"anything",
        &[0xff; 4096],
        b"1 99999999999999999 nobody",
        b"0 253402300799999 for-ever",
        b"1 2 long ago",
    ];
    for bytes in planted {
        plant(name, bytes);
        let first = claim(1, 0);
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!(ask(store, name, &first), Leased::Ours, "{shown:?} keeps nobody waiting");
        assert_eq!(ask(store, name, &claim(2, 1)), Leased::Theirs(first), "{shown:?} gives way");
    }
}
