//! Whatever the store gives in place of what was put: it is no answer, it is not kept, and it stays where it is.

use std::sync::Arc;

use bulla::{Cache, FileStore, Mode, Settings};

use crate::adversaries::*;
use crate::bucket::{Bucket, Conduct, Honest};
use crate::fleet::*;
use crate::support::snapshot::names;
use crate::support::*;

/// Asks through that store, first as a machine that keeps copies and then as one that does not: the reasons, which are
/// the same. Neither keeps anything nor touches the bucket.
#[track_caller]
fn refused(bucket: &Arc<Bucket>, conduct: impl Fn() -> Box<dyn Conduct>) -> String {
    let before = bucket.objects();
    let machine = Machine::new();
    let keeping = machine.cache_over(bucket, Boxed(conduct()));
    // It is no hit in the first place: everything was proved before it was given out.
    let reason = keeping.get(&any_key()).map(drop).unwrap_err().name().to_owned();
    assert_eq!(entries(&machine), 0, "{reason}");
    assert_eq!((count(&keeping, "hit"), count(&keeping, "shared-hit")), (0, 0), "{reason}");
    assert_eq!(count(&keeping, &reason), 1, "{reason}");

    let settings = Settings { mode: Mode::ReadOnly, ..machine.settings() };
    let shared = shared(bucket, Boxed(conduct()));
    let looking = Cache::open_shared(&machine.home.dir(), &keys(1), settings, shared).unwrap();
    assert_eq!(outcome(&looking, &any_key()), reason, "without a copy");
    assert_eq!((count(&looking, "hit"), count(&looking, "shared-hit")), (0, 0), "{reason}");

    assert!(bucket.objects() == before && bucket.times("remove") == 0, "{reason}");
    reason
}

struct Boxed(Box<dyn Conduct>);

impl Conduct for Boxed {
    fn get(
        &self,
        bucket: &Bucket,
        name: &bulla::EntryName,
    ) -> Result<Option<bulla::Found>, bulla::StoreError> {
        self.0.get(bucket, name)
    }
}

/// How many entries lie in its directory, quarantined ones too.
fn entries(machine: &Machine) -> usize {
    let is_entry = |name: &&String| FileStore::entry_name(name.as_ref()).is_some();
    names(&machine.home.dir()).iter().filter(is_entry).count() + machine.home.quarantined().len()
}

/// Where the chunks of the entry of [`filled`] begin, where its table does, and where it ends.
fn regions(bucket: &Bucket) -> (usize, usize, usize) {
    let bytes = bucket.objects().into_values().next().unwrap();
    let table = 3 * 36;
    (bytes.len() - table - 300_000, bytes.len() - table, bytes.len())
}

#[test]
fn a_flipped_bit_anywhere_is_a_miss_with_its_reason() {
    let (bucket, _) = filled();
    let (chunks, table, end) = regions(&bucket);
    let seal = chunks - 32;
    for (places, reasons) in [
        ((0..8).step_by(1), &["unsealed"][..]),
        ((8..seal).step_by(5), &["malformed", "unknown-signer", "bad-seal"]),
        ((seal..chunks).step_by(5), &["bad-seal"]),
        ((chunks..table).step_by(29_989), &["payload-damaged"]),
        ((table..end).step_by(11), &["payload-damaged"]),
    ] {
        for at in places {
            let reason = refused(&bucket, || Box::new(Tampering { at }));
            assert!(reasons.contains(&reason.as_str()), "byte {at}: {reason}");
        }
    }
    let last = refused(&bucket, || Box::new(Tampering { at: end - 1 }));
    assert_eq!(last, "payload-damaged");
}

#[test]
fn an_object_that_was_cut_or_has_grown_is_a_miss() {
    let (bucket, _) = filled();
    let (chunks, table, end) = regions(&bucket);
    for (size, reason) in [
        (0, "malformed"),
        (7, "unsealed"),
        (chunks - 1, "malformed"),
        (chunks, "payload-damaged"),
        (table, "payload-damaged"),
        (end - 1, "payload-damaged"),
        (end + 1, "payload-damaged"),
        (2 * end, "payload-damaged"),
    ] {
        assert_eq!(refused(&bucket, || Box::new(Resizing { size })), reason, "{size} bytes");
    }
}

#[test]
fn an_object_that_claims_a_terabyte_is_refused_before_anything_is_read_of_it() {
    let (bucket, _) = filled();
    let before = bucket.bodies.load(std::sync::atomic::Ordering::Relaxed);
    assert_eq!(refused(&bucket, || Box::new(Boasting { size: 1 << 40 })), "payload-damaged");
    assert_eq!(bucket.bodies.load(std::sync::atomic::Ordering::Relaxed), before);
}

#[test]
fn a_good_entry_under_another_name_is_a_miss() {
    let (bucket, _) = filled();
    let other = key("signature", "another");
    put(&Machine::new().cache(&bucket), &other, b"of something else");
    let gives = other.entry_name();
    assert_eq!(refused(&bucket, || Box::new(Swapping { gives })), "wrong-key");
}

#[test]
fn an_entry_sealed_by_somebody_else_is_a_miss() {
    let bucket = Arc::new(Bucket::default());
    let forger = Machine::new();
    let shared = shared(&bucket, Honest);
    let cache = Cache::open_shared(&forger.home.dir(), &keys(2), forger.settings(), shared).unwrap();
    put(&cache, &any_key(), b"clean, believe me");
    assert_eq!(refused(&bucket, || Box::new(Honest)), "unknown-signer");
}

#[test]
fn bytes_that_somebody_made_up_are_a_miss() {
    for (bytes, reason) in [
        (&b""[..], "malformed"),
        (b"{\"clean\":true}", "unsealed"),
        (&[0; 5000], "unsealed"),
        (b"<?xml version=\"1.0\"?><Error><Code>NoSuchBucket</Code></Error>", "unsealed"),
    ] {
        let bucket = Arc::new(Bucket::default());
        bucket.plant(any_key().entry_name(), bytes);
        assert_eq!(refused(&bucket, || Box::new(Honest)), reason);
    }
}

#[test]
fn an_object_replaced_between_two_reads_gives_nothing_of_either() {
    let (bucket, _) = filled();
    let first = bucket.objects().into_values().next().unwrap();
    let other: Vec<u8> = noise(300_000).iter().map(|byte| !byte).collect();
    put(&Machine::new().cache(&bucket), &any_key(), &other);
    let replacing = |after| Replacing { after, with: Arc::clone(&first) };
    // The head, and the table. Chunks that fit into one read come from before or from after.
    for after in 1..3 {
        assert_eq!(refused(&bucket, || Box::new(replacing(after))), "payload-damaged");
    }
}

#[test]
fn an_older_entry_that_is_given_again_is_refused_by_who_has_seen_the_newer() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let writer = Machine::new();
    let cache = machine.cache_over(&bucket, Replaying);
    put(&writer.cache(&bucket), &any_key(), b"older");
    writer.clock.forward(HOUR);
    machine.clock.forward(HOUR);
    put(&writer.cache(&bucket), &any_key(), b"newer");
    // It has the newer one, and loses it.
    let newer = bucket.versions(&any_key().entry_name()).pop().unwrap();
    std::fs::write(path_of(&cache, &any_key()), &*newer).unwrap();
    assert_eq!(outcome(&cache, &any_key()), "hit: newer");
    std::fs::remove_file(path_of(&cache, &any_key())).unwrap();
    assert_eq!(outcome(&cache, &any_key()), "rolled-back");
    assert_eq!(entries(&machine), 0);
}

#[test]
fn an_entry_kept_past_its_time_is_expired_there_too_and_stays() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    put(&Machine::new().cache(&bucket), &any_key(), b"evidence");
    machine.clock.forward(7 * HOUR);
    assert_eq!(outcome(&machine.cache(&bucket), &any_key()), "expired");
    assert_eq!((bucket.objects().len(), bucket.times("remove")), (1, 0));
}

#[test]
fn the_reason_from_here_is_given_before_the_one_from_there_and_both_are_noted() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache_over(&bucket, Tampering { at: 60 });
    put(&cache, &any_key(), b"evidence");
    machine.clock.forward(7 * HOUR);
    assert_eq!(outcome(&cache, &any_key()), "expired");
    let notes = machine.notes.told();
    let both = notes.iter().find(|note| note.starts_with("here: expired")).unwrap();
    assert!(both.contains("in the shared store memory://bucket: bad-seal"), "{both}");
}

#[test]
fn a_bucket_full_of_forgeries_is_warned_of_once() {
    let (bucket, machine) = (Arc::new(Bucket::default()), Machine::new());
    let cache = machine.cache(&bucket);
    for subject in ["one", "two", "three"] {
        let key = key("signature", subject);
        bucket.plant(key.entry_name(), b"{\"clean\":true}");
        assert_eq!(outcome(&cache, &key), "unsealed");
    }
    let warnings = machine.warnings.told();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("memory://bucket") && warnings[0].contains("unsealed"), "{warnings:?}");
    assert_eq!((count(&cache, "shared-refused"), bucket.objects().len()), (3, 3));
}

#[test]
fn an_entry_that_has_become_too_old_while_it_was_copied_is_refused() {
    let (bucket, _) = filled();
    let machine = Machine::new();
    let clock = machine.clock.clone();
    // A second reading would go on for as long again.
    let cache = machine.cache_over(&bucket, Meanwhile(Arc::new(move || clock.forward(7 * HOUR))));
    assert_eq!(outcome(&cache, &any_key()), "expired");
    assert_eq!((count(&cache, "hit"), count(&cache, "shared-hit")), (0, 0));
}

#[test]
fn an_older_entry_displaces_no_newer_one_that_has_come_here_meanwhile() {
    let (bucket, _) = filled();
    let machine = Machine::new();
    machine.clock.forward(HOUR);
    let alone = machine.alone();
    let newer = Arc::new(move || put(&alone, &any_key(), b"newer"));
    let cache = machine.cache_over(&bucket, Meanwhile(newer));
    assert_eq!(outcome(&cache, &any_key()), "hit: newer");
    assert_eq!(outcome(&machine.alone(), &any_key()), "hit: newer");
}
