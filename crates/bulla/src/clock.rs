use std::time::{SystemTime, UNIX_EPOCH};

use bulla_core::Timestamp;

/// The system's clock. A clock before 1970 reads as 1970, and one after 9999 as its end: both make every entry
/// expired or issued in the future, never good.
#[expect(clippy::disallowed_methods, reason = "this is the one clock")]
pub fn system_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX)
}
