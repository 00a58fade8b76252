//! The vectors as their maker sees them: fixed keys, fixed times, and for each refusal also the reason, which a
//! file does not say. One module for each kind of outcome.

mod damaged;
mod malformed;
mod payload;
mod policy;
mod seals;

use super::file::{Outcome, Reader, Vector};
use crate::support::by_hand::{hex, sha256};
use crate::support::*;

/// One vector and how it came about.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// The payload, or the whole text of the refusal.
    pub(crate) answer: Result<Vec<u8>, &'static str>,
    pub(crate) reader: Reader,
    pub(crate) entry: Vec<u8>,
    /// Whether the entry's bytes are fixed by the format alone, or also by how a version of zstd packs.
    pub(crate) bytes: Bytes,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bytes {
    Fixed,
    ByZstd,
}

pub(crate) fn all() -> Vec<Case> {
    let kinds = [payload::cases(), malformed::cases(), seals::cases(), policy::cases(), damaged::cases()];
    kinds.into_iter().flatten().collect()
}

/// An entry that gives its payload to a reader with the HMAC key.
fn given(name: &'static str, about: &'static str, payload: &[u8], entry: Vec<u8>) -> Case {
    let reader = Reader::of(HMAC.reader_key());
    Case { name, about, answer: Ok(payload.to_vec()), reader, entry, bytes: Bytes::Fixed }
}

/// An entry that is refused to a reader with the HMAC key, in these words.
fn refused(name: &'static str, about: &'static str, refusal: &'static str, entry: Vec<u8>) -> Case {
    Case { answer: Err(refusal), ..given(name, about, b"", entry) }
}

impl Case {
    /// With another reader.
    fn asked(mut self, change: impl FnOnce(&mut Reader)) -> Self {
        change(&mut self.reader);
        self
    }

    pub(crate) fn file_name(&self) -> String {
        format!("{}.vector", self.name)
    }

    pub(crate) fn vector(&self) -> Vector {
        let expect = match &self.answer {
            Ok(payload) => Outcome::Payload(hex(&sha256(payload))),
            Err(refusal) => {
                let name = refusal.split_once(": ").map_or(*refusal, |(name, _)| name);
                Outcome::Refusal(name.to_owned())
            }
        };
        let (about, reader, entry) = (self.about.to_owned(), self.reader.clone(), self.entry.clone());
        Vector { about, expect, reader, entry }
    }
}

/// The small payload of most vectors.
const BOM: &[u8] = b"{\"bomFormat\":\"CycloneDX\",\"components\":[]}\n";

/// A whole good entry around it.
fn good() -> ByHand {
    ByHand::new(HMAC, BOM)
}

/// The same with zeros behind its tag, as part of the seal, so that preamble, header and seal are that long.
/// The claims that a header may hold do not fill 4096 bytes.
fn good_with_front(length: usize) -> Vec<u8> {
    let seal_len = length - good().seal_at();
    good().bytes_sealed_by(seal_len, |sealed| {
        let mut seal = HMAC.seal(&by_hand::seal_message(sealed));
        seal.resize(seal_len, 0);
        seal
    })
}
