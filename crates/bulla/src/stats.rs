use std::collections::BTreeMap;
use std::io::{Read as _, Seek as _, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bulla_core::Refusal;
use bulla_store::{Dir, StoreError};
use rustix::fs::{FlockOperation, flock};

/// Where a directory cache keeps its counts. They are figures, not evidence: nobody has sealed them.
pub(crate) const NAME: &str = ".stats";
const MAX_LEN: u64 = 4096;

/// What a cache has counted: `hit`, `put`, `quarantined`, each miss by its reason, and what it did with a shared store
/// ([`Counts::SHARED`]).
#[derive(Debug, Default)]
pub struct Counts(Mutex<BTreeMap<String, u64>>);

impl Counts {
    /// What is counted of a shared store, each time that it is asked: answers, nothing there, no answer there, failures,
    /// questions that it was left alone with, entries written, and entries that were given up on their way.
    pub const SHARED: [&'static str; 7] = [
        "shared-hit",
        "shared-miss",
        "shared-refused",
        "shared-unreachable",
        "shared-left-alone",
        "shared-put",
        "shared-given-up",
    ];

    /// Every count that is not zero, by name.
    pub fn by_name(&self) -> BTreeMap<String, u64> {
        self.map().clone()
    }

    /// Adds these counts to the ones the directory keeps. A count is dropped rather than waited for: another
    /// process that holds the file stops nobody.
    pub fn save(&self, dir: &Dir) -> Result<(), StoreError> {
        let new = std::mem::take(&mut *self.map());
        if new.is_empty() {
            return Ok(());
        }
        let error = |e: std::io::Error| StoreError::new("write", dir.path_of(NAME), e);
        let (mut file, found) = dir.read_write(NAME)?;
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Ok(());
        }
        let mut all = parse(&read(&file).map_err(error)?);
        for (name, count) in new {
            let sum = all.entry(name).or_default();
            *sum = count.saturating_add(*sum);
        }
        let text: String = all.iter().map(|(name, count)| format!("{name} {count}\n")).collect();
        // Counts only grow, and so does their text; cutting the file first would make ext4 flush it.
        let rewrite = file.rewind().and_then(|()| file.write_all(text.as_bytes()));
        let fits = found.size <= text.len() as u64;
        rewrite.and_then(|()| if fits { Ok(()) } else { file.set_len(text.len() as u64) }).map_err(error)
    }

    /// What the directory keeps.
    pub fn load(dir: &Dir) -> Result<BTreeMap<String, u64>, StoreError> {
        let Some((file, _)) = dir.read(NAME)? else { return Ok(BTreeMap::new()) };
        let text = read(&file).map_err(|e| StoreError::new("read", dir.path_of(NAME), e))?;
        Ok(parse(&text))
    }

    pub(crate) fn add(&self, name: &str) {
        let mut counts = self.map();
        match counts.get_mut(name) {
            Some(count) => *count += 1,
            None => drop(counts.insert(name.to_owned(), 1)),
        }
    }

    pub(crate) fn take_back(&self, name: &str) {
        let mut counts = self.map();
        match counts.get_mut(name) {
            Some(1) | None => drop(counts.remove(name)),
            Some(count) => *count -= 1,
        }
    }

    fn map(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(file: &std::fs::File) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    file.take(MAX_LEN).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Only known names: what somebody wrote into the file does not reach a terminal.
fn parse(text: &str) -> BTreeMap<String, u64> {
    let known = |name: &str| {
        ["hit", "put", "quarantined", "absent", "unreachable", "bypassed"].contains(&name)
            || Refusal::NAMES.contains(&name)
            || Counts::SHARED.contains(&name)
    };
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    let pairs = pairs.filter(|(name, _)| known(name));
    pairs.filter_map(|(name, count)| Some((name.to_owned(), count.parse().ok()?))).collect()
}
