use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bulla_core::{EntryName, ReadAt, Sealed, Timestamp, Untrusted};

use rustix::buffer::spare_capacity;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::dir::{Dir, open_regular_nofollow};
use crate::error::StoreError;
use crate::store::{Found, Revision, Store};

const ENTRY_SUFFIX: &str = ".bulla";
const DRAFT_PREFIX: &str = ".tmp-";
const QUARANTINE: &str = "quarantine";

/// How much is kept of what was moved out of the way. The oldest go first.
#[derive(Debug, Clone, Copy)]
pub struct QuarantineLimits {
    /// Files in all.
    pub files: u64,
    /// Bytes in all.
    pub bytes: u64,
    /// How long each is kept.
    pub age: Duration,
}

impl Default for QuarantineLimits {
    fn default() -> Self {
        Self { files: 1000, bytes: 64 << 20, age: Duration::from_secs(7 * 24 * 3600) }
    }
}

/// One file for each entry, all in one directory: `<name>.bulla`, mode 0600.
///
/// An entry is written to a temporary file, synced and renamed. A crash leaves at most a temporary file
/// ([`FileStore::stale_drafts`]), and loses at most the newest entries: the directory itself is not synced.
#[derive(Debug)]
pub struct FileStore {
    dir: Arc<Dir>,
    /// Whether it belongs to others too: then what stands in an entry's way is an error, and stays.
    is_shared: bool,
}

impl FileStore {
    /// A store in `dir`.
    pub fn new(dir: Dir) -> Self {
        Self { dir: Arc::new(dir), is_shared: false }
    }

    /// One in which nothing of others is moved out of the way.
    pub(crate) fn shared(dir: Dir) -> Self {
        Self { dir: Arc::new(dir), is_shared: true }
    }

    /// The directory that holds the entries.
    pub fn dir(&self) -> &Dir {
        &self.dir
    }

    /// Where the entry lies, whether it is there or not.
    pub fn path(&self, name: &EntryName) -> PathBuf {
        self.dir.path_of(&Self::file_name(name))
    }

    /// The file name of an entry, `<name>.bulla`.
    pub fn file_name(name: &EntryName) -> String {
        format!("{name}{ENTRY_SUFFIX}")
    }

    /// The bytes at any path, as an entry's; nothing is followed or waited for.
    pub fn read_path(path: &Path) -> Result<Untrusted, StoreError> {
        let (file, resident) = open_regular_nofollow(path)?;
        Untrusted::read(resident.size, EntryFile(file)).map_err(|e| StoreError::new("read", path, e))
    }

    /// The entry that a file of that name would be.
    pub fn entry_name(path: &Path) -> Option<EntryName> {
        path.file_name()?.to_str()?.strip_suffix(ENTRY_SUFFIX)?.parse().ok()
    }

    /// The temporary files of writers that have been dead for `older_than`. A younger one is a writer at work.
    pub fn stale_drafts(&self, now: Timestamp, older_than: Duration) -> Result<Vec<String>, StoreError> {
        let mut names = self.dir.names()?;
        names.retain(|name| name.starts_with(DRAFT_PREFIX));
        let mut stale = Vec::new();
        for name in names {
            let old = self.dir.look(&name)?.is_some_and(|found| found.age(now) > older_than);
            if old && !self.is_being_written(&name) {
                stale.push(name);
            }
        }
        stale.sort();
        Ok(stale)
    }

    /// What was moved out of the way: files and their bytes.
    pub fn quarantined(&self) -> Result<(u64, u64), StoreError> {
        let Some(dir) = self.quarantine_dir()? else {
            return Ok((0, 0));
        };
        let sizes = dir.names()?.into_iter().map(|name| dir.look(&name));
        sizes
            .flat_map(Result::transpose)
            .try_fold((0, 0), |(files, bytes), found| Ok((files + 1, bytes + found?.size)))
    }

    /// Removes what the limits do not allow, oldest first; says how many went.
    pub fn trim_quarantine(&self, now: Timestamp, limits: QuarantineLimits) -> Result<u64, StoreError> {
        self.quarantine_dir()?.map_or(Ok(0), |dir| trim(&dir, now, limits))
    }

    /// Removes every entry, draft and quarantined file, and nothing else.
    pub fn clear(&self) -> Result<(), StoreError> {
        for name in self.dir.names()? {
            if name.starts_with(DRAFT_PREFIX) || Self::entry_name(Path::new(&name)).is_some() {
                self.dir.remove_tree(&name)?;
            }
        }
        self.dir.remove_tree(QUARANTINE).map(drop)
    }

    fn quarantine_dir(&self) -> Result<Option<Dir>, StoreError> {
        match self.dir.look(QUARANTINE)? {
            None => Ok(None),
            Some(_) => self.dir.subdir(QUARANTINE).map(Some),
        }
    }

    /// Whether a living writer holds the draft's lock.
    fn is_being_written(&self, name: &str) -> bool {
        let Ok(Some((file, _))) = self.dir.read(name) else { return false };
        flock(&file, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK)
    }

    fn is_still(&self, name: &str, revision: Revision) -> Result<bool, StoreError> {
        Ok(self.dir.look(name)?.is_some_and(|found| found.revision == revision))
    }

    /// A file name that nothing has.
    fn draft_name(&self) -> Result<String, StoreError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random)
            .map_err(|e| StoreError::new("name a file in", self.dir.path(), io::Error::other(e)))?;
        Ok(format!("{DRAFT_PREFIX}{:032x}", u128::from_ne_bytes(random)))
    }

    /// Publishes a few bytes under a file name that nothing has yet. Whether it did.
    pub(crate) fn publish_new(&self, file: &str, bytes: &[u8]) -> Result<bool, StoreError> {
        let mut draft = self.draft()?;
        // On its way before it has the name, so that no other machine reads less than all of it.
        let written = draft.file.write_all(bytes).and_then(|()| draft.file.sync_data());
        written.map_err(|error| StoreError::new("write", self.dir.path_of(file), error))?;
        self.dir.name_new(&draft.name, file)
    }

    /// Removes what has that file name, if it is still that revision. Whether it did.
    pub(crate) fn remove_still(&self, file: &str, revision: Revision) -> Result<bool, StoreError> {
        // Under a draft's name, it is swept if this process dies.
        let draft = self.draft_name()?;
        let removed = match self.take(file, revision, &self.dir, &draft) {
            Ok(true) => self.dir.remove_tree(&draft).inspect_err(|_| {
                let _ = self.dir.rename_new(&draft, file);
            }),
            not_taken => not_taken,
        };
        removed.map_err(|error| error.of("remove", self.dir.path_of(file)))
    }

    /// Moves a file elsewhere, if it is still that revision. Whether it did.
    ///
    /// No call renames only what is still the same, so it is looked at once more where nobody else renames it, and a newer one
    /// is put back.
    fn take(&self, file: &str, revision: Revision, to: &Dir, name: &str) -> Result<bool, StoreError> {
        // Held open, its inode's number is not used again. What cannot be opened is no entry.
        let held = self.dir.read(file).ok().flatten();
        if !self.is_still(file, revision)? || !self.dir.move_to(file, to, name)? {
            return Ok(false);
        }
        let is_it = match (held, to.read(name)) {
            (Some((held, found)), Ok(Some((now, _)))) => {
                found.revision == revision && inode(&held) == inode(&now)
            }
            (held, _) => held.is_none(),
        };
        if !is_it {
            to.move_to(name, &self.dir, file)?;
        }
        Ok(is_it)
    }
}

impl Store for FileStore {
    type Draft = FileDraft;

    fn draft(&self) -> Result<FileDraft, StoreError> {
        let name = self.draft_name()?;
        let file = self.dir.create_new(&name)?;
        // Tells a sweep that the writer lives, however long it takes. Where there are no locks, age must do.
        let _ = flock(&file, FlockOperation::NonBlockingLockExclusive);
        Ok(FileDraft { file, name, dir: Arc::clone(&self.dir), published: false })
    }

    fn put(&self, name: &EntryName, entry: Sealed<FileDraft>) -> Result<(), StoreError> {
        let mut draft = entry.into_draft();
        let target = Self::file_name(name);
        draft.file.sync_data().map_err(|e| StoreError::new("write", self.path(name), e))?;
        let publish = || match draft.dir.move_to(&draft.name, &self.dir, &target)? {
            true => Ok(()),
            false => Err(StoreError::new("publish", self.path(name), io::ErrorKind::NotFound)),
        };
        publish().or_else(|error| {
            // A directory that somebody planted there cannot be renamed over; anything else can.
            let Ok(Some(obstacle)) = self.dir.look(&target) else { return Err(error) };
            if obstacle.is_file || self.is_shared {
                return Err(error);
            }
            self.quarantine(name, obstacle.revision)?;
            publish()
        })?;
        draft.published = true;
        Ok(())
    }

    fn get(&self, name: &EntryName) -> Result<Option<Found>, StoreError> {
        let file = Self::file_name(name);
        match self.dir.read(&file) {
            Ok(None) => Ok(None),
            Ok(Some((file, resident))) => {
                let bytes = match Untrusted::read(resident.size, EntryFile(file)) {
                    Ok(bytes) => bytes,
                    Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                        Untrusted::obstructed("the file was cut off while it was read")
                    }
                    Err(error) => return Err(StoreError::new("read", self.path(name), error)),
                };
                Ok(Some(Found { bytes, revision: resident.revision }))
            }
            Err(error) => match self.dir.look(&file)? {
                Some(found) if !found.is_file => {
                    let bytes = Untrusted::obstructed("it is not a regular file");
                    Ok(Some(Found { bytes, revision: found.revision }))
                }
                _ => Err(error),
            },
        }
    }

    fn remove(&self, name: &EntryName, revision: Option<Revision>) -> Result<bool, StoreError> {
        let file = Self::file_name(name);
        match revision {
            Some(revision) => self.remove_still(&file, revision),
            None => self.dir.remove_tree(&file),
        }
    }

    fn quarantine(&self, name: &EntryName, revision: Revision) -> Result<bool, StoreError> {
        let file = Self::file_name(name);
        if !self.is_still(&file, revision)? {
            return Ok(false);
        }
        // One place for each name: a flood of forgeries under one name does not fill the disk.
        let quarantine = self.dir.subdir(QUARANTINE)?;
        let moved = match self.take(&file, revision, &quarantine, &file) {
            Err(_) => {
                quarantine.remove_tree(&file)?;
                self.take(&file, revision, &quarantine, &file)?
            }
            Ok(moved) => moved,
        };
        // And a flood under many names neither. What was just moved says what time it is.
        if let Some(now) = quarantine.look(&file)?.and_then(|found| found.changed_at()) {
            trim(&quarantine, now, QuarantineLimits::default())?;
        }
        Ok(moved)
    }

    fn names(&self) -> Result<Vec<EntryName>, StoreError> {
        let names = self.dir.names()?;
        Ok(names.iter().filter_map(|name| Self::entry_name(Path::new(name))).collect())
    }
}

/// Keeps the youngest that fit, and says how many went.
fn trim(dir: &Dir, now: Timestamp, limits: QuarantineLimits) -> Result<u64, StoreError> {
    let mut kept = Vec::new();
    for name in dir.names()? {
        if let Some(found) = dir.look(&name)? {
            kept.push((found.age(now), name, found.size));
        }
    }
    kept.sort();
    let (mut files, mut bytes, mut removed) = (0, 0, 0);
    for (age, name, size) in kept {
        let fits = files < limits.files && size <= limits.bytes.saturating_sub(bytes) && age <= limits.age;
        if fits {
            files += 1;
            bytes += size;
        } else if dir.remove_tree(&name)? {
            removed += 1;
        }
    }
    Ok(removed)
}

fn inode(file: &File) -> Option<u64> {
    file.metadata().ok().map(|found| found.ino())
}

struct EntryFile(File);

impl ReadAt for EntryFile {
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        self.0.read_exact_at(buf, offset)
    }

    fn append_exact_at(&self, out: &mut Vec<u8>, length: usize, offset: u64) -> io::Result<()> {
        let (start, end) = (out.len(), out.len() + length);
        out.reserve_exact(length);
        while out.len() < end {
            let read_at = offset + (out.len() - start) as u64;
            if rustix::io::retry_on_intr(|| rustix::io::pread(&self.0, spare_capacity(out), read_at))? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        // What lies behind is read along where the capacity allows it.
        out.truncate(end);
        Ok(())
    }
}

/// A temporary file in the store's directory, removed when dropped without being published.
#[derive(Debug)]
pub struct FileDraft {
    file: File,
    name: String,
    dir: Arc<Dir>,
    published: bool,
}

impl Read for FileDraft {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.file.read(buf)
    }
}

impl Write for FileDraft {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.file.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for FileDraft {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

impl Drop for FileDraft {
    fn drop(&mut self) {
        if !self.published {
            // Nobody is left to tell; `stale_drafts` finds it after an hour.
            let _ = self.dir.remove(&self.name);
        }
    }
}
