//! Clocks, times to live, and entries that are older than they should be.

use std::fs;
use std::time::Duration;

use bulla::{Details, Miss, Operation, PutError, Refusal, Settings, TimesToLive};

use crate::support::*;

/// One millisecond.
const TICK: Duration = Duration::from_millis(1);

/// How long an entry lives that is put with those settings.
fn lifetime(settings: Settings, operation: &str, ttl: Option<Duration>) -> Duration {
    let home = Home::new();
    let cache = home.cache_with(settings);
    let key = key(operation, "an image");
    cache.put(&key, Details { ttl, ..Details::default() }, &b"{}"[..]).unwrap();
    let validity = cache.get(&key).unwrap().header().claims.validity;
    validity.expires().saturating_since(validity.issued())
}

#[test]
fn an_entry_is_an_answer_until_its_last_millisecond_and_removed_after_it() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    put(&cache, &any_key(), b"evidence");
    let expires = cache.get(&any_key()).unwrap().header().claims.validity.expires();
    clock.forward(6 * HOUR - TICK);
    assert_eq!(outcome(&cache, &any_key()), "hit: evidence");
    clock.forward(TICK);
    let miss = get(&cache, &any_key()).unwrap_err();
    assert!(matches!(miss, Miss::Refused(Refusal::Expired { expires: at }) if at == expires), "{miss}");
    assert!(!path_of(&cache, &any_key()).exists());
    assert_eq!(home.quarantined(), [""; 0], "an expired entry is no evidence of anything");
    assert_eq!(outcome(&cache, &any_key()), "absent");
}

#[test]
fn an_sbom_lives_for_a_day_and_anything_else_for_six_hours() {
    for (operation, hours) in
        [("sbom", 24), ("scan-grype", 6), ("scan-x", 6), ("signature", 6), ("sbom-2", 6)]
    {
        for ttl in [None, Some(Duration::ZERO)] {
            assert_eq!(
                lifetime(Clock::new().settings(), operation, ttl),
                hours * HOUR,
                "{operation} {ttl:?}"
            );
        }
    }
}

#[test]
fn a_time_to_live_that_was_set_wins_and_zero_means_the_default() {
    let set = |ttl| {
        let mut settings = Clock::new().settings();
        settings.ttls.set(&"sbom".parse().unwrap(), ttl);
        settings
    };
    assert_eq!(lifetime(set(HOUR), "sbom", None), HOUR);
    assert_eq!(lifetime(set(HOUR), "sbom", Some(Duration::ZERO)), HOUR);
    assert_eq!(lifetime(set(HOUR), "sbom", Some(2 * HOUR)), 2 * HOUR, "the call wins over the setting");
    assert_eq!(lifetime(set(HOUR), "scan-grype", None), 6 * HOUR, "set for another operation");
    assert_eq!(lifetime(set(Duration::ZERO), "sbom", None), 24 * HOUR);
}

#[test]
fn no_entry_lives_longer_than_a_year() {
    let (home, clock) = (Home::new(), Clock::new());
    let mut settings = clock.settings();
    let sbom: Operation = "sbom".parse().unwrap();
    settings.ttls.set(&sbom, TimesToLive::MAX + TICK);
    let cache = home.cache_with(settings);
    for (operation, ttl) in [("sbom", None), ("signature", Some(TimesToLive::MAX + TICK))] {
        let details = Details { ttl, ..Details::default() };
        let error = cache.put(&key(operation, "an image"), details, &b"{}"[..]).unwrap_err();
        assert!(matches!(error, PutError::TtlTooLong(_)), "{error}");
    }
    assert_eq!(lifetime(clock.settings(), "sbom", Some(TimesToLive::MAX)), TimesToLive::MAX);
}

#[test]
fn an_entry_from_the_future_waits_where_it_is_until_the_clock_is_right() {
    let (home, clock) = (Home::new(), Clock::new());
    put(&home.cache(&clock), &any_key(), b"evidence");
    let reader = home.cache(&clock);
    clock.back(Duration::from_secs(60));
    assert_eq!(outcome(&reader, &any_key()), "hit: evidence", "clocks differ by up to a minute");
    clock.back(TICK);
    assert_eq!(outcome(&reader, &any_key()), "issued-in-future");
    assert_eq!(outcome(&reader, &any_key()), "issued-in-future");
    clock.forward(HOUR);
    assert_eq!(outcome(&reader, &any_key()), "hit: evidence");
}

#[test]
fn an_older_entry_put_back_after_a_newer_one_was_accepted_is_refused() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let path = path_of(&cache, &any_key());
    put(&cache, &any_key(), b"older");
    assert_eq!(outcome(&cache, &any_key()), "hit: older");
    let older = fs::read(&path).unwrap();
    clock.forward(TICK);
    put(&cache, &any_key(), b"newer");
    assert_eq!(outcome(&cache, &any_key()), "hit: newer");
    fs::write(&path, &older).unwrap();
    assert_eq!(outcome(&cache, &any_key()), "rolled-back");
    assert!(path.exists(), "it is good for a reader who has not seen the newer one");
    assert_eq!(
        outcome(&home.cache(&clock), &any_key()),
        "hit: older",
        "the limit that docs/threat-model.md has"
    );
    put(&cache, &any_key(), b"newest");
    assert_eq!(outcome(&cache, &any_key()), "hit: newest");
}

#[test]
fn an_entry_of_the_same_millisecond_is_not_older() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    for payload in ["one", "two"] {
        put(&cache, &any_key(), payload.as_bytes());
        assert_eq!(outcome(&cache, &any_key()), format!("hit: {payload}"));
    }
}

#[test]
fn what_was_accepted_for_one_key_refuses_nothing_under_another() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    put(&cache, &key("signature", "earlier"), b"earlier");
    clock.forward(TICK);
    put(&cache, &any_key(), b"later");
    assert_eq!(outcome(&cache, &any_key()), "hit: later");
    assert_eq!(outcome(&cache, &key("signature", "earlier")), "hit: earlier");
}
