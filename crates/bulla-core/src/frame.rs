//! Strict reading and writing of a header's fields: little-endian, each variable field behind its length.

use crate::digest::DigestAlgorithm;
use crate::refusal::Refusal;

/// Takes fields off the front of bytes that anyone may have written.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Refusal> {
        let (field, rest) =
            self.0.split_at_checked(length).ok_or(Refusal::Malformed("the header ends early"))?;
        self.0 = rest;
        Ok(field)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        let field = self.take(N)?;
        Ok(field.try_into().expect("`take` gives the length asked"))
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Refusal> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Refusal> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Result<u64, Refusal> {
        self.array().map(u64::from_le_bytes)
    }

    /// One byte of length, then UTF-8.
    pub(crate) fn text(&mut self) -> Result<&'a str, Refusal> {
        let [length] = self.array()?;
        let field = self.take(length.into())?;
        std::str::from_utf8(field).map_err(|_| Refusal::Malformed("a text is not UTF-8"))
    }

    /// A text whose length 0 means that it is absent.
    pub(crate) fn optional_text(&mut self) -> Result<Option<&'a str>, Refusal> {
        self.text().map(|text| (!text.is_empty()).then_some(text))
    }

    /// A digest algorithm's name as text, which must be known.
    pub(crate) fn algorithm(&mut self) -> Result<DigestAlgorithm, Refusal> {
        DigestAlgorithm::from_name(self.text()?).ok_or(Refusal::Malformed("unknown digest algorithm"))
    }

    pub(crate) fn finish(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(Refusal::Malformed("bytes follow the last field")) }
    }
}

/// Appends a text of at most 255 bytes behind its length; an absent one has length 0.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    out.push(u8::try_from(text.len()).expect("every text in a header is at most 255 bytes"));
    out.extend_from_slice(text.as_bytes());
}
