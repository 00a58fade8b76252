//! What was moved out of the way: one place for each name, bounded in size and age.

#![expect(clippy::disallowed_methods, reason = "tests plant files, and look at what became of them")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use bulla_store::{QuarantineLimits, Store as _};
use support::*;

const NO_LIMITS: QuarantineLimits = QuarantineLimits { files: u64::MAX, bytes: u64::MAX, age: Duration::MAX };

fn plant(shelf: &Shelf, number: u8, bytes: &[u8]) {
    fs::write(shelf.store.path(&name(number)), bytes).unwrap();
    assert!(shelf.quarantine(number));
}

fn kept(shelf: &Shelf) -> Vec<String> {
    names(&shelf.dir().join("quarantine"))
}

fn file(number: u8) -> String {
    format!("{}.bulla", name(number))
}

#[test]
fn there_is_none_until_something_is_moved_there() {
    let shelf = Shelf::new();
    assert_eq!(shelf.store.quarantined().unwrap(), (0, 0));
    assert_eq!(shelf.store.trim_quarantine(after(Duration::ZERO), NO_LIMITS).unwrap(), 0);
    assert_eq!(names(shelf.dir()), [""; 0], "looking makes no directory");
    plant(&shelf, 1, b"forged");
    assert_eq!(shelf.store.quarantined().unwrap(), (1, 6));
    assert_eq!(mode(&shelf.dir().join("quarantine")), 0o700);
}

#[test]
fn what_is_moved_there_is_kept_as_it_was_and_no_longer_an_entry() {
    let shelf = Shelf::new();
    plant(&shelf, 1, b"forged");
    assert_eq!(fs::read(shelf.dir().join("quarantine").join(file(1))).unwrap(), b"forged");
    assert!(shelf.store.get(&name(1)).unwrap().is_none());
    assert_eq!(shelf.store.names().unwrap(), []);
}

#[test]
fn each_name_has_one_place_and_the_last_one_keeps_it() {
    let shelf = Shelf::new();
    for bytes in [&b"first"[..], b"second", b"third"] {
        plant(&shelf, 1, bytes);
    }
    plant(&shelf, 2, b"another");
    assert_eq!(shelf.store.quarantined().unwrap(), (2, 12));
    assert_eq!(fs::read(shelf.dir().join("quarantine").join(file(1))).unwrap(), b"third");
}

#[test]
fn files_and_directories_replace_each_other_there() {
    let shelf = Shelf::new();
    let make_directory = || {
        fs::create_dir_all(shelf.store.path(&name(1)).join("below")).unwrap();
        assert!(shelf.quarantine(1));
        assert!(shelf.dir().join("quarantine").join(file(1)).join("below").is_dir());
    };
    plant(&shelf, 1, b"a file");
    make_directory();
    make_directory();
    plant(&shelf, 1, b"a file again");
    assert_eq!(shelf.store.quarantined().unwrap(), (1, 12));
}

#[test]
fn what_is_older_than_the_limit_goes() {
    let shelf = Shelf::new();
    plant(&shelf, 1, b"forged");
    fs::create_dir_all(shelf.store.path(&name(2)).join("below")).unwrap();
    assert!(shelf.quarantine(2));
    let week = QuarantineLimits { files: u64::MAX, bytes: u64::MAX, age: Duration::from_secs(7 * 24 * 3600) };
    let trim = |now| shelf.store.trim_quarantine(now, week).unwrap();
    assert_eq!(trim(after(week.age - Duration::from_secs(10))), 0);
    assert_eq!(trim(after(week.age + Duration::from_secs(2))), 2);
    assert_eq!(kept(&shelf), [""; 0]);
}

#[test]
fn over_the_limit_in_bytes_as_many_go_as_must() {
    let shelf = Shelf::new();
    for number in 1..=4 {
        plant(&shelf, number, &[number; 1000]);
    }
    let trim = |bytes| {
        let limits = QuarantineLimits { bytes, ..NO_LIMITS };
        shelf.store.trim_quarantine(after(Duration::from_secs(1)), limits).unwrap()
    };
    assert_eq!((trim(4000), kept(&shelf).len()), (0, 4));
    assert_eq!((trim(3999), kept(&shelf).len()), (1, 3));
    assert_eq!((trim(1500), kept(&shelf).len()), (2, 1));
    assert_eq!((trim(0), kept(&shelf).len()), (1, 0));
}

#[test]
fn over_the_limit_in_files_as_many_go_as_must() {
    let shelf = Shelf::new();
    (1..=4).for_each(|number| plant(&shelf, number, b"forged"));
    let trim = |files| {
        let limits = QuarantineLimits { files, ..NO_LIMITS };
        shelf.store.trim_quarantine(after(Duration::from_secs(1)), limits).unwrap()
    };
    assert_eq!((trim(4), kept(&shelf).len()), (0, 4));
    assert_eq!((trim(3), kept(&shelf).len()), (1, 3));
    assert_eq!((trim(0), kept(&shelf).len()), (3, 0));
}

#[test]
fn a_flood_under_many_names_is_bounded_without_any_sweep() {
    let shelf = Shelf::new();
    let most = usize::try_from(QuarantineLimits::default().files).unwrap();
    fs::create_dir(shelf.dir().join("quarantine")).unwrap();
    for number in 0..most + 5 {
        fs::write(shelf.dir().join("quarantine").join(number.to_string()), "forged").unwrap();
    }
    plant(&shelf, 1, b"forged");
    assert_eq!(kept(&shelf).len(), most);
    let sparse = fs::File::create(shelf.store.path(&name(2))).unwrap();
    sparse.set_len(QuarantineLimits::default().bytes + 1).unwrap();
    assert!(shelf.quarantine(2));
    assert!(shelf.store.quarantined().unwrap().1 <= QuarantineLimits::default().bytes);
    assert!(shelf.store.get(&name(2)).unwrap().is_none());
}

#[test]
fn the_ones_moved_there_first_go_first() {
    let shelf = Shelf::new();
    plant(&shelf, 1, &[1; 1000]);
    // The system counts ages in whole seconds here: wait until the next one began.
    let began = fs::metadata(shelf.dir().join("quarantine").join(file(1))).unwrap();
    let second = |found: &fs::Metadata| std::os::unix::fs::MetadataExt::ctime(found);
    loop {
        plant(&shelf, 2, &[2; 1000]);
        let now = fs::metadata(shelf.dir().join("quarantine").join(file(2))).unwrap();
        if second(&now) > second(&began) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let one = QuarantineLimits { files: u64::MAX, bytes: 1000, ..NO_LIMITS };
    assert_eq!(shelf.store.trim_quarantine(after(Duration::from_secs(1)), one).unwrap(), 1);
    assert_eq!(kept(&shelf), [file(2)]);
}

#[test]
fn a_link_in_its_place_is_not_followed() {
    let shelf = Shelf::new();
    let elsewhere = shelf.root.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("old"), "not a quarantined file").unwrap();
    symlink(&elsewhere, shelf.dir().join("quarantine")).unwrap();
    fs::write(shelf.store.path(&name(1)), "forged").unwrap();
    let found = shelf.store.get(&name(1)).unwrap().unwrap();
    assert!(shelf.store.quarantine(&name(1), found.revision).is_err());
    let everything = QuarantineLimits { files: u64::MAX, bytes: 0, age: Duration::ZERO };
    assert!(shelf.store.trim_quarantine(after(Duration::from_secs(2)), everything).is_err());
    assert!(shelf.store.quarantined().is_err());
    shelf.store.clear().unwrap();
    assert_eq!((names(shelf.dir()), names(&elsewhere)), (Vec::new(), vec!["old".to_owned()]));
}

#[test]
fn limits_are_a_thousand_files_64_mib_and_a_week_unless_said_otherwise() {
    let limits = QuarantineLimits::default();
    assert_eq!((limits.files, limits.bytes, limits.age.as_secs()), (1000, 67_108_864, 604_800));
}
