//! The digest of a file or a directory tree, as docs/key-inputs.md has it.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::num::NonZero;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use bulla_core::{Digest, DigestAlgorithm};
use bulla_store::{StoreError, open_regular, open_regular_nofollow};
use sha2::{Digest as _, Sha256};

/// Left out of every tree: what version control keeps about it, not what is in it.
pub const LEFT_OUT: &str = ".git";

/// The digest of names, kinds, executable bits and contents below `path`, or of one file's content and
/// executable bit. Symbolic links count as what they say, and are not followed.
///
/// `except` is a directory (the cache itself) that is left out where it lies inside the tree.
pub fn tree_digest(path: &Path, except: Option<&Path>) -> Result<Digest, StoreError> {
    let error = |e| StoreError::new("read", path, e);
    let is_dir = std::fs::metadata(path).map_err(error)?.is_dir();
    let records = if is_dir { walk(path, identity(except))? } else { vec![Record::root_file(path)] };
    let contents = hash_contents(&records)?;
    let mut hash = Sha256::new_with_prefix(b"bulla tree v1\0");
    for (record, content) in records.iter().zip(contents) {
        hash.update([record.kind.code()]);
        let name = record.name.as_bytes();
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(content);
    }
    Ok(Digest::new(DigestAlgorithm::Sha256, hash.finalize().into()))
}

/// BLAKE3 of a regular file's content, in constant memory.
pub(crate) fn file_digest(path: &Path) -> Result<Digest, StoreError> {
    let (file, _) = open_regular(path)?;
    let hash = hash_file(file).map_err(|e| StoreError::new("read", path, e))?;
    Ok(Digest::new(DigestAlgorithm::Blake3, *hash.as_bytes()))
}

fn hash_file(file: File) -> io::Result<blake3::Hash> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file)?;
    Ok(hasher.finalize())
}

struct Record {
    /// Relative to the root, `/` between the parts; empty for a root that is a file.
    name: std::ffi::OsString,
    path: PathBuf,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    RootFile,
    Executable,
    Directory,
    Link,
    /// A FIFO, a socket or a device: its name counts, it is never opened.
    Other,
}

impl Kind {
    const fn code(self) -> u8 {
        match self {
            Self::File | Self::RootFile => b'f',
            Self::Executable => b'x',
            Self::Directory => b'd',
            Self::Link => b'l',
            Self::Other => b'o',
        }
    }

    fn of(found: &std::fs::Metadata) -> Self {
        let kind = found.file_type();
        if kind.is_symlink() {
            Self::Link
        } else if kind.is_dir() {
            Self::Directory
        } else if !kind.is_file() {
            Self::Other
        } else if found.mode() & 0o111 != 0 {
            Self::Executable
        } else {
            Self::File
        }
    }
}

impl Record {
    fn root_file(path: &Path) -> Self {
        Self { name: std::ffi::OsString::new(), path: path.to_owned(), kind: Kind::RootFile }
    }

    fn content(&self) -> Result<Vec<u8>, StoreError> {
        let error = |e| StoreError::new("read", &self.path, e);
        let opened = match self.kind {
            Kind::Directory | Kind::Other => return Ok(Vec::new()),
            Kind::Link => {
                let target = std::fs::read_link(&self.path).map_err(error)?;
                return Ok(target.into_os_string().into_encoded_bytes());
            }
            Kind::RootFile => open_regular(&self.path),
            Kind::File | Kind::Executable => open_regular_nofollow(&self.path),
        };
        let (file, _) = opened?;
        Ok(hash_file(file).map_err(error)?.as_bytes().to_vec())
    }
}

fn identity(path: Option<&Path>) -> Option<(u64, u64)> {
    path.and_then(|path| std::fs::metadata(path).ok()).map(|found| (found.dev(), found.ino()))
}

/// Every record below `root`, in the byte order of their names.
fn walk(root: &Path, except: Option<(u64, u64)>) -> Result<Vec<Record>, StoreError> {
    let mut records = Vec::new();
    let mut pending = vec![(root.to_owned(), Vec::new())];
    while let Some((dir, prefix)) = pending.pop() {
        let error = |e| StoreError::new("read", &dir, e);
        for entry in std::fs::read_dir(&dir).map_err(error)? {
            let entry = entry.map_err(error)?;
            let file_name = entry.file_name();
            let found = entry.metadata().map_err(|e| StoreError::new("read", entry.path(), e))?;
            if file_name == LEFT_OUT || except == Some((found.dev(), found.ino())) {
                continue;
            }
            let mut name = prefix.clone();
            name.extend_from_slice(file_name.as_bytes());
            let kind = Kind::of(&found);
            if kind == Kind::Directory {
                pending.push((entry.path(), [&name[..], b"/"].concat()));
            }
            records.push(Record { name: OsStr::from_bytes(&name).to_owned(), path: entry.path(), kind });
        }
    }
    records.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(records)
}

/// Each record's content (a file's digest, a link's target), in the records' order, read on all cores.
fn hash_contents(records: &[Record]) -> Result<Vec<Vec<u8>>, StoreError> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(record) = records.get(index)
        {
            done.push((index, record.content()?));
        }
        Ok::<_, StoreError>(done)
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get).min(records.len());
    let mut contents = vec![Vec::new(); records.len()];
    thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        for worker in running {
            for (index, content) in worker.join().expect("a worker does not panic")? {
                contents[index] = content;
            }
        }
        Ok(contents)
    })
}
