//! Every entry proved, payload included, and nothing changed.

#![expect(clippy::disallowed_methods, reason = "tests plant and damage files")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::sync::Mutex;

use bulla::{Details, EntryName, MemoryStore};
use support::plant::Obstacle;
use support::snapshot::snapshot;
use support::*;

#[test]
fn each_entry_has_its_verdict_and_nothing_is_changed() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache_with(unpacked(clock.settings()));
    let mut expected: BTreeMap<EntryName, &str> = BTreeMap::new();
    let mut named = |subject: &str, verdict| {
        let key = key("signature", subject);
        expected.insert(key.entry_name(), verdict);
        key
    };
    for number in 0..20 {
        put(&cache, &named(&format!("good {number}"), "good"), &noise(number * 10_000));
    }
    let good = path_of(&cache, &key("signature", "good 7"));
    let payload = named("payload", "payload-damaged");
    put(&cache, &payload, &noise(200_000));
    flip(&path_of(&cache, &payload), 150_000);
    let header = named("header", "bad-seal");
    put(&cache, &header, b"evidence");
    flip(&path_of(&cache, &header), 40);
    fs::copy(&good, path_of(&cache, &named("misplaced", "wrong-key"))).unwrap();
    fs::write(path_of(&cache, &named("legacy", "unsealed")), "{}").unwrap();
    let expired = named("expired", "expired");
    cache.put(&expired, Details { ttl: Some(HOUR), ..Details::default() }, &b"evidence"[..]).unwrap();
    for obstacle in Obstacle::all() {
        obstacle.plant(&path_of(&cache, &named(&format!("{obstacle:?}"), "malformed")), &good);
    }
    clock.forward(HOUR);

    let before = snapshot(&home.dir());
    let audited = cache.audit(&|_, _| ()).unwrap();
    assert_eq!(snapshot(&home.dir()), before);
    let verdict = |verdict: &Result<_, bulla::Miss>| verdict.as_ref().err().map_or("good", bulla::Miss::name);
    let found: Vec<_> = audited.iter().map(|audited| (audited.name, verdict(&audited.verdict))).collect();
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "in the order of the names");
}

#[test]
fn a_good_entrys_verdict_is_its_header() {
    let cache = bulla::Cache::new(MemoryStore::default(), ring(), Clock::new().settings());
    put(&cache, &any_key(), b"evidence");
    let audited = cache.audit(&|_, _| ()).unwrap();
    let header = audited[0].verdict.as_ref().unwrap();
    assert_eq!((&header.claims.key, header.layout.payload_len), (&any_key(), 8));
}

fn ring() -> bulla::Ring {
    bulla::Ring::new(vec![bulla::Key::hmac(&[1; 32])])
}

#[test]
fn progress_is_told_once_for_each_entry() {
    let cache = bulla::Cache::new(MemoryStore::default(), ring(), Clock::new().settings());
    for number in 0..50 {
        put(&cache, &key("signature", &number.to_string()), b"evidence");
    }
    let told = Mutex::new(Vec::new());
    cache.audit(&|done, all| told.lock().unwrap().push((done, all))).unwrap();
    let mut told = told.into_inner().unwrap();
    told.sort_unstable();
    assert_eq!(told, (1..=50).map(|done| (done, 50)).collect::<Vec<_>>());
}

#[test]
fn an_audit_counts_neither_as_hits_nor_as_misses() {
    let cache = bulla::Cache::new(MemoryStore::default(), ring(), Clock::new().settings());
    put(&cache, &any_key(), b"evidence");
    let before = cache.counts().by_name();
    cache.audit(&|_, _| ()).unwrap();
    assert_eq!(cache.counts().by_name(), before);
}

#[test]
fn an_empty_store_has_nothing_to_prove() {
    let cache = bulla::Cache::new(MemoryStore::default(), ring(), Clock::new().settings());
    assert_eq!(cache.audit(&|_, _| panic!("no entry, no progress")).unwrap().len(), 0);
}
