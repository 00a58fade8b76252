//! The default key, `.hmac.key` beside the entries.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};

use bulla::{KeyKind, KeyProblem, KeySource, Mode, Settings};

use super::{key_error, open};
use crate::support::plant::Obstacle;
use crate::support::snapshot::{names, snapshot};
use crate::support::*;

const DIRECTORY: KeySource = KeySource::Directory;

/// A cache that has been used once, and where its key lies.
fn used() -> (Home, PathBuf) {
    let home = Home::new();
    open(&home, &DIRECTORY).unwrap();
    let key = home.dir().join(".hmac.key");
    (home, key)
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Opening is an error about the key that changes nothing in the directory.
fn refused(home: &Home) -> bulla::KeyError {
    let before = snapshot(&home.dir());
    let error = key_error(open(home, &DIRECTORY));
    assert_eq!(snapshot(&home.dir()), before, "{error}");
    error
}

#[test]
fn it_is_made_once_for_its_owner_alone_and_kept() {
    let (home, path) = used();
    let key = fs::read(&path).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!((key.len(), mode & 0o7777), (32, 0o600));
    let before = snapshot(&home.dir());
    let ring = open(&home, &DIRECTORY).unwrap();
    let [key] = ring.ring().keys() else { panic!("one key") };
    assert_eq!(key.kind(), KeyKind::Hmac);
    assert_eq!(snapshot(&home.dir()), before, "opening again changes nothing");
    assert_eq!(names(&home.dir()), [".hmac.key", "CACHEDIR.TAG"]);
}

#[test]
fn each_directory_has_a_key_of_its_own() {
    let keys: BTreeSet<_> = (0..10).map(|_| fs::read(used().1).unwrap()).collect();
    assert_eq!(keys.len(), 10);
}

#[test]
fn of_many_that_start_at_once_all_end_with_the_same_key() {
    for _ in 0..10 {
        let home = Home::new();
        let start = std::sync::Barrier::new(16);
        let ids: BTreeSet<_> = std::thread::scope(|scope| {
            let open = || {
                start.wait();
                open(&home, &DIRECTORY).unwrap().ring().keys()[0].id()
            };
            let running: Vec<_> = (0..16).map(|_| scope.spawn(open)).collect();
            running.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(ids.len(), 1);
        assert_eq!(names(&home.dir()), [".hmac.key", "CACHEDIR.TAG"], "no draft of a key is left");
    }
}

#[test]
fn a_key_of_the_wrong_size_is_an_error_that_names_file_and_sizes_and_it_is_not_replaced() {
    for size in [0, 1, 31, 33, 64, 100_000] {
        let (home, path) = used();
        fs::write(&path, vec![7; size]).unwrap();
        let error = refused(&home);
        assert!(matches!(error.problem(), KeyProblem::WrongSize(found) if *found == size as u64));
        let text = error.to_string();
        let begins =
            format!("the key file {} has {size} bytes instead of 32; it was not touched", path.display());
        assert!(text.starts_with(&begins) && text.contains("remove it"), "{text}");
    }
}

#[test]
fn a_key_that_others_may_read_or_write_is_an_error_that_says_what_to_do() {
    for mode in [0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o666] {
        let (home, path) = used();
        set_mode(&path, mode);
        let error = refused(&home);
        assert!(matches!(error.problem(), KeyProblem::Readable(found) if *found == mode), "{error}");
        let text = error.to_string();
        assert!(text.contains(path.to_str().unwrap()) && text.contains("chmod 600"), "{text}");
    }
    let (home, path) = used();
    set_mode(&path, 0o400);
    open(&home, &DIRECTORY).unwrap();
}

#[test]
fn what_is_no_regular_file_at_its_place_is_neither_followed_nor_waited_for() {
    for obstacle in Obstacle::all() {
        let (home, path) = used();
        let target = home.beside("target");
        fs::rename(&path, &target).unwrap();
        obstacle.plant(&path, &target);
        for mode in [Mode::ReadWrite, Mode::ReadOnly] {
            let before = snapshot(&home.dir());
            let settings = Settings { mode, ..Clock::new().settings() };
            let error = key_error(bulla::Cache::open(&home.dir(), &DIRECTORY, settings));
            let KeyProblem::File(problem) = error.problem() else { panic!("{obstacle:?}: {error}") };
            assert_eq!(problem.kind(), std::io::ErrorKind::InvalidInput, "{obstacle:?}: {error}");
            assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
            assert_eq!(snapshot(&home.dir()), before, "{obstacle:?}");
        }
    }
}

#[test]
fn a_directory_that_others_may_write_to_is_no_place_for_a_key() {
    for mode in [0o777, 0o770, 0o775, 0o1777, 0o702] {
        let (home, _) = used();
        set_mode(&home.dir(), mode);
        let error = refused(&home);
        assert!(matches!(error.problem(), KeyProblem::OpenDirectory(found) if *found == mode), "{error}");
        assert!(error.to_string().contains("chmod 700"), "{error}");
    }
    let fresh = Home::new();
    fs::create_dir(fresh.dir()).unwrap();
    set_mode(&fresh.dir(), 0o777);
    refused(&fresh);
    assert_eq!(names(&fresh.dir()), [""; 0], "no key is made there either");
}

#[test]
fn a_directory_that_others_may_only_read_is_a_place_for_a_key() {
    let (home, _) = used();
    set_mode(&home.dir(), 0o755);
    open(&home, &DIRECTORY).unwrap();
}

#[test]
fn a_key_or_a_directory_of_somebody_else_is_an_error() {
    if !is_root() {
        // Only root can give a file away. A directory of somebody else's is always there.
        let settings = Settings { mode: Mode::ReadOnly, ..Clock::new().settings() };
        let error = key_error(bulla::Cache::open(Path::new("/"), &DIRECTORY, settings));
        assert!(matches!(error.problem(), KeyProblem::Foreign(_)), "{error}");
        return;
    }
    for foreign in ["cache", "cache/.hmac.key"] {
        let (home, _) = used();
        chown(home.beside(foreign), Some(4711), None).unwrap();
        let error = refused(&home);
        assert!(matches!(error.problem(), KeyProblem::Foreign(4711)), "{error}");
        assert!(error.to_string().contains("belongs to user 4711"), "{error}");
    }
}

#[test]
fn a_reader_makes_no_key_and_accepts_nothing_without_one() {
    let (home, path) = used();
    let clock = Clock::new();
    put(&home.cache(&clock), &any_key(), b"evidence");
    fs::remove_file(&path).unwrap();
    let reader = home.cache_with(Settings { mode: Mode::ReadOnly, ..clock.settings() });
    assert_eq!(outcome(&reader, &any_key()), "unknown-signer");
    assert!(!path.exists());
}

#[test]
fn a_key_that_is_gone_is_told_where_entries_need_it_and_nowhere_else() {
    let (home, path) = used();
    let (clock, warnings) = (Clock::new(), Warnings::default());
    let open = || drop(home.cache_with(warnings.of(clock.settings())));
    fs::remove_file(&path).unwrap();
    open();
    put(&home.cache(&clock), &any_key(), b"evidence");
    open();
    assert_eq!(warnings.told(), [""; 0], "there is nothing that was sealed with it, or it is there");
    fs::remove_file(&path).unwrap();
    open();
    let told = format!("{} is gone; entries sealed with it are refused", path.display());
    assert_eq!(warnings.told(), [told]);
    assert_eq!(outcome(&home.cache(&clock), &any_key()), "unknown-signer");
}

#[test]
fn keys_from_elsewhere_leave_the_directory_without_one() {
    let home = Home::new();
    let text = bulla::new_hmac_key().unwrap().to_text();
    let cache = open(&home, &KeySource::Text(text, "the test".to_owned())).unwrap();
    put(&cache, &any_key(), b"evidence");
    assert!(!home.dir().join(".hmac.key").exists());
}
