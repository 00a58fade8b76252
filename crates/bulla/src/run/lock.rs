use std::fs::File;
use std::thread;
use std::time::{Duration, Instant};

use bulla_core::{CacheKey, Timestamp};
use bulla_store::{Dir, FileStore, StoreError};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::Awaited;
use crate::cache::Cache;

/// The directory of lock files inside a cache directory.
pub(crate) struct Locks {
    dir: &'static str,
}

/// The one directory of locks.
pub(crate) const LOCKS: Locks = Locks { dir: "locks" };

const SUFFIX: &str = ".lock";
const POLL: Duration = Duration::from_millis(25);

/// Held while a result is made; the system takes it back when its holder dies, however that happens.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// What came of asking for the lock of a key.
#[derive(Debug)]
pub enum Turn {
    /// It is ours until this is dropped.
    Ours(Lock),
    /// Somebody else makes the result now.
    Taken,
    /// There is no lock to be had: the cache does not write, or cannot read what another one makes.
    None,
}

impl Cache<FileStore> {
    /// Asks for the lock of a key, without waiting. A lock saves work, it protects nothing: whoever gets none may make
    /// the result all the same.
    pub fn turn(&self, key: &CacheKey) -> Turn {
        let mode = self.effective_mode().0;
        // Whoever does not read cannot use what another one makes.
        if !mode.writes() || !mode.reads() {
            return Turn::None;
        }
        match LOCKS.try_take(self.store.dir(), &format!("{}{SUFFIX}", key.entry_name())) {
            Ok(Some(lock)) => Turn::Ours(lock),
            Ok(None) => Turn::Taken,
            Err(error) => {
                (self.settings.warn)(&format!("running without a lock: {error}"));
                Turn::None
            }
        }
    }
}

/// Takes the lock for `key`. `None` if there can be none, or if its holder outlasted `wait`: a lock saves work,
/// it protects nothing, so the command is then run without it.
pub(super) fn acquire(
    cache: &Cache<FileStore>,
    key: &CacheKey,
    wait: Duration,
    waiting: &mut dyn FnMut(Awaited<'_>),
) -> Option<Lock> {
    // A wait too long to be told is one without end.
    let deadline = Instant::now().checked_add(wait);
    let mut told = false;
    loop {
        match cache.turn(key) {
            Turn::Ours(lock) => return Some(lock),
            Turn::None => return None,
            Turn::Taken if deadline.is_some_and(|deadline| Instant::now() >= deadline) => return None,
            Turn::Taken => {
                if !std::mem::replace(&mut told, true) {
                    waiting(Awaited::Process);
                }
                thread::sleep(POLL);
            }
        }
    }
}

impl Locks {
    /// `Ok(None)` if somebody holds it.
    fn try_take(&self, dir: &Dir, name: &str) -> Result<Option<Lock>, StoreError> {
        let dir = dir.subdir(self.dir)?;
        let (file, held) = dir.read_write(name)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(None),
            Err(error) => return Err(StoreError::new("lock", dir.path_of(name), error)),
        }
        // A sweep may have removed the file between opening and locking it.
        let still_there = dir.look(name)?.is_some_and(|found| found.revision == held.revision);
        Ok(still_there.then_some(Lock { _file: file }))
    }

    /// Removes the files of locks that nobody holds and nobody has made for that long.
    pub(crate) fn sweep(&self, dir: &Dir, now: Timestamp, older_than: Duration) -> Result<(), StoreError> {
        if dir.look(self.dir)?.is_none() {
            return Ok(());
        }
        let locks = dir.subdir(self.dir)?;
        for name in locks.names()? {
            let Some(found) = locks.look(&name)?.filter(|found| found.age(now) > older_than) else {
                continue;
            };
            // Held until the file is gone: nobody takes it in between.
            let held = if found.is_file { self.try_take(dir, &name)? } else { None };
            if !found.is_file || held.is_some() {
                locks.remove_tree(&name)?;
            }
        }
        Ok(())
    }

    /// Removes the directory with all that is in it.
    pub(crate) fn clear(&self, dir: &Dir) -> Result<(), StoreError> {
        dir.remove_tree(self.dir).map(drop)
    }
}
