//! What the integration tests share: a cache in a directory of its own, a clock that they set, and whatever
//! somebody could plant in a directory.

#![allow(dead_code, reason = "each test program uses its own part")]
#![expect(clippy::disallowed_methods, reason = "tests plant and damage files, as nothing else may")]

pub(crate) mod plant;
pub(crate) mod snapshot;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bulla::{
    Cache, CacheKey, Details, DigestAlgorithm, FileStore, KeySource, Miss, Packing, Settings, Store,
    Timestamp, system_clock,
};
use tempfile::TempDir;

pub(crate) const HOUR: Duration = Duration::from_secs(3600);

/// A directory of a test's own: the cache in `cache/`, and room beside it. Gone with the value.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    /// The cache's directory.
    pub(crate) fn dir(&self) -> PathBuf {
        self.beside("cache")
    }

    /// A path outside the cache's directory.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A cache with the directory's own key and that clock.
    pub(crate) fn cache(&self, clock: &Clock) -> Cache<FileStore> {
        self.cache_with(clock.settings())
    }

    pub(crate) fn cache_with(&self, settings: Settings) -> Cache<FileStore> {
        Cache::open(&self.dir(), &KeySource::Directory, settings).expect("the cache opens")
    }

    /// What lies in quarantine, by file name.
    pub(crate) fn quarantined(&self) -> Vec<String> {
        let Ok(listed) = std::fs::read_dir(self.dir().join("quarantine")) else { return Vec::new() };
        let mut names: Vec<_> = listed
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name in UTF-8"))
            .collect();
        names.sort();
        names
    }
}

/// A clock that stands still until it is set.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicU64>);

impl Clock {
    /// 2027-01-15T08:00:00Z.
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_800_000_000_000)))
    }

    /// The system's time, for what compares it with times that the system has set.
    pub(crate) fn of_the_system() -> Self {
        Self(Arc::new(AtomicU64::new(system_clock().as_millis())))
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed)).expect("before the year 10000")
    }

    pub(crate) fn forward(&self, by: Duration) {
        self.0.fetch_add(millis(by), Ordering::Relaxed);
    }

    pub(crate) fn back(&self, by: Duration) {
        self.0.fetch_sub(millis(by), Ordering::Relaxed);
    }

    /// Default settings with this clock.
    pub(crate) fn settings(&self) -> Settings {
        let clock = self.clone();
        Settings { clock: Box::new(move || clock.now()), ..Settings::default() }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).expect("less than the age of the universe")
}

/// What a cache warned of.
#[derive(Clone, Default)]
pub(crate) struct Warnings(Arc<Mutex<Vec<String>>>);

impl Warnings {
    pub(crate) fn told(&self) -> Vec<String> {
        self.0.lock().expect("no test panics while it holds this").clone()
    }

    /// These settings, with warnings kept here.
    pub(crate) fn of(&self, settings: Settings) -> Settings {
        let told = Arc::clone(&self.0);
        let warn = move |text: &str| told.lock().expect("as above").push(text.to_owned());
        Settings { warn: Box::new(warn), ..settings }
    }

    /// These settings, with what is only noted kept here.
    pub(crate) fn of_notes(&self, settings: Settings) -> Settings {
        let told = Arc::clone(&self.0);
        let note = move |text: &str| told.lock().expect("as above").push(text.to_owned());
        Settings { note: Box::new(note), ..settings }
    }
}

/// The key of an operation on a subject that is named, not hashed, by the test.
pub(crate) fn key(operation: &str, subject: &str) -> CacheKey {
    let subject = DigestAlgorithm::Sha256.digest(subject.as_bytes());
    CacheKey::new(operation.parse().expect("an operation"), subject, None).expect("SHA-256")
}

/// A key of an operation whose payload may be anything.
pub(crate) fn any_key() -> CacheKey {
    key("signature", "an image")
}

/// Header, seal and payload: everything that `get` promises.
pub(crate) fn get<S: Store>(cache: &Cache<S>, key: &CacheKey) -> Result<Vec<u8>, Miss> {
    cache.get(key).and_then(|hit| hit.into_vec())
}

/// The name of the miss, or the payload as text.
pub(crate) fn outcome<S: Store>(cache: &Cache<S>, key: &CacheKey) -> String {
    match get(cache, key) {
        Ok(payload) => format!("hit: {}", String::from_utf8_lossy(&payload)),
        Err(miss) => miss.name().to_owned(),
    }
}

pub(crate) fn put<S: Store>(cache: &Cache<S>, key: &CacheKey, payload: &[u8]) {
    cache.put(key, Details::default(), payload).expect("the entry is published");
}

/// Where the key's entry lies.
pub(crate) fn path_of(cache: &Cache<FileStore>, key: &CacheKey) -> PathBuf {
    cache.store().path(&key.entry_name())
}

/// Payloads stored as they are, so that each byte of an entry is where the test thinks.
pub(crate) fn unpacked(mut settings: Settings) -> Settings {
    settings.encoding.packing = Packing::Never;
    settings
}

/// Bytes that no compression makes smaller, the same in every run.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let blocks = (0_u32..).flat_map(|block| *blake3::hash(&block.to_le_bytes()).as_bytes());
    blocks.take(length).collect()
}

/// Flips one bit of one byte of a file, in place.
pub(crate) fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).expect("the file to damage");
    bytes[at] ^= 1;
    std::fs::write(path, bytes).expect("the damaged file");
}

/// Set where a test runs inside of itself.
const INSIDE: &str = "A_TEST_INSIDE_OF_ITSELF";

/// This test program once more, with only `test` to run, for what concerns a whole process: its environment, its
/// signals, its end. `None` inside of that.
pub(crate) fn once_more(test: &str) -> Option<Command> {
    if std::env::var_os(INSIDE).is_some() {
        return None;
    }
    let mut command = Command::new(std::env::current_exe().expect("the test program"));
    command.args(["--exact", test, "--nocapture", "--include-ignored"]).env(INSIDE, "1");
    Some(command)
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
