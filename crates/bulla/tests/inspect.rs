//! What an entry says of itself, and whether that is to be believed.

#![expect(clippy::disallowed_methods, reason = "tests plant and damage files")]

mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use bulla::{Cache, EntryName, FileStore, Inspection, Refusal, Untrusted};
use support::*;

fn inspect(cache: &Cache<FileStore>, bytes: &[u8], name: Option<&EntryName>) -> Inspection {
    cache.inspect(&Untrusted::from(bytes.to_vec()), name)
}

/// The reasons for which header, seal and answer do not hold; `good` where they do.
fn reasons(inspection: &Inspection) -> [&'static str; 3] {
    let of = |refusal: Option<&Refusal>| refusal.map_or("good", Refusal::name);
    let Inspection { claimed, seal, answer } = inspection;
    [of(claimed.as_ref().err()), of(seal.as_ref().err()), of(answer.as_ref().err())]
}

#[test]
fn header_seal_and_answer_are_three_questions() {
    let (home, stranger, clock) = (Home::new(), Home::new(), Clock::new());
    let cache = home.cache_with(unpacked(clock.settings()));
    put(&cache, &any_key(), b"evidence");
    let good = fs::read(path_of(&cache, &any_key())).unwrap();
    let strangers = stranger.cache(&clock);
    put(&strangers, &any_key(), b"evidence");
    let strange = fs::read(path_of(&strangers, &any_key())).unwrap();
    let mut forged = good.clone();
    forged[40] ^= 1;
    let (own, other) = (any_key().entry_name(), key("signature", "another").entry_name());
    for (bytes, name, expected) in [
        (&good[..], Some(&own), ["good", "good", "good"]),
        (&good, None, ["good", "good", "good"]),
        (&good, Some(&other), ["good", "good", "wrong-key"]),
        (&good[..good.len() - 1], None, ["good", "good", "payload-damaged"]),
        (&strange, None, ["good", "unknown-signer", "unknown-signer"]),
        (&forged, None, ["good", "bad-seal", "bad-seal"]),
        (b"{}", None, ["unsealed", "unsealed", "unsealed"]),
        (b"", Some(&own), ["malformed", "malformed", "malformed"]),
    ] {
        assert_eq!(reasons(&inspect(&cache, bytes, name)), expected, "{} bytes, {name:?}", bytes.len());
    }
    clock.forward(6 * HOUR);
    assert_eq!(reasons(&inspect(&cache, &good, None)), ["good", "good", "expired"]);
}

#[test]
fn the_claims_are_shown_as_they_are_written_true_or_not() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    put(&cache, &any_key(), b"evidence");
    let mut bytes = fs::read(path_of(&cache, &any_key())).unwrap();
    bytes[30] ^= 1; // the lowest byte of issued-at: docs/format.md
    let inspection = inspect(&cache, &bytes, None);
    let claimed = inspection.claimed.unwrap();
    assert_eq!(claimed.claims.key, any_key());
    assert_eq!(claimed.claims.validity.issued().as_millis(), clock.now().as_millis() ^ 1);
    assert_eq!(inspection.seal.unwrap_err().name(), "bad-seal");
}

#[test]
fn a_listing_says_of_each_entry_whether_it_is_an_answer_now() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let [good, bad] = ["good", "bad"].map(|subject| key("signature", subject));
    put(&cache, &good, b"evidence");
    fs::write(path_of(&cache, &bad), "{}").unwrap();
    let listed = cache.list().unwrap();
    let mut expected = [(good.entry_name(), true), (bad.entry_name(), false)];
    expected.sort_unstable();
    let found: Vec<_> = listed.iter().map(|one| (one.name, one.miss.is_none())).collect();
    assert_eq!(found, expected);
    let one = cache.look(&good.entry_name()).unwrap();
    assert_eq!(one.header.unwrap().claims.key, good);
    assert_eq!(one.size, fs::metadata(path_of(&cache, &good)).unwrap().len());
    let other = cache.look(&bad.entry_name()).unwrap();
    assert_eq!((other.header, other.size), (None, 2), "no header is believed without a seal");
    assert!(cache.look(&any_key().entry_name()).is_none());
}

#[test]
fn an_entry_that_cannot_be_read_hides_no_other_in_a_listing() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let [good, closed] = ["good", "closed"].map(|subject| key("signature", subject));
    put(&cache, &good, b"evidence");
    put(&cache, &closed, b"evidence");
    fs::set_permissions(path_of(&cache, &closed), Permissions::from_mode(0o000)).unwrap();
    let listed = cache.list().unwrap();
    assert_eq!(listed.len(), 2);
    let closed = listed.iter().find(|one| one.name == closed.entry_name()).unwrap();
    let reason = closed.miss.as_ref().map(bulla::Miss::name);
    assert_eq!(reason, (!is_root()).then_some("unreachable"));
}
