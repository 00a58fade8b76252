//! What is a mounted directory's own: leases as files beside the entries.

#![expect(clippy::disallowed_methods, reason = "tests plant files, and look at what became of them")]

mod support;

use std::fs;
use std::thread;
use std::time::Duration;

use bulla_store::{Lease, Leased};
use support::*;

/// From that second of the system's time on, for a minute.
fn claim(owner: usize, since: u64) -> Lease {
    let at = |second| after(Duration::from_secs(second));
    Lease { owner: format!("runner {owner}"), since: at(since), until: at(since + 60) }
}

#[test]
fn of_many_who_find_one_that_is_over_one_has_it_next_and_no_draft_stays() {
    let mount = Mount::new();
    for round in 0..50 {
        let lease = mount.lease(&name(1));
        fs::write(&lease, claim(99, 0).encode()).unwrap();
        let claims: Vec<_> = (0..8).map(|n| claim(n, 100)).collect();
        let answers: Vec<_> = thread::scope(|scope| {
            let ask = |claim| {
                let store = mount.store();
                scope.spawn(move || store.lease(&name(1), claim).unwrap())
            };
            let asked: Vec<_> = claims.iter().map(ask).collect();
            asked.into_iter().map(|asked| asked.join().unwrap()).collect()
        });
        let ours = answers.iter().filter(|answer| **answer == Leased::Ours).count();
        assert_eq!(ours, 1, "round {round}: {answers:?}");
        assert_eq!(names(&mount.dir()), [lease.file_name().unwrap().to_str().unwrap()]);
    }
}

/// A draft was once named after its millisecond, and the claimant that came second removed it under the first one's hands.
#[test]
fn a_draft_that_somebody_has_left_is_in_nobody_s_way() {
    let mount = Mount::new();
    let mine = claim(1, 0);
    let left = format!("{}.lease.{}", name(1), mine.since.as_millis());
    fs::write(mount.dir().join(&left), "1 2 another").unwrap();
    assert_eq!(mount.store().lease(&name(1), &mine).unwrap(), Leased::Ours);
    assert!(mount.dir().join(&left).exists(), "it is another's");
}
