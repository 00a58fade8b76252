use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// A hash function whose digests bulla names and compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DigestAlgorithm {
    /// BLAKE3 with 32 bytes of output. The default for payload chunks, because it is several times faster.
    #[default]
    Blake3,
    /// SHA-256 (FIPS 180-4).
    Sha256,
}

impl DigestAlgorithm {
    /// The name that stands in a sealed header and before the colon of a digest's text form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blake3 => "blake3",
            Self::Sha256 => "sha256",
        }
    }

    /// The algorithm of that exact name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Blake3, Self::Sha256].into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The digest of `bytes`.
    pub fn digest(self, bytes: &[u8]) -> Digest {
        let bytes = match self {
            Self::Blake3 => *blake3::hash(bytes).as_bytes(),
            Self::Sha256 => Sha256::digest(bytes).into(),
        };
        Digest { algorithm: self, bytes }
    }
}

/// A digest with its algorithm; as text `sha256:` or `blake3:` and 64 lowercase hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    algorithm: DigestAlgorithm,
    bytes: [u8; 32],
}

impl Digest {
    /// The digest with these 32 bytes.
    pub const fn new(algorithm: DigestAlgorithm, bytes: [u8; 32]) -> Self {
        Self { algorithm, bytes }
    }

    /// The algorithm that made it.
    pub const fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// Its 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm.name(), Hex(&self.bytes))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text that is not a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidDigest;

impl fmt::Display for InvalidDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a digest: expected `sha256:` and 64 lowercase hexadecimal digits")
    }
}

impl std::error::Error for InvalidDigest {}

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        let (name, hex) = text.split_once(':').ok_or(InvalidDigest)?;
        let algorithm = DigestAlgorithm::from_name(name).ok_or(InvalidDigest)?;
        let bytes = bytes_from_hex(hex).ok_or(InvalidDigest)?;
        Ok(Self { algorithm, bytes })
    }
}

/// Bytes shown as lowercase hexadecimal.
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        self.0.chunks(32).try_for_each(|part| {
            let digits = base16ct::lower::encode_str(part, &mut digits);
            f.write_str(digits.expect("32 bytes are 64 digits"))
        })
    }
}

/// Exactly `N` bytes from lowercase hexadecimal, and nothing else.
pub(crate) fn bytes_from_hex<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if hex.len() != 2 * N {
        return None;
    }
    base16ct::lower::decode(hex, &mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_digests_come_out_as_published() {
        let sha = DigestAlgorithm::Sha256.digest(b"abc").to_string();
        assert_eq!(sha, "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let blake = DigestAlgorithm::Blake3.digest(b"").to_string();
        assert_eq!(blake, "blake3:af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
    }

    #[test]
    fn only_the_exact_text_form_parses() {
        let text = DigestAlgorithm::Sha256.digest(b"abc").to_string();
        assert_eq!(text.parse::<Digest>().unwrap().to_string(), text);
        for wrong in [
            text.to_uppercase(),
            text.replace("sha256:", "SHA256:"),
            text.replace("sha256:", "sha512:"),
            text.replace("sha256:", ""),
            format!("{text}0"),
            format!(" {text}"),
            text[..70].to_owned(),
            "sha256:".to_owned(),
            String::new(),
        ] {
            assert_eq!(wrong.parse::<Digest>(), Err(InvalidDigest), "{wrong}");
        }
    }
}
