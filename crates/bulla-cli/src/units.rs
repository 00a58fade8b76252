//! Durations, sizes and times as people write and read them.

use std::time::{Duration, UNIX_EPOCH};

use bulla::Timestamp;
use bytesize::ByteSize;

/// `90s`, `1h 30m`, `7d`; zero and negative ones come back as zero.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let positive = text.trim().strip_prefix('-');
    if text.trim() == "0" || positive == Some("0") {
        return Ok(Duration::ZERO);
    }
    let parsed = humantime::parse_duration(positive.unwrap_or(text));
    let parsed = parsed.map_err(|error| format!("{error}; expected a duration such as 30m, 6h or 7d"))?;
    Ok(if positive.is_some() { Duration::ZERO } else { parsed })
}

/// A limit, which must be more than nothing.
pub(crate) fn limit(text: &str) -> Result<Duration, String> {
    let limit = duration(text)?;
    if limit.is_zero() { Err("expected more than zero, such as 30m, 6h or 7d".to_owned()) } else { Ok(limit) }
}

/// `500MB`, `2GiB`, `1000`: bytes.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let size: ByteSize =
        text.parse().map_err(|error| format!("{error}; expected a size such as 500MB or 2GiB"))?;
    Ok(size.as_u64())
}

pub(crate) fn show_size(bytes: u64) -> String {
    ByteSize(bytes).display().iec().to_string()
}

/// In RFC 3339, UTC, to the second.
pub(crate) fn show_time(time: Timestamp) -> String {
    let time = UNIX_EPOCH + Duration::from_millis(time.as_millis());
    humantime::format_rfc3339_seconds(time).to_string()
}

/// To the two largest units: `2h 14m`.
pub(crate) fn show_duration(duration: Duration) -> String {
    let text = humantime::format_duration(Duration::from_secs(duration.as_secs())).to_string();
    text.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_a_unit_and_nothing_below_zero_is_kept() {
        assert_eq!(duration("6h"), Ok(Duration::from_secs(21_600)));
        assert_eq!(duration("1h 30m"), Ok(Duration::from_secs(5400)));
        for zero in ["0", "0s", "-0", "-5h"] {
            assert_eq!(duration(zero), Ok(Duration::ZERO), "{zero}");
        }
        for wrong in ["", "6", "h", "six hours", "--5h"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert!(limit("0").is_err());
    }

    #[test]
    fn a_duration_is_shown_in_its_two_largest_units() {
        assert_eq!(show_duration(Duration::from_millis(8_040_999)), "2h 14m");
        assert_eq!(show_duration(Duration::ZERO), "0s");
    }

    #[test]
    fn sizes_are_decimal_or_binary_as_their_unit_says() {
        assert_eq!(size("2KiB"), Ok(2048));
        assert_eq!(size("500MB"), Ok(500_000_000));
        assert!(size("many").is_err());
    }
}
