//! The suite that every store passes, and that of shared stores' leases.

mod leases;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::time::Duration;

use bulla_core::*;

use crate::store::{Revision, Store};

pub use leases::{check_lease_races, check_leases};

/// Holds a store to what readers and writers rely on. `store` must be empty.
///
/// # Panics
///
/// With a sentence about what does not hold.
pub fn check<S: Store + ?Sized>(store: &S) {
    let bench = Bench::new();
    nothing_lies_under_a_new_name(store, &bench);
    what_was_put_is_found(store, &bench);
    a_second_put_replaces_the_first(store, &bench);
    a_draft_that_is_dropped_leaves_nothing(store, &bench);
    a_large_entry_comes_back_whole(store, &bench);
    an_old_revision_is_not_removed(store, &bench);
    removing_and_quarantining_leave_other_names_alone(store, &bench);
    a_reader_beside_two_writers_sees_whole_entries(store, &bench);
}

struct Bench {
    ring: Ring,
    now: Timestamp,
}

impl Bench {
    fn new() -> Self {
        let now = Timestamp::from_millis(1_800_000_000_000).expect("before the year 9999");
        Self { ring: Ring::new(vec![Key::hmac(&[42; 32])]), now }
    }

    fn key(&self, number: u8) -> CacheKey {
        let subject = DigestAlgorithm::Sha256.digest(&[number]);
        CacheKey::new("contract".parse().expect("an operation"), subject, None).expect("a key")
    }

    fn put<S: Store + ?Sized>(&self, store: &S, number: u8, payload: &[u8]) {
        let draft = store.draft().expect("a draft");
        let claims = Claims {
            key: self.key(number),
            validity: Validity::lasting(self.now, Duration::from_secs(60)).expect("a minute"),
            media_type: None,
            lane: Lane::Local,
            producer: Producer::default(),
        };
        let mut writer = seal(self.ring.sealer().expect("a secret key"), claims, Encoding::default(), draft);
        writer.write_all(payload).expect("room for the payload");
        let sealed = writer.finish().expect("room for the header");
        store.put(&self.key(number).entry_name(), sealed).expect("the entry is published");
    }

    fn get<S: Store + ?Sized>(&self, store: &S, number: u8) -> Option<(Vec<u8>, Revision)> {
        let key = self.key(number);
        let found = store.get(&key.entry_name()).expect("the store answers")?;
        let expect = Expect {
            question: Question::Key(&key),
            now: self.now,
            accepted: None,
            policy: &Policy::default(),
        };
        let payload = open(found.bytes, &self.ring, &expect).expect("the bytes are the ones that were put");
        Some((payload.into_vec().expect("the payload is the one that was put"), found.revision))
    }

    fn payload<S: Store + ?Sized>(&self, store: &S, number: u8) -> Option<Vec<u8>> {
        self.get(store, number).map(|(payload, _)| payload)
    }
}

fn nothing_lies_under_a_new_name<S: Store + ?Sized>(store: &S, bench: &Bench) {
    let name = bench.key(0).entry_name();
    assert_eq!(bench.payload(store, 0), None);
    assert!(!store.remove(&name, None).expect("removing nothing is no error"));
    assert!(!store.quarantine(&name, Revision::new(0)).expect("moving nothing is no error"));
    assert!(store.names().expect("an empty list").is_empty(), "the store must be empty at first");
}

fn what_was_put_is_found<S: Store + ?Sized>(store: &S, bench: &Bench) {
    bench.put(store, 1, b"one");
    bench.put(store, 2, b"");
    assert_eq!(bench.payload(store, 1).as_deref(), Some(&b"one"[..]));
    assert_eq!(bench.payload(store, 2).as_deref(), Some(&b""[..]), "an empty payload is not an absent one");
    let names: BTreeSet<_> = store.names().expect("a list").into_iter().collect();
    assert_eq!(names, BTreeSet::from([bench.key(1).entry_name(), bench.key(2).entry_name()]));
}

fn a_second_put_replaces_the_first<S: Store + ?Sized>(store: &S, bench: &Bench) {
    bench.put(store, 1, b"another");
    assert_eq!(bench.payload(store, 1).as_deref(), Some(&b"another"[..]));
}

fn a_draft_that_is_dropped_leaves_nothing<S: Store + ?Sized>(store: &S, bench: &Bench) {
    let mut draft = store.draft().expect("a draft");
    draft.write_all(b"never published").expect("room");
    drop(draft);
    assert_eq!(store.names().expect("a list").len(), 2);
    assert_eq!(bench.payload(store, 1).as_deref(), Some(&b"another"[..]));
}

fn a_large_entry_comes_back_whole<S: Store + ?Sized>(store: &S, bench: &Bench) {
    let payload: Vec<u8> = (0..3 * CHUNK_SIZE + 7).flat_map(|n| (n / 5).to_le_bytes()).collect();
    bench.put(store, 3, &payload);
    assert!(bench.payload(store, 3).as_deref() == Some(&payload[..]), "a payload of several chunks");
}

fn an_old_revision_is_not_removed<S: Store + ?Sized>(store: &S, bench: &Bench) {
    let name = bench.key(1).entry_name();
    // Held open, as a reader does while it refuses what it found.
    let old = store.get(&name).expect("the store answers").expect("it was put");
    bench.put(store, 1, b"newer");
    assert!(!store.remove(&name, Some(old.revision)).expect("an answer"), "a newer entry must stay");
    assert!(!store.quarantine(&name, old.revision).expect("an answer"), "a newer entry must stay");
    assert_eq!(bench.payload(store, 1).as_deref(), Some(&b"newer"[..]));
}

fn removing_and_quarantining_leave_other_names_alone<S: Store + ?Sized>(store: &S, bench: &Bench) {
    let (_, revision) = bench.get(store, 1).expect("it was put");
    assert!(store.remove(&bench.key(1).entry_name(), Some(revision)).expect("an answer"));
    let (_, revision) = bench.get(store, 2).expect("it was put");
    assert!(store.quarantine(&bench.key(2).entry_name(), revision).expect("an answer"));
    assert_eq!((bench.payload(store, 1), bench.payload(store, 2)), (None, None));
    assert_eq!(store.names().expect("a list"), [bench.key(3).entry_name()]);
}

fn a_reader_beside_two_writers_sees_whole_entries<S: Store + ?Sized>(store: &S, bench: &Bench) {
    let payloads = [vec![b'a'; 300_000], vec![b'b'; 200_000]];
    bench.put(store, 4, &payloads[0]);
    std::thread::scope(|scope| {
        for payload in &payloads {
            scope.spawn(move || (0..20).for_each(|_| bench.put(store, 4, payload)));
        }
        for _ in 0..100 {
            let seen = bench.payload(store, 4).expect("an entry is always there");
            assert!(payloads.contains(&seen), "a torn entry of {} bytes", seen.len());
        }
    });
}
