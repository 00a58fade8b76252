//! The vault: a cache for security evidence (SBOMs, vulnerability scans, any command's output) whose every answer
//! is proved before it is given.
//!
//! ```text
//! Recipe --capture--> CacheKey --Cache::get--> Hit --> payload, proved chunk by chunk
//!                                    '-------> Miss (why)
//! CacheKey + payload --Cache::put--> sealed entry in a store that nobody has to trust
//! ```
//!
//! ```
//! use bulla::{Cache, CacheKey, Details, KeySource, Settings};
//!
//! let home = tempfile::tempdir()?;
//! let cache = Cache::open(&home.path().join("cache"), &KeySource::Directory, Settings::default())?;
//! let subject = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
//! let key = CacheKey::parse("sbom", subject, None)?;
//!
//! assert_eq!(cache.get(&key).err().unwrap().name(), "absent");
//! cache.put(&key, Details::default(), &b"{\"components\":[]}"[..])?;
//! assert_eq!(cache.get(&key)?.into_vec()?, b"{\"components\":[]}");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Cache::open`] is a cache in a directory; [`Cache::new`] takes any [`Store`]. [`run()`] puts a command's output
//! behind a cache. [`Cache::open_shared`] puts a store behind it that several machines use.

mod audit;
mod cache;
mod clear;
mod clock;
mod hit;
mod inspect;
mod keys;
mod list;
mod marker;
mod miss;
mod recipe;
mod run;
mod secrets;
mod settings;
mod shape;
mod shared;
mod stats;
mod sweep;
mod tree;
mod workers;
mod write;

pub use bulla_core::{
    CHUNK_SIZE, CacheKey, ClaimText, Claims, Compression, Digest, DigestAlgorithm, Encoding, EntryName,
    Header, InvalidClaimText, InvalidDigest, InvalidKey, InvalidKeyText, Key, KeyId, KeyKind, Lane, Layout,
    Operation, Packing, Policy, Producer, ReadAt, Refusal, Ring, Sealed, Timestamp, Untrusted, Unverified,
    Validity, peek,
};
pub use bulla_store::{
    Dir, FileStore, Found, InvalidStoreUrl, Lease, Leased, MemoryStore, QuarantineLimits, Revision, Service,
    SharedStore, Store, StoreError, StoreUrl, connect, open_regular, open_regular_nofollow,
};

pub use audit::Audited;
pub use cache::{Cache, OpenError};
pub use clear::{ClearError, clear};
pub use clock::system_clock;
pub use hit::Hit;
pub use inspect::Inspection;
pub use keys::{DIRECTORY_KEY, KeyError, KeyProblem, KeySource, new_ed25519_key, new_hmac_key};
pub use list::Listed;
pub use miss::Miss;
pub use recipe::{CaptureError, Captured, Recipe, Subject, find_program};
pub use run::{
    Answer, Awaited, Explanation, Failures, Lock, Outputs, Reuse, RunError, RunOptions, RunReport, Stored,
    Turn, explain, forward_signals, is_ignored, run, run_uncached, take_file_size_limit_as_error,
};
pub use settings::{Disposal, Mode, Settings, TimesToLive};
pub use shape::{NotAReport, Shape};
pub use shared::{Claim, Claimed, OnFailure, Shared, SharedSwept, SharedWrite, Tier};
pub use stats::Counts;
pub use sweep::{SweepLimits, SweepReason, Sweeping, Swept, SweptEntry};
pub use tree::{LEFT_OUT, file_digest, is_cache_file, tree_digest};
pub use workers::{cores, on_workers};
pub use write::{Details, EntryWriter, PutError};
