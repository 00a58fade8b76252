//! The seal: an entry format in which no payload can be reached except through its seal.
//!
//! ```text
//! payload + Claims --seal(Sealer)--> Sealed     (to a store, which nobody has to trust)
//! Untrusted --open(Ring, Expect)--> Payload     (from that store)
//!                          '------> Refusal     (why not)
//! ```
//!
//! [`seal`] is the only maker of [`Sealed`], [`open`] the only maker of [`Payload`]. Nothing here touches a
//! file, the network, the environment, a clock or a source of randomness: those come in as values. The format
//! is written down byte by byte in `docs/format.md`.
//!
//! ```
//! use std::io::{Cursor, Write};
//! use std::time::Duration;
//! use bulla_core::*;
//!
//! let ring = Ring::new(vec![Key::hmac(&[7; 32])]); // 32 random bytes, from the operating system
//! let key = CacheKey::parse("sbom", &DigestAlgorithm::Sha256.digest(b"an image").to_string(), None)?;
//! let now = Timestamp::from_millis(1_800_000_000_000).unwrap();
//! let claims = Claims {
//!     key: key.clone(),
//!     validity: Validity::lasting(now, Duration::from_secs(3600)).unwrap(),
//!     media_type: None,
//!     lane: Lane::Local,
//!     producer: Producer::default(),
//! };
//!
//! let mut writer = seal(ring.sealer().unwrap(), claims, Encoding::default(), Cursor::new(Vec::new()));
//! writer.write_all(b"the payload")?;
//! let mut bytes = writer.finish()?.into_draft().into_inner();
//!
//! let policy = Policy::default();
//! let expect = Expect { question: Question::Key(&key), now, accepted: None, policy: &policy };
//! assert_eq!(open(bytes.clone().into(), &ring, &expect)?.into_vec()?, b"the payload");
//!
//! bytes[40] ^= 1;
//! assert_eq!(open(bytes.into(), &ring, &expect).unwrap_err().name(), "bad-seal");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cache_key;
mod chunks;
mod claims;
mod digest;
mod frame;
mod header;
mod keys;
mod open;
mod payload;
mod policy;
mod refusal;
mod seal;
mod time;
mod untrusted;

pub use cache_key::{CacheKey, EntryName, InvalidKey, Operation};
pub use chunks::{Compression, Layout, MAX_CHUNKS, MAX_ENTRY_LEN};
pub use claims::{ClaimText, Claims, InvalidClaimText, Lane, Producer, Validity};
pub use digest::{Digest, DigestAlgorithm, InvalidDigest};
pub use header::{FORMAT_VERSION, Header, MAX_HEADER_LEN};
pub use keys::{InvalidKeyText, Key, KeyId, KeyKind, Ring, Sealer};
pub use open::{Unverified, examine, judge, open, peek};
pub use payload::{CopyError, Payload, ReadError};
pub use policy::{Expect, Policy, Question};
pub use refusal::Refusal;
pub use seal::{CHUNK_SIZE, Encoding, Packing, SealWriter, Sealed, seal};
pub use time::Timestamp;
pub use untrusted::{ReadAt, Untrusted};
