//! The digest of a file or a tree: what changes it, and what does not.

#![expect(clippy::disallowed_methods, reason = "tests build trees")]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

mod support;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

use bulla::{Digest, tree_digest};
use support::Home;
use support::plant::{Obstacle, fifo};

/// What lies at a path in a tree.
#[derive(Debug, Clone, Copy)]
enum Node {
    File(&'static str),
    Executable(&'static str),
    Dir,
    Link(&'static str),
    Fifo,
}

use Node::*;

type Tree = Vec<(&'static str, Node)>;

/// Builds the tree below `root`, in the order given; directories on the way are made.
fn build(root: &Path, tree: &[(&str, Node)]) {
    fs::create_dir_all(root).unwrap();
    for (path, node) in tree {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match node {
            File(content) => fs::write(&path, content).unwrap(),
            Executable(content) => {
                fs::write(&path, content).unwrap();
                fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
            }
            Dir => fs::create_dir_all(&path).unwrap(),
            Link(target) => symlink(target, &path).unwrap(),
            Fifo => fifo(&path),
        }
    }
}

fn digest_of(tree: &[(&str, Node)]) -> Digest {
    let home = Home::new();
    build(&home.beside("tree"), tree);
    tree_digest(&home.beside("tree"), None).unwrap()
}

/// Trees of which no two may have one digest.
fn different_trees() -> Vec<Tree> {
    vec![
        vec![],
        vec![("a", File("1"))],
        vec![("b", File("1"))],
        vec![("a", File("2"))],
        vec![("a", File(""))],
        vec![("a", Executable("1"))],
        vec![("a", Dir)],
        vec![("a", Link("1"))],
        vec![("a", Link("2"))],
        vec![("a", Fifo)],
        vec![("a/b", File("1"))],
        vec![("a/b", Dir)],
        vec![("a", File("1")), ("b", Dir)],
        vec![("a", File("1")), ("b", File("2"))],
        vec![("a", File("2")), ("b", File("1"))],
        // The same bytes, cut elsewhere.
        vec![("a", File("ab")), ("b", File("c"))],
        vec![("a", File("a")), ("b", File("bc"))],
        vec![("a", File("")), ("b", File("abc"))],
        vec![("ab", File("c"))],
        vec![("a", File("bc"))],
        // The same names, nested otherwise.
        vec![("a/b/c", File("1"))],
        vec![("a", Dir), ("ab", Dir), ("abc", File("1"))],
        vec![("a/b", Dir), ("c", File("1"))],
        vec![("a", Dir), ("b/c", File("1"))],
        vec![("a.b", File("1")), ("a", Dir)],
        // Names that look like what is hashed around them.
        vec![("f", File("1"))],
        vec![("af", File("1"))],
        vec![("a\nb", File("1"))],
    ]
}

#[test]
fn no_two_different_trees_have_one_digest() {
    let mut seen: BTreeMap<Digest, Tree> = BTreeMap::new();
    for tree in different_trees() {
        if let Some(other) = seen.insert(digest_of(&tree), tree.clone()) {
            panic!("{tree:?} and {other:?} have one digest");
        }
    }
    assert!(seen.len() > 25);
}

#[test]
fn the_same_tree_elsewhere_has_the_same_digest() {
    for tree in different_trees() {
        assert_eq!(digest_of(&tree), digest_of(&tree), "{tree:?}");
    }
}

#[test]
fn the_order_in_which_it_was_made_does_not_count() {
    // Memory file systems list what was made last first, others in an order of their own.
    let in_memory = tempfile::tempdir_in("/dev/shm").ok();
    let on_disk = tempfile::tempdir().unwrap();
    for place in in_memory.iter().chain([&on_disk]) {
        let names = ["c", "a", "d/b", "d/a", "b", "a.b", "d/c/a"];
        let mut digests = [false, true].map(|backwards| {
            let mut tree: Vec<_> = names.iter().map(|name| (*name, File("1"))).collect();
            if backwards {
                tree.reverse();
            }
            let root = place.path().join(format!("backwards {backwards}"));
            build(&root, &tree);
            tree_digest(&root, None).unwrap()
        });
        digests.sort();
        assert_eq!(digests[0], digests[1], "{}", place.path().display());
    }
}

#[test]
fn times_owners_bits_and_other_permissions_do_not_count() {
    let home = Home::new();
    let root = home.beside("tree");
    build(&root, &[("a", File("1")), ("x", Executable("2")), ("d/b", File("3"))]);
    let before = tree_digest(&root, None).unwrap();
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    fs::File::options().write(true).open(root.join("a")).unwrap().set_modified(long_ago).unwrap();
    for (path, mode) in [("a", 0o400), ("x", 0o500), ("d", 0o777), ("d/b", 0o666)] {
        fs::set_permissions(root.join(path), Permissions::from_mode(mode)).unwrap();
    }
    assert_eq!(tree_digest(&root, None).unwrap(), before);
}

#[test]
fn what_version_control_keeps_is_left_out_at_any_depth() {
    let plain = [("a", File("1")), ("d/b", File("2"))];
    let versioned = [
        ("a", File("1")),
        ("d/b", File("2")),
        (".git/HEAD", File("ref: refs/heads/main")),
        (".git/objects/aa/bb", File("packed")),
        ("d/.git", File("gitdir: ../.git/modules/d")),
        ("d/", Dir),
    ];
    assert_eq!(digest_of(&versioned), digest_of(&plain));
    let ignored = [plain.as_slice(), &[(".gitignore", File("target"))]].concat();
    assert_ne!(digest_of(&ignored), digest_of(&plain), "only the name itself");
}

#[test]
fn the_cache_itself_is_left_out_where_it_lies_inside() {
    let home = Home::new();
    let root = home.beside("tree");
    build(&root, &[("a", File("1"))]);
    let before = tree_digest(&root, None).unwrap();
    build(&root, &[("d/cache/.stats", File("sealed"))]);
    let cache = root.join("d/cache");
    let with_the_folder = tree_digest(&root, Some(&cache)).unwrap();
    assert_ne!(with_the_folder, before, "the folder around it counts");
    fs::write(cache.join(".hmac.key"), "sealed").unwrap();
    assert_eq!(tree_digest(&root, Some(&cache)).unwrap(), with_the_folder);
    symlink(&cache, home.beside("by another name")).unwrap();
    assert_eq!(tree_digest(&root, Some(&home.beside("by another name"))).unwrap(), with_the_folder);
    assert_ne!(tree_digest(&root, Some(&home.beside("nowhere"))).unwrap(), with_the_folder);
    assert_ne!(tree_digest(&root, None).unwrap(), with_the_folder);
}

#[test]
fn only_what_bulla_itself_keeps_there_is_left_out() {
    let home = Home::new();
    let root = home.beside("tree");
    let cache = root.join("cache");
    build(&root, &[("cache", Dir), ("a", File("1"))]);
    let before = tree_digest(&root, Some(&cache)).unwrap();
    let hash = "0123456789abcdef".repeat(4);
    let own = [
        ".hmac.key",
        ".stats",
        "CACHEDIR.TAG",
        ".tmp-0123456789abcdef",
        ".tmp-key-0123",
        &format!("{hash}.bulla"),
        &format!("locks/{hash}.lock"),
        &format!("quarantine/{hash}.bulla"),
    ];
    for name in own {
        build(&cache, &[(name, File("bulla's"))]);
        assert_eq!(tree_digest(&root, Some(&cache)).unwrap(), before, "{name}");
    }
    let foreign =
        ["src.py", "x.bulla", "quarantine/src.py", "locks/x", "below/.hmac.key", ".tmp-x.py", ".Stats"];
    let mut seen = vec![before];
    for name in foreign {
        build(&cache, &[(name, File("not bulla's"))]);
        let digest = tree_digest(&root, Some(&cache)).unwrap();
        assert!(!seen.contains(&digest), "{name}");
        seen.push(digest);
    }
}

#[test]
fn nothing_but_files_and_directories_is_opened() {
    for obstacle in [Obstacle::Fifo, Obstacle::Socket, Obstacle::DanglingLink] {
        let home = Home::new();
        let root = home.beside("tree");
        build(&root, &[("a", File("1"))]);
        let without = tree_digest(&root, None).unwrap();
        obstacle.plant(&root.join("planted"), &home.beside("target"));
        assert_ne!(tree_digest(&root, None).unwrap(), without, "{obstacle:?}: its name counts");
    }
}

#[test]
fn a_circle_of_links_ends() {
    let circle = [("d/up", Link("..")), ("d/self", Link("self")), ("d/a", File("1"))];
    assert_ne!(digest_of(&circle), digest_of(&circle[1..]));
}

#[test]
fn a_link_counts_as_what_it_says_and_not_as_what_it_leads_to() {
    let home = Home::new();
    let root = home.beside("tree");
    fs::write(home.beside("outside"), "1").unwrap();
    build(&root, &[("link", Link("../outside")), ("a", File("1"))]);
    let before = tree_digest(&root, None).unwrap();
    fs::write(home.beside("outside"), "2").unwrap();
    assert_eq!(tree_digest(&root, None).unwrap(), before);
}

#[test]
fn a_root_may_be_reached_through_a_link() {
    let home = Home::new();
    build(&home.beside("tree"), &[("a", File("1"))]);
    symlink("tree", home.beside("link")).unwrap();
    assert_eq!(tree_digest(&home.beside("link"), None).unwrap(), digest_of(&[("a", File("1"))]));
}

#[test]
fn a_file_counts_by_its_content_whatever_it_is_called() {
    let home = Home::new();
    let digest = |name: &str, content: &str| {
        fs::write(home.beside(name), content).unwrap();
        tree_digest(&home.beside(name), None).unwrap()
    };
    assert_eq!(digest("one", "1"), digest("two", "1"));
    assert_ne!(digest("one", "1"), digest("one", "2"));
    symlink("one", home.beside("link")).unwrap();
    assert_eq!(tree_digest(&home.beside("link"), None).unwrap(), digest("one", "2"));
    assert_ne!(digest("one", ""), digest_of(&[]), "an empty file is no empty directory");
}

#[test]
fn a_root_that_is_neither_file_nor_directory_is_an_error_and_not_waited_for() {
    let home = Home::new();
    for obstacle in [Obstacle::Fifo, Obstacle::Socket, Obstacle::DanglingLink] {
        let path = home.beside(&format!("{obstacle:?}"));
        obstacle.plant(&path, &home.beside("target"));
        let error = tree_digest(&path, None).unwrap_err();
        assert!(error.to_string().contains(path.to_str().unwrap()), "{error}");
    }
    assert!(tree_digest(&home.beside("none"), None).is_err());
}

#[test]
fn names_need_not_be_text() {
    let home = Home::new();
    let root = home.beside("tree");
    fs::create_dir(&root).unwrap();
    let empty = tree_digest(&root, None).unwrap();
    let made = [b"\xff\xfe".as_slice(), b"\xff"].map(|name| {
        let path = root.join(OsStr::from_bytes(name));
        fs::write(&path, "1").map(|()| {
            let digest = tree_digest(&root, None).unwrap();
            fs::remove_file(path).unwrap();
            digest
        })
    });
    // Some systems take only names that are text; then there is nothing to tell apart.
    if let [Ok(one), Ok(other)] = made {
        assert!(one != other && one != empty);
    }
    assert_eq!(tree_digest(&root, None).unwrap(), empty);
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_not_an_empty_one() {
    let home = Home::new();
    let root = home.beside("tree");
    build(&root, &[("a", File("1")), ("secret", File("2"))]);
    let with_all = tree_digest(&root, None).unwrap();
    fs::set_permissions(root.join("secret"), Permissions::from_mode(0o000)).unwrap();
    match tree_digest(&root, None) {
        Ok(digest) => assert!(support::is_root() && digest == with_all),
        Err(error) => assert!(error.to_string().contains("secret"), "{error}"),
    }
}

#[test]
fn many_files_are_read_on_all_cores_and_come_out_in_one_order() {
    let home = Home::new();
    let root = home.beside("tree");
    for number in 0..300 {
        let dir = root.join(format!("{}", number % 7));
        fs::create_dir_all(&dir).unwrap();
        fs::write(dir.join(number.to_string()), support::noise(number * 10)).unwrap();
    }
    let first = tree_digest(&root, None).unwrap();
    for _ in 0..5 {
        assert_eq!(tree_digest(&root, None).unwrap(), first);
    }
}
