use super::document::{ArtifactLocation, PhysicalLocation, Region};
use super::text::relative_uri;
use crate::finding::Location;

/// The largest number that readers with 32-bit integers take.
const LAST_LINE: u64 = i32::MAX as u64;

/// Where what has no place of its own is, in a target without a name.
const NOWHERE: &str = "bulla-scan";

/// Where what has no place of its own is: at the target, by a relative URI.
pub(crate) fn of_target(name: &str) -> String {
    relative_uri(name).unwrap_or_else(|| NOWHERE.to_owned())
}

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
