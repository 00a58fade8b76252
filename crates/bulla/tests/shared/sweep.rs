//! Cleaning a store that belongs to others too.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bulla::{Cache, FileStore, Mode, Shared, SharedSwept, Sweeping};

use crate::adversaries::*;
use crate::bucket::{Bucket, Conduct, Honest};
use crate::fleet::*;
use crate::support::*;

/// A bucket with an entry of each kind, all put seven hours ago except for the young one; and a machine of today.
fn old() -> (Arc<Bucket>, Machine) {
    let (bucket, writer, forger) = (Arc::new(Bucket::default()), Machine::new(), Machine::new());
    let named = |subject| key("signature", subject);
    put(&writer.cache(&bucket), &named("expired"), &noise(300_000));
    let shared_of = |bucket| shared(bucket, Honest);
    let foreign =
        Cache::open_shared(&forger.home.dir(), &keys(2), forger.settings(), shared_of(&bucket)).unwrap();
    put(&foreign, &named("foreign"), b"of another fleet");
    let expired = bucket.objects()[&named("expired").entry_name()].to_vec();
    bucket.plant(named("misplaced").entry_name(), &expired);
    let mut forged = expired;
    forged[60] ^= 1;
    bucket.plant(named("forged").entry_name(), &forged);
    bucket.plant(named("nonsense").entry_name(), b"of no shape");
    let machine = Machine::new();
    machine.clock.forward(7 * HOUR);
    writer.clock.forward(7 * HOUR);
    put(&writer.cache(&bucket), &named("young"), &noise(300_000));
    (bucket, machine)
}

fn left(swept: &SharedSwept) -> Vec<&'static str> {
    let mut left: Vec<_> =
        swept.left.iter().map(|listed| listed.miss.as_ref().map_or("an answer", bulla::Miss::name)).collect();
    left.sort_unstable();
    left
}

fn over(bucket: &Arc<Bucket>, machine: &Machine, conduct: impl Conduct + 'static) -> Cache<FileStore> {
    machine.cache_over(bucket, conduct)
}

#[test]
fn only_what_is_expired_by_a_header_that_this_ring_has_sealed_goes() {
    let (bucket, machine) = old();
    let cache = over(&bucket, &machine, Honest);
    for (sweeping, stay) in [(Sweeping::DryRun, 6), (Sweeping::ForReal, 5)] {
        let swept = cache.sweep_shared(sweeping).unwrap();
        let names: Vec<_> = swept.entries.iter().map(|entry| (entry.name, entry.reason.name())).collect();
        assert_eq!(names, [(key("signature", "expired").entry_name(), "expired")], "{sweeping:?}");
        assert_eq!(left(&swept).len(), 4);
        assert!(left(&swept).contains(&"unknown-signer") && left(&swept).contains(&"unsealed"));
        assert!(
            left(&swept).contains(&"wrong-key"),
            "a good entry under another name is left, expired or not"
        );
        assert_eq!(swept.kept.0, 1);
        assert!(swept.errors.is_empty());
        assert_eq!(bucket.objects().len(), stay, "{sweeping:?}");
    }
    let again = cache.sweep_shared(Sweeping::ForReal).unwrap();
    assert_eq!((again.entries.len(), bucket.objects().len()), (0, 5));
}

#[test]
fn listing_and_sweeping_read_headers_and_no_payload() {
    let (bucket, machine) = old();
    let cache = over(&bucket, &machine, Honest);
    assert_eq!(cache.list_shared().unwrap().len(), 6);
    cache.sweep_shared(Sweeping::ForReal).unwrap();
    assert_eq!(bucket.bodies.load(Ordering::Relaxed), 0);
}

#[test]
fn a_listing_that_omits_and_invents_names_removes_nothing_that_is_not_expired() {
    let (bucket, machine) = old();
    let invented = ["one", "two"].map(|subject| key("sbom", subject).entry_name());
    let young = key("signature", "young").entry_name();
    let listing = [&invented[..], &invented[..], &[young]].concat();
    let swept = over(&bucket, &machine, Inventing(listing)).sweep_shared(Sweeping::ForReal).unwrap();
    assert_eq!((swept.entries.len(), swept.left.len(), swept.kept.0), (0, 0, 1));
    assert_eq!(bucket.objects().len(), 6);
}

#[test]
fn an_expired_entry_given_in_place_of_a_good_one_takes_nothing_away() {
    let (bucket, machine) = old();
    let gives = key("signature", "expired").entry_name();
    let cache = over(&bucket, &machine, Swapping { gives });
    let swept = cache.sweep_shared(Sweeping::ForReal).unwrap();
    assert_eq!(swept.entries.len(), 1, "the one that is where it belongs");
    assert!(bucket.objects().contains_key(&key("signature", "young").entry_name()));
}

#[test]
fn a_store_that_is_gone_ends_the_sweep_after_three_failures() {
    let (bucket, machine) = old();
    let listing = (0..100).map(|number| key("sbom", &number.to_string()).entry_name()).collect();
    let cache = over(&bucket, &machine, Vanishing(listing));
    let swept = cache.sweep_shared(Sweeping::ForReal).unwrap();
    let last = swept.errors.last().unwrap().to_string();
    assert!(last.ends_with("entries are left alone after 3 failures in a row"), "{last}");
    assert!(cache.list_shared().unwrap_err().to_string().starts_with("cannot "));
    // Eight are asked for at once.
    assert!((3..=3 + 8).contains(&bucket.times("get")), "{}", bucket.times("get"));
    assert_eq!(bucket.objects().len(), 6);
}

#[test]
fn who_may_not_write_removes_nothing_and_may_look() {
    let (bucket, machine) = old();
    let shared = Shared { mode: Mode::ReadOnly, ..shared(&bucket, Honest) };
    let cache = machine.cache_with(shared);
    let error = cache.sweep_shared(Sweeping::ForReal).unwrap_err();
    assert_eq!(error.to_string(), "cannot clean memory://bucket: its mode is read-only");
    assert_eq!(cache.sweep_shared(Sweeping::DryRun).unwrap().entries.len(), 1);
    assert_eq!(bucket.objects().len(), 6);
    let error = machine.alone().sweep_shared(Sweeping::DryRun).unwrap_err();
    assert_eq!(error.to_string(), "cannot clean the shared store: there is none");
}

#[test]
fn what_cannot_be_read_is_an_error_and_not_somebody_elses() {
    let (bucket, machine) = old();
    let cache = over(&bucket, &machine, Patchy(key("signature", "expired").entry_name()));
    let swept = cache.sweep_shared(Sweeping::ForReal).unwrap();
    assert_eq!((swept.entries.len(), swept.left.len(), swept.kept.0), (0, 4, 1));
    let errors: Vec<_> = swept.errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors, ["cannot reach the bucket: timed out"]);
}

#[test]
fn who_may_not_remove_is_told_a_few_times_and_not_of_every_entry() {
    let (bucket, machine, late) = (Arc::new(Bucket::default()), Machine::new(), Machine::new());
    let cache = machine.cache(&bucket);
    for number in 0..100 {
        put(&cache, &key("signature", &number.to_string()), b"evidence");
    }
    late.clock.forward(7 * HOUR);
    let swept = over(&bucket, &late, Disagreeing).sweep_shared(Sweeping::ForReal).unwrap();
    assert_eq!((swept.entries.len(), bucket.objects().len()), (0, 100));
    assert!((4..=4 + 8).contains(&swept.errors.len()), "{}", swept.errors.len());
    let last = swept.errors.last().unwrap().to_string();
    assert!(last.ends_with("entries are left alone after 3 failures in a row"), "{last}");
}
