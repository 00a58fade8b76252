//! Recorded results that are no answer: the command is run again, and nothing comes out twice.

use std::fs;

use bulla::{Cache, FileStore, Key, Ring};

use super::{Job, Tally};
use crate::support::plant::Obstacle;
use crate::support::*;

#[test]
fn a_damaged_result_is_not_given_out_and_the_command_run_again() {
    let (home, clock) = (Home::new(), Clock::new());
    let (cache, tally) = (home.cache_with(unpacked(clock.settings())), Tally::new(home.beside("").as_path()));
    let job = Job::new("signature", format!("{} seq 1 100; echo note >&2", tally.mark()));
    let first = job.run(&cache);
    let path = path_of(&cache, &job.capture().key);
    let length = usize::try_from(fs::metadata(&path).unwrap().len()).unwrap();
    for (runs, (at, reason)) in (2..).zip([
        (0, "unsealed"),
        (40, "bad-seal"),
        (length / 2, "payload-damaged"),
        (length - 1, "payload-damaged"),
    ]) {
        flip(&path, at);
        let again = job.run(&cache);
        assert_eq!(again.answer(), format!("{reason}, stored"), "byte {at}");
        assert_eq!((&again.stdout, &again.stderr), (&first.stdout, &first.stderr), "byte {at}");
        assert_eq!(tally.count(), runs);
        assert_eq!(job.run(&cache).answer(), "hit");
    }
}

#[test]
fn a_large_result_damaged_at_its_end_is_not_given_out_at_all() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache_with(unpacked(clock.settings()));
    let job = Job::new("signature", "seq 1 2300000");
    let first = job.run(&cache);
    let path = path_of(&cache, &job.capture().key);
    flip(&path, first.stdout.len());
    let again = job.run(&cache);
    assert_eq!(again.answer(), "payload-damaged, stored");
    assert!(again.stdout == first.stdout, "{} bytes instead of {}", again.stdout.len(), first.stdout.len());
}

#[test]
fn anothers_result_and_what_is_no_file_are_not_taken_for_the_commands_own() {
    let job = Job::new("signature", "echo evidence");
    let (home, clock) = (Home::new(), Clock::new());
    let key = job.capture().key;
    let stranger = Home::new();
    Job::new("signature", "echo evidence").run(&stranger.cache(&clock));
    let cache = home.cache(&clock);
    fs::copy(path_of(&stranger.cache(&clock), &key), path_of(&cache, &key)).unwrap();
    let ran = job.run(&cache);
    assert_eq!((ran.answer(), ran.stdout), ("unknown-signer, stored".to_owned(), b"evidence\n".to_vec()));
    for obstacle in Obstacle::all() {
        cache.remove(&key).unwrap();
        obstacle.plant(&path_of(&cache, &key), &home.beside("target"));
        let ran = job.run(&cache);
        assert_eq!((ran.answer(), ran.stdout), ("malformed, stored".to_owned(), b"evidence\n".to_vec()));
        assert_eq!(job.run(&cache).answer(), "hit", "after {obstacle:?}");
    }
}

#[test]
fn a_good_entry_that_is_no_recorded_run_is_not_replayed() {
    let (home, clock) = (Home::new(), Clock::new());
    let (cache, job) = (home.cache(&clock), Job::new("signature", "echo evidence"));
    let key = job.capture().key;
    let (run, whole) = (Some("application/vnd.bulla.run.v1"), b"\x04\x01\0\0\0\0");
    for (media_type, payload) in [
        // A whole run that does not say that it is one, and bytes that only say so.
        (None, &whole[..]),
        (Some("application/json"), whole),
        (run, b""),
        (run, b"evidence"),
        (run, b"\x02\xff\xff\xff\xff"),
        (run, &whole.repeat(2)),
        (run, &whole[..5]),
    ] {
        let media_type = media_type.map(|media_type| media_type.parse().unwrap());
        let details = bulla::Details { media_type, ..bulla::Details::default() };
        cache.put(&key, details, payload).unwrap();
        let ran = job.run(&cache);
        assert_eq!(ran.answer(), "malformed, stored", "{}", payload.escape_ascii());
        assert_eq!(ran.stdout, b"evidence\n");
        assert_eq!(job.run(&cache).answer(), "hit");
    }
}

#[test]
fn a_result_from_a_lane_that_is_not_accepted_is_made_again() {
    let (home, clock) = (Home::new(), Clock::new());
    let job = Job::new("signature", "echo evidence");
    let mut from_a_change = clock.settings();
    from_a_change.lane = bulla::Lane::Pr;
    job.run(&home.cache_with(from_a_change));
    assert_eq!(job.run(&home.cache(&clock)).answer(), "lane-not-accepted, stored");
    assert_eq!(job.run(&home.cache(&clock)).answer(), "hit");
}

#[test]
fn who_holds_only_a_public_key_replays_and_runs_and_stores_nothing() {
    let (home, clock) = (Home::new(), Clock::new());
    home.cache(&clock);
    let opened = |key| {
        let dir = bulla::Dir::open(&home.dir()).unwrap();
        Cache::new(FileStore::new(dir), Ring::new(vec![key]), clock.settings())
    };
    let secret = Key::ed25519_secret(&[7; 32]);
    let (reader, writer) = (opened(secret.to_public().unwrap()), opened(secret));
    let [known, unknown] = ["known", "unknown"].map(|text| Job::new("signature", format!("echo {text}")));
    known.run(&writer);
    assert_eq!(known.run(&reader).answer(), "hit");
    for _ in 0..2 {
        assert_eq!(unknown.run(&reader).answer(), "absent, not stored");
    }
}
