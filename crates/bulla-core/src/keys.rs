use std::fmt;

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::digest::{Hex, bytes_from_hex};

/// What a key is for, and with which algorithm. An entry can never choose this: it names a key, and the
/// reader's own ring says what kind of key that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// HMAC-SHA256 (RFC 2104), 32 bytes: whoever can check can also seal.
    Hmac,
    /// Ed25519 (RFC 8032) private key, 32-byte seed: seals and checks.
    Ed25519Secret,
    /// Ed25519 public key, 32 bytes: checks only.
    Ed25519Public,
}

impl KeyKind {
    const ALL: [Self; 3] = [Self::Hmac, Self::Ed25519Secret, Self::Ed25519Public];

    /// What stands before the colon in a key's text form.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Hmac => "bulla-hmac-1",
            Self::Ed25519Secret => "bulla-ed25519-secret-1",
            Self::Ed25519Public => "bulla-ed25519-public-1",
        }
    }

    /// The algorithm of the seals that a key of this kind makes or checks.
    pub const fn algorithm(self) -> &'static str {
        match self {
            Self::Hmac => "hmac-sha256",
            Self::Ed25519Secret | Self::Ed25519Public => "ed25519",
        }
    }

    /// Whether the key must be kept from those who may not forge.
    pub const fn is_secret(self) -> bool {
        !matches!(self, Self::Ed25519Public)
    }

    const fn seal_len(self) -> usize {
        match self {
            Self::Hmac => 32,
            Self::Ed25519Secret | Self::Ed25519Public => 64,
        }
    }
}

/// Which key: 16 bytes derived from it, as text 32 hexadecimal digits. Says nothing about a secret key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 16]);

impl KeyId {
    pub(crate) const LEN: usize = 16;

    pub(crate) const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    fn derive(algorithm: &str, bytes: &[u8; 32]) -> Self {
        let mut hash = Sha256::new_with_prefix(b"bulla key id v1\0");
        hash.update(algorithm);
        hash.update([0]);
        hash.update(bytes);
        let digest: [u8; 32] = hash.finalize().into();
        Self(*digest.first_chunk().expect("16 of 32 bytes"))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hex(&self.0), f)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for KeyId {
    type Err = InvalidKeyText;

    fn from_str(text: &str) -> Result<Self, InvalidKeyText> {
        bytes_from_hex(text).map(Self).ok_or(InvalidKeyText::NotAKeyId)
    }
}

/// One key of a ring. Its bytes are wiped when it goes, and `Debug` shows its kind and id only.
pub struct Key {
    id: KeyId,
    material: Material,
}

enum Material {
    Hmac { bytes: Zeroizing<[u8; 32]>, keyed: Hmac<Sha256> },
    Ed25519Secret(SigningKey),
    Ed25519Public(VerifyingKey),
}

impl Key {
    /// An HMAC-SHA256 key from 32 random bytes.
    pub fn hmac(bytes: &[u8; 32]) -> Self {
        let keyed = Hmac::new_from_slice(bytes).expect("HMAC takes keys of any length");
        let id = KeyId::derive(KeyKind::Hmac.algorithm(), bytes);
        Self { id, material: Material::Hmac { bytes: Zeroizing::new(*bytes), keyed } }
    }

    /// An Ed25519 private key from its 32-byte random seed.
    pub fn ed25519_secret(seed: &[u8; 32]) -> Self {
        let key = SigningKey::from_bytes(seed);
        let id = KeyId::derive(KeyKind::Ed25519Secret.algorithm(), key.verifying_key().as_bytes());
        Self { id, material: Material::Ed25519Secret(key) }
    }

    /// An Ed25519 public key; refused unless it is the one encoding of a point of large order (RFC 8032, 5.1.3).
    pub fn ed25519_public(bytes: &[u8; 32]) -> Result<Self, InvalidKeyText> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| InvalidKeyText::NotAPoint)?;
        let is_canonical = key.to_edwards().compress().as_bytes() == bytes;
        if key.is_weak() || !is_canonical {
            return Err(InvalidKeyText::NotAPoint);
        }
        let id = KeyId::derive(KeyKind::Ed25519Public.algorithm(), bytes);
        Ok(Self { id, material: Material::Ed25519Public(key) })
    }

    /// A key from its text form: the kind, a colon, and 64 lowercase hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, InvalidKeyText> {
        let (prefix, hex) = text.split_once(':').ok_or(InvalidKeyText::NoKind)?;
        let kind = KeyKind::ALL.into_iter().find(|kind| kind.prefix() == prefix);
        let kind = kind.ok_or(InvalidKeyText::NoKind)?;
        let bytes = Zeroizing::new(bytes_from_hex(hex).ok_or(InvalidKeyText::NotHex(kind))?);
        match kind {
            KeyKind::Hmac => Ok(Self::hmac(&bytes)),
            KeyKind::Ed25519Secret => Ok(Self::ed25519_secret(&bytes)),
            KeyKind::Ed25519Public => Self::ed25519_public(&bytes),
        }
    }

    /// The text form, secret for secret kinds.
    pub fn to_text(&self) -> Zeroizing<String> {
        let bytes = match &self.material {
            Material::Hmac { bytes, .. } => bytes.clone(),
            Material::Ed25519Secret(key) => Zeroizing::new(key.to_bytes()),
            Material::Ed25519Public(key) => Zeroizing::new(key.to_bytes()),
        };
        Zeroizing::new(format!("{}:{}", self.kind().prefix(), Hex(bytes.as_slice())))
    }

    /// The key's kind.
    pub const fn kind(&self) -> KeyKind {
        match self.material {
            Material::Hmac { .. } => KeyKind::Hmac,
            Material::Ed25519Secret(_) => KeyKind::Ed25519Secret,
            Material::Ed25519Public(_) => KeyKind::Ed25519Public,
        }
    }

    /// The key's id; a private key and its public key have the same.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The public half, for readers that must not be able to forge; an HMAC key has none.
    pub fn to_public(&self) -> Option<Self> {
        let key = match &self.material {
            Material::Hmac { .. } => return None,
            Material::Ed25519Secret(key) => key.verifying_key(),
            Material::Ed25519Public(key) => *key,
        };
        Some(Self { id: self.id, material: Material::Ed25519Public(key) })
    }

    /// Whether `seal` is this key's over `message`. HMAC tags are compared in constant time.
    fn accepts(&self, message: &[u8], seal: &[u8]) -> bool {
        match &self.material {
            Material::Hmac { keyed, .. } => {
                let mut mac = keyed.clone();
                mac.update(message);
                mac.verify_slice(seal).is_ok()
            }
            Material::Ed25519Secret(key) => ed25519_accepts(&key.verifying_key(), message, seal),
            Material::Ed25519Public(key) => ed25519_accepts(key, message, seal),
        }
    }
}

fn ed25519_accepts(key: &VerifyingKey, message: &[u8], seal: &[u8]) -> bool {
    Signature::from_slice(seal).is_ok_and(|signature| key.verify_strict(message, &signature).is_ok())
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind().prefix(), self.id)
    }
}

/// The keys that a reader accepts, and the one, if any, that it seals with.
#[derive(Debug)]
pub struct Ring {
    keys: Vec<Key>,
}

impl Ring {
    /// A ring of these keys. It seals with the first that can; later ones are accepted from readers'
    /// point of view, which is how a key is replaced by another.
    pub fn new(keys: Vec<Key>) -> Self {
        Self { keys }
    }

    /// Every key, in the order given.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The key that seals, if the ring holds any secret key.
    pub fn sealer(&self) -> Option<Sealer<'_>> {
        self.keys.iter().find(|key| key.kind().is_secret()).map(Sealer)
    }

    pub(crate) fn check(&self, id: KeyId, message: &[u8], seal: &[u8]) -> Checked {
        match self.keys.iter().find(|key| key.id == id) {
            None => Checked::UnknownSigner,
            Some(key) if key.accepts(message, seal) => Checked::Good,
            Some(_) => Checked::Bad,
        }
    }
}

pub(crate) enum Checked {
    Good,
    Bad,
    UnknownSigner,
}

/// The right to seal with one secret key of a ring.
#[derive(Debug, Clone, Copy)]
pub struct Sealer<'a>(&'a Key);

impl Sealer<'_> {
    /// The id of the key that seals.
    pub const fn key_id(&self) -> KeyId {
        self.0.id
    }

    pub(crate) const fn seal_len(&self) -> usize {
        self.0.kind().seal_len()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.0.material {
            Material::Hmac { keyed, .. } => {
                let mut mac = keyed.clone();
                mac.update(message);
                mac.finalize().into_bytes().to_vec()
            }
            Material::Ed25519Secret(key) => key.sign(message).to_bytes().to_vec(),
            Material::Ed25519Public(_) => unreachable!("only `Ring::sealer` makes one, from a secret key"),
        }
    }
}

/// Text that is not a key. Never shows the text, which may be most of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidKeyText {
    /// It does not begin with the name of a kind and a colon.
    NoKind,
    /// What follows the kind is not 64 lowercase hexadecimal digits.
    NotHex(KeyKind),
    /// The bytes are not a usable Ed25519 public key.
    NotAPoint,
    /// Not 32 lowercase hexadecimal digits.
    NotAKeyId,
}

impl fmt::Display for InvalidKeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoKind => {
                let [hmac, secret, public] = KeyKind::ALL.map(KeyKind::prefix);
                write!(
                    f,
                    "not a key: expected one line that begins with `{hmac}:`, `{secret}:` or `{public}:`"
                )
            }
            Self::NotHex(kind) => {
                write!(
                    f,
                    "not a key: `{}:` must be followed by 64 lowercase hexadecimal digits",
                    kind.prefix()
                )
            }
            Self::NotAPoint => f.write_str("not a usable Ed25519 public key"),
            Self::NotAKeyId => f.write_str("not a key id: expected 32 lowercase hexadecimal digits"),
        }
    }
}

impl std::error::Error for InvalidKeyText {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_its_text_form_and_keeps_its_kind() {
        for key in [Key::hmac(&[7; 32]), Key::ed25519_secret(&[7; 32])] {
            let back = Key::parse(&key.to_text()).unwrap();
            assert_eq!((back.kind(), back.id()), (key.kind(), key.id()));
        }
        let public = Key::ed25519_secret(&[7; 32]).to_public().unwrap();
        assert_eq!(Key::parse(&public.to_text()).unwrap().kind(), KeyKind::Ed25519Public);
        assert_eq!(public.id(), Key::ed25519_secret(&[7; 32]).id());
        assert_ne!(Key::hmac(&[7; 32]).id(), Key::ed25519_secret(&[7; 32]).id());
    }

    #[test]
    fn text_without_a_kind_or_with_wrong_digits_is_no_key() {
        let hex = "07".repeat(32);
        assert_eq!(Key::parse(&hex).unwrap_err(), InvalidKeyText::NoKind);
        assert_eq!(Key::parse(&format!("bulla-hmac-2:{hex}")).unwrap_err(), InvalidKeyText::NoKind);
        for digits in ["", &hex[2..], &hex.replace('7', "G"), &format!("{hex}\n")] {
            let error = Key::parse(&format!("bulla-hmac-1:{digits}")).unwrap_err();
            assert_eq!(error, InvalidKeyText::NotHex(KeyKind::Hmac));
        }
        let identity_point = format!("bulla-ed25519-public-1:01{}", "00".repeat(31));
        assert_eq!(Key::parse(&identity_point).unwrap_err(), InvalidKeyText::NotAPoint);
        // y = p + 3, which some decoders take for y = 3.
        let second_encoding = format!("bulla-ed25519-public-1:f0{}7f", "ff".repeat(30));
        assert_eq!(Key::parse(&second_encoding).unwrap_err(), InvalidKeyText::NotAPoint);
        let first_encoding = format!("bulla-ed25519-public-1:03{}", "00".repeat(31));
        assert!(Key::parse(&first_encoding).is_ok());
    }

    #[test]
    fn a_ring_of_public_keys_cannot_seal() {
        let public = Key::ed25519_secret(&[1; 32]).to_public().unwrap();
        assert!(Ring::new(vec![public]).sealer().is_none());
        assert!(Ring::new(vec![]).sealer().is_none());
    }

    #[test]
    fn debug_shows_no_secret() {
        let ring = Ring::new(vec![Key::hmac(&[0xab; 32]), Key::ed25519_secret(&[0xab; 32])]);
        let shown = format!("{ring:?} {:?}", ring.sealer());
        assert!(!shown.contains("abab") && !shown.contains("171, 171"), "{shown}");
    }
}
