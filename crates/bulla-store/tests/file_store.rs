//! What is the file store's own: names, drafts, and what else lies in its directory.

#![expect(clippy::disallowed_methods, reason = "tests plant files, and look at what became of them")]

mod support;

use std::fs;
use std::hint::spin_loop;
use std::io::{ErrorKind, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{FileExt as _, symlink};
use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use bulla_core::{ReadError, Refusal, Timestamp, examine};
use bulla_store::{FileStore, Store as _};
use support::*;

const HOUR: Duration = Duration::from_secs(3600);

#[test]
fn an_entrys_path_and_name_lead_to_each_other() {
    let shelf = Shelf::new();
    for number in 0..20 {
        let path = shelf.store.path(&name(number));
        assert_eq!(path.parent(), Some(shelf.dir()));
        assert_eq!(path.file_name().unwrap().to_str().unwrap(), format!("{}.bulla", name(number)));
        assert_eq!(FileStore::entry_name(&path), Some(name(number)));
    }
}

#[test]
fn other_file_names_are_no_entries() {
    let good = FileStore::file_name(&name(1));
    for wrong in [
        good.to_uppercase(),
        good.replace(".bulla", ".bull"),
        good.replace(".bulla", ".bulla.bulla"),
        good[1..].to_owned(),
        format!("0{good}"),
        format!(".tmp-{good}"),
        good.replace(".bulla", ""),
        ".bulla".to_owned(),
        format!("g{}", &good[1..]),
        "..".to_owned(),
        "/".to_owned(),
    ] {
        assert_eq!(FileStore::entry_name(Path::new(&wrong)), None, "{wrong}");
    }
}

#[test]
fn what_others_put_there_is_not_listed() {
    let shelf = Shelf::new();
    put(&shelf.store, 1, b"evidence");
    for foreign in ["notes.txt", ".hmac.key", "x.bulla", ".tmp-0"] {
        fs::write(shelf.dir().join(foreign), "mine").unwrap();
    }
    fs::create_dir(shelf.dir().join("folder")).unwrap();
    assert_eq!(shelf.store.names().unwrap(), [name(1)]);
}

#[test]
fn what_lies_under_an_entrys_name_is_listed_whatever_it_is() {
    let shelf = Shelf::new();
    fs::create_dir(shelf.store.path(&name(1))).unwrap();
    symlink("nowhere", shelf.store.path(&name(2))).unwrap();
    fs::write(shelf.store.path(&name(3)), "").unwrap();
    let mut listed = shelf.store.names().unwrap();
    listed.sort();
    let mut expected = [name(1), name(2), name(3)];
    expected.sort();
    assert_eq!(listed, expected);
}

#[test]
fn a_draft_lies_in_the_same_directory_for_its_owner_alone_until_it_is_published_or_dropped() {
    let shelf = Shelf::new();
    let draft = shelf.store.draft().unwrap();
    let [file] = &names(shelf.dir())[..] else { panic!("one file") };
    assert!(file.starts_with(".tmp-"), "{file}");
    assert_eq!(mode(&shelf.dir().join(file)), 0o600);
    drop(draft);
    assert_eq!(names(shelf.dir()), [""; 0]);

    let entry = sealed(&shelf.store, 1, b"evidence");
    drop(entry);
    assert_eq!(names(shelf.dir()), [""; 0], "sealed and given up");

    put(&shelf.store, 1, b"evidence");
    assert_eq!(names(shelf.dir()), [FileStore::file_name(&name(1))]);
    assert_eq!(mode(&shelf.store.path(&name(1))), 0o600);
}

#[test]
fn a_draft_can_be_written_in_any_order() {
    let shelf = Shelf::new();
    let mut draft = shelf.store.draft().unwrap();
    draft.write_all(b"....behind").unwrap();
    draft.seek(SeekFrom::Start(0)).unwrap();
    draft.write_all(b"head").unwrap();
    draft.flush().unwrap();
    let [file] = &names(shelf.dir())[..] else { panic!("one file") };
    assert_eq!(fs::read(shelf.dir().join(file)).unwrap(), b"headbehind");
}

#[test]
fn a_draft_whose_directory_went_away_is_a_clear_error_and_publishes_nothing() {
    let shelf = Shelf::new();
    let entry = sealed(&shelf.store, 1, b"evidence");
    fs::remove_dir_all(shelf.dir()).unwrap();
    let error = shelf.store.put(&name(1), entry).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains(shelf.store.path(&name(1)).to_str().unwrap()), "{error}");
    assert_eq!(shelf.store.draft().unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn a_drafts_writer_is_dead_after_the_age_that_was_asked_and_not_before() {
    let shelf = Shelf::new();
    fs::write(shelf.dir().join(".tmp-0123"), "left by a writer that was killed").unwrap();
    fs::write(shelf.dir().join("notes.txt"), "mine").unwrap();
    put(&shelf.store, 1, b"evidence");
    let stale = |now| shelf.store.stale_drafts(now, HOUR).unwrap();
    assert_eq!(stale(after(Duration::ZERO)), [""; 0]);
    assert_eq!(stale(after(HOUR - Duration::from_secs(10))), [""; 0]);
    let [draft] = &stale(after(HOUR + Duration::from_secs(2)))[..] else { panic!("one draft") };
    assert!(draft.starts_with(".tmp-"), "{draft}");
    assert_eq!(names(shelf.dir()).len(), 3, "finding it removes nothing");
}

#[test]
fn a_living_writers_draft_is_never_stale_however_long_it_takes() {
    let shelf = Shelf::new();
    let draft = shelf.store.draft().unwrap();
    assert_eq!(shelf.store.stale_drafts(after(48 * HOUR), HOUR).unwrap(), [""; 0]);
    drop(draft);
}

#[test]
fn a_clock_that_went_back_makes_no_draft_old() {
    let shelf = Shelf::new();
    fs::write(shelf.dir().join(".tmp-0123"), "left by a writer that was killed").unwrap();
    let long_ago = Timestamp::from_millis(0).unwrap();
    assert_eq!(shelf.store.stale_drafts(long_ago, Duration::ZERO).unwrap(), [""; 0]);
}

/// Once it was looked at and then removed by its name, and with it what had been published in between.
#[test]
fn an_entry_that_is_published_while_the_one_before_is_removed_stays() {
    let shelf = Shelf::new();
    let (entry, newer) = (shelf.store.path(&name(1)), shelf.dir().join("newer"));
    for round in 0..2000 {
        fs::write(&entry, "old").unwrap();
        fs::write(&newer, "newer").unwrap();
        let old = shelf.store.get(&name(1)).unwrap().unwrap().revision;
        let both = Barrier::new(2);
        thread::scope(|scope| {
            scope.spawn(|| {
                both.wait();
                (0..round % 1000).for_each(|_| spin_loop());
                fs::rename(&newer, &entry).unwrap();
            });
            both.wait();
            match round % 2 {
                0 => shelf.store.remove(&name(1), Some(old)).unwrap(),
                _ => shelf.store.quarantine(&name(1), old).unwrap(),
            }
        });
        assert_eq!(fs::read_to_string(&entry).ok().as_deref(), Some("newer"), "round {round}");
    }
    assert_eq!(names(shelf.dir()), [FileStore::file_name(&name(1)), "quarantine".to_owned()]);
}

#[test]
fn a_reader_keeps_the_file_that_it_opened() {
    let shelf = Shelf::new();
    put(&shelf.store, 1, &[b'a'; 10_000]);
    let found = shelf.store.get(&name(1)).unwrap().unwrap();
    put(&shelf.store, 1, b"newer and shorter");
    fs::remove_file(shelf.store.path(&name(1))).unwrap();
    assert_eq!(payload(found, 1).unwrap(), [b'a'; 10_000]);
}

#[test]
fn a_file_that_is_cut_off_while_it_is_read_is_refused() {
    let shelf = Shelf::new();
    put(&shelf.store, 1, &[b'a'; 10_000]);
    let found = shelf.store.get(&name(1)).unwrap().unwrap();
    fs::File::options().write(true).open(shelf.store.path(&name(1))).unwrap().set_len(5000).unwrap();
    let error = payload(found, 1).unwrap_err();
    assert!(matches!(error, ReadError::Refused(Refusal::PayloadDamaged(_))), "{error}");
}

#[test]
fn bytes_at_any_path_can_be_read_as_an_entrys_but_through_no_link_and_no_fifo() {
    let shelf = Shelf::new();
    put(&shelf.store, 1, b"evidence");
    let elsewhere = shelf.root.path().join("elsewhere");
    fs::copy(shelf.store.path(&name(1)), &elsewhere).unwrap();
    assert!(examine(&FileStore::read_path(&elsewhere).unwrap(), &ring()).is_ok());
    let link = shelf.root.path().join("link");
    symlink(&elsewhere, &link).unwrap();
    assert!(FileStore::read_path(&link).is_err());
    fifo(&shelf.root.path().join("fifo"));
    let error = FileStore::read_path(&shelf.root.path().join("fifo")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(FileStore::read_path(shelf.dir()).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(FileStore::read_path(Path::new("/no/such")).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn writing_into_a_published_entry_from_outside_is_seen_by_the_seal() {
    let shelf = Shelf::new();
    put(&shelf.store, 1, b"evidence");
    let file = fs::File::options().write(true).open(shelf.store.path(&name(1))).unwrap();
    file.write_all_at(b"X", 60).unwrap();
    assert!(matches!(examined(&shelf.store, 1), Some(Err(Refusal::BadSeal(_)))));
}

#[test]
fn clearing_takes_entries_drafts_and_quarantine_and_nothing_else() {
    let shelf = Shelf::new();
    put(&shelf.store, 1, b"evidence");
    put(&shelf.store, 2, b"evidence");
    assert!(shelf.quarantine(2));
    fs::create_dir_all(shelf.store.path(&name(3)).join("below")).unwrap();
    fs::write(shelf.dir().join(".tmp-0123"), "left by a writer that was killed").unwrap();
    fs::write(shelf.dir().join("notes.txt"), "mine").unwrap();
    shelf.store.clear().unwrap();
    assert_eq!(names(shelf.dir()), ["notes.txt"]);
    shelf.store.clear().unwrap();
    put(&shelf.store, 1, b"again");
    assert!(matches!(examined(&shelf.store, 1), Some(Ok(_))));
}
