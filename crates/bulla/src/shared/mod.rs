//! The shared tier: a store that several machines use, behind the cache of each.
//!
//! ```text
//! get:     here --miss--> there --open, every chunk proved--> copied here --> Hit
//! publish: seal --> here, then there: at once, in the background, or not at all
//! claim:   of many machines that miss at the same time, one makes the entry
//! ```
//!
//! It can lose, delay, swap, replay or forge what it likes: the worst that comes of it is a miss with its reason.

mod background;
mod breaker;
mod claim;
mod fetch;
mod link;
mod pauses;
mod sweep;
mod tier;

use std::fmt;
use std::time::Duration;

use bulla_store::SharedStore;

pub use claim::{Claim, Claimed};
pub use sweep::SharedSwept;
pub(crate) use tier::SharedTier;

use crate::settings::Mode;

/// A store that several machines use, and how a cache uses it.
///
/// After three failures in a row it is left alone for the rest of the cache's life: a dead one costs at most three times
/// what the store itself waits for an answer. The first failure is told to `Settings::warn`, the others to
/// `Settings::note`, and each is counted.
pub struct Shared {
    /// Where the entries are.
    pub store: Box<dyn SharedStore>,
    /// What may be done there. What the cache's own mode does not allow is not done there either.
    pub mode: Mode,
    /// When entries are written there.
    pub write: SharedWrite,
    /// What it means that one was not.
    pub on_failure: OnFailure,
    /// Who its leases belong to, such as a machine and a process: shown to those who wait, and cut after 200 bytes.
    pub owner: String,
    /// How long one of its leases lasts, at most a day, and so the longest that a lease of others is waited for.
    pub lease: Duration,
    /// How long what is still being written is waited for when the cache is dropped.
    pub patience: Duration,
}

impl Shared {
    /// Reads and writes at once; a failure is a warning; leases last ten minutes.
    pub fn new(store: Box<dyn SharedStore>) -> Self {
        Self {
            store,
            mode: Mode::default(),
            write: SharedWrite::default(),
            on_failure: OnFailure::default(),
            owner: format!("process {}", std::process::id()),
            lease: Duration::from_secs(600),
            patience: Duration::from_secs(30),
        }
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, mode, write) = (self.store.place(), self.mode, self.write);
        f.debug_struct("Shared")
            .field("place", &place)
            .field("mode", &mode)
            .field("write", &write)
            .finish_non_exhaustive()
    }
}

/// When an entry is written to a shared store. It is always published in the cache's own store first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SharedWrite {
    /// Before publishing it returns.
    #[default]
    Sync,
    /// Beside what the process does next. [`Cache::finish_shared`](crate::Cache::finish_shared) waits for it.
    Background,
    /// Never.
    Off,
}

impl SharedWrite {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Sync, Self::Background, Self::Off];

    /// The name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Background => "background",
            Self::Off => "off",
        }
    }

    /// The choice of that exact name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.name() == name)
    }
}

/// What it means that an entry could not be written to a shared store. Reading is a miss with its reason in either case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// A warning, once.
    #[default]
    Warn,
    /// An error, after the entry was published in the cache's own store.
    Fail,
}

/// Which store an answer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// The cache's own.
    Local,
    /// The one that several machines use; a copy of it may lie in the cache's own by now.
    Shared,
}

impl Tier {
    /// The stable name, in text and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Shared => "shared",
        }
    }
}
