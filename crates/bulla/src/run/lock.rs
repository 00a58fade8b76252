use std::fs::File;
use std::thread;
use std::time::{Duration, Instant};

use bulla_core::{CacheKey, Timestamp};
use bulla_store::{Dir, FileStore, StoreError};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::cache::Cache;

/// The directory of lock files inside a cache directory.
pub(crate) struct Locks {
    dir: &'static str,
}

/// The one directory of locks.
pub(crate) const LOCKS: Locks = Locks { dir: "locks" };

const SUFFIX: &str = ".lock";
const POLL: Duration = Duration::from_millis(25);

/// Held while a command runs; the system takes it back when its holder dies, however that happens.
pub(super) struct Lock {
    _file: File,
}

/// Takes the lock for `key`. `None` if there can be none, or if its holder outlasted `wait`: a lock saves work,
/// it protects nothing, so the command is then run without it.
pub(super) fn acquire(
    cache: &Cache<FileStore>,
    key: &CacheKey,
    wait: Duration,
    waiting: &mut dyn FnMut(),
) -> Option<Lock> {
    let mode = cache.effective_mode().0;
    // Whoever does not read cannot use what another one makes.
    if !mode.writes() || !mode.reads() {
        return None;
    }
    // A wait too long to be told is one without end.
    let deadline = Instant::now().checked_add(wait);
    let mut told = false;
    loop {
        match LOCKS.try_take(cache.store.dir(), &format!("{}{SUFFIX}", key.entry_name())) {
            Ok(Some(lock)) => return Some(lock),
            Ok(None) if deadline.is_some_and(|deadline| Instant::now() >= deadline) => return None,
            Ok(None) => {
                if !std::mem::replace(&mut told, true) {
                    waiting();
                }
                thread::sleep(POLL);
            }
            Err(error) => {
                (cache.settings.warn)(&format!("running without a lock: {error}"));
                return None;
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
