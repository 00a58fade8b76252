use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::cache_key::CacheKey;
use crate::digest::Digest;
use crate::time::Timestamp;

/// What a sealer states about a payload. Every field is covered by the seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The question that the payload answers.
    pub key: CacheKey,
    /// From when until when it may be given as an answer.
    pub validity: Validity,
    /// What kind of bytes the payload is, such as `application/vnd.cyclonedx+json`.
    pub media_type: Option<ClaimText>,
    /// How far the writer is trusted.
    pub lane: Lane,
    /// Who made the payload, with what.
    pub producer: Producer,
}

/// From `issued` (inclusive) until `expires` (exclusive), and never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    issued: Timestamp,
    expires: Timestamp,
}

impl Validity {
    /// `None` unless `issued` lies before `expires`.
    pub fn new(issued: Timestamp, expires: Timestamp) -> Option<Self> {
        (issued < expires).then_some(Self { issued, expires })
    }

    /// From `issued` for `ttl`; `None` if that is less than a millisecond.
    pub fn lasting(issued: Timestamp, ttl: Duration) -> Option<Self> {
        Self::new(issued, issued.saturating_add(ttl))
    }

    /// When the entry was made.
    pub const fn issued(&self) -> Timestamp {
        self.issued
    }

    /// The first moment at which it is no longer an answer.
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }
}

/// How far a writer is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// The protected branch's pipeline.
    Main,
    /// A pipeline that runs on a change nobody has accepted yet.
    Pr,
    /// A person's own machine.
    Local,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 3] = [Self::Main, Self::Pr, Self::Local];

    /// The name in a sealed header, in settings and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Pr => "pr",
            Self::Local => "local",
        }
    }

    /// The lane of that exact name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.name() == name)
    }
}

/// Who made a payload, with what; each part is absent where it is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Producer {
    /// The tool's name.
    pub tool: Option<ClaimText>,
    /// The tool's version, as it names itself.
    pub version: Option<ClaimText>,
    /// The digest of the tool's program file.
    pub binary: Option<Digest>,
    /// The identity of the database the tool consulted.
    pub database: Option<ClaimText>,
}

/// A claim in words: 1 to 255 bytes of UTF-8 without control characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimText(String);

impl ClaimText {
    /// The longest text, in bytes.
    pub const MAX_LEN: usize = 255;

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ClaimText {
    type Err = InvalidClaimText;

    fn from_str(text: &str) -> Result<Self, InvalidClaimText> {
        let valid = (1..=Self::MAX_LEN).contains(&text.len()) && !text.chars().any(char::is_control);
        if valid { Ok(Self(text.to_owned())) } else { Err(InvalidClaimText) }
    }
}

impl fmt::Display for ClaimText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ClaimText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Text that cannot stand in a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidClaimText;

impl fmt::Display for InvalidClaimText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected 1 to {} bytes of text without control characters", ClaimText::MAX_LEN)
    }
}

impl std::error::Error for InvalidClaimText {}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    #[test]
    fn a_validity_is_never_empty() {
        assert!(Validity::new(at(5), at(6)).is_some());
        assert_eq!(Validity::new(at(5), at(5)), None);
        assert_eq!(Validity::new(at(6), at(5)), None);
        assert_eq!(Validity::lasting(at(5), Duration::from_micros(999)), None);
        assert_eq!(Validity::lasting(Timestamp::MAX, Duration::from_secs(1)), None);
    }

    #[test]
    fn a_validity_without_end_ends_with_the_year_9999() {
        let validity = Validity::lasting(at(5), Duration::MAX).unwrap();
        assert_eq!((validity.issued(), validity.expires()), (at(5), Timestamp::MAX));
    }

    #[test]
    fn a_claim_is_text_that_can_be_shown_on_one_line() {
        let longest = "\u{e9}".repeat(127) + "x";
        for good in ["a", " ", "application/json; charset=utf-8", "\u{1f510}", &longest] {
            assert_eq!(good.parse::<ClaimText>().unwrap().as_str(), good);
        }
        let too_long = "x".repeat(256);
        for wrong in ["", "a\nb", "\0", "\x1b[2J", "\u{7f}", "\u{85}", "\u{9b}31m", &too_long] {
            assert_eq!(wrong.parse::<ClaimText>(), Err(InvalidClaimText), "{wrong:?}");
        }
    }

    #[test]
    fn a_lane_has_its_own_name_and_no_other() {
        for lane in Lane::ALL {
            assert_eq!(Lane::from_name(lane.name()), Some(lane));
        }
        for wrong in ["", "Main", "main ", "release"] {
            assert_eq!(Lane::from_name(wrong), None);
        }
    }
}
