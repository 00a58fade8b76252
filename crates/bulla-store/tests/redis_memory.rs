//! Memory while large entries go to a Redis and come back. A program of its own, because memory is counted by process.

#![allow(clippy::disallowed_methods, reason = "tests run servers, and read their own surroundings")]

#[path = "servers/mod.rs"]
mod servers;
#[path = "support/mod.rs"]
mod support;

use std::io::Write as _;
use std::time::Duration;

use bulla_core::*;
use bulla_store::{StoreUrl, connect};

use servers::RedisServer;
use support::{key, name, noise, peak_memory, ring};

#[test]
#[ignore = "needs redis-server: cargo xtask test"]
#[cfg_attr(not(target_os = "linux"), ignore = "memory is counted as Linux does")]
fn entries_of_64_and_of_300_mib_take_less_than_24_mib_of_memory() {
    let server = RedisServer::start();
    let root = tempfile::tempdir().unwrap();
    let store = connect(&StoreUrl::parse(&server.url()).unwrap(), root.path()).unwrap();
    let (ring, key) = (ring(), key(1));
    let now = Timestamp::from_millis(1_800_000_000_000).unwrap();
    // Each mebibyte begins with its number.
    let noise = noise(1 << 20, 1);
    let part = |number: u64| [&number.to_le_bytes(), &noise[8..]].concat();
    for mebibytes in [64, 300] {
        let claims = Claims {
            key: key.clone(),
            validity: Validity::lasting(now, Duration::from_secs(60)).unwrap(),
            media_type: None,
            lane: Lane::Local,
            producer: Producer::default(),
        };
        let encoding = Encoding { packing: Packing::Never, ..Encoding::default() };
        let mut writer = seal(ring.sealer().unwrap(), claims, encoding, store.draft().unwrap());
        (0..mebibytes).for_each(|number| writer.write_all(&part(number)).unwrap());
        store.put(&name(1), writer.finish().unwrap()).unwrap();

        let found = store.get(&name(1)).unwrap().unwrap();
        let policy = Policy::default();
        let expect = Expect { question: Question::Key(&key), now, accepted: None, policy: &policy };
        let mut reading = open(found.bytes, &ring, &expect).unwrap();
        let mut read = Vec::new();
        let mut parts = 0;
        while let Some(chunk) = reading.next_chunk().unwrap() {
            read.extend_from_slice(chunk);
            if read.len() == 1 << 20 {
                assert!(read == part(parts), "part {parts}");
                read.clear();
                parts += 1;
            }
        }
        assert_eq!(parts, mebibytes);
        let most = peak_memory();
        assert!(most < 24 << 20, "{mebibytes} MiB took {most} bytes");
    }
}
