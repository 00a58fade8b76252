//! What the tests of the stores share: entries by number, and names in a directory.

#![allow(dead_code, reason = "each test program uses its own part")]

pub(crate) mod child;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bulla_core::*;
use bulla_store::{Dir, FileStore, Found, SharedStore, Store, StoreUrl, connect};
use tempfile::TempDir;

/// The key of an entry by number.
pub(crate) fn key(number: u8) -> CacheKey {
    let subject = DigestAlgorithm::Sha256.digest(&[number]);
    CacheKey::new("signature".parse().expect("an operation"), subject, None).expect("SHA-256")
}

pub(crate) fn name(number: u8) -> EntryName {
    key(number).entry_name()
}

pub(crate) fn ring() -> Ring {
    Ring::new(vec![Key::hmac(&[42; 32])])
}

/// An entry of `number`, sealed and not yet published.
pub(crate) fn sealed<S: Store + ?Sized>(store: &S, number: u8, payload: &[u8]) -> Sealed<S::Draft> {
    sealed_from(store, number, [payload])
}

/// As [`sealed`], of a payload in pieces.
pub(crate) fn sealed_from<'a, S: Store + ?Sized>(
    store: &S,
    number: u8,
    payload: impl IntoIterator<Item = &'a [u8]>,
) -> Sealed<S::Draft> {
    let issued = Timestamp::from_millis(1_800_000_000_000).expect("before the year 10000");
    let claims = Claims {
        key: key(number),
        validity: Validity::lasting(issued, Duration::from_secs(60)).expect("a minute"),
        media_type: None,
        lane: Lane::Local,
        producer: Producer::default(),
    };
    let ring = ring();
    let encoding = Encoding { packing: Packing::Never, ..Encoding::default() };
    let mut writer =
        seal(ring.sealer().expect("a secret"), claims, encoding, store.draft().expect("a draft"));
    payload.into_iter().for_each(|piece| writer.write_all(piece).expect("room"));
    writer.finish().expect("room")
}

pub(crate) fn put<S: Store + ?Sized>(store: &S, number: u8, payload: &[u8]) {
    store.put(&name(number), sealed(store, number, payload)).expect("published");
}

/// The seal of what lies there: good, or why not; `None` if nothing does.
pub(crate) fn examined<S: Store + ?Sized>(store: &S, number: u8) -> Option<Result<Header, Refusal>> {
    let found = store.get(&name(number)).expect("the store answers")?;
    Some(examine(&found.bytes, &ring()))
}

/// The payload of what was found, none of it read yet, if it is an entry by all that its header and its length can tell.
pub(crate) fn opened(found: Found, number: u8) -> Result<Payload, Refusal> {
    let now = examine(&found.bytes, &ring())?.claims.validity.issued();
    let policy = Policy::default();
    let expect = Expect { question: Question::Key(&key(number)), now, accepted: None, policy: &policy };
    open(found.bytes, &ring(), &expect)
}

/// The payload of what was found; its header must be good.
pub(crate) fn payload(found: Found, number: u8) -> Result<Vec<u8>, ReadError> {
    opened(found, number).expect("a good header").into_vec()
}

/// A store in a directory of its own.
pub(crate) struct Shelf {
    pub(crate) root: TempDir,
    pub(crate) store: FileStore,
}

impl Shelf {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().expect("a temporary directory");
        let store = FileStore::new(Dir::create(&root.path().join("cache")).expect("a directory"));
        Self { root, store }
    }

    pub(crate) fn dir(&self) -> &Path {
        self.store.dir().path()
    }

    /// Moves what lies under the number's name away.
    pub(crate) fn quarantine(&self, number: u8) -> bool {
        let found = self.store.get(&name(number)).expect("the store answers").expect("it is there");
        self.store.quarantine(&name(number), found.revision).expect("an answer")
    }
}

/// A mounted directory, which is on this machine.
pub(crate) struct Mount {
    root: TempDir,
}

impl Mount {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().expect("a temporary directory");
        fs::create_dir(root.path().join("mount")).expect("room");
        Self { root }
    }

    pub(crate) fn dir(&self) -> PathBuf {
        self.root.path().join("mount")
    }

    /// Where the lease on a name lies.
    pub(crate) fn lease(&self, name: &EntryName) -> PathBuf {
        self.dir().join(format!("{name}.lease"))
    }

    /// As one more machine sees it.
    pub(crate) fn store(&self) -> Box<dyn SharedStore> {
        let url = StoreUrl::parse(&format!("file://{}", self.dir().display())).expect("an address");
        connect(&url, self.root.path()).expect("it makes sense")
    }
}

/// The system's time, which is what files' ages are counted from, and so much more.
pub(crate) fn after(more: Duration) -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970") + more;
    let millis = u64::try_from(since.as_millis()).expect("a time in this era");
    Timestamp::from_millis(millis).expect("before the year 10000")
}

/// The most memory that this process has had, in bytes, as Linux counts it.
pub(crate) fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux counts it");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
}

/// Bytes that do not repeat, the same ones for the same seed.
pub(crate) fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

/// The file names in a directory, in order.
pub(crate) fn names(dir: &Path) -> Vec<String> {
    let listed = fs::read_dir(dir).expect("a directory");
    let mut names: Vec<_> =
        listed.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

pub(crate) fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::symlink_metadata(path).expect("it is there").permissions().mode() & 0o7777
}

pub(crate) fn fifo(path: &Path) {
    let status = std::process::Command::new("mkfifo").arg(path).status().expect("a POSIX tool");
    assert!(status.success(), "mkfifo: {status}");
}
