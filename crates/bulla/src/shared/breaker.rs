use std::sync::atomic::{AtomicU32, Ordering};

/// Failures in a row after which a store is left alone, for good.
pub(super) const LIMIT: u32 = 3;

/// What a store is used for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Use {
    Read,
    Write,
    /// Advice, which nothing depends on.
    Lease,
}

/// How often a store has failed since it last worked: in whatever it was asked, which is how often one that is gone costs its
/// time; and in each use, so that one that hangs on everything it is to keep does not cost it with every entry.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    any: AtomicU32,
    read: AtomicU32,
    write: AtomicU32,
    lease: AtomicU32,
}

impl Breaker {
    /// Whether the store is left alone, for that use at least.
    pub(super) fn is_open(&self, used: Use) -> bool {
        [&self.any, self.row(used)].into_iter().any(|row| row.load(Ordering::Relaxed) >= LIMIT)
    }

    /// An answer that comes late, from before the store was left alone, changes nothing.
    pub(super) fn worked(&self, used: Use) {
        let to_none = |row: u32| (row < LIMIT).then_some(0);
        for row in [&self.any, self.row(used)] {
            let _ = row.fetch_update(Ordering::Relaxed, Ordering::Relaxed, to_none);
        }
    }

    /// What becomes of the store with this failure, if that is new.
    pub(super) fn failed(&self, used: Use) -> Option<&'static str> {
        let one_more = |row: u32| row.checked_add(1);
        let [any, own] = [&self.any, self.row(used)]
            .map(|row| row.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more) == Ok(LIMIT - 1));
        match used {
            _ if any => Some("left alone"),
            _ if !own => None,
            Use::Read => Some("not read"),
            Use::Write => Some("not written to"),
            Use::Lease => Some("asked for no leases"),
        }
    }

    const fn row(&self, used: Use) -> &AtomicU32 {
        match used {
            Use::Read => &self.read,
            Use::Write => &self.write,
            Use::Lease => &self.lease,
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
            assert_eq!([breaker.failed(Use::Read), breaker.failed(Use::Read)], [None; 2]);
            breaker.worked(Use::Read);
        }
        let failed = [Use::Read, Use::Lease, Use::Write].map(|used| breaker.failed(used));
        assert_eq!(failed, [None, None, Some("left alone")]);
        breaker.worked(Use::Read);
        assert!(breaker.is_open(Use::Read) && breaker.is_open(Use::Write), "a late answer changes nothing");
        assert_eq!(breaker.failed(Use::Read), None, "it opens once");
    }

    #[test]
    fn what_works_for_one_use_is_neither_excuse_nor_blame_for_another() {
        let breaker = Breaker::default();
        for left in [None, None, Some("not written to")] {
            assert_eq!(breaker.failed(Use::Write), left);
            assert_eq!(breaker.failed(Use::Read), None);
            breaker.worked(Use::Read);
        }
        assert!(breaker.is_open(Use::Write));
        assert!(!breaker.is_open(Use::Read) && !breaker.is_open(Use::Lease));
    }
}
