use std::time::Duration;

/// A moment: milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The last moment that can stand in a header: 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The moment that many milliseconds after the epoch; `None` after [`Timestamp::MAX`].
    pub const fn from_millis(millis: u64) -> Option<Self> {
        if millis <= Self::MAX.0 { Some(Self(millis)) } else { None }
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// The moment `duration` later, at most [`Timestamp::MAX`].
    pub fn saturating_add(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis)).min(Self::MAX)
    }

    /// How long after `earlier` this is; zero if it is not later.
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_moment_lies_after_the_year_9999() {
        let last = Timestamp::MAX.as_millis();
        assert_eq!(Timestamp::from_millis(last), Some(Timestamp::MAX));
        assert_eq!(Timestamp::from_millis(last + 1), None);
        assert_eq!(Timestamp::from_millis(u64::MAX), None);
        assert_eq!(Timestamp(5).saturating_add(Duration::MAX), Timestamp::MAX);
        assert_eq!(Timestamp::MAX.saturating_add(Duration::from_millis(1)), Timestamp::MAX);
    }

    #[test]
    fn less_than_a_millisecond_adds_nothing() {
        assert_eq!(Timestamp(5).saturating_add(Duration::from_micros(999)), Timestamp(5));
        assert_eq!(Timestamp(5).saturating_add(Duration::from_micros(1001)), Timestamp(6));
    }

    #[test]
    fn nothing_has_passed_since_a_later_moment() {
        assert_eq!(Timestamp(7).saturating_since(Timestamp(5)), Duration::from_millis(2));
        assert_eq!(Timestamp(5).saturating_since(Timestamp(7)), Duration::ZERO);
    }
}
