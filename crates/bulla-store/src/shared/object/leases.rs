use super::bucket::{Bucket, Head, Provided};
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
    let found = look(bucket, path)?;
    if let Some(held) = found.as_ref().and_then(|found| held(found, claim)) {
        return Ok(judge(held, claim));
    }
    let provided = found.map_or(Provided::Absent, |found| Provided::Is(found.etag));
    bucket.write(path, &claim.encode(), provided)?;
    let held = look(bucket, path)?.and_then(|found| held(&found, claim));
    Ok(held.map_or(Leased::Ours, |held| judge(held, claim)))
}

pub(super) fn release(bucket: &Bucket, path: &str, claim: &Lease) -> Result<(), StoreError> {
    let is_ours = |found: Head| held(&found, claim).is_some_and(|held| held == *claim);
    if bucket.can_delete() && look(bucket, path)?.is_some_and(is_ours) {
        bucket.delete(path)?;
    }
    Ok(())
}

fn look(bucket: &Bucket, path: &str) -> Result<Option<Head>, StoreError> {
    bucket.head(path, Lease::LONGEST as u64)
}

/// What lies there, if it is a lease that is not over.
fn held(found: &Head, claim: &Lease) -> Option<Lease> {
    Lease::decode(&found.bytes).filter(|held| !held.is_over(claim.since))
}

fn judge(held: Lease, claim: &Lease) -> Leased {
    if held == *claim { Leased::Ours } else { Leased::Theirs(held) }
}
