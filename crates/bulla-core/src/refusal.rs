use std::fmt;
use std::time::Duration;

use crate::claims::Lane;
use crate::keys::KeyId;
use crate::time::Timestamp;

/// Why bytes from a store are not an answer.
///
/// The set is closed, and its order is the order in which `open` looks: the first that holds is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The bytes do not follow the entry format; the text says where they leave it.
    Malformed(&'static str),
    /// There is no seal at all: the file does not begin as an entry.
    Unsealed,
    /// Sealed with a key that is not in the ring.
    UnknownSigner(KeyId),
    /// The seal does not belong to the header under the key that the header names.
    BadSeal(KeyId),
    /// A good entry, but for another question.
    WrongKey,
    /// Issued later than now, by more than the clocks may differ.
    IssuedInFuture {
        /// When the entry says it was issued.
        issued: Timestamp,
        /// The reader's clock.
        now: Timestamp,
    },
    /// Its time is over.
    Expired {
        /// When it ended.
        expires: Timestamp,
    },
    /// Its signer's key has been revoked.
    Revoked(KeyId),
    /// Written from a lane that this reader does not accept.
    LaneNotAccepted(Lane),
    /// Older than an entry that this reader has already accepted for the same question.
    RolledBack {
        /// When the entry was issued.
        issued: Timestamp,
        /// When the newest one that was accepted had been issued.
        accepted: Timestamp,
    },
    /// Older than this call allows.
    TooStale {
        /// The entry's age.
        age: Duration,
        /// The oldest this call takes.
        max_age: Duration,
    },
    /// The payload's bytes are not the sealed ones; the text says what was found.
    PayloadDamaged(&'static str),
    /// The payload is longer than this reader takes.
    TooLarge {
        /// The payload's length in bytes.
        length: u64,
        /// The longest taken, in bytes.
        limit: u64,
    },
}

impl Refusal {
    /// The name of every refusal, in the order in which `open` looks.
    pub const NAMES: [&'static str; 13] = [
        "malformed",
        "unsealed",
        "unknown-signer",
        "bad-seal",
        "wrong-key",
        "issued-in-future",
        "expired",
        "revoked",
        "lane-not-accepted",
        "rolled-back",
        "too-stale",
        "payload-damaged",
        "too-large",
    ];

    /// The stable name, in text and in JSON.
    pub const fn name(&self) -> &'static str {
        Self::NAMES[match self {
            Self::Malformed(_) => 0,
            Self::Unsealed => 1,
            Self::UnknownSigner(_) => 2,
            Self::BadSeal(_) => 3,
            Self::WrongKey => 4,
            Self::IssuedInFuture { .. } => 5,
            Self::Expired { .. } => 6,
            Self::Revoked(_) => 7,
            Self::LaneNotAccepted(_) => 8,
            Self::RolledBack { .. } => 9,
            Self::TooStale { .. } => 10,
            Self::PayloadDamaged(_) => 11,
            Self::TooLarge { .. } => 12,
        }]
    }

    /// Whether the bytes are forged, damaged or misplaced as far as this reader's key ring can tell, at any time.
    ///
    /// The other refusals are this reader's policy at this moment.
    pub const fn is_integrity(&self) -> bool {
        matches!(
            self,
            Self::Malformed(_)
                | Self::Unsealed
                | Self::UnknownSigner(_)
                | Self::BadSeal(_)
                | Self::WrongKey
                | Self::PayloadDamaged(_)
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Malformed(found) | Self::PayloadDamaged(found) => write!(f, ": {found}"),
            Self::Unsealed => f.write_str(": the file does not begin as a sealed entry"),
            Self::UnknownSigner(id) => write!(f, ": key {id} is not in the key ring"),
            Self::BadSeal(id) => write!(f, ": the header is not what key {id} sealed"),
            Self::WrongKey => f.write_str(": a good entry, but for another question"),
            Self::IssuedInFuture { issued, now } => {
                let ahead = issued.saturating_since(*now);
                write!(f, ": issued {} s ahead of this machine's clock", ahead.as_secs())
            }
            Self::Expired { .. } => f.write_str(": its time to live is over"),
            Self::Revoked(id) => write!(f, ": key {id} has been revoked"),
            Self::LaneNotAccepted(lane) => write!(f, ": written from lane {}", lane.name()),
            Self::RolledBack { issued, accepted } => {
                let behind = accepted.saturating_since(*issued);
                write!(f, ": issued {} ms before an entry already accepted", behind.as_millis())
            }
            Self::TooStale { age, max_age } => {
                write!(f, ": {} s old, {} s accepted", age.as_secs(), max_age.as_secs())
            }
            Self::TooLarge { length, limit } => write!(f, ": {length} bytes, {limit} accepted"),
        }
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each refusal with its name, its whole text, and whether it is one of integrity. In order.
    fn table() -> [(Refusal, &'static str, &'static str, bool); 13] {
        let time = |millis| Timestamp::from_millis(millis).unwrap();
        let id = KeyId::from_bytes([0xab; 16]);
        let (age, max_age) = (Duration::from_millis(90_500), Duration::from_secs(60));
        [
            (Refusal::Malformed("unknown lane"), "malformed", "malformed: unknown lane", true),
            (Refusal::Unsealed, "unsealed", "unsealed: the file does not begin as a sealed entry", true),
            (
                Refusal::UnknownSigner(id),
                "unknown-signer",
                "unknown-signer: key abababababababababababababababab is not in the key ring",
                true,
            ),
            (
                Refusal::BadSeal(id),
                "bad-seal",
                "bad-seal: the header is not what key abababababababababababababababab sealed",
                true,
            ),
            (Refusal::WrongKey, "wrong-key", "wrong-key: a good entry, but for another question", true),
            (
                Refusal::IssuedInFuture { issued: time(190_500), now: time(100_000) },
                "issued-in-future",
                "issued-in-future: issued 90 s ahead of this machine's clock",
                false,
            ),
            (
                Refusal::Expired { expires: time(100_000) },
                "expired",
                "expired: its time to live is over",
                false,
            ),
            (
                Refusal::Revoked(id),
                "revoked",
                "revoked: key abababababababababababababababab has been revoked",
                false,
            ),
            (
                Refusal::LaneNotAccepted(Lane::Pr),
                "lane-not-accepted",
                "lane-not-accepted: written from lane pr",
                false,
            ),
            (
                Refusal::RolledBack { issued: time(100_000), accepted: time(100_250) },
                "rolled-back",
                "rolled-back: issued 250 ms before an entry already accepted",
                false,
            ),
            (Refusal::TooStale { age, max_age }, "too-stale", "too-stale: 90 s old, 60 s accepted", false),
            (
                Refusal::PayloadDamaged("a chunk is not the sealed one"),
                "payload-damaged",
                "payload-damaged: a chunk is not the sealed one",
                true,
            ),
            (
                Refusal::TooLarge { length: 1001, limit: 1000 },
                "too-large",
                "too-large: 1001 bytes, 1000 accepted",
                false,
            ),
        ]
    }

    #[test]
    fn names_and_texts_are_these_and_stay_these() {
        for (index, (refusal, name, text, is_integrity)) in table().into_iter().enumerate() {
            assert_eq!((refusal.name(), Refusal::NAMES[index]), (name, name));
            assert_eq!(refusal.to_string(), text);
            assert_eq!(refusal.is_integrity(), is_integrity, "{name}");
        }
    }

    #[test]
    fn a_text_begins_with_the_name_and_says_more_on_one_line() {
        for (refusal, name, ..) in table() {
            let text = refusal.to_string();
            let more = text.strip_prefix(name).and_then(|rest| rest.strip_prefix(": "));
            assert!(more.is_some_and(|more| !more.is_empty() && !more.contains('\n')), "{text}");
        }
    }
}
