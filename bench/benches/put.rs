//! A put under a fresh name against write, fdatasync and rename of the same bytes, and against peers.

use std::time::{Duration, Instant};

use bulla::{Cache, Details, FileStore, Packing};
use bulla_bench::{Peer, SIZES, SealedRedb, UnsealedCacache, cache, key, key_of, plain_put, sbom, scratch};
use criterion::{Bencher, Criterion, criterion_group, criterion_main};

/// Times `put` alone; what it made is removed before the next.
fn fresh(bench: &mut Bencher<'_>, mut put: impl FnMut(u64), mut remove: impl FnMut(u64)) {
    let mut number = 0;
    bench.iter_custom(|iterations| {
        let mut spent = Duration::ZERO;
        for _ in 0..iterations {
            number += 1;
            let start = Instant::now();
            put(number);
            spent += start.elapsed();
            remove(number);
        }
        spent
    });
}

fn bulla_put(cache: &Cache<FileStore>, number: u64, payload: &[u8]) {
    cache.put(&key(number), Details::default(), payload).expect("room");
}

fn put(criterion: &mut Criterion) {
    for (size, length) in SIZES {
        let (scratch, payload) = (scratch(), sbom(length));
        let dir = |name: &str| scratch.path().join(name);
        let mut group = criterion.benchmark_group(format!("put-{size}"));
        group
            .sample_size(20)
            .warm_up_time(Duration::from_secs(1))
            .measurement_time(Duration::from_millis(2500));

        let plain = dir("plain");
        std::fs::create_dir(&plain).expect("room");
        group.bench_function("plain", |bench| {
            let remove =
                |number: u64| std::fs::remove_file(plain.join(number.to_string())).expect("it was put");
            fresh(bench, |number| plain_put(&plain, &number.to_string(), &payload), remove);
        });
        for (name, packing) in [("bulla", Packing::Never), ("bulla-zstd", Packing::WhereItPays)] {
            let cache = cache(&dir(name), packing);
            group.bench_function(name, |bench| {
                let remove = |number| assert!(cache.remove(&key(number)).expect("removable"));
                fresh(bench, |number| bulla_put(&cache, number, &payload), remove);
            });
        }
        // What is checked for being a whole report; the SBOM is cut off, so it is wrapped into a string.
        let report = [
            b"\"",
            &payload[2..].iter().map(|b| if *b == b'"' { b'.' } else { *b }).collect::<Vec<_>>()[..],
            b"\"",
        ]
        .concat();
        let reports = cache(&dir("bulla-report"), Packing::WhereItPays);
        group.bench_function("bulla-report", |bench| {
            let remove = |number| assert!(reports.remove(&key_of("scan-bench", number)).expect("removable"));
            let put = |number| {
                reports.put(&key_of("scan-bench", number), Details::default(), &report[..]).expect("room");
            };
            fresh(bench, put, remove);
        });
        let peers: [(&str, Box<dyn Peer>); 2] = [
            ("cacache", Box::new(UnsealedCacache(dir("cacache")))),
            ("redb-hmac", Box::new(SealedRedb::new(scratch.path()))),
        ];
        for (name, peer) in peers {
            group.bench_function(name, |bench| {
                let mut changing = payload.clone();
                fresh(
                    bench,
                    |number| {
                        // Content-addressed peers write nothing for content they have.
                        changing[..8].copy_from_slice(&number.to_le_bytes());
                        peer.put("entry", &changing);
                    },
                    |_| (),
                );
            });
        }
        group.finish();
    }
}

criterion_group!(benches, put);
criterion_main!(benches);
