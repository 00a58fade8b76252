//! What a cache counts, and what a directory keeps of it.

#![expect(clippy::disallowed_methods, reason = "tests plant and damage files")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod support;

use std::collections::BTreeMap;
use std::fs;

use bulla::{Cache, Counts, FileStore};
use rustix::fs::{FlockOperation, flock};
use support::plant::Obstacle;
use support::*;

fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

fn kept(cache: &Cache<FileStore>) -> BTreeMap<String, u64> {
    Counts::load(cache.store().dir()).unwrap()
}

/// One put, one hit, two misses.
fn use_it(cache: &Cache<FileStore>) {
    put(cache, &any_key(), b"evidence");
    assert_eq!(outcome(cache, &any_key()), "hit: evidence");
    assert_eq!(outcome(cache, &key("signature", "none")), "absent");
    fs::write(path_of(cache, &any_key()), "{}").unwrap();
    assert_eq!(outcome(cache, &any_key()), "unsealed");
}

const ONCE: [(&str, u64); 5] = [("absent", 1), ("hit", 1), ("put", 1), ("quarantined", 1), ("unsealed", 1)];

#[test]
fn hits_puts_and_misses_by_reason_are_counted() {
    let home = Home::new();
    let cache = home.cache(&Clock::new());
    assert_eq!(cache.counts().by_name(), counts(&[]));
    use_it(&cache);
    assert_eq!(cache.counts().by_name(), counts(&ONCE));
}

#[test]
fn what_is_saved_adds_up_and_is_saved_once() {
    let home = Home::new();
    for round in 1..=3 {
        let cache = home.cache(&Clock::new());
        use_it(&cache);
        cache.counts().save(cache.store().dir()).unwrap();
        cache.counts().save(cache.store().dir()).unwrap();
        assert_eq!(kept(&cache), counts(&ONCE.map(|(name, count)| (name, count * round))));
    }
}

#[test]
fn nothing_counted_leaves_no_file() {
    let home = Home::new();
    let cache = home.cache(&Clock::new());
    cache.counts().save(cache.store().dir()).unwrap();
    assert!(!home.dir().join(".stats").exists());
    assert_eq!(kept(&cache), counts(&[]));
}

#[test]
fn what_somebody_wrote_into_the_file_is_not_taken_for_a_count() {
    let home = Home::new();
    let cache = home.cache(&Clock::new());
    let planted = "hit 7\n\x1b[2Jabsent 1\nhits 9\nput many\nput -1\nput 18446744073709551616\nexpired 2 3\n\nwrong-key 4\n";
    fs::write(home.dir().join(".stats"), planted).unwrap();
    assert_eq!(kept(&cache), counts(&[("hit", 7), ("wrong-key", 4)]));
    fs::write(home.dir().join(".stats"), [b"hit 1\n".as_slice(), &[0xff; 100_000]].concat()).unwrap();
    assert_eq!(kept(&cache), counts(&[("hit", 1)]));
}

#[test]
fn a_count_at_its_end_stays_there() {
    let home = Home::new();
    let cache = home.cache(&Clock::new());
    fs::write(home.dir().join(".stats"), format!("hit {}\n", u64::MAX)).unwrap();
    use_it(&cache);
    cache.counts().save(cache.store().dir()).unwrap();
    assert_eq!(kept(&cache)["hit"], u64::MAX);
}

#[test]
fn a_file_that_another_process_holds_is_not_waited_for() {
    let home = Home::new();
    let cache = home.cache(&Clock::new());
    let held = fs::File::create(home.dir().join(".stats")).unwrap();
    flock(&held, FlockOperation::NonBlockingLockExclusive).unwrap();
    use_it(&cache);
    cache.counts().save(cache.store().dir()).unwrap();
    assert_eq!(kept(&cache), counts(&[]));
}

#[test]
fn what_is_no_regular_file_is_neither_followed_nor_waited_for() {
    for obstacle in Obstacle::all() {
        let home = Home::new();
        let cache = home.cache(&Clock::new());
        let target = home.beside("target");
        fs::write(&target, "hit 5\n").unwrap();
        obstacle.plant(&home.dir().join(".stats"), &target);
        use_it(&cache);
        assert!(cache.counts().save(cache.store().dir()).is_err(), "{obstacle:?}");
        assert!(Counts::load(cache.store().dir()).is_err(), "{obstacle:?}");
        assert_eq!(fs::read(&target).unwrap(), b"hit 5\n", "{obstacle:?}");
        assert!(!home.dir().join("nowhere").exists(), "a dangling link was followed");
    }
}
