use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use bulla_core::{Encoding, Lane, Operation, Policy, Ring, Timestamp};

use crate::clock::system_clock;

/// What a cache may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Reads and writes.
    #[default]
    ReadWrite,
    /// Reads; changes nothing, not even what it refuses.
    ReadOnly,
    /// Writes; every question is a miss. Refreshes what is stored.
    WriteOnly,
    /// Does neither.
    Off,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 4] = [Self::ReadWrite, Self::ReadOnly, Self::WriteOnly, Self::Off];

    /// The name in settings and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadWrite => "read-write",
            Self::ReadOnly => "read-only",
            Self::WriteOnly => "write-only",
            Self::Off => "off",
        }
    }

    /// The mode of that exact name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// What a cache with this ring can really do, and why not more. An empty ring gets its key on first use.
    pub fn with_ring(self, ring: &Ring) -> (Self, Option<&'static str>) {
        let public_only = ring.sealer().is_none() && !ring.keys().is_empty();
        match self {
            Self::ReadWrite if public_only => (Self::ReadOnly, Some("the key ring holds only public keys")),
            Self::WriteOnly if public_only => (Self::Off, Some("the key ring holds only public keys")),
            mode => (mode, None),
        }
    }

    /// Whether questions are answered.
    pub const fn reads(self) -> bool {
        matches!(self, Self::ReadWrite | Self::ReadOnly)
    }

    /// Whether anything may be changed.
    pub const fn writes(self) -> bool {
        matches!(self, Self::ReadWrite | Self::WriteOnly)
    }
}

/// What happens to an entry that is forged, damaged or misplaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Disposal {
    /// It is moved out of the way and kept for a while, to be looked at.
    #[default]
    Quarantine,
    /// It is removed.
    Remove,
    /// It stays, and is refused again.
    Keep,
}

impl Disposal {
    /// Every disposal.
    pub const ALL: [Self; 3] = [Self::Quarantine, Self::Remove, Self::Keep];

    /// The name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quarantine => "quarantine",
            Self::Remove => "remove",
            Self::Keep => "keep",
        }
    }
}

/// How long entries live, by operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimesToLive {
    by_operation: BTreeMap<String, Duration>,
}

impl TimesToLive {
    /// No entry lives longer, whatever is set: an answer of last year is not evidence.
    pub const MAX: Duration = Duration::from_secs(366 * 24 * 3600);

    /// Sets the time for one operation; zero means the default.
    pub fn set(&mut self, operation: &Operation, ttl: Duration) {
        self.by_operation.insert(operation.as_str().to_owned(), ttl);
    }

    /// The time for an operation: as set, or 24 h for `sbom` and 6 h for anything else.
    pub fn of(&self, operation: &Operation) -> Duration {
        let set = self.by_operation.get(operation.as_str()).copied().filter(|ttl| !ttl.is_zero());
        let hours = if operation.as_str() == "sbom" { 24 } else { 6 };
        set.unwrap_or(Duration::from_secs(hours * 3600))
    }
}

/// How a cache behaves. The default is a private cache on one machine.
pub struct Settings {
    /// What the cache may do.
    pub mode: Mode,
    /// What it accepts.
    pub policy: Policy,
    /// The lane it writes in.
    pub lane: Lane,
    /// How long what it writes lives.
    pub ttls: TimesToLive,
    /// How it writes payloads.
    pub encoding: Encoding,
    /// What it does to what is forged, damaged or misplaced.
    pub disposal: Disposal,
    /// Its clock.
    pub clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    /// Told what went wrong without changing an answer, such as a refused entry that could not be moved away.
    pub warn: Box<dyn Fn(&str) + Send + Sync>,
    /// Told what explains an answer and needs nobody's attention, such as why the shared store had none.
    pub note: Box<dyn Fn(&str) + Send + Sync>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            policy: Policy::default(),
            lane: Lane::Local,
            ttls: TimesToLive::default(),
            encoding: Encoding::default(),
            disposal: Disposal::default(),
            clock: Box::new(system_clock),
            warn: Box::new(|_| ()),
            note: Box::new(|_| ()),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("mode", &self.mode).field("lane", &self.lane).finish_non_exhaustive()
    }
}
