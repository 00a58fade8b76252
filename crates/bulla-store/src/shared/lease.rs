use bulla_core::Timestamp;

/// A claim to be the one who makes an entry, for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Who claims it, such as a machine's name and a process: at most 200 bytes, shown to those who wait.
    pub owner: String,
    /// Since when, by the claimant's clock.
    pub since: Timestamp,
    /// When it is over, whatever happened to its owner.
    pub until: Timestamp,
}

/// Who makes an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leased {
    /// The claimant.
    Ours,
    /// Somebody else, for a while yet.
    Theirs(Lease),
}

impl Lease {
    /// What is read of a lease, in bytes.
    pub const LONGEST: usize = 512;

    /// `since until owner`, in milliseconds since 1970, on one line.
    pub fn encode(&self) -> String {
        format!("{} {} {}", self.since.as_millis(), self.until.as_millis(), self.owner)
    }

    /// Reads what [`Lease::encode`] writes. It comes from a store: what is no lease is `None`, and an owner's control
    /// characters become spaces.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let text = str::from_utf8(bytes.get(..bytes.len().min(Self::LONGEST))?).ok()?;
        let mut parts = text.splitn(3, ' ');
        let mut time = || Timestamp::from_millis(parts.next()?.parse().ok()?);
        let (since, until) = (time()?, time()?);
        let owner = parts.next()?.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Some(Self { owner, since, until })
    }

    /// Whether it is over at that moment. One that claims to last longer than a day is taken for none.
    pub fn is_over(&self, now: Timestamp) -> bool {
        const DAY: u64 = 24 * 3600 * 1000;
        self.until <= now || self.until.as_millis() > now.as_millis().saturating_add(DAY)
    }

    /// What it means to a claimant that this one lies there; `None` if it is over.
    pub(super) fn answer(self, claim: &Self) -> Option<Leased> {
        if self.is_over(claim.since) {
            None
        } else if self == *claim {
            Some(Leased::Ours)
        } else {
            Some(Leased::Theirs(self))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis).expect("before the year 10000")
    }

    #[test]
    fn a_lease_is_read_as_it_was_written_and_nothing_else_is_one() {
        let lease = Lease { owner: "runner 7, process 42".to_owned(), since: at(1_000), until: at(61_000) };
        assert_eq!(Lease::decode(lease.encode().as_bytes()), Some(lease.clone()));
        for bad in [&b""[..], b"1", b"1 2", b"x 2 y", b"1 99999999999999999999 y", b"\xff\xff"] {
            assert_eq!(Lease::decode(bad), None, "{bad:?}");
        }
        let hostile = Lease::decode(b"1 2 a\x1b[2J\nb").expect("it has three parts");
        assert_eq!(hostile.owner, "a [2J b");
    }

    #[test]
    fn a_lease_ends_at_its_time_and_none_lasts_for_ever() {
        let lease = |until| Lease { owner: String::new(), since: at(0), until: at(until) };
        assert!(lease(5_000).is_over(at(5_000)) && !lease(5_001).is_over(at(5_000)));
        assert!(lease(90_000_000).is_over(at(1_000)), "more than a day");
    }
}
