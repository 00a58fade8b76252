use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use crate::digest::{Digest, DigestAlgorithm, Hex, InvalidDigest, bytes_from_hex};

/// What was done: `sbom`, `scan-grype`, `signature`, ...
///
/// 1 to 64 of `a-z`, `0-9` and `-`, beginning with a letter or a digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Operation(String);

impl Operation {
    /// The longest operation, in bytes.
    pub const MAX_LEN: usize = 64;

    /// The operation's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Operation {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, InvalidKey> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let valid =
            (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with('-');
        if valid { Ok(Self(text.to_owned())) } else { Err(InvalidKey::Operation) }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The question an entry answers: operation, subject and, where one is known, config.
///
/// `config` is the digest of everything else that can change the result. Leaving it out is a different key
/// from every key that has one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CacheKey {
    operation: Operation,
    subject: [u8; 32],
    config: Option<[u8; 32]>,
}

impl CacheKey {
    /// The key of `operation` on `subject` under `config`; both digests must be SHA-256.
    pub fn new(operation: Operation, subject: Digest, config: Option<Digest>) -> Result<Self, InvalidKey> {
        let sha256 = |digest: &Digest| digest.algorithm() == DigestAlgorithm::Sha256;
        if !sha256(&subject) {
            return Err(InvalidKey::Subject);
        }
        if !config.as_ref().is_none_or(sha256) {
            return Err(InvalidKey::Config);
        }
        Ok(Self { operation, subject: *subject.as_bytes(), config: config.map(|config| *config.as_bytes()) })
    }

    /// A key from the texts a user gives. A subject may also be `name@sha256:...`, which stands for its digest;
    /// a mutable image tag is refused, because what it names can change under the entry.
    pub fn parse(operation: &str, subject: &str, config: Option<&str>) -> Result<Self, InvalidKey> {
        let config = config.map(str::parse).transpose().map_err(|InvalidDigest| InvalidKey::Config)?;
        Self::new(operation.parse()?, parse_subject(subject)?, config)
    }

    /// What was done.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// What it was done to.
    pub fn subject(&self) -> Digest {
        Digest::new(DigestAlgorithm::Sha256, self.subject)
    }

    /// The digest of everything else that can change the result.
    pub fn config(&self) -> Option<Digest> {
        self.config.map(|config| Digest::new(DigestAlgorithm::Sha256, config))
    }

    /// The name of this key's entry in any store.
    ///
    /// SHA-256 over a domain tag, then each field behind its length as four little-endian bytes (an absent
    /// config has length 0): fields that run together cannot give one name to two keys.
    pub fn entry_name(&self) -> EntryName {
        let mut hash = Sha256::new_with_prefix(b"bulla entry name v1\0");
        let config = self.config.as_ref().map_or(&[][..], |config| config);
        for field in [self.operation.0.as_bytes(), &self.subject, config] {
            let length = u32::try_from(field.len()).expect("an operation and a digest are at most 64 bytes");
            hash.update(length.to_le_bytes());
            hash.update(field);
        }
        EntryName(hash.finalize().into())
    }
}

fn parse_subject(text: &str) -> Result<Digest, InvalidKey> {
    let digest = text.rsplit_once('@').map_or(text, |(_, digest)| digest);
    if let Ok(digest) = digest.parse() {
        return Ok(digest);
    }
    let looks_like_a_reference = (1..=512).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-/:".contains(&b))
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && !text.contains("..")
        && !(text.len() >= 32 && text.bytes().all(|b| b.is_ascii_hexdigit()))
        && !["sha1:", "sha256:", "SHA256:", "sha384:", "sha512:", "blake3:"]
            .iter()
            .any(|a| text.starts_with(a));
    Err(if looks_like_a_reference {
        InvalidKey::MutableSubject(text.to_owned())
    } else {
        InvalidKey::Subject
    })
}

/// Why text cannot become a [`CacheKey`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InvalidKey {
    /// The operation is empty, too long or holds something else than `a-z`, `0-9` and `-`.
    Operation,
    /// The subject is not a SHA-256 digest.
    Subject,
    /// The subject looks like an image reference without a digest.
    MutableSubject(String),
    /// The config is not a SHA-256 digest.
    Config,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Operation => write!(
                f,
                "invalid operation: expected 1 to {} of a-z, 0-9 and '-', such as `sbom` or `scan-grype`",
                Operation::MAX_LEN
            ),
            Self::Subject => f.write_str(
                "invalid subject: expected `sha256:` and 64 lowercase hexadecimal digits, or `name@sha256:...`",
            ),
            Self::MutableSubject(text) => write!(
                f,
                "the subject `{text}` has no digest, so what it names can change; pin it as `{text}@sha256:...`, \
                 with the digest that `skopeo inspect --format '{{{{.Digest}}}}' docker://{text}` prints"
            ),
            Self::Config => {
                f.write_str("invalid config: expected `sha256:` and 64 lowercase hexadecimal digits")
            }
        }
    }
}

impl std::error::Error for InvalidKey {}

/// The name of an entry in a store: 32 bytes derived from its [`CacheKey`], as text 64 hexadecimal digits.
///
/// Nothing a user writes reaches a path except through this hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryName([u8; 32]);

impl EntryName {
    /// The name's 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hex(&self.0), f)
    }
}

impl fmt::Debug for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for EntryName {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        bytes_from_hex(text).map(Self).ok_or(InvalidDigest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sha(byte: u8) -> String {
        format!("sha256:{}", format!("{byte:02x}").repeat(32))
    }

    #[test]
    fn text_made_to_escape_is_a_usage_error() {
        let long = "a".repeat(10 << 20);
        let wrong = [
            "../../../etc",
            "..",
            "/etc/passwd",
            "..\\..\\windows",
            "a/b",
            "",
            &long,
            "a\nb",
            "a\0b",
            "-a",
            "A",
        ];
        for text in wrong {
            assert_eq!(CacheKey::parse(text, &sha(1), None), Err(InvalidKey::Operation));
            assert!(CacheKey::parse("sbom", text, None).is_err());
            assert_eq!(CacheKey::parse("sbom", &sha(1), Some(text)), Err(InvalidKey::Config));
        }
    }

    #[test]
    fn a_mutable_tag_is_refused_and_a_pinned_reference_taken_by_its_digest() {
        for tag in ["alpine:latest", "alpine", "ghcr.example/team/app:1.2"] {
            let error = CacheKey::parse("sbom", tag, None).unwrap_err();
            assert_eq!(error, InvalidKey::MutableSubject(tag.to_owned()));
            assert!(error.to_string().contains(&format!("docker://{tag}")), "{error}");
        }
        let pinned = CacheKey::parse("sbom", &format!("alpine:3@{}", sha(7)), None).unwrap();
        assert_eq!(pinned, CacheKey::parse("sbom", &sha(7), None).unwrap());
    }

    #[test]
    fn keys_are_sha256_only() {
        let blake = sha(1).replace("sha256", "blake3");
        assert_eq!(CacheKey::parse("sbom", &blake, None), Err(InvalidKey::Subject));
        assert_eq!(CacheKey::parse("sbom", &sha(1), Some(&blake)), Err(InvalidKey::Config));
    }

    #[test]
    fn a_name_is_what_the_format_page_says() {
        let name =
            |config: Option<&str>| CacheKey::parse("sbom", &sha(1), config).unwrap().entry_name().to_string();
        assert_eq!(name(None), "a604709a38c4052f8b0f45121bd04bee72f15b3871925942de59ad0c77929cee");
        assert_eq!(name(Some(&sha(2))), "beddde3dd35c8f07cc2fb02b459b3cbc1f138d972431bee04f175e3d1d3df378");
    }

    /// Without lengths in front of the fields these two keys would be one row of bytes, and have one name.
    #[test]
    fn fields_that_run_together_are_still_two_keys() {
        let letters = Digest::new(DigestAlgorithm::Sha256, [b'a'; 32]);
        let other = Digest::new(DigestAlgorithm::Sha256, [7; 32]);
        let short = CacheKey::new("sbom".parse().unwrap(), letters, Some(other)).unwrap();
        let long = format!("sbom{}", "a".repeat(32)).parse().unwrap();
        let long = CacheKey::new(long, other, None).unwrap();
        assert_ne!(short.entry_name(), long.entry_name());
    }

    #[test]
    fn distinct_keys_have_distinct_names() {
        let mut names = std::collections::BTreeSet::new();
        let mut keys = 0;
        for operation in ["ab", "a", "abc", "b"] {
            for subject in [sha(0), sha(1)] {
                for config in [None, Some(sha(0)), Some(sha(1))] {
                    names.insert(
                        CacheKey::parse(operation, &subject, config.as_deref()).unwrap().entry_name(),
                    );
                    keys += 1;
                }
            }
        }
        assert_eq!(names.len(), keys);
    }
}
