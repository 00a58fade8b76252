//! What each mode does, and above all what it leaves alone.

use std::fs;

use bulla::{Cache, FileStore, Key, KeySource, Miss, Mode, PutError, Settings, SweepLimits, Sweeping};

use crate::support::plant::Obstacle;
use crate::support::snapshot::snapshot;
use crate::support::*;

fn in_mode(mode: Mode, clock: &Clock) -> Settings {
    Settings { mode, ..clock.settings() }
}

/// A cache with something wrong under each of its keys but the first, which is good.
fn full_of_trouble(home: &Home, clock: &Clock) -> Vec<(bulla::CacheKey, &'static str)> {
    let cache = home.cache_with(unpacked(clock.settings()));
    let stranger = Home::new();
    let mut all = vec![(key("signature", "good"), "hit: evidence")];
    let mut trouble = |subject: &str, outcome| {
        let key = key("signature", subject);
        all.push((key.clone(), outcome));
        (path_of(&cache, &key), key)
    };
    put(&cache, &key("signature", "good"), b"evidence");
    let good = path_of(&cache, &key("signature", "good"));
    let (path, _) = trouble("misplaced", "wrong-key");
    fs::copy(&good, path).unwrap();
    let (path, bad) = trouble("bad seal", "bad-seal");
    put(&cache, &bad, b"evidence");
    flip(&path, 40);
    let (path, damaged) = trouble("damaged", "payload-damaged");
    put(&cache, &damaged, b"evidence");
    let length = fs::metadata(&path).unwrap().len();
    flip(&path, usize::try_from(length).unwrap() - 40);
    let (path, strange) = trouble("strange", "unknown-signer");
    let strangers = stranger.cache(clock);
    put(&strangers, &strange, b"evidence");
    fs::copy(path_of(&strangers, &strange), path).unwrap();
    let (path, _) = trouble("legacy", "unsealed");
    fs::write(path, "{}").unwrap();
    for obstacle in Obstacle::all() {
        let (path, _) = trouble(&format!("{obstacle:?}"), "malformed");
        obstacle.plant(&path, &home.beside("target"));
    }
    let (_, expired) = trouble("expired", "expired");
    let details = bulla::Details { ttl: Some(HOUR), ..bulla::Details::default() };
    cache.put(&expired, details, &b"evidence"[..]).unwrap();
    clock.forward(HOUR);
    all
}

#[test]
fn a_read_only_cache_changes_nothing_whatever_it_refuses() {
    let (home, clock) = (Home::new(), Clock::new());
    let all = full_of_trouble(&home, &clock);
    let before = snapshot(&home.dir());
    let cache = home.cache_with(in_mode(Mode::ReadOnly, &clock));
    for (key, expected) in &all {
        assert_eq!(outcome(&cache, key), *expected);
        assert_eq!(outcome(&cache, key), *expected, "and again");
    }
    let error = cache.put(&all[0].0, bulla::Details::default(), &b"new"[..]).unwrap_err();
    assert_eq!(error.to_string(), "nothing is written: the mode is read-only");
    cache.list().unwrap();
    cache.audit(&|_, _| ()).unwrap();
    assert_eq!(snapshot(&home.dir()), before);
}

#[test]
fn a_cache_that_reads_and_writes_puts_the_same_trouble_out_of_the_way() {
    let (home, clock) = (Home::new(), Clock::new());
    let all = full_of_trouble(&home, &clock);
    let cache = home.cache(&clock);
    for (key, expected) in &all {
        assert_eq!(outcome(&cache, key), *expected);
    }
    for (key, expected) in &all[1..] {
        assert_eq!(outcome(&cache, key), "absent", "after {expected}");
    }
    assert_eq!(outcome(&cache, &all[0].0), "hit: evidence");
}

#[test]
fn a_read_only_cache_makes_neither_a_directory_nor_a_key() {
    let (home, clock) = (Home::new(), Clock::new());
    for (mode, nothing) in [(Mode::ReadOnly, "absent"), (Mode::Off, "bypassed")] {
        let cache = home.cache_with(in_mode(mode, &clock));
        assert_eq!((cache.ring().keys().len(), outcome(&cache, &any_key())), (0, nothing.to_owned()));
        assert_eq!((cache.list().unwrap().len(), cache.audit(&|_, _| ()).unwrap().len()), (0, 0));
        assert!(cache.put(&any_key(), bulla::Details::default(), &b"new"[..]).is_err());
        assert!(!home.dir().exists(), "one that is not there reads as an empty one");
    }
    fs::create_dir(home.dir()).unwrap();
    let before = snapshot(&home.dir());
    let cache = home.cache_with(in_mode(Mode::ReadOnly, &clock));
    assert_eq!(cache.ring().keys().len(), 0);
    assert_eq!(outcome(&cache, &any_key()), "absent");
    assert_eq!(snapshot(&home.dir()), before);
}

#[test]
fn a_write_only_cache_answers_nothing_and_refreshes_what_is_stored() {
    let (home, clock) = (Home::new(), Clock::new());
    put(&home.cache(&clock), &any_key(), b"earlier");
    let cache = home.cache_with(in_mode(Mode::WriteOnly, &clock));
    let miss = get(&cache, &any_key()).unwrap_err();
    assert!(matches!(miss, Miss::Bypassed(Mode::WriteOnly)));
    assert_eq!(miss.to_string(), "bypassed: the mode is write-only");
    put(&cache, &any_key(), b"refreshed");
    assert_eq!(outcome(&home.cache(&clock), &any_key()), "hit: refreshed");
}

#[test]
fn a_cache_that_is_off_neither_answers_nor_stores() {
    let (home, clock) = (Home::new(), Clock::new());
    put(&home.cache(&clock), &any_key(), b"earlier");
    let before = snapshot(&home.dir());
    let cache = home.cache_with(in_mode(Mode::Off, &clock));
    assert_eq!(outcome(&cache, &any_key()), "bypassed");
    assert!(cache.put(&any_key(), bulla::Details::default(), &b"new"[..]).is_err());
    assert_eq!(snapshot(&home.dir()), before);
}

/// A writer with the private key and a reader with the public one.
fn writer_and_reader(home: &Home, clock: &Clock, mode: Mode) -> [Cache<FileStore>; 2] {
    let secret = Key::ed25519_secret(&[7; 32]);
    let public = secret.to_public().unwrap();
    [(secret, Mode::ReadWrite), (public, mode)].map(|(key, mode)| {
        let source = KeySource::Text(key.to_text(), "the test".to_owned());
        Cache::open(&home.dir(), &source, in_mode(mode, clock)).unwrap()
    })
}

#[test]
fn who_holds_only_a_public_key_reads_and_never_writes_and_says_why() {
    let (home, clock) = (Home::new(), Clock::new());
    let [writer, reader] = writer_and_reader(&home, &clock, Mode::ReadWrite);
    put(&writer, &any_key(), b"evidence");
    assert_eq!(outcome(&reader, &any_key()), "hit: evidence");
    let error = reader.put(&any_key(), bulla::Details::default(), &b"forged"[..]).unwrap_err();
    assert!(matches!(error, PutError::NotWritable { mode: Mode::ReadOnly, reason: Some(_) }));
    assert_eq!(
        error.to_string(),
        "nothing is written: the mode is read-only, because the key ring holds only public keys"
    );
    let why = Some("the key ring holds only public keys");
    assert_eq!(reader.effective_mode(), (Mode::ReadOnly, why));
    assert_eq!(writer.effective_mode(), (Mode::ReadWrite, None));
    assert_eq!(outcome(&writer, &any_key()), "hit: evidence");
}

#[test]
fn who_holds_only_a_public_key_moves_and_removes_nothing_either() {
    let (home, clock) = (Home::new(), Clock::new());
    let [writer, reader] = writer_and_reader(&home, &clock, Mode::ReadWrite);
    put(&writer, &any_key(), b"evidence");
    fs::write(path_of(&writer, &key("signature", "legacy")), "{}").unwrap();
    clock.forward(6 * HOUR);
    let before = snapshot(&home.dir());
    assert_eq!(outcome(&reader, &any_key()), "expired");
    assert_eq!(outcome(&reader, &key("signature", "legacy")), "unsealed");
    assert_eq!(snapshot(&home.dir()), before);
}

#[test]
fn who_holds_only_a_public_key_makes_no_directory_sweeps_nothing_and_forgets_nothing() {
    let (home, clock) = (Home::new(), Clock::new());
    let public = Key::ed25519_secret(&[7; 32]).to_public().unwrap();
    let source = KeySource::Text(public.to_text(), "the test".to_owned());
    let reader = || Cache::open(&home.dir(), &source, clock.settings()).unwrap();
    assert_eq!(outcome(&reader(), &any_key()), "absent");
    assert!(!home.dir().exists());
    fs::write(path_of(&home.cache(&clock), &any_key()), "{}").unwrap();
    let before = snapshot(&home.dir());
    let refused = [
        reader().sweep(SweepLimits::default(), Sweeping::ForReal).map(drop),
        reader().remove(&any_key()).map(drop),
    ];
    for error in refused.map(Result::unwrap_err) {
        let why = "the mode is read-only, because the key ring holds only public keys";
        assert!(error.to_string().ends_with(why), "{error}");
    }
    assert_eq!(snapshot(&home.dir()), before);
}

#[test]
fn what_a_mode_comes_down_to_depends_on_the_ring() {
    for (mode, with_public) in [
        (Mode::ReadWrite, Mode::ReadOnly),
        (Mode::ReadOnly, Mode::ReadOnly),
        (Mode::WriteOnly, Mode::Off),
        (Mode::Off, Mode::Off),
    ] {
        let (home, clock) = (Home::new(), Clock::new());
        let [_, reader] = writer_and_reader(&home, &clock, mode);
        let (effective, reason) = reader.effective_mode();
        assert_eq!((effective, reason.is_some()), (with_public, mode != with_public), "{mode:?}");
        assert_eq!(Mode::from_name(mode.name()), Some(mode));
    }
}
