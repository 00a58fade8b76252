use std::time::Duration;

use crate::cache_key::{CacheKey, EntryName};
use crate::claims::{Claims, Lane};
use crate::header::Header;
use crate::keys::KeyId;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// What a reader accepts, whatever the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The lanes whose writers are believed. By default `main` and `local`, not `pr`.
    pub lanes: Vec<Lane>,
    /// The oldest entry taken, counted from when it was issued; `None` leaves it to the entry's own expiry.
    pub max_age: Option<Duration>,
    /// How far ahead of the reader's clock a writer's may be. One minute by default.
    pub clock_skew: Duration,
    /// Keys that are no longer believed although they are in the ring.
    pub revoked: Vec<KeyId>,
    /// The longest payload taken, in bytes. Unbounded by default but for the format's own limit.
    pub max_payload: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            lanes: vec![Lane::Main, Lane::Local],
            max_age: None,
            clock_skew: Duration::from_secs(60),
            revoked: Vec::new(),
            max_payload: u64::MAX,
        }
    }
}

/// Which question an entry must answer.
#[derive(Debug, Clone, Copy)]
pub enum Question<'a> {
    /// The claims must hold this very key.
    Key(&'a CacheKey),
    /// The claims must hold the key that this name is derived from; for walks over a whole store.
    Name(&'a EntryName),
}

/// What must hold for an entry to be an answer now.
#[derive(Debug, Clone, Copy)]
pub struct Expect<'a> {
    /// The question that was asked.
    pub question: Question<'a>,
    /// The reader's clock.
    pub now: Timestamp,
    /// When the newest entry that this reader has accepted for the same question had been issued.
    pub accepted: Option<Timestamp>,
    /// What this reader accepts.
    pub policy: &'a Policy,
}

impl Expect<'_> {
    /// The first reason, in the order of [`Refusal`], for which a sealed header is not an answer.
    pub(crate) fn judge(&self, header: &Header, complete: bool) -> Result<(), Refusal> {
        let Self { question, now, accepted, policy } = *self;
        let Claims { key, validity, lane, .. } = &header.claims;
        let same = match question {
            Question::Key(asked) => key == asked,
            Question::Name(name) => key.entry_name() == *name,
        };
        let (issued, expires) = (validity.issued(), validity.expires());
        let age = now.saturating_since(issued);
        let length = header.layout.payload_len;
        if !same {
            return Err(Refusal::WrongKey);
        }
        if issued > now.saturating_add(policy.clock_skew) {
            return Err(Refusal::IssuedInFuture { issued, now });
        }
        if now >= expires {
            return Err(Refusal::Expired { expires });
        }
        if policy.revoked.contains(&header.key_id) {
            return Err(Refusal::Revoked(header.key_id));
        }
        if !policy.lanes.contains(lane) {
            return Err(Refusal::LaneNotAccepted(*lane));
        }
        if let Some(accepted) = accepted.filter(|&accepted| issued < accepted) {
            return Err(Refusal::RolledBack { issued, accepted });
        }
        if let Some(max_age) = policy.max_age.filter(|&max_age| age > max_age) {
            return Err(Refusal::TooStale { age, max_age });
        }
        if !complete {
            return Err(Refusal::PayloadDamaged("the file is not as long as its header says"));
        }
        if length > policy.max_payload {
            return Err(Refusal::TooLarge { length, limit: policy.max_payload });
        }
        Ok(())
    }
}
