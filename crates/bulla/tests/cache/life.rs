//! Entries that nobody touched.

use std::fs::{File, FileTimes};
use std::io::Write as _;
use std::time::{Duration, SystemTime};

use bulla::{CHUNK_SIZE, CacheKey, Compression, Details, Lane, Producer};

use crate::support::snapshot::{names, snapshot};
use crate::support::*;

#[test]
fn what_was_put_is_what_is_got() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    assert_eq!(outcome(&cache, &any_key()), "absent");
    for payload in [&b"evidence"[..], b"", b"\0\xff\n"] {
        put(&cache, &any_key(), payload);
        assert_eq!(get(&cache, &any_key()).unwrap(), payload);
    }
}

#[test]
fn a_cache_opened_anew_finds_what_another_put() {
    let (home, clock) = (Home::new(), Clock::new());
    put(&home.cache(&clock), &any_key(), b"evidence");
    assert_eq!(outcome(&home.cache(&clock), &any_key()), "hit: evidence");
}

#[test]
fn the_header_says_what_was_put_by_whom_and_when() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let producer = Producer { tool: Some("cosign".parse().unwrap()), ..Producer::default() };
    let media_type = "application/json".parse().ok();
    let details = Details { ttl: Some(HOUR), media_type, producer, ..Details::default() };
    cache.put(&any_key(), details.clone(), &b"evidence"[..]).unwrap();
    let hit = cache.get(&any_key()).unwrap();
    let claims = &hit.header().claims;
    assert_eq!(claims.key, any_key());
    assert_eq!((&claims.media_type, &claims.producer), (&details.media_type, &details.producer));
    assert_eq!((claims.validity.issued(), claims.lane), (clock.now(), Lane::Local));
    assert_eq!(claims.validity.expires(), clock.now().saturating_add(HOUR));
    assert_eq!(hit.header().key_id, cache.ring().keys()[0].id());
}

#[test]
fn a_payload_of_many_chunks_comes_out_whole_or_chunk_by_chunk() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let text: Vec<u8> = (0..200_000).flat_map(|line| format!("{line}\n").into_bytes()).collect();
    for (payload, packed) in [(noise(700_000), Compression::None), (text, Compression::Zstd)] {
        put(&cache, &any_key(), &payload);
        let mut hit = cache.get(&any_key()).unwrap();
        assert_eq!(hit.header().layout.compression, packed);
        let mut chunks = Vec::new();
        while let Some(chunk) = hit.next_chunk().unwrap() {
            assert!(chunk.len() <= CHUNK_SIZE as usize);
            chunks.extend_from_slice(chunk);
        }
        assert!(chunks == payload && get(&cache, &any_key()).unwrap() == payload);
    }
}

#[test]
fn a_payload_can_be_read_again_from_the_start() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let payload = noise(700_000);
    put(&cache, &any_key(), &payload);
    let mut hit = cache.get(&any_key()).unwrap();
    for chunks in [1, 3, 100] {
        let mut read = Vec::new();
        for _ in 0..chunks {
            read.extend_from_slice(hit.next_chunk().unwrap().unwrap_or(&[]));
        }
        assert!(payload.starts_with(&read) && !read.is_empty());
        assert_eq!(read.len() == payload.len(), chunks == 100);
        hit.rewind();
    }
    assert!(hit.into_vec().unwrap() == payload);
}

#[test]
fn the_modification_time_has_no_influence_at_all() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    put(&cache, &any_key(), b"evidence");
    let year_2100 = SystemTime::UNIX_EPOCH + Duration::from_secs(4_102_444_800);
    let set_times = |time| {
        let file = File::options().write(true).open(path_of(&cache, &any_key())).unwrap();
        file.set_times(FileTimes::new().set_modified(time).set_accessed(time)).unwrap();
    };
    for time in [SystemTime::UNIX_EPOCH, year_2100] {
        set_times(time);
        assert_eq!(outcome(&cache, &any_key()), "hit: evidence");
    }
    clock.forward(6 * HOUR);
    assert_eq!(outcome(&cache, &any_key()), "expired", "a file of 2100 holds an entry of today");
}

#[test]
fn keys_whose_fields_run_together_have_entries_of_their_own() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let [one, two] = [key("ab", "one").subject(), key("ab", "two").subject()];
    let key = |operation: &str, subject, config| {
        CacheKey::new(operation.parse().unwrap(), subject, config).unwrap()
    };
    let keys = [
        key("ab", one, None),
        key("a", one, None),
        key("a", two, None),
        key("a", one, Some(two)),
        key("a", two, Some(one)),
        key("a", one, Some(one)),
        key("a-b", one, None),
    ];
    for (number, key) in keys.iter().enumerate() {
        put(&cache, key, &[number.try_into().unwrap()]);
    }
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(get(&cache, key).unwrap(), [u8::try_from(number).unwrap()], "{key:?}");
    }
    assert_eq!(cache.list().unwrap().len(), keys.len());
}

#[test]
fn an_entry_that_was_begun_and_given_up_leaves_nothing() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    put(&cache, &any_key(), b"earlier");
    let before = names(&home.dir());
    let mut writer = cache.writer(&any_key(), Details::default()).unwrap();
    writer.write_all(&noise(300_000)).unwrap();
    drop(writer);
    assert_eq!(names(&home.dir()), before);
    assert_eq!(outcome(&cache, &any_key()), "hit: earlier");
}

#[test]
fn a_payload_that_cannot_be_read_to_its_end_is_not_published() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the pipe broke"))
        }
    }
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    let before = snapshot(&home.dir()).into_keys().collect::<Vec<_>>();
    let half = std::io::Read::chain(&b"half of it"[..], Broken);
    let error = cache.put(&any_key(), Details::default(), half).unwrap_err();
    assert_eq!(error.to_string(), "cannot copy the payload: the pipe broke");
    assert_eq!(snapshot(&home.dir()).into_keys().collect::<Vec<_>>(), before);
}

#[test]
fn a_removed_entry_is_absent_and_others_stay() {
    let (home, clock) = (Home::new(), Clock::new());
    let cache = home.cache(&clock);
    put(&cache, &any_key(), b"evidence");
    put(&cache, &key("signature", "another"), b"other");
    assert!(cache.remove(&any_key()).unwrap());
    assert!(!cache.remove(&any_key()).unwrap());
    assert_eq!(outcome(&cache, &any_key()), "absent");
    assert_eq!(outcome(&cache, &key("signature", "another")), "hit: other");
}

#[test]
fn a_reader_beside_two_writers_sees_one_whole_entry_or_the_other() {
    let (home, clock) = (Home::new(), Clock::new());
    let payloads = [noise(300_000), vec![b'b'; 200_000]];
    put(&home.cache(&clock), &any_key(), &payloads[0]);
    std::thread::scope(|scope| {
        for payload in &payloads {
            let cache = home.cache(&clock);
            scope.spawn(move || (0..20).for_each(|_| put(&cache, &any_key(), payload)));
        }
        let reader = home.cache(&clock);
        for _ in 0..100 {
            let seen = get(&reader, &any_key()).unwrap();
            assert!(payloads.contains(&seen), "a torn entry of {} bytes", seen.len());
        }
    });
    assert_eq!(home.quarantined(), [""; 0]);
}
