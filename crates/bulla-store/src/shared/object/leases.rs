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
    if let Some(answer) = found.as_ref().and_then(|found| held(found)?.answer(claim)) {
        return Ok(answer);
    }
    let provided = found.map_or(Provided::Absent, |found| Provided::Is(found.etag));
    bucket.write(path, &claim.encode(), provided)?;
    // It may lie there by now, and whoever has it gives it back: a look that fails takes nothing from that.
    let found = look(bucket, path).ok().flatten();
    Ok(found.and_then(|found| held(&found)?.answer(claim)).unwrap_or(Leased::Ours))
}

pub(super) fn release(bucket: &Bucket, path: &str, claim: &Lease) -> Result<(), StoreError> {
    let is_ours = |found: Head| held(&found).is_some_and(|held| held == *claim);
    if bucket.can_delete() && look(bucket, path)?.is_some_and(is_ours) {
        bucket.delete(path)?;
    }
    Ok(())
}

fn look(bucket: &Bucket, path: &str) -> Result<Option<Head>, StoreError> {
    bucket.head(path, Lease::LONGEST as u64)
}

fn held(found: &Head) -> Option<Lease> {
    Lease::decode(&found.bytes)
}
