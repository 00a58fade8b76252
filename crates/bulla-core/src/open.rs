//! The one door. Each step takes the one before it: `open` judges, `judge` examines, `examine` parses.

use crate::header::{Header, Parsed, parse, seal_message};
use crate::keys::{Checked, Ring};
use crate::payload::Payload;
use crate::policy::Expect;
use crate::refusal::Refusal;
use crate::untrusted::Untrusted;

/// Turns bytes from a store into an answer, or says why they are none.
///
/// The header's seal is checked here; each chunk of the payload is checked when it is read, before any of its
/// bytes is released.
pub fn open(found: Untrusted, ring: &Ring, expect: &Expect<'_>) -> Result<Payload, Refusal> {
    let (header, chunks_at) = judged(&found, ring, expect)?;
    Ok(Payload::new(found, header, chunks_at))
}

/// Everything that [`open`] checks without reading past the header: for listing, expiring and cleaning.
pub fn judge(found: &Untrusted, ring: &Ring, expect: &Expect<'_>) -> Result<Header, Refusal> {
    judged(found, ring, expect).map(|(header, _)| header)
}

/// Checks the seal and nothing else: whose key, which key it answers and how old it is are the caller's to read.
pub fn examine(found: &Untrusted, ring: &Ring) -> Result<Header, Refusal> {
    examined(found, ring).map(|parsed| parsed.header)
}

/// Reads a header without any key, to show what an entry says of itself.
pub fn peek(found: &Untrusted) -> Result<Unverified, Refusal> {
    parse(found.head()?).map(|parsed| Unverified(parsed.header))
}

/// A header whose seal nobody has checked. Good for showing, for nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unverified(Header);

impl Unverified {
    /// What the entry says of itself, true or not.
    pub const fn as_claimed(&self) -> &Header {
        &self.0
    }
}

fn judged(found: &Untrusted, ring: &Ring, expect: &Expect<'_>) -> Result<(Header, u64), Refusal> {
    let Parsed { header, chunks_at, .. } = examined(found, ring)?;
    let layout = &header.layout;
    let complete =
        chunks_at.checked_add(layout.stored_len).and_then(|end| end.checked_add(layout.table_len()))
            == Some(found.size());
    expect.judge(&header, complete)?;
    Ok((header, chunks_at))
}

fn examined<'a>(found: &'a Untrusted, ring: &Ring) -> Result<Parsed<'a>, Refusal> {
    let parsed = parse(found.head()?)?;
    let key_id = parsed.header.key_id;
    match ring.check(key_id, &seal_message(parsed.sealed), parsed.seal) {
        Checked::Good => Ok(parsed),
        Checked::Bad => Err(Refusal::BadSeal(key_id)),
        Checked::UnknownSigner => Err(Refusal::UnknownSigner(key_id)),
    }
}
