//! A directory held open: nothing in it is reached through a link, and nothing is waited for.

#![expect(clippy::disallowed_methods, reason = "tests plant files, and look at what became of them")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod support;

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use bulla_store::{Dir, open_regular, open_regular_nofollow};
use support::{fifo, mode, names};
use tempfile::TempDir;

fn fresh() -> (TempDir, Dir) {
    let root = tempfile::tempdir().unwrap();
    let dir = Dir::create(&root.path().join("dir")).unwrap();
    (root, dir)
}

/// Plants what is no regular file under each of these names.
fn plant_all(dir: &Dir, target: &Path) -> [&'static str; 5] {
    symlink(target, dir.path_of("link")).unwrap();
    symlink("nowhere", dir.path_of("dangling")).unwrap();
    fs::create_dir(dir.path_of("folder")).unwrap();
    fifo(&dir.path_of("fifo"));
    drop(UnixListener::bind(dir.path_of("socket")).unwrap());
    ["link", "dangling", "folder", "fifo", "socket"]
}

#[test]
fn it_is_made_with_its_parents_for_its_owner_alone() {
    let root = tempfile::tempdir().unwrap();
    Dir::create(&root.path().join("a/b/c")).unwrap();
    for made in ["a", "a/b", "a/b/c"] {
        assert_eq!(mode(&root.path().join(made)), 0o700, "{made}");
    }
    fs::set_permissions(root.path().join("a"), Permissions::from_mode(0o755)).unwrap();
    Dir::create(&root.path().join("a")).unwrap();
    assert_eq!(mode(&root.path().join("a")), 0o755, "one that was there stays as it is");
}

#[test]
fn one_that_must_be_there_is_not_made() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("none");
    let error = Dir::open(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(
        error.to_string().starts_with(&format!("cannot open the directory {}: ", path.display())),
        "{error}"
    );
    assert!(!path.exists());
    Dir::create(&path).unwrap();
    assert_eq!(Dir::open(&path).unwrap().path(), path);
}

#[test]
fn one_that_is_not_there_can_read_as_an_empty_one_and_takes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("none");
    let dir = Dir::open_or_empty(&path).unwrap();
    assert!(!dir.is_there());
    assert_eq!(dir.names().unwrap(), [""; 0]);
    assert!(dir.look("file").unwrap().is_none() && dir.read("file").unwrap().is_none());
    assert!(!dir.remove("file").unwrap() && !dir.remove_tree("file").unwrap());
    fs::create_dir(&path).unwrap();
    assert!(dir.create_new("file").is_err() && dir.read_write("file").is_err() && dir.subdir("sub").is_err());
    assert_eq!(names(&path), [""; 0], "and it stays so when one is made meanwhile");
    let made = Dir::open_or_empty(&path).unwrap();
    made.create_new("file").unwrap();
    assert!(made.is_there());
    fs::write(root.path().join("plain"), "").unwrap();
    let error = Dir::open_or_empty(&root.path().join("plain")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotADirectory, "only what is not there reads as empty");
}

#[test]
fn ones_own_links_on_the_way_are_followed() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join("real")).unwrap();
    symlink("real", root.path().join("link")).unwrap();
    let dir = Dir::create(&root.path().join("link/../link/below")).unwrap();
    dir.create_new("file").unwrap();
    assert!(root.path().join("real/below/file").exists());
}

#[test]
fn a_handle_stays_with_its_directory_when_that_is_renamed() {
    let (root, dir) = fresh();
    fs::rename(dir.path(), root.path().join("renamed")).unwrap();
    fs::create_dir(dir.path()).unwrap();
    dir.create_new("file").unwrap().write_all(b"here").unwrap();
    assert_eq!(names(&root.path().join("renamed")), ["file"]);
    assert_eq!(names(dir.path()), [""; 0]);
}

#[test]
fn a_subdirectory_is_made_once_and_not_through_a_link() {
    let (root, dir) = fresh();
    dir.subdir("sub").unwrap().create_new("file").unwrap();
    assert_eq!(mode(&dir.path_of("sub")), 0o700);
    assert_eq!(dir.subdir("sub").unwrap().names().unwrap(), ["file"]);
    fs::create_dir(root.path().join("elsewhere")).unwrap();
    symlink(root.path().join("elsewhere"), dir.path_of("link")).unwrap();
    assert!(dir.subdir("link").is_err());
    dir.create_new("plain").unwrap();
    assert_eq!(dir.subdir("plain").unwrap_err().kind(), ErrorKind::NotADirectory);
}

#[test]
fn only_regular_files_are_read() {
    let (root, dir) = fresh();
    let target = root.path().join("target");
    fs::write(&target, "secret").unwrap();
    for name in plant_all(&dir, &target) {
        let error = dir.read(name).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name}: {error}");
        assert!(error.to_string().ends_with("it is not a regular file; remove it"), "{error}");
        assert!(!dir.look(name).unwrap().unwrap().is_file, "{name}");
    }
    assert!(dir.read("none").unwrap().is_none());
    fs::write(dir.path_of("file"), "content").unwrap();
    let (mut file, found) = dir.read("file").unwrap().unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!((text.as_str(), found.size, found.is_file), ("content", 7, true));
}

#[test]
fn only_regular_files_are_opened_to_write() {
    let (root, dir) = fresh();
    let target = root.path().join("target");
    fs::write(&target, "secret").unwrap();
    for name in plant_all(&dir, &target) {
        assert_eq!(dir.read_write(name).unwrap_err().kind(), ErrorKind::InvalidInput, "{name}");
        assert_eq!(dir.create_new(name).unwrap_err().kind(), ErrorKind::AlreadyExists, "{name}");
    }
    assert_eq!(fs::read(&target).unwrap(), b"secret");
    assert!(!dir.path_of("nowhere").exists(), "a dangling link was followed");
    let (mut file, found) = dir.read_write("new").unwrap();
    file.write_all(b"content").unwrap();
    assert_eq!((found.size, mode(&dir.path_of("new"))), (0, 0o600));
    let (_, found) = dir.read_write("new").unwrap();
    assert_eq!(found.size, 7, "opening again cuts nothing off");
}

#[test]
fn a_file_that_has_another_name_is_not_opened_to_write() {
    let (root, dir) = fresh();
    let target = root.path().join("target");
    fs::write(&target, "of somebody else").unwrap();
    fs::hard_link(&target, dir.path_of("linked")).unwrap();
    let error = dir.read_write("linked").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(error.to_string().contains("another name"), "{error}");
    assert_eq!(fs::read(&target).unwrap(), b"of somebody else");
}

/// No file system makes a hard link to a directory: it answers EPERM, as one without hard links does for a file.
#[test]
fn a_new_name_is_given_by_renaming_where_there_are_no_hard_links_and_never_replaces() {
    let root = tempfile::tempdir().unwrap();
    let dir = Dir::create(root.path()).unwrap();
    dir.create_new("one").unwrap();
    dir.create_new("two").unwrap();
    assert!(!dir.name_new("one", "two").unwrap());
    assert!(dir.name_new("one", "three").unwrap());
    dir.subdir("unlinkable").unwrap().create_new("inside").unwrap();
    assert_eq!(dir.link("unlinkable", "four").unwrap_err().os_error(), Some(1), "EPERM");
    assert!(!dir.name_new("unlinkable", "two").unwrap());
    assert!(dir.name_new("unlinkable", "four").unwrap());
    assert_eq!(names(root.path()), ["four", "one", "three", "two"]);
}

#[test]
fn a_link_never_replaces_and_a_rename_does_unless_it_may_not() {
    let (_root, dir) = fresh();
    let write = |name: &str| fs::write(dir.path_of(name), name).unwrap();
    let read = |name: &str| fs::read_to_string(dir.path_of(name)).unwrap();
    ["one", "two", "three"].into_iter().for_each(write);
    assert_eq!(dir.link("one", "two").unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(dir.rename_new("one", "two").unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!((read("one"), read("two")), ("one".to_owned(), "two".to_owned()));
    dir.link("one", "four").unwrap();
    dir.rename_new("two", "five").unwrap();
    dir.rename("three", "one").unwrap();
    assert_eq!(names(dir.path()), ["five", "four", "one"]);
    assert_eq!([read("one"), read("four"), read("five")], ["three", "one", "two"]);
}

#[test]
fn what_is_removed_is_the_name_and_not_what_it_leads_to() {
    let (root, dir) = fresh();
    let target = root.path().join("target");
    fs::write(&target, "kept").unwrap();
    for name in plant_all(&dir, &target) {
        assert!(dir.remove(name).unwrap(), "{name}");
        assert!(!dir.remove(name).unwrap(), "{name} is gone");
        assert!(dir.look(name).unwrap().is_none());
    }
    assert_eq!(fs::read(&target).unwrap(), b"kept");
}

#[test]
fn a_directory_goes_with_all_that_is_in_it_only_where_that_was_asked() {
    let (root, dir) = fresh();
    fs::create_dir(root.path().join("elsewhere")).unwrap();
    fs::write(root.path().join("elsewhere/file"), "kept").unwrap();
    fs::create_dir_all(dir.path_of("full/below")).unwrap();
    symlink(root.path().join("elsewhere"), dir.path_of("full/link")).unwrap();
    assert_eq!(dir.remove("full").unwrap_err().kind(), ErrorKind::DirectoryNotEmpty);
    assert!(dir.remove_tree("full").unwrap());
    assert!(!dir.remove_tree("full").unwrap());
    assert_eq!(names(&root.path().join("elsewhere")), ["file"]);
}

/// `remove_tree` went by path where everything else goes by handle: with the directory renamed, it removed from
/// whatever had taken its place.
#[test]
fn a_tree_is_removed_from_the_directory_that_is_held_open() {
    let (root, dir) = fresh();
    fs::create_dir_all(dir.path_of("full/below")).unwrap();
    fs::rename(dir.path(), root.path().join("renamed")).unwrap();
    fs::create_dir_all(dir.path_of("full/of-somebody-else")).unwrap();
    assert!(dir.remove_tree("full").unwrap());
    assert_eq!(names(&root.path().join("renamed")), [""; 0]);
    assert_eq!(names(&dir.path_of("full")), ["of-somebody-else"]);
}

#[test]
fn a_tree_is_removed_however_wide_and_whatever_its_names_are() {
    let (_root, dir) = fresh();
    for number in 0..300 {
        let below = dir.path_of("full").join(format!("{}", number % 7)).join(number.to_string());
        fs::create_dir_all(&below).unwrap();
        fs::write(below.join("file"), "").unwrap();
    }
    // Some systems take only names that are text.
    let _ = fs::write(dir.path_of("full").join(OsStr::from_bytes(b"\xff")), "");
    assert!(dir.remove_tree("full").unwrap());
    assert_eq!(dir.names().unwrap(), [""; 0]);
}

#[test]
fn a_tree_too_deep_to_remove_is_an_error_and_no_crash() {
    let (_root, dir) = fresh();
    let deep = |levels: usize| dir.path_of("deep").join("d/".repeat(levels));
    fs::create_dir_all(deep(300)).unwrap();
    assert!(dir.remove_tree("deep").unwrap());
    fs::create_dir_all(deep(800)).unwrap();
    assert!(dir.remove_tree("deep").is_err());
    assert!(deep(700).exists());
}

#[test]
fn what_is_moved_to_another_directory_is_no_longer_in_this_one() {
    let (_root, dir) = fresh();
    let other = dir.subdir("other").unwrap();
    fs::write(dir.path_of("file"), "content").unwrap();
    assert!(dir.move_to("file", &other, "new name").unwrap());
    assert!(!dir.move_to("file", &other, "new name").unwrap());
    assert_eq!(
        (dir.names().unwrap(), other.names().unwrap()),
        (vec!["other".to_owned()], vec!["new name".to_owned()])
    );
}

#[test]
fn a_look_tells_files_apart_by_more_than_their_names() {
    let (_root, dir) = fresh();
    fs::write(dir.path_of("one"), "1").unwrap();
    fs::write(dir.path_of("two"), "1").unwrap();
    fs::set_permissions(dir.path_of("two"), Permissions::from_mode(0o640)).unwrap();
    let look = |name| dir.look(name).unwrap().unwrap();
    assert_ne!(look("one").revision, look("two").revision);
    assert_eq!(look("two").mode, 0o640);
    dir.rename("one", "three").unwrap();
    dir.rename("two", "one").unwrap();
    assert_ne!(look("one").revision, look("three").revision);
    assert_eq!(look("one").uid, dir.itself().unwrap().uid);
    assert!(dir.look("none").unwrap().is_none());
}

#[test]
fn names_that_are_no_text_are_not_listed() {
    let (_root, dir) = fresh();
    dir.create_new("text").unwrap();
    // Some systems take only names that are text.
    let made = fs::write(dir.path().join(OsStr::from_bytes(b"\xff\xfe")), "");
    assert_eq!(dir.names().unwrap(), ["text"], "{made:?}");
    dir.sync().unwrap();
}

#[test]
fn a_file_anywhere_is_opened_through_a_link_only_where_that_was_asked() {
    let (root, dir) = fresh();
    let target = root.path().join("target");
    fs::write(&target, "content").unwrap();
    for name in plant_all(&dir, &target) {
        let path = dir.path_of(name);
        assert_eq!(open_regular(&path).is_ok(), name == "link", "{name}");
        assert!(open_regular_nofollow(&path).is_err(), "{name}");
    }
    let (_, found) = open_regular_nofollow(&target).unwrap();
    assert_eq!(found.size, 7);
}
