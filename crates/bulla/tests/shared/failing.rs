//! Stores that fail: the work goes on, at a bounded price.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bulla::{Cache, Claimed, Details, FileStore, OnFailure, PutError, Shared};

use crate::adversaries::*;
use crate::bucket::{Bucket, Honest};
use crate::fleet::*;
use crate::support::*;

#[test]
fn a_store_that_is_gone_is_asked_three_times_warned_of_once_and_costs_no_result() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache_over(&bucket, Unreachable);
    for number in 0..10 {
        let key = key("signature", &number.to_string());
        assert_eq!(outcome(&cache, &key), "unreachable");
        put(&cache, &key, b"evidence");
        assert_eq!(outcome(&cache, &key), "hit: evidence");
    }
    assert_eq!(bucket.asked(), ["get", "put", "get"]);
    let warnings = machine.warnings.told();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].starts_with("going on without the shared store memory://bucket: "), "{warnings:?}");
    assert_eq!(["put", "hit"].map(|name| count(&cache, name)), [10, 10]);
    // Ten questions, and ten entries of which each has a draft and is put.
    assert_eq!(["shared-unreachable", "shared-left-alone"].map(|name| count(&cache, name)), [3, 17]);
    let left_alone = |note: &&String| note.contains("is left alone from now on");
    assert_eq!(machine.notes.told().iter().filter(left_alone).count(), 1);
}

#[test]
fn what_is_left_alone_says_so() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache_over(&bucket, Unreachable);
    let misses: Vec<_> = (0..4).map(|_| cache.get(&any_key()).err().unwrap().to_string()).collect();
    let [.., third, fourth] = &misses[..] else { panic!("four") };
    assert_eq!(third, "unreachable: cannot reach the bucket: connection refused");
    assert_eq!(fourth, "unreachable: cannot use memory://bucket: it is left alone after 3 failures in a row");
}

#[test]
fn a_black_hole_costs_three_times_what_one_call_waits() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let one_call = Duration::from_millis(100);
    let cache = machine.cache_over(&bucket, BlackHole(one_call));
    let begun = Instant::now();
    for number in 0..20 {
        assert_eq!(outcome(&cache, &key("signature", &number.to_string())), "unreachable");
    }
    let took = begun.elapsed();
    assert_eq!(bucket.times("get"), 3);
    assert!(took >= 3 * one_call && took < 10 * one_call, "{took:?}");
}

/// Asks so many questions that nobody has answered, and puts an answer to each.
fn ask_and_put(cache: &Cache<FileStore>, times: usize) {
    for number in 0..times {
        let key = key("signature", &number.to_string());
        assert_eq!(outcome(cache, &key), "absent");
        put(cache, &key, b"evidence");
    }
}

#[test]
fn a_store_that_fails_now_and_then_is_not_left_alone() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache_over(&bucket, Stumbling::default());
    ask_and_put(&cache, 6);
    assert_eq!((bucket.times("get"), bucket.times("put")), (6, 6));
    assert_eq!((count(&cache, "shared-unreachable"), machine.warnings.told().len()), (3, 1));
}

#[test]
fn a_store_that_takes_nothing_is_no_longer_written_to_and_still_read() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache_over(&bucket, Refusing);
    ask_and_put(&cache, 5);
    assert_eq!((bucket.times("get"), bucket.times("put")), (5, 3));
    assert!(machine.notes.told().iter().any(|note| note.contains("is not written to from now on")));
}

#[test]
fn entries_that_are_found_and_never_given_count_as_failures_in_a_row() {
    let (bucket, _) = filled();
    let (cutting, machine) = (Cutting { after: 2 }, Machine::new());
    let cache = machine.cache_over(&bucket, cutting);
    let misses: Vec<_> = (0..4).map(|_| cache.get(&any_key()).err().unwrap().to_string()).collect();
    assert!(misses[3].ends_with("it is left alone after 3 failures in a row"), "{misses:?}");
    assert_eq!(bucket.times("get"), 3);
}

#[test]
fn an_entry_where_nothing_is_replaced_is_shared_already() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.strict(&bucket, Keeping);
    for payload in [b"first", b"later", b"again", b"final"] {
        put(&cache, &any_key(), payload);
    }
    assert_eq!((bucket.times("put"), count(&cache, "shared-put")), (4, 1));
    assert_eq!((count(&cache, "shared-unreachable"), machine.warnings.told().len()), (0, 0));
    assert_eq!(outcome(&Machine::new().cache(&bucket), &any_key()), "hit: first");
}

#[test]
fn a_failure_is_an_error_where_that_was_asked_for_and_the_entry_is_stored_here_first() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.strict(&bucket, Refusing);
    let error = cache.put(&any_key(), Details::default(), &b"evidence"[..]).unwrap_err();
    assert!(matches!(error, PutError::Shared(_)), "{error}");
    assert!(error.to_string().starts_with("stored here, but not in the shared store: "), "{error}");
    assert_eq!(outcome(&cache, &any_key()), "hit: evidence");
}

#[test]
fn where_failures_are_errors_a_store_that_is_left_alone_goes_on_being_one() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.strict(&bucket, Unreachable);
    for number in 0..6 {
        let key = key("signature", &number.to_string());
        assert!(matches!(cache.put(&key, Details::default(), &b"x"[..]), Err(PutError::Shared(_))));
    }
    assert_eq!(bucket.times("put"), 3);
}

#[test]
fn a_connection_cut_in_the_middle_of_a_body_is_unreachable_and_keeps_nothing() {
    let (bucket, payload) = filled();
    let machine = Machine::new();
    // The head, and the table.
    let cache = machine.cache_over(&bucket, Cutting { after: 2 });
    assert_eq!(outcome(&cache, &any_key()), "unreachable");
    assert_eq!(outcome(&machine.alone(), &any_key()), "absent");
    assert_eq!((count(&cache, "shared-unreachable"), machine.warnings.told().len()), (1, 1));
    assert!(get(&machine.cache(&bucket), &any_key()).unwrap() == payload, "it is still there");
}

#[test]
fn a_server_killed_between_two_machines_stops_neither() {
    let (bucket, payload) = filled();
    let machines = [Machine::new(), Machine::new()];
    let caches = machines.each_ref().map(|machine| machine.cache(&bucket));
    assert!(caches.iter().all(|cache| get(cache, &any_key()).unwrap() == payload));
    drop(caches);
    for machine in &machines {
        let cache = machine.cache_over(&bucket, Unreachable);
        assert!(get(&cache, &any_key()).unwrap() == payload, "what was kept is kept");
        put(&cache, &key("signature", "another"), b"other");
        assert_eq!(outcome(&cache, &key("signature", "another")), "hit: other");
        assert_eq!(machine.warnings.told().len(), 1);
    }
}

#[test]
fn an_entry_that_the_store_threw_away_is_absent_for_others_and_no_loss_here() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache_over(&bucket, Losing);
    put(&cache, &any_key(), b"evidence");
    assert_eq!(outcome(&cache, &any_key()), "hit: evidence");
    assert_eq!(outcome(&Machine::new().cache(&bucket), &any_key()), "absent");
}

#[test]
fn a_report_that_is_not_whole_goes_nowhere() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let shared = Shared { on_failure: OnFailure::Fail, ..shared(&bucket, Honest) };
    let cache = machine.cache_with(shared);
    let error = cache.put(&key("sbom", "an image"), Details::default(), &b"{\"a\":"[..]).unwrap_err();
    assert!(matches!(error, PutError::NotAReport(_)), "{error}");
    assert_eq!(bucket.times("put"), 0);
}

#[test]
fn a_store_that_gives_no_leases_is_written_to_all_the_same() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache_over(&bucket, Disagreeing);
    for number in 0..5 {
        let key = key("signature", &number.to_string());
        assert!(matches!(cache.claim(&key, Duration::from_secs(60), &mut |_| (), &|| false), Claimed::None));
        put(&cache, &key, b"evidence");
    }
    assert_eq!((bucket.times("lease"), bucket.times("put"), bucket.objects().len()), (3, 5, 5));
    assert_eq!(machine.warnings.told().len(), 1);
}
