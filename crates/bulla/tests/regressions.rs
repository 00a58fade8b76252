//! Bugs that these tests found, each with its story.

#![expect(clippy::disallowed_methods, reason = "tests plant files and find `sh`")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod support;

use std::fs;
use std::path::Path;
use std::time::Duration;

use bulla::{
    Cache, Captured, Counts, Details, DigestAlgorithm, Disposal, FileStore, Mode, Outputs, PutError, Recipe,
    RunOptions, RunReport, Settings, Subject, SweepLimits, Sweeping, run,
};
use support::plant::Obstacle;
use support::snapshot::snapshot;
use support::*;

const NO_LIMITS: SweepLimits = SweepLimits { max_age: None, max_size: None };

/// A cache with a directory that is not empty where an entry belongs.
fn with_a_directory_in_the_way(home: &Home, settings: Settings) -> Cache<FileStore> {
    let cache = home.cache_with(settings);
    Obstacle::Directory.plant(&path_of(&cache, &any_key()), Path::new("unused"));
    cache
}

/// A directory that is not empty was removed as an empty one would be, which fails: it stayed in the way.
#[test]
fn a_directory_in_an_entrys_place_goes_where_refused_entries_are_removed() {
    let (home, clock) = (Home::new(), Clock::new());
    let settings = Settings { disposal: Disposal::Remove, ..clock.settings() };
    let cache = with_a_directory_in_the_way(&home, settings);
    assert_eq!(outcome(&cache, &any_key()), "malformed");
    assert_eq!(outcome(&cache, &any_key()), "absent");
}

/// The same failure ended the whole sweep, so that one planted directory kept every later one from cleaning.
#[test]
fn a_directory_in_an_entrys_place_does_not_end_a_sweep() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = with_a_directory_in_the_way(&home, clock.settings());
    let swept = cache.sweep(NO_LIMITS, Sweeping::ForReal).unwrap();
    assert_eq!(swept.entries.len(), 1);
    assert!(!path_of(&cache, &any_key()).exists());
}

/// And `remove` gave an error instead of forgetting it.
#[test]
fn a_directory_in_an_entrys_place_is_forgotten_as_an_entry_is() {
    let home = Home::new();
    let cache = with_a_directory_in_the_way(&home, Clock::new().settings());
    assert!(cache.remove(&any_key()).unwrap());
    assert_eq!(outcome(&cache, &any_key()), "absent");
}

/// A planted directory named as a lock ended the sweep too, after an hour.
#[test]
fn a_directory_among_the_locks_does_not_end_a_sweep() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    let cache = home.cache(&clock);
    fs::create_dir_all(home.dir().join("locks/planted.lock/below")).unwrap();
    clock.forward(2 * HOUR);
    cache.sweep(NO_LIMITS, Sweeping::ForReal).unwrap();
}

/// Only `get` and `put` looked at the mode.
#[test]
fn a_read_only_cache_neither_sweeps_nor_forgets() {
    let (home, clock) = (Home::new(), Clock::of_the_system());
    put(&home.cache(&clock), &any_key(), b"evidence");
    fs::write(path_of(&home.cache(&clock), &key("signature", "legacy")), "{}").unwrap();
    let before = snapshot(&home.dir());
    let cache = home.cache_with(Settings { mode: Mode::ReadOnly, ..clock.settings() });
    let swept = cache.sweep(NO_LIMITS, Sweeping::ForReal);
    let removed = cache.remove(&any_key());
    assert_eq!(snapshot(&home.dir()), before);
    assert!(swept.is_err() && removed.is_err(), "and it says so");
}

/// A count that was taken back stayed in the map as zero, against what `by_name` states.
#[test]
fn a_hit_that_turned_out_damaged_is_no_hit_in_the_counts() {
    let home = Home::new();
    let cache = home.cache_with(unpacked(Clock::new().settings()));
    put(&cache, &any_key(), &noise(1000));
    flip(&path_of(&cache, &any_key()), 600);
    assert_eq!(outcome(&cache, &any_key()), "payload-damaged");
    let counts: Vec<_> = cache.counts().by_name().into_iter().collect();
    let expected = [("payload-damaged", 1), ("put", 1), ("quarantined", 1)];
    assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)));
    cache.counts().save(cache.store().dir()).unwrap();
    assert!(!Counts::load(cache.store().dir()).unwrap().contains_key("hit"));
}

fn capture(script: &str) -> (Captured, Recipe) {
    let recipe = Recipe {
        operation: "signature".parse().unwrap(),
        subject: Subject::Digest(DigestAlgorithm::Sha256.digest(b"an image")),
        command: ["sh", "-c", script].map(Into::into).to_vec(),
        inputs: Vec::new(),
        env: Vec::new(),
        salt_command: None,
    };
    (recipe.capture(&|name| std::env::var_os(name), None).unwrap(), recipe)
}

fn run_script(cache: &Cache<FileStore>, script: &str, options: &RunOptions) -> RunReport {
    let (captured, recipe) = capture(script);
    let (mut stdout, mut stderr) = (std::io::sink(), std::io::sink());
    let mut outputs = Outputs { stdout: &mut stdout, stderr: &mut stderr, waiting: &mut |_| () };
    run(Some(cache), &captured, &recipe.command, options, &mut outputs).unwrap()
}

fn count(cache: &Cache<FileStore>, name: &str) -> u64 {
    cache.counts().by_name().get(name).copied().unwrap_or(0)
}

/// A large result is proved in one pass and given out in another; each counted as a hit.
#[test]
fn a_large_replay_is_one_hit() {
    let home = Home::new();
    let cache = home.cache(&Clock::new());
    for _ in 0..2 {
        run_script(&cache, "seq 1 2300000", &RunOptions::default());
    }
    assert_eq!((count(&cache, "hit"), count(&cache, "absent"), count(&cache, "put")), (1, 1, 1));
}

/// An entry that opened but was no recorded run counted as a hit, twice, and its reason not at all; taking the second
/// miss back then took away one that had been counted before.
#[test]
fn an_entry_that_is_no_recorded_run_is_one_miss_with_its_reason() {
    for media_type in [None, "application/vnd.bulla.run.v1".parse().ok()] {
        let home = Home::new();
        let cache = home.cache(&Clock::new());
        let key = capture("echo evidence").0.key;
        fs::write(path_of(&cache, &key), "").unwrap();
        assert_eq!(outcome(&cache, &key), "malformed");
        cache.put(&key, Details { media_type, ..Details::default() }, &b"no run"[..]).unwrap();
        run_script(&cache, "echo evidence", &RunOptions::default());
        assert_eq!((count(&cache, "hit"), count(&cache, "malformed")), (0, 2));
    }
}

/// Adding the longest wait to the time there is panicked: `bulla run --wait 500000000000y`.
#[test]
fn a_wait_without_end_is_one() {
    let home = Home::new();
    let options = RunOptions { wait: Duration::MAX, ..RunOptions::default() };
    assert_eq!(run_script(&home.cache(&Clock::new()), "true", &options).code, 0);
}

/// The name of an unset variable and the text of a set one were hashed alike.
#[test]
fn a_variable_whose_name_has_an_equals_sign_is_not_the_variable_before_it() {
    let key = |name: &str| {
        let recipe = Recipe { env: vec![name.into()], ..capture("true").1 };
        let env =
            |name: &std::ffi::OsStr| if name == "A" { Some("b".into()) } else { std::env::var_os(name) };
        recipe.capture(&env, None).map(|captured| captured.key).ok()
    };
    assert_ne!(key("A"), key("A=b"));
}

/// Less than a millisecond is no validity at all, and the clock was blamed for it.
#[test]
fn a_time_to_live_below_a_millisecond_is_not_the_clocks_fault() {
    let home = Home::new();
    let details = Details { ttl: Some(Duration::from_micros(1)), ..Details::default() };
    let put = home.cache(&Clock::new()).put(&any_key(), details, &b"evidence"[..]);
    assert!(!matches!(put, Err(PutError::Clock)), "{put:?}");
}

/// A ring without any key said that nothing is written because the mode is read-write.
#[test]
fn a_cache_without_a_key_says_that_this_is_why_it_does_not_write() {
    let home = Home::new();
    home.cache(&Clock::new());
    let store = FileStore::new(bulla::Dir::open(&home.dir()).unwrap());
    let cache = Cache::new(store, bulla::Ring::new(Vec::new()), Clock::new().settings());
    let error = cache.put(&any_key(), Details::default(), &b"evidence"[..]).unwrap_err();
    assert!(error.to_string().contains("key"), "{error}");
}
