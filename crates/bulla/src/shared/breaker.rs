use std::sync::atomic::{AtomicU32, Ordering};

/// Failures in a row after which a store is left alone, for good.
pub(super) const LIMIT: u32 = 3;

/// What a store is used for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Use {
    Read,
    Write,
}

/// How often a store has failed since it last worked, for each use: one that gives what it has, and hangs on everything it
/// is to keep, must not cost its time with every entry.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    read: AtomicU32,
    write: AtomicU32,
}

impl Breaker {
    /// Whether the store is left alone.
    pub(super) fn is_open(&self, used: Use) -> bool {
        self.row(used).load(Ordering::Relaxed) >= LIMIT
    }

    /// An answer that comes late, from before the store was left alone, changes nothing.
    pub(super) fn worked(&self, used: Use) {
        let less = |row: u32| (row < LIMIT).then_some(0);
        let _ = self.row(used).fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    /// A failure counts for both uses: a store that is gone costs [`LIMIT`] in all. Whether it is left alone from this
    /// one on, for reading and for writing.
    pub(super) fn failed(&self) -> [bool; 2] {
        let one_more = |row: u32| row.checked_add(1);
        [&self.read, &self.write]
            .map(|row| row.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more) == Ok(LIMIT - 1))
    }

    fn row(&self, used: Use) -> &AtomicU32 {
        match used {
            Use::Read => &self.read,
            Use::Write => &self.write,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_failures_in_a_row_open_it_for_good_and_fewer_do_not() {
        let breaker = Breaker::default();
        for _ in 0..10 {
            assert_eq!([breaker.failed(), breaker.failed()], [[false; 2]; 2]);
            breaker.worked(Use::Read);
            breaker.worked(Use::Write);
        }
        assert_eq!([breaker.failed(), breaker.failed(), breaker.failed()], [[false; 2], [false; 2], [true; 2]]);
        breaker.worked(Use::Read);
        assert!(breaker.is_open(Use::Read), "a late answer changes nothing");
        assert_eq!(breaker.failed(), [false; 2], "it opens once");
    }

    #[test]
    fn what_works_for_one_use_is_no_excuse_for_the_other() {
        let breaker = Breaker::default();
        for opens in [false, false, true] {
            assert_eq!(breaker.failed(), [false, opens]);
            breaker.worked(Use::Read);
        }
        assert!(breaker.is_open(Use::Write) && !breaker.is_open(Use::Read));
    }
}
