use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A day of the calendar, in UTC. Written and read as `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

impl Day {
    /// The day on which that moment is; `None` outside of the years -9999 to 9999.
    pub fn of_unix_millis(millis: i64) -> Option<Self> {
        Some(Self(Timestamp::from_millisecond(millis).ok()?.to_zoned(TimeZone::UTC).date()))
    }

    /// The day before; `None` before the first one there is.
    pub(crate) fn before(self) -> Option<Self> {
        self.0.yesterday().ok().map(Self)
    }
}

/// Text that is no day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotADay(String);

impl fmt::Display for NotADay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no day; write it as YYYY-MM-DD", self.0.escape_default())
    }
}

impl std::error::Error for NotADay {}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let shape = |(at, c): (usize, char)| if at == 4 || at == 7 { c == '-' } else { c.is_ascii_digit() };
        let is_shaped = text.len() == 10 && text.char_indices().all(shape);
        // Only what has the shape: the parser takes more than a day, such as a time of day or a zone.
        let date = if is_shaped { text.parse::<Date>().ok() } else { None };
        date.map(Self).ok_or_else(|| NotADay(text.chars().take(40).collect()))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_in_one_way_only() {
        assert_eq!("2024-02-29".parse::<Day>().unwrap().to_string(), "2024-02-29");
        for bad in ["2023-02-29", "2023-2-3", "20230203", "2023-02-03T00:00", "", "2023-13-01", "٢٠٢٣-٠١"]
        {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
        assert_eq!(
            "\u{1b}[2J".parse::<Day>().unwrap_err().to_string(),
            "`\\u{1b}[2J` is no day; write it as YYYY-MM-DD"
        );
    }

    #[test]
    fn the_day_of_a_moment_is_that_of_utc() {
        let day = |millis| Day::of_unix_millis(millis).unwrap().to_string();
        assert_eq!(
            [day(0), day(86_399_999), day(86_400_000), day(-1)],
            ["1970-01-01", "1970-01-01", "1970-01-02", "1969-12-31"]
        );
        assert_eq!(Day::of_unix_millis(i64::MAX), None);
    }
}
