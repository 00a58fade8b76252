//! What the benchmarks share: payloads, caches and peers.
#![expect(clippy::disallowed_methods, reason = "peers and fixtures work on plain files")]

mod peers;

use std::io::{Cursor, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bulla::{
    Cache, CacheKey, Claims, DigestAlgorithm, Encoding, FileStore, Key, KeySource, Lane, Packing, Producer,
    Ring, Sealed, Settings, Validity, system_clock,
};

pub use peers::{Peer, SealedRedb, UnsealedCacache, plain_put};

/// The payload lengths that are measured, and what they are called.
pub const SIZES: [(&str, usize); 4] =
    [("1KiB", 1 << 10), ("64KiB", 64 << 10), ("1MiB", 1 << 20), ("16MiB", 16 << 20)];

/// The first `length` bytes of the SBOM that `cargo xtask bench` makes with syft.
///
/// # Panics
///
/// If it has not been made, or is shorter.
pub fn sbom(length: usize) -> Vec<u8> {
    let path = target().join("bench/sbom.json");
    let mut bytes = std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; run the benchmarks by `cargo xtask bench`", path.display())
    });
    assert!(bytes.len() >= length, "the SBOM has only {} bytes", bytes.len());
    bytes.truncate(length);
    bytes
}

/// A directory on the file system that the target directory lies on: a temporary one may be in memory, where
/// nothing is ever synced.
pub fn scratch() -> tempfile::TempDir {
    let parent = target().join("bench");
    std::fs::create_dir_all(&parent).expect("the target directory can be written");
    tempfile::tempdir_in(parent).expect("the target directory can be written")
}

fn target() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().expect("the workspace").join("target")
}

/// A cache in `dir`.
pub fn cache(dir: &Path, packing: Packing) -> Cache<FileStore> {
    let settings = Settings { encoding: encoding(packing), ..Settings::default() };
    Cache::open(dir, &KeySource::Directory, settings).expect("a fresh directory")
}

/// The key of benchmark entry `number`.
pub fn key(number: u64) -> CacheKey {
    key_of("bench", number)
}

/// As [`key`], of another operation.
///
/// # Panics
///
/// If that is no operation.
pub fn key_of(operation: &str, number: u64) -> CacheKey {
    let subject = DigestAlgorithm::Sha256.digest(&number.to_le_bytes());
    CacheKey::new(operation.parse().expect("an operation"), subject, None).expect("a key")
}

/// The default, but for how payloads are packed.
pub fn encoding(packing: Packing) -> Encoding {
    Encoding { packing, ..Encoding::default() }
}

/// The key that runners of a benchmark share. Not secret: everybody can read it here.
pub const KEY_TEXT: &str = "bulla-hmac-1:abababababababababababababababababababababababababababababababab";

/// The ring with [`KEY_TEXT`].
pub fn ring() -> Ring {
    Ring::new(vec![Key::parse(KEY_TEXT).expect("a key")])
}

/// An entry that is sealed with the first key of `ring` and waits in `draft`.
pub fn sealed<D: Write + Seek>(
    ring: &Ring,
    key: &CacheKey,
    packing: Packing,
    payload: &[u8],
    draft: D,
) -> Sealed<D> {
    let claims = Claims {
        key: key.clone(),
        validity: Validity::lasting(system_clock(), Duration::from_secs(86_400)).expect("a day"),
        media_type: None,
        lane: Lane::Local,
        producer: Producer::default(),
    };
    let sealer = ring.sealer().expect("a secret key");
    let mut writer = bulla_core::seal(sealer, claims, encoding(packing), draft);
    writer.write_all(payload).expect("room");
    writer.finish().expect("room")
}

/// Writes `count` entries of `payload` straight into the directory of `cache`, without syncing each.
pub fn fill(cache: &Cache<FileStore>, count: u64, payload: &[u8]) {
    for number in 0..count {
        let key = key(number);
        let entry = sealed(cache.ring(), &key, Packing::Never, payload, Cursor::new(Vec::new()));
        std::fs::write(cache.store().path(&key.entry_name()), entry.into_draft().into_inner())
            .expect("room for the entry");
    }
}
