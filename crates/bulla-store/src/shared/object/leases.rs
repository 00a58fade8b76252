use super::bucket::{Bucket, Provided};
use super::{Lease, Leased};
use crate::error::StoreError;

/// Looks, writes on the condition that what was seen is still so, and looks again: where a server honours conditions one
/// claimant wins, and where it does not, the one who wrote last.
///
/// A service that replaces and removes nothing could never end a lease; there, everybody scans.
pub(super) fn lease(bucket: &Bucket, path: &str, claim: &Lease) -> Result<Leased, StoreError> {
    if !bucket.can_delete() {
        return Ok(Leased::Ours);
    }
    let provided = match held(bucket, path)? {
        None => Provided::Absent,
        Some((Some(held), _)) if !held.is_over(claim.since) => return Ok(judge(held, claim)),
        Some((_, etag)) => Provided::Is(etag),
    };
    bucket.write(path, &claim.encode(), provided)?;
    let held = held(bucket, path)?.and_then(|(held, _)| held);
    Ok(held.filter(|held| !held.is_over(claim.since)).map_or(Leased::Ours, |held| judge(held, claim)))
}

pub(super) fn release(bucket: &Bucket, path: &str, claim: &Lease) -> Result<(), StoreError> {
    match held(bucket, path)? {
        Some((Some(held), _)) if held == *claim && bucket.can_delete() => bucket.delete(path),
        _ => Ok(()),
    }
}

fn judge(held: Lease, claim: &Lease) -> Leased {
    if held == *claim { Leased::Ours } else { Leased::Theirs(held) }
}

/// What lies there, if it is a lease, and its tag.
fn held(bucket: &Bucket, path: &str) -> Result<Option<(Option<Lease>, Option<String>)>, StoreError> {
    let head = bucket.head(path, Lease::LONGEST as u64)?;
    Ok(head.map(|head| (Lease::decode(&head.bytes), head.etag)))
}
