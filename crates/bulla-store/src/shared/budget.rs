use std::io;
use std::time::{Duration, Instant};

/// How long a server is waited for in all while one entry is read or written: a server that is slow without ever being
/// too slow for one request would hold its reader up for hours.
#[derive(Debug)]
pub(super) struct Budget {
    all: Duration,
    left: Duration,
}

impl Budget {
    /// `base`, and a second for each 128 KiB.
    pub(super) fn new(base: Duration, bytes: u64) -> Self {
        let all = base + Duration::from_secs(bytes >> 17);
        Self { all, left: all }
    }

    /// Waits, and counts for how long. An error if that is more than there was.
    pub(super) fn spend<T>(&mut self, wait: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let begun = Instant::now();
        let done = wait()?;
        self.left = self.left.checked_sub(begun.elapsed()).ok_or_else(|| {
            let problem =
                format!("the server takes more than {} s for an entry of its size", self.all.as_secs());
            io::Error::new(io::ErrorKind::TimedOut, problem)
        })?;
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    #[test]
    fn waiting_is_counted_and_what_happens_between_is_not() {
        let mut budget = Budget::new(Duration::from_millis(200), 100);
        let moment = || -> io::Result<()> {
            sleep(Duration::from_millis(60));
            Ok(())
        };
        for _ in 0..3 {
            budget.spend(moment).expect("less than there was");
            moment().expect("it only sleeps");
        }
        let error = budget.spend(moment).expect_err("more than there was");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
