use std::time::Duration;

/// Pauses between two questions, each half as long again as the one before, up to two seconds: and each of them
/// somewhat shorter or longer, so that many who began together do not ask together.
#[derive(Debug)]
pub(super) struct Pauses {
    next: Duration,
}

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(2);

impl Pauses {
    pub(super) const fn new() -> Self {
        Self { next: FIRST }
    }
}

impl Iterator for Pauses {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let pause = self.next;
        self.next = (pause * 3 / 2).min(LONGEST);
        let mut random = [128];
        // Without randomness they ask together, which is no harm.
        let _ = getrandom::fill(&mut random);
        // Between three quarters and five quarters.
        Some(pause * (384 + u32::from(random[0])) / 512)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_bound_and_differ() {
        let pauses: Vec<_> = Pauses::new().take(30).collect();
        assert!(pauses[0] >= FIRST * 3 / 4 && pauses[0] <= FIRST * 5 / 4, "{pauses:?}");
        assert!(pauses.iter().all(|pause| *pause <= LONGEST * 5 / 4), "{pauses:?}");
        assert!(pauses[20..].iter().all(|pause| *pause >= LONGEST * 3 / 4), "{pauses:?}");
        assert!(pauses[20..].windows(2).any(|two| two[0] != two[1]), "{pauses:?}");
    }
}
