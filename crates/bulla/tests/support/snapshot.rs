//! Everything about a directory that a program could have changed.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// What lies at one path, down to the times that only the system sets.
#[derive(PartialEq, Eq)]
pub(crate) struct Seen {
    mode: u32,
    inode: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    content: Vec<u8>,
}

impl fmt::Debug for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mode, inode, modified, changed, content } = self;
        let digest = blake3::hash(content).to_hex();
        write!(f, "{mode:o} inode {inode} {modified:?} {changed:?} {} bytes {}", content.len(), &digest[..8])
    }
}

/// Every path below `root` and `root` itself, with all that lies there.
pub(crate) fn snapshot(root: &Path) -> BTreeMap<PathBuf, Seen> {
    let mut all = BTreeMap::new();
    let mut pending = vec![root.to_owned()];
    while let Some(path) = pending.pop() {
        let found = fs::symlink_metadata(&path).expect("it is there");
        let content = if found.is_file() {
            fs::read(&path).expect("a readable file")
        } else if found.is_symlink() {
            fs::read_link(&path).expect("a link").into_os_string().into_vec()
        } else {
            Vec::new()
        };
        if found.is_dir() {
            let below = fs::read_dir(&path).expect("a directory");
            pending.extend(below.map(|entry| entry.expect("an entry").path()));
        }
        let seen = Seen {
            mode: found.mode(),
            inode: found.ino(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
            content,
        };
        all.insert(path, seen);
    }
    all
}

/// The file names in a directory, in order.
pub(crate) fn names(dir: &Path) -> Vec<String> {
    let listed = fs::read_dir(dir).expect("a directory");
    let mut names: Vec<_> =
        listed.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}
