use super::document::{ArtifactLocation, PhysicalLocation, Region};
use super::text::relative_uri;
use crate::finding::Location;

/// The largest number that readers with 32-bit integers take.
const LAST_LINE: u64 = i32::MAX as u64;

/// Where something is; `elsewhere`, a relative URI, for what has no place: GitHub takes no result without one.
pub(crate) fn physical(place: Option<&Location>, elsewhere: &str) -> PhysicalLocation {
    let uri = place.and_then(|place| relative_uri(&place.path)).unwrap_or_else(|| elsewhere.to_owned());
    let number = |number: &u64| (1..=LAST_LINE).contains(number);
    let region = place.and_then(|place| {
        let start_line = place.line.filter(number)?;
        Some(Region { start_line, start_column: place.column.filter(number) })
    });
    PhysicalLocation { artifact_location: ArtifactLocation { uri }, region }
}
