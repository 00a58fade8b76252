//! What a sweep takes away, and what it never touches.

#![expect(
    clippy::disallowed_methods,
    reason = "tests plant and damage files, and look at what became of them"
)]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod support;

use std::fs;
use std::path::Path;
use std::time::Duration;

use bulla::{Cache, CacheKey, Details, FileStore, Key, Ring, Settings, SweepLimits, Sweeping, Swept};
use rustix::fs::{FlockOperation, flock};
use support::plant::Obstacle;
use support::snapshot::{names, snapshot};
use support::*;

const NO_LIMITS: SweepLimits = SweepLimits { max_age: None, max_size: None };

/// Past the age at which a writer counts as dead. The system gives times in whole seconds.
const LONG_AFTER: Duration = Duration::from_secs(3602);
const NOT_LONG_AFTER: Duration = Duration::from_secs(3590);

fn sweep(cache: &Cache<FileStore>) -> Swept {
    cache.sweep(NO_LIMITS, Sweeping::ForReal).unwrap()
}

/// What went and why, in the order of the names.
fn went(swept: &Swept) -> Vec<(String, &'static str)> {
    swept.entries.iter().map(|entry| (entry.name.to_string(), entry.reason.name())).collect()
}

/// As [`went`] says it.
fn going(mut expected: Vec<(CacheKey, &'static str)>) -> Vec<(String, &'static str)> {
    expected.sort_by_key(|(key, _)| key.entry_name());
    expected.into_iter().map(|(key, reason)| (key.entry_name().to_string(), reason)).collect()
}

/// One entry under each of these subjects, each a minute later than the one before it.
fn put_one_by_one(cache: &Cache<FileStore>, clock: &Clock, subjects: &[&str]) -> Vec<CacheKey> {
    let put_one = |subject: &&str| {
        clock.forward(Duration::from_secs(60));
        let key = key("signature", subject);
        put(cache, &key, &noise(1000));
        key
    };
    subjects.iter().map(put_one).collect()
}

#[test]
fn what_is_no_answer_to_anybody_goes_and_what_is_good_stays() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    let named = |subject| key("signature", subject);
    let [good, expired, misplaced, damaged] = ["good", "expired", "misplaced", "damaged"].map(named);
    let mut expected =
        vec![(expired.clone(), "expired"), (misplaced.clone(), "wrong-key"), (damaged.clone(), "bad-seal")];
    put(&cache, &good, b"evidence");
    put(&cache, &damaged, b"evidence");
    flip(&path_of(&cache, &damaged), 40);
    fs::copy(path_of(&cache, &good), path_of(&cache, &misplaced)).unwrap();
    let for_an_hour = Details { ttl: Some(HOUR), ..Details::default() };
    cache.put(&expired, for_an_hour, &b"evidence"[..]).unwrap();
    for obstacle in Obstacle::all() {
        let key = key("signature", &format!("{obstacle:?}"));
        if obstacle != Obstacle::Directory {
            obstacle.plant(&path_of(&cache, &key), &home.beside("target"));
            expected.push((key, "malformed"));
        }
    }
    clock.forward(HOUR);
    let swept = sweep(&cache);
    assert_eq!(went(&swept), going(expected));
    assert_eq!(
        names(&home.dir()),
        in_order([".hmac.key", "CACHEDIR.TAG", &FileStore::file_name(&good.entry_name())])
    );
    assert_eq!(swept.kept, (1, fs::metadata(path_of(&cache, &good)).unwrap().len()));
    assert_eq!(outcome(&cache, &good), "hit: evidence");
    assert_eq!(went(&sweep(&cache)), [], "nothing is left to go");
}

fn in_order<const N: usize>(mut names: [&str; N]) -> [&str; N] {
    names.sort_unstable();
    names
}

#[test]
fn entries_of_an_unknown_and_of_a_revoked_key_go() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let opened =
        |ring, settings| Cache::new(FileStore::new(bulla::Dir::create(&home.dir()).unwrap()), ring, settings);
    let (old, new) = (|| Key::hmac(&[1; 32]), || Key::hmac(&[2; 32]));
    let [by_old, by_new, by_stranger] = ["old", "new", "stranger"].map(|subject| key("signature", subject));
    put(&opened(Ring::new(vec![old()]), clock.settings()), &by_old, b"evidence");
    put(&opened(Ring::new(vec![new()]), clock.settings()), &by_new, b"evidence");
    put(&opened(Ring::new(vec![Key::hmac(&[3; 32])]), clock.settings()), &by_stranger, b"evidence");
    let mut settings = clock.settings();
    settings.policy.revoked = vec![old().id()];
    let cache = opened(Ring::new(vec![new(), old()]), settings);
    assert_eq!(went(&sweep(&cache)), going(vec![(by_old, "revoked"), (by_stranger, "unknown-signer")]));
    assert_eq!(outcome(&cache, &by_new), "hit: evidence");
}

#[test]
fn what_only_this_reader_does_not_take_now_stays() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    put(&home.cache(&clock), &any_key(), b"evidence");
    clock.forward(HOUR);
    let mut settings = clock.settings();
    settings.policy.max_age = Some(Duration::from_secs(1));
    settings.policy.lanes.clear();
    settings.policy.max_payload = 0;
    let choosy = home.cache_with(settings);
    assert_eq!(outcome(&choosy, &any_key()), "lane-not-accepted");
    assert_eq!(went(&sweep(&choosy)), []);
    clock.back(2 * HOUR);
    assert_eq!(outcome(&home.cache(&clock), &any_key()), "issued-in-future");
    assert_eq!(went(&sweep(&home.cache(&clock))), []);
}

#[test]
fn a_dry_run_says_the_same_and_changes_nothing() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    put_one_by_one(&cache, &clock, &["a", "b", "c", "d"]);
    fs::write(path_of(&cache, &any_key()), "{}").unwrap();
    fs::write(home.dir().join(".tmp-0123"), "half an entry").unwrap();
    clock.forward(LONG_AFTER);
    let limits = SweepLimits { max_age: None, max_size: Some(3000) };
    let before = snapshot(&home.dir());
    let dry = cache.sweep(limits, Sweeping::DryRun).unwrap();
    assert_eq!(snapshot(&home.dir()), before);
    let real = cache.sweep(limits, Sweeping::ForReal).unwrap();
    assert_eq!(went(&dry), went(&real));
    assert_eq!((dry.drafts, dry.kept), (real.drafts, real.kept));
    assert_eq!(real.entries.len(), 3, "one that is unsealed, two for want of room");
}

#[test]
fn over_the_size_limit_the_entries_issued_first_go() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    let keys = put_one_by_one(&cache, &clock, &["a", "b", "c", "d", "e"]);
    let size = cache.list().unwrap()[0].size;
    let swept = |max_size| {
        let limits = SweepLimits { max_age: None, max_size: Some(max_size) };
        went(&cache.sweep(limits, Sweeping::DryRun).unwrap())
    };
    assert_eq!(swept(5 * size), []);
    for (max_size, number) in [(5 * size - 1, 1), (3 * size, 2), (3 * size - 1, 3), (size, 4), (1, 5), (0, 5)]
    {
        let oldest = keys[..number].iter().map(|key| (key.clone(), "over-max-size"));
        assert_eq!(swept(max_size), going(oldest.collect()), "{max_size}");
    }
    let limits = SweepLimits { max_age: None, max_size: Some(2 * size) };
    assert_eq!(cache.sweep(limits, Sweeping::ForReal).unwrap().kept, (2, 2 * size));
    assert_eq!(get(&cache, &keys[4]).unwrap(), noise(1000));
    assert_eq!(outcome(&cache, &keys[2]), "absent");
}

#[test]
fn modification_times_do_not_decide_which_entries_are_the_oldest() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    let keys = put_one_by_one(&cache, &clock, &["a", "b"]);
    let newer = fs::File::options().write(true).open(path_of(&cache, &keys[1])).unwrap();
    newer.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    let size = cache.list().unwrap()[0].size;
    let limits = SweepLimits { max_age: None, max_size: Some(size) };
    let swept = cache.sweep(limits, Sweeping::ForReal).unwrap();
    assert_eq!(went(&swept), going(vec![(keys[0].clone(), "over-max-size")]));
}

#[test]
fn entries_issued_longer_ago_than_the_age_limit_go() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    let keys = put_one_by_one(&cache, &clock, &["a", "b", "c"]);
    let limits = SweepLimits { max_age: Some(Duration::from_secs(60)), max_size: None };
    let swept = cache.sweep(limits, Sweeping::ForReal).unwrap();
    assert_eq!(
        went(&swept),
        going(vec![(keys[0].clone(), "older-than-max-age")]),
        "exactly a minute is not longer"
    );
}

#[test]
fn the_key_the_tag_and_what_others_put_there_are_never_touched() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    let dir = home.dir();
    for foreign in ["notes.txt", "x.bulla", "0123.bulla", "tmp-1", ".tmp"] {
        fs::write(dir.join(foreign), "mine").unwrap();
    }
    fs::create_dir(dir.join("folder.bulla")).unwrap();
    let before = snapshot(&dir);
    clock.forward(1000 * HOUR);
    let limits = SweepLimits { max_age: Some(Duration::ZERO), max_size: Some(0) };
    let swept = cache.sweep(limits, Sweeping::ForReal).unwrap();
    assert_eq!((swept.entries.len(), swept.drafts.len()), (0, 0));
    assert_eq!(snapshot(&dir), before);
}

#[test]
fn a_dead_writers_draft_goes_after_an_hour_and_a_younger_one_stays() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    // As a writer that was killed leaves it.
    fs::write(home.dir().join(".tmp-0123"), "half an entry").unwrap();
    fs::write(home.dir().join(".tmp-key-0123"), [7; 32]).unwrap();
    fs::create_dir_all(home.dir().join(".tmp-planted/below")).unwrap();
    let drafts: Vec<_> = names(&home.dir()).into_iter().filter(|name| name.starts_with(".tmp-")).collect();
    assert_eq!(drafts.len(), 3);
    clock.forward(NOT_LONG_AFTER);
    assert_eq!(sweep(&cache).drafts, [""; 0]);
    clock.forward(LONG_AFTER - NOT_LONG_AFTER);
    assert_eq!(sweep(&cache).drafts, drafts);
    assert_eq!(names(&home.dir()), [".hmac.key", "CACHEDIR.TAG"]);
}

#[test]
fn a_drafts_modification_time_does_not_make_its_writer_dead() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    let draft = home.dir().join(".tmp-young");
    fs::write(&draft, "").unwrap();
    let file = fs::File::options().write(true).open(&draft).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(sweep(&cache).drafts, [""; 0]);
    assert!(draft.exists());
}

#[test]
fn payloads_are_not_read_and_so_a_damaged_one_stays_for_verify_to_find() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache_with(unpacked(clock.settings()));
    put(&cache, &any_key(), &noise(10_000));
    flip(&path_of(&cache, &any_key()), 5000);
    assert_eq!(went(&sweep(&cache)), []);
    let audited = cache.audit(&|_, _| ()).unwrap();
    assert_eq!(audited[0].verdict.as_ref().unwrap_err().name(), "payload-damaged");
    assert_eq!(outcome(&cache, &any_key()), "payload-damaged");
}

#[test]
fn what_lies_in_quarantine_goes_after_a_week() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    fs::write(path_of(&cache, &any_key()), "{}").unwrap();
    assert_eq!(outcome(&cache, &any_key()), "unsealed");
    clock.forward(7 * 24 * HOUR - Duration::from_secs(60));
    sweep(&cache);
    assert_eq!(home.quarantined().len(), 1);
    clock.forward(Duration::from_secs(120));
    cache.sweep(NO_LIMITS, Sweeping::DryRun).unwrap();
    assert_eq!(home.quarantined().len(), 1);
    sweep(&cache);
    assert_eq!(home.quarantined(), [""; 0]);
}

#[test]
fn a_lock_that_nobody_holds_goes_after_an_hour_and_one_that_is_held_stays() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    let locks = home.dir().join("locks");
    fs::create_dir(&locks).unwrap();
    let [left, held] = ["left.lock", "held.lock"].map(|name| locks.join(name));
    let make = |path: &Path| fs::File::create(path).unwrap();
    make(&left);
    let holder = make(&held);
    flock(&holder, FlockOperation::NonBlockingLockExclusive).unwrap();
    clock.forward(NOT_LONG_AFTER);
    sweep(&cache);
    assert!(left.exists());
    clock.forward(LONG_AFTER - NOT_LONG_AFTER);
    sweep(&cache);
    assert_eq!(names(&locks), ["held.lock"]);
    drop(holder);
    sweep(&cache);
    assert_eq!(names(&locks), [""; 0]);
}

#[test]
fn what_cannot_be_removed_is_told_and_keeps_nothing_else_from_going() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    fs::write(path_of(&cache, &any_key()), "{}").unwrap();
    fs::write(home.dir().join(".tmp-old"), "").unwrap();
    for link in ["quarantine", "locks"] {
        std::os::unix::fs::symlink(home.beside("elsewhere"), home.dir().join(link)).unwrap();
    }
    clock.forward(LONG_AFTER);
    let swept = sweep(&cache);
    assert_eq!((swept.entries.len(), swept.drafts.len()), (1, 1));
    assert_eq!(names(&home.dir()), [".hmac.key", "CACHEDIR.TAG", "locks", "quarantine"]);
    let told: Vec<_> = swept.errors.iter().map(ToString::to_string).collect();
    assert!(
        told.len() == 2 && told.iter().all(|text| text.starts_with("cannot open the directory ")),
        "{told:?}"
    );
}

#[test]
fn an_empty_cache_has_nothing_to_sweep() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache_with(Settings { ..clock.settings() });
    let swept = sweep(&cache);
    assert_eq!((swept.entries.len(), swept.drafts.len(), swept.kept), (0, 0, (0, 0)));
}
