//! What is written to the shared store beside the work.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bulla::{Claimed, OnFailure, Shared, SharedWrite};

use crate::adversaries::*;
use crate::bucket::{Bucket, Conduct, Honest};
use crate::fleet::*;
use crate::support::*;

/// Longer than any machine takes to get there.
const PATIENCE: Duration = Duration::from_secs(60);

fn behind(bucket: &Arc<Bucket>, conduct: impl Conduct + 'static) -> Shared {
    Shared { write: SharedWrite::Background, patience: PATIENCE, ..shared(bucket, conduct) }
}

#[test]
fn publishing_does_not_wait_for_the_store_and_finishing_does() {
    let (bucket, machine, gate) = (Arc::new(Bucket::default()), Machine::new(), Gate::default());
    let cache = machine.cache_with(behind(&bucket, Waiting(gate.clone())));
    for number in 0..5 {
        put(&cache, &key("signature", &number.to_string()), b"evidence");
    }
    assert_eq!(bucket.objects().len(), 0);
    gate.open();
    cache.finish_shared(PATIENCE).unwrap();
    assert_eq!((bucket.objects().len(), count(&cache, "shared-put")), (5, 5));
    // And once more, when nothing waits.
    put(&cache, &key("signature", "another"), b"evidence");
    cache.finish_shared(PATIENCE).unwrap();
    assert_eq!((bucket.objects().len(), machine.warnings.told().len()), (6, 0));
}

#[test]
fn a_lease_goes_on_until_the_entry_is_there() {
    let (bucket, machine, gate) = (Arc::new(Bucket::default()), Machine::new(), Gate::default());
    let cache = machine.cache_with(behind(&bucket, Waiting(gate.clone())));
    let Claimed::Ours(claim) = cache.claim(&any_key(), PATIENCE, &mut |_| (), &|| false) else {
        panic!("nobody else has it")
    };
    put(&cache, &any_key(), b"evidence");
    drop(claim);
    let name = any_key().entry_name();
    assert!(bucket.lease_of(&name).is_some() && bucket.times("release") == 0);
    gate.open();
    cache.finish_shared(PATIENCE).unwrap();
    assert_eq!((bucket.objects().len(), bucket.lease_of(&name)), (1, None));
}

#[test]
fn what_is_not_written_in_time_is_given_up_with_a_warning_and_lies_here() {
    let (bucket, machine, gate) = (Arc::new(Bucket::default()), Machine::new(), Gate::default());
    let cache = machine.cache_with(behind(&bucket, Waiting(gate.clone())));
    for number in 0..3 {
        put(&cache, &key("signature", &number.to_string()), b"evidence");
    }
    let begun = Instant::now();
    cache.finish_shared(Duration::from_millis(50)).unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10));
    let warnings = machine.warnings.told();
    assert_eq!(warnings, ["cannot finish writing to memory://bucket: 3 given up after 50ms"]);
    assert_eq!((bucket.objects().len(), count(&cache, "shared-given-up")), (0, 3));
    assert_eq!(outcome(&cache, &key("signature", "2")), "hit: evidence");
    gate.open();
}

#[test]
fn giving_up_and_failing_are_errors_where_that_was_asked_for() {
    let (bucket, machine, gate) = (Arc::new(Bucket::default()), Machine::new(), Gate::default());
    let strict = |shared| Shared { on_failure: OnFailure::Fail, ..shared };
    let cache = machine.cache_with(strict(behind(&bucket, Waiting(gate.clone()))));
    put(&cache, &any_key(), b"evidence");
    let error = cache.finish_shared(Duration::from_millis(50)).unwrap_err();
    assert_eq!(error.to_string(), "cannot finish writing to memory://bucket: 1 given up after 50ms");
    gate.open();

    let cache = machine.cache_with(strict(behind(&bucket, Refusing)));
    put(&cache, &any_key(), b"evidence");
    assert_eq!(
        cache.finish_shared(PATIENCE).unwrap_err().to_string(),
        "cannot reach the bucket: no storage space"
    );
    cache.finish_shared(PATIENCE).expect("an error is given once");
}

#[test]
fn a_cache_that_is_dropped_finishes_or_gives_up_loudly() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache_with(behind(&bucket, Honest));
    put(&cache, &any_key(), b"evidence");
    drop(cache);
    assert_eq!((bucket.objects().len(), machine.warnings.told().len()), (1, 0));

    let gate = Gate::default();
    let not_long = Duration::from_millis(50);
    let cache = machine.cache_with(Shared { patience: not_long, ..behind(&bucket, Waiting(gate.clone())) });
    put(&cache, &any_key(), b"evidence");
    drop(cache);
    let warnings = machine.warnings.told();
    assert_eq!(warnings, ["cannot finish writing to memory://bucket: 1 given up after 50ms"]);
    gate.open();
}

#[test]
fn a_dead_store_in_the_background_is_left_alone_too() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache_with(behind(&bucket, Unreachable));
    for number in 0..10 {
        put(&cache, &key("signature", &number.to_string()), b"evidence");
        cache.finish_shared(PATIENCE).unwrap();
    }
    assert_eq!((bucket.times("put"), machine.warnings.told().len()), (3, 1));
}

#[test]
fn whoever_brings_more_than_can_wait_waits_and_not_for_ever() {
    let (bucket, machine, gate) = (Arc::new(Bucket::default()), Machine::new(), Gate::default());
    let not_long = Duration::from_millis(20);
    let cache = machine.cache_with(Shared { patience: not_long, ..behind(&bucket, Waiting(gate.clone())) });
    // One is on its way, and 64 wait.
    for number in 0..70 {
        put(&cache, &key("signature", &number.to_string()), b"evidence");
    }
    let given_up = count(&cache, "shared-given-up");
    assert!((5..=6).contains(&given_up), "{given_up}");
    assert_eq!(machine.warnings.told().len(), 1, "it is told, once");
    gate.open();
    cache.finish_shared(PATIENCE).unwrap();
    assert_eq!(bucket.objects().len() as u64 + given_up, 70);
}

#[test]
fn what_was_given_up_is_not_waited_for_once_more() {
    let (bucket, machine, gate) = (Arc::new(Bucket::default()), Machine::new(), Gate::default());
    let cache = machine.cache_with(behind(&bucket, Waiting(gate.clone())));
    put(&cache, &any_key(), b"evidence");
    cache.finish_shared(Duration::from_millis(50)).unwrap();
    let begun = Instant::now();
    drop(cache);
    assert!(begun.elapsed() < PATIENCE / 2);
    assert_eq!(machine.warnings.told().len(), 1);
    gate.open();
}

#[test]
fn a_lease_that_is_not_given_back_is_no_entry_that_was_lost() {
    let (bucket, machine, gate) = (Arc::new(Bucket::default()), Machine::new(), Gate::default());
    let shared = behind(&bucket, HoldingLeases(gate.clone()));
    let cache = machine.cache_with(Shared { on_failure: OnFailure::Fail, ..shared });
    let Claimed::Ours(claim) = cache.claim(&any_key(), PATIENCE, &mut |_| (), &|| false) else {
        panic!("nobody else has it")
    };
    put(&cache, &any_key(), b"evidence");
    drop(claim);
    cache.finish_shared(Duration::from_millis(50)).expect("the entry is there");
    assert_eq!((bucket.objects().len(), count(&cache, "shared-given-up")), (1, 0));
    gate.open();
}

#[test]
fn a_store_that_does_not_answer_in_time_is_warned_of_once() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache_with(behind(&bucket, BlackHole(Duration::from_millis(10))));
    put(&cache, &any_key(), b"evidence");
    cache.finish_shared(PATIENCE).unwrap();
    put(&cache, &any_key(), b"evidence");
    drop(cache);
    assert_eq!(machine.warnings.told().len(), 1, "{:?}", machine.warnings.told());
}
