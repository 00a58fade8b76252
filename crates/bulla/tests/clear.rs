//! Everything that bulla put into a directory goes, and nothing else.

#![expect(clippy::disallowed_methods, reason = "tests plant files beside the cache's own")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod support;

use std::fs;
use std::os::unix::fs::symlink;

use bulla::{ClearError, Counts, Details, clear};
use support::snapshot::{names, snapshot};
use support::*;

/// A cache with one of everything: key, tag, entry, draft, counts, a lock and something in quarantine.
fn of_everything(home: &Home) {
    let clock = Clock::new();
    let cache = home.cache(&clock);
    put(&cache, &any_key(), b"evidence");
    fs::write(path_of(&cache, &key("signature", "bad")), "{}").unwrap();
    assert_eq!(outcome(&cache, &key("signature", "bad")), "unsealed");
    std::mem::forget(cache.writer(&any_key(), Details::default()).unwrap());
    cache.counts().save(cache.store().dir()).unwrap();
    fs::create_dir(home.dir().join("locks")).unwrap();
    fs::write(home.dir().join("locks/some.lock"), "").unwrap();
    fs::create_dir_all(path_of(&cache, &key("signature", "planted")).join("below")).unwrap();
}

#[test]
fn everything_goes_the_key_and_the_directory_too() {
    let home = Home::new();
    of_everything(&home);
    assert_eq!(names(&home.dir()).len(), 8, "key, tag, counts, locks, quarantine, draft, entry, obstacle");
    assert!(clear(&home.dir()).unwrap());
    assert!(!home.dir().exists());
}

#[test]
fn what_others_put_there_stays_and_the_directory_with_it() {
    let home = Home::new();
    of_everything(&home);
    fs::write(home.dir().join("notes.txt"), "mine").unwrap();
    fs::create_dir(home.dir().join("folder.bulla")).unwrap();
    assert!(!clear(&home.dir()).unwrap());
    assert_eq!(names(&home.dir()), ["folder.bulla", "notes.txt"]);
    assert_eq!(fs::read(home.dir().join("notes.txt")).unwrap(), b"mine");
}

#[test]
fn a_directory_that_is_no_cache_is_left_as_it_is() {
    let home = Home::new();
    fs::create_dir(home.dir()).unwrap();
    fs::write(home.dir().join(".hmac.key"), [7; 32]).unwrap();
    for tag in [None, Some(""), Some("Signature: 8a477f597d28d172789f06886806bc55\n# Created by cargo.\n")] {
        if let Some(text) = tag {
            fs::write(home.dir().join("CACHEDIR.TAG"), text).unwrap();
        }
        let before = snapshot(&home.dir());
        let error = clear(&home.dir()).unwrap_err();
        assert!(matches!(error, ClearError::NotACache(_)), "{error}");
        let text = error.to_string();
        assert!(text.contains(home.dir().to_str().unwrap()), "{text}");
        assert!(text.contains("is not a bulla cache") && text.contains("nothing was removed"), "{text}");
        assert_eq!(snapshot(&home.dir()), before);
    }
}

#[test]
fn a_tag_that_breaks_off_is_finished_and_one_of_somebody_else_is_left() {
    let fresh = Home::new();
    fresh.cache(&Clock::new());
    let whole = fs::read(fresh.dir().join("CACHEDIR.TAG")).unwrap();
    let others = b"Signature: 8a477f597d28d172789f06886806bc55\n# Created by cargo.\n";
    let longer = [&whole[..], b"# and more\n"].concat();
    for (tag, finished) in [(&whole[..0], true), (&whole[..50], true), (others, false), (&longer, false)] {
        let home = Home::new();
        fs::create_dir(home.dir()).unwrap();
        fs::write(home.dir().join("CACHEDIR.TAG"), tag).unwrap();
        home.cache(&Clock::new());
        let now = fs::read(home.dir().join("CACHEDIR.TAG")).unwrap();
        assert_eq!((now == whole, now == tag), (finished, !finished), "{}", tag.escape_ascii());
        assert_eq!(clear(&home.dir()).is_ok(), finished);
    }
}

#[test]
fn a_tag_that_is_a_link_to_a_good_one_does_not_make_a_cache() {
    let (home, other) = (Home::new(), Home::new());
    of_everything(&other);
    fs::create_dir(home.dir()).unwrap();
    symlink(other.dir().join("CACHEDIR.TAG"), home.dir().join("CACHEDIR.TAG")).unwrap();
    assert!(clear(&home.dir()).is_err());
    assert_eq!(names(&home.dir()), ["CACHEDIR.TAG"]);
}

#[test]
fn a_directory_that_is_not_there_is_an_error_and_not_made() {
    let home = Home::new();
    assert!(matches!(clear(&home.dir()), Err(ClearError::Store(_))));
    assert!(!home.dir().exists());
}

#[test]
fn links_among_the_entries_go_and_what_they_lead_to_stays() {
    let home = Home::new();
    of_everything(&home);
    fs::create_dir(home.beside("elsewhere")).unwrap();
    fs::write(home.beside("elsewhere/file"), "not the cache's").unwrap();
    let name = bulla::FileStore::file_name(&key("signature", "link").entry_name());
    symlink(home.beside("elsewhere"), home.dir().join(&name)).unwrap();
    symlink(home.beside("elsewhere"), home.dir().join(".tmp-link")).unwrap();
    symlink(home.beside("elsewhere"), home.dir().join("quarantine").join(&name)).unwrap();
    symlink(home.beside("elsewhere"), home.dir().join("locks/link.lock")).unwrap();
    let before = snapshot(&home.beside("elsewhere"));
    assert!(clear(&home.dir()).unwrap());
    assert_eq!(snapshot(&home.beside("elsewhere")), before);
}

#[test]
fn the_next_use_makes_another_key_and_can_be_cleared_again() {
    let home = Home::new();
    let mut keys = Vec::new();
    for _ in 0..2 {
        of_everything(&home);
        keys.push(fs::read(home.dir().join(".hmac.key")).unwrap());
        assert!(clear(&home.dir()).unwrap());
        assert!(clear(&home.dir()).is_err(), "nothing is left to clear");
    }
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn a_clearing_that_was_cut_off_can_be_done_again() {
    let home = Home::new();
    of_everything(&home);
    // Whatever went first, the tag goes last.
    fs::remove_file(home.dir().join(".hmac.key")).unwrap();
    fs::remove_dir_all(home.dir().join("quarantine")).unwrap();
    assert!(clear(&home.dir()).unwrap());
}

#[test]
fn counts_start_again_after_it() {
    let home = Home::new();
    of_everything(&home);
    clear(&home.dir()).unwrap();
    let cache = home.cache(&Clock::new());
    assert!(Counts::load(cache.store().dir()).unwrap().is_empty());
}
