use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use bulla_core::{CacheKey, ClaimText, Claims, EntryName, Producer, SealWriter, Validity, seal};
use bulla_store::{Store, StoreError};

use crate::cache::Cache;
use crate::settings::{Mode, TimesToLive};
use crate::shape::{NotAReport, Shape, ShapeCheck};

/// What is said of a payload beside its key.
#[derive(Debug, Clone, Default)]
pub struct Details {
    /// How long it lives; by default what the settings say for the operation. Zero means the default.
    pub ttl: Option<Duration>,
    /// What kind of bytes it is.
    pub media_type: Option<ClaimText>,
    /// Who made it, with what.
    pub producer: Producer,
    /// What is checked before it is published.
    pub shape: Shape,
}

/// An entry that is being written. Dropped without [`EntryWriter::publish`], it leaves nothing behind.
pub struct EntryWriter<'a, S: Store> {
    cache: &'a Cache<S>,
    name: EntryName,
    writer: SealWriter<'a, S::Draft>,
    shape: Option<ShapeCheck>,
}

impl<'a, S: Store> EntryWriter<'a, S> {
    pub(crate) fn begin(cache: &'a Cache<S>, key: &CacheKey, details: Details) -> Result<Self, PutError> {
        let (mode, reason) = cache.effective_mode();
        if !mode.writes() {
            return Err(PutError::NotWritable { mode, reason });
        }
        let no_key = PutError::NotWritable { mode, reason: Some("there is no key to seal with") };
        let sealer = cache.ring.sealer().ok_or(no_key)?;
        let ttl = details.ttl.filter(|ttl| !ttl.is_zero());
        let ttl = ttl.unwrap_or_else(|| cache.settings.ttls.of(key.operation()));
        if ttl > TimesToLive::MAX {
            return Err(PutError::TtlTooLong(ttl));
        }
        if ttl < Duration::from_millis(1) {
            return Err(PutError::TtlTooShort(ttl));
        }
        let claims = Claims {
            key: key.clone(),
            validity: Validity::lasting(cache.now(), ttl).ok_or(PutError::Clock)?,
            media_type: details.media_type,
            lane: cache.settings.lane,
            producer: details.producer,
        };
        let draft = cache.store.draft()?;
        let writer = seal(sealer, claims, cache.settings.encoding, draft);
        let shape = details.shape.check(key.operation());
        Ok(Self { cache, name: key.entry_name(), writer, shape })
    }

    /// Seals what was written and publishes it, in place of any earlier answer: in the cache's own store, and then in the
    /// shared one.
    pub fn publish(self) -> Result<(), PutError> {
        if let Some(shape) = self.shape {
            shape.finish()?;
        }
        let mut sealed = self.writer.finish().map_err(PutError::Draft)?;
        // Before the store takes what is to be copied.
        let shared = self.cache.shared.as_ref().and_then(|tier| Some((tier, tier.copy(&mut sealed)?)));
        self.cache.store.put(&self.name, sealed)?;
        self.cache.counts.add("put");
        shared.map_or(Ok(()), |(tier, copy)| tier.publish(self.name, copy)).map_err(PutError::Shared)
    }
}

impl<S: Store> Write for EntryWriter<'_, S> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let count = self.writer.write(buf)?;
        if let Some(shape) = &mut self.shape {
            shape.feed(&buf[..count]);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Why an entry was not published. Whatever was there before is still there, but for [`PutError::Shared`].
#[derive(Debug)]
pub enum PutError {
    /// The cache does not write.
    NotWritable {
        /// What it does instead.
        mode: Mode,
        /// Why, where that is not simply how it was set.
        reason: Option<&'static str>,
    },
    /// No entry lives that long.
    TtlTooLong(Duration),
    /// Times are kept to the millisecond.
    TtlTooShort(Duration),
    /// The clock is at its end.
    Clock,
    /// The payload could not be read, or its draft not be written.
    Payload(io::Error),
    /// The draft could not be sealed.
    Draft(io::Error),
    /// The store did not take it.
    Store(StoreError),
    /// The shared store did not take it, and that was to be an error. The cache's own store has it.
    Shared(StoreError),
    /// It is not a whole report.
    NotAReport(NotAReport),
}

impl From<StoreError> for PutError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<NotAReport> for PutError {
    fn from(error: NotAReport) -> Self {
        Self::NotAReport(error)
    }
}

impl fmt::Display for PutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotWritable { mode, reason } => {
                write!(f, "nothing is written: the mode is {}", mode.name())?;
                reason.map_or(Ok(()), |reason| write!(f, ", because {reason}"))
            }
            Self::TtlTooLong(ttl) => write!(
                f,
                "a time to live of {} days is too long; the most is {}",
                ttl.as_secs() / 86_400,
                TimesToLive::MAX.as_secs() / 86_400
            ),
            Self::TtlTooShort(ttl) => write!(f, "a time to live of {ttl:?} is too short; the least is 1 ms"),
            Self::Clock => f.write_str("this machine's clock is after the year 9999"),
            Self::Payload(error) => write!(f, "cannot copy the payload: {error}"),
            Self::Draft(error) => write!(f, "cannot write the entry: {error}"),
            Self::Store(error) => error.fmt(f),
            Self::Shared(error) => write!(f, "stored here, but not in the shared store: {error}"),
            Self::NotAReport(why) => write!(f, "not stored: {why}"),
        }
    }
}

impl std::error::Error for PutError {}
