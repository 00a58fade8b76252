use std::sync::atomic::{AtomicU32, Ordering};

/// Failures in a row after which a store is left alone, for good.
pub(super) const LIMIT: u32 = 3;

/// How often a store has failed since it last worked.
#[derive(Debug, Default)]
pub(super) struct Breaker(AtomicU32);

impl Breaker {
    /// Whether the store is left alone.
    pub(super) fn is_open(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= LIMIT
    }

    /// An answer that comes late, from before the store was left alone, changes nothing.
    pub(super) fn worked(&self) {
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |row| (row < LIMIT).then_some(0));
    }

    /// Whether the store is left alone from this failure on.
    pub(super) fn failed(&self) -> bool {
        let one_more = |row: u32| row.checked_add(1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more) == Ok(LIMIT - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_failures_in_a_row_open_it_for_good_and_fewer_do_not() {
        let breaker = Breaker::default();
        for _ in 0..10 {
            assert!(!breaker.failed() && !breaker.failed());
            breaker.worked();
        }
        assert_eq!([breaker.failed(), breaker.failed(), breaker.failed()], [false, false, true]);
        breaker.worked();
        assert!(breaker.is_open(), "a late answer changes nothing");
        assert!(!breaker.failed(), "it opens once");
    }
}
