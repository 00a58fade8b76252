//! Things at an entry's path that are not regular files: never followed, never waited for.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

use bulla::{Disposal, KeySource, OpenError, Settings};

use crate::support::plant::Obstacle;
use crate::support::snapshot::snapshot;
use crate::support::*;

/// A good entry of the same cache and key, for a link to lead to.
fn good_entry_beside(home: &Home, clock: &Clock) -> std::path::PathBuf {
    let cache = home.cache(clock);
    put(&cache, &any_key(), b"evidence");
    let beside = home.beside("target");
    fs::rename(path_of(&cache, &any_key()), &beside).unwrap();
    beside
}

#[test]
fn it_is_refused_and_out_of_the_way_and_the_next_put_works() {
    for obstacle in Obstacle::all() {
        let (home, clock) = (Home::new(), Clock::new());
        let target = good_entry_beside(&home, &clock);
        let before = snapshot(&target);
        let cache = home.cache(&clock);
        let path = path_of(&cache, &any_key());
        obstacle.plant(&path, &target);
        let miss = get(&cache, &any_key()).unwrap_err();
        assert_eq!(miss.to_string(), "malformed: it is not a regular file", "{obstacle:?}");
        assert!(path.symlink_metadata().is_err(), "{obstacle:?} is in the way");
        assert_eq!(home.quarantined(), [path.file_name().unwrap().to_str().unwrap()], "{obstacle:?}");
        put(&cache, &any_key(), b"evidence");
        assert_eq!(outcome(&cache, &any_key()), "hit: evidence", "{obstacle:?}");
        assert_eq!(snapshot(&target), before, "{obstacle:?}: the link's target was touched");
    }
}

#[test]
fn a_put_needs_no_get_before_it_to_clear_the_way() {
    for obstacle in Obstacle::all() {
        let (home, clock) = (Home::new(), Clock::new());
        let target = good_entry_beside(&home, &clock);
        let before = snapshot(&target);
        let cache = home.cache(&clock);
        obstacle.plant(&path_of(&cache, &any_key()), &target);
        put(&cache, &any_key(), b"new evidence");
        assert_eq!(outcome(&cache, &any_key()), "hit: new evidence", "{obstacle:?}");
        assert_eq!(snapshot(&target), before, "{obstacle:?}: the link's target was written to");
    }
}

#[test]
fn one_obstacle_in_quarantine_makes_room_for_the_next() {
    let (home, clock) = (Home::new(), Clock::new());
    let target = good_entry_beside(&home, &clock);
    let cache = home.cache(&clock);
    let obstacles = Obstacle::all();
    for obstacle in [&obstacles[..], &obstacles].concat() {
        obstacle.plant(&path_of(&cache, &any_key()), &target);
        assert_eq!(outcome(&cache, &any_key()), "malformed", "{obstacle:?}");
        assert_eq!(outcome(&cache, &any_key()), "absent", "{obstacle:?}");
        assert_eq!(home.quarantined().len(), 1, "{obstacle:?}");
    }
}

#[test]
fn it_stays_refused_where_it_is_kept_and_goes_where_it_is_removed() {
    for obstacle in Obstacle::all() {
        let (home, clock) = (Home::new(), Clock::new());
        let target = good_entry_beside(&home, &clock);
        let keeping = home.cache_with(Settings { disposal: Disposal::Keep, ..clock.settings() });
        obstacle.plant(&path_of(&keeping, &any_key()), &target);
        assert_eq!(outcome(&keeping, &any_key()), "malformed", "{obstacle:?}");
        assert_eq!(outcome(&keeping, &any_key()), "malformed", "{obstacle:?}");
        if obstacle == Obstacle::Directory {
            continue; // tests/regressions.rs
        }
        let removing = home.cache_with(Settings { disposal: Disposal::Remove, ..clock.settings() });
        assert_eq!(outcome(&removing, &any_key()), "malformed", "{obstacle:?}");
        assert_eq!(outcome(&removing, &any_key()), "absent", "{obstacle:?}");
    }
}

#[test]
fn a_cache_directory_that_is_no_directory_is_a_clear_error() {
    for obstacle in [Obstacle::Link, Obstacle::Fifo, Obstacle::Socket] {
        let (home, clock) = (Home::new(), Clock::new());
        let target = home.beside("target");
        fs::write(&target, "a file").unwrap();
        obstacle.plant(&home.dir(), &target);
        let opened = bulla::Cache::open(&home.dir(), &KeySource::Directory, clock.settings());
        let Err(OpenError::Store(error)) = opened else { panic!("{obstacle:?} was opened") };
        assert_eq!(error.kind(), std::io::ErrorKind::NotADirectory, "{obstacle:?}: {error}");
        assert!(error.to_string().contains(home.dir().to_str().unwrap()), "{error}");
    }
}

#[test]
fn an_entry_that_may_not_be_read_is_unreachable_and_stays() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    put(&cache, &any_key(), b"evidence");
    let path = path_of(&cache, &any_key());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let expected = if is_root() { "hit: evidence" } else { "unreachable" };
    assert_eq!(outcome(&cache, &any_key()), expected);
    assert!(path.exists());
}

#[test]
fn directories_and_files_are_for_their_owner_alone() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    put(&cache, &any_key(), b"evidence");
    put(&cache, &key("signature", "another"), b"other");
    flip(&path_of(&cache, &any_key()), 100);
    assert!(cache.get(&any_key()).is_err());
    let modes = snapshot_modes(&home);
    assert_eq!(modes.len(), 6, "{modes:?}");
    for (name, mode, is_dir) in modes {
        assert_eq!(mode, if is_dir { 0o700 } else { 0o600 }, "{name}");
    }
}

/// Name, permission bits and whether it is a directory, of all that lies in the cache.
fn snapshot_modes(home: &Home) -> Vec<(String, u32, bool)> {
    let all = snapshot(&home.dir()).into_keys().map(|path| {
        let found = path.symlink_metadata().unwrap();
        (path.display().to_string(), found.mode() & 0o7777, found.is_dir())
    });
    all.collect()
}
