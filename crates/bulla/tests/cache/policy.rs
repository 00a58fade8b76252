//! Good entries that this reader does not take now. They stay, because they may be good for another.

use std::time::Duration;

use bulla::{Cache, Dir, FileStore, Key, Lane, Policy, Ring, Settings};

use crate::support::snapshot::snapshot;
use crate::support::*;

/// A reader of `home` that accepts what `change` makes of the default policy.
fn reader(home: &Home, clock: &Clock, change: impl FnOnce(&mut Policy)) -> Cache<FileStore> {
    let mut settings = clock.settings();
    change(&mut settings.policy);
    home.cache_with(settings)
}

/// The reader refuses for that reason, nothing on disk has changed, and a default reader answers.
fn refuses_and_leaves(home: &Home, clock: &Clock, reader: &Cache<FileStore>, reason: &str) {
    let before = snapshot(&home.dir());
    assert_eq!(outcome(reader, &any_key()), reason);
    assert_eq!(outcome(reader, &any_key()), reason, "and again");
    assert_eq!(snapshot(&home.dir()), before, "{reason} is this reader's policy");
    assert_eq!(outcome(&home.cache(clock), &any_key()), "hit: evidence");
}

#[test]
fn a_lane_that_is_not_accepted_is_refused() {
    let clock = Clock::new();
    for (writes, accepts, outcome_) in [
        (Lane::Pr, vec![Lane::Main, Lane::Local], "lane-not-accepted"),
        (Lane::Pr, vec![Lane::Main, Lane::Pr], "hit: evidence"),
        (Lane::Local, vec![Lane::Main], "lane-not-accepted"),
        (Lane::Main, vec![Lane::Main], "hit: evidence"),
        (Lane::Main, vec![], "lane-not-accepted"),
    ] {
        let home = Home::new();
        put(&home.cache_with(Settings { lane: writes, ..clock.settings() }), &any_key(), b"evidence");
        let before = snapshot(&home.dir());
        let reader = reader(&home, &clock, |policy| policy.lanes = accepts);
        assert_eq!(outcome(&reader, &any_key()), outcome_, "from {writes:?}");
        assert_eq!(snapshot(&home.dir()), before);
    }
}

#[test]
fn a_change_that_nobody_has_accepted_yet_is_not_believed_by_default() {
    let (home, clock) = (Home::new(), Clock::new());
    put(&home.cache_with(Settings { lane: Lane::Pr, ..clock.settings() }), &any_key(), b"evidence");
    assert_eq!(outcome(&home.cache(&clock), &any_key()), "lane-not-accepted");
}

#[test]
fn a_revoked_key_is_not_believed_although_it_is_in_the_ring() {
    let (home, clock) = (Home::new(), Clock::new());
    let writer = home.cache(&clock);
    put(&writer, &any_key(), b"evidence");
    let id = writer.ring().keys()[0].id();
    let reader = reader(&home, &clock, |policy| policy.revoked = vec![id]);
    refuses_and_leaves(&home, &clock, &reader, "revoked");
}

#[test]
fn an_entry_older_than_the_call_allows_is_too_stale() {
    let (home, clock) = (Home::new(), Clock::new());
    put(&home.cache(&clock), &any_key(), b"evidence");
    let reader = reader(&home, &clock, |policy| policy.max_age = Some(HOUR));
    clock.forward(HOUR);
    assert_eq!(outcome(&reader, &any_key()), "hit: evidence", "an hour is not more than an hour");
    clock.forward(Duration::from_millis(1));
    refuses_and_leaves(&home, &clock, &reader, "too-stale");
}

#[test]
fn a_payload_longer_than_the_reader_takes_is_too_large() {
    let (home, clock) = (Home::new(), Clock::new());
    put(&home.cache(&clock), &any_key(), b"evidence");
    let exactly = reader(&home, &clock, |policy| policy.max_payload = 8);
    assert_eq!(outcome(&exactly, &any_key()), "hit: evidence");
    refuses_and_leaves(&home, &clock, &reader(&home, &clock, |policy| policy.max_payload = 7), "too-large");
}

#[test]
fn the_first_secret_key_seals_and_an_older_one_still_opens() {
    let (home, clock) = (Home::new(), Clock::new());
    home.cache(&clock);
    let with = |keys: Vec<Key>| {
        Cache::new(FileStore::new(Dir::open(&home.dir()).unwrap()), Ring::new(keys), clock.settings())
    };
    let (old, new) = (|| Key::hmac(&[1; 32]), || Key::ed25519_secret(&[2; 32]));
    put(&with(vec![old()]), &any_key(), b"evidence");
    let both = with(vec![new(), old()]);
    assert_eq!(outcome(&both, &any_key()), "hit: evidence");
    put(&both, &any_key(), b"new evidence");
    assert_eq!(outcome(&with(vec![new().to_public().unwrap()]), &any_key()), "hit: new evidence");
    assert_eq!(outcome(&with(vec![old()]), &any_key()), "unknown-signer");
}
