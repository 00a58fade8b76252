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

/// The digest of names, kinds, executable bits and contents below `path`, or of one file's content
/// alone. Symbolic links count as what they say, and are not followed.
///
/// `except` is the cache directory: what bulla itself keeps in it is left out where it lies inside the tree.
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
pub fn file_digest(path: &Path) -> Result<Digest, StoreError> {
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

/// Whether bulla itself puts a file or directory of that name into its cache directory. Nothing else there is left
/// out: what decides about the question must not be where somebody put a link.
pub fn is_cache_file(name: &OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let is_hash = |stem: &str| stem.len() == 64 && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
    let of_entry = [".bulla", ".lock"].iter().filter_map(|suffix| name.strip_suffix(suffix)).any(is_hash);
    of_entry
        || name
            .strip_prefix(".tmp-")
            .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        || ["locks", "quarantine", ".stats", ".hmac.key", "CACHEDIR.TAG"].contains(&name)
}

/// Every record below `root`, in the byte order of their names.
fn walk(root: &Path, except: Option<(u64, u64)>) -> Result<Vec<Record>, StoreError> {
    let mut records = Vec::new();
    let of_cache = |found: &std::fs::Metadata| except == Some((found.dev(), found.ino()));
    let root_found = std::fs::metadata(root).map_err(|e| StoreError::new("read", root, e))?;
    let mut pending = vec![(root.to_owned(), Vec::new(), of_cache(&root_found))];
    while let Some((dir, prefix, in_cache)) = pending.pop() {
        let error = |e| StoreError::new("read", &dir, e);
        for entry in std::fs::read_dir(&dir).map_err(error)? {
            let entry = entry.map_err(error)?;
            let file_name = entry.file_name();
            let found = entry.metadata().map_err(|e| StoreError::new("read", entry.path(), e))?;
            if file_name == LEFT_OUT {
                continue;
            }
            let mut name = prefix.clone();
            name.extend_from_slice(file_name.as_bytes());
            let kind = Kind::of(&found);
            let own = in_cache && is_cache_file(&file_name);
            if kind == Kind::Directory {
                let below = [&name[..], b"/"].concat();
                pending.push((entry.path(), below, own || of_cache(&found)));
            }
            if !own && !of_cache(&found) {
                records.push(Record { name: OsStr::from_bytes(&name).to_owned(), path: entry.path(), kind });
            }
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
        // Where no thread can be had, this one does it all.
        let spawn = |_| thread::Builder::new().spawn_scoped(scope, work).ok();
        let others: Vec<_> = (1..workers).filter_map(spawn).collect();
        let mut done = work()?;
        for worker in others {
            done.extend(worker.join().expect("a worker does not panic")?);
        }
        done.into_iter().for_each(|(index, content)| contents[index] = content);
        Ok(contents)
    })
}
