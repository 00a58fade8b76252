//! A warm, verified get against a plain read of the same bytes and against peers.
#![expect(clippy::disallowed_methods, reason = "the plain read is what is compared with")]

use std::hint::black_box;
use std::time::Duration;

use bulla::{Details, Packing};
use bulla_bench::{Peer, SIZES, SealedRedb, UnsealedCacache, cache, key, sbom, scratch};
use criterion::{Criterion, criterion_group, criterion_main};

fn get(criterion: &mut Criterion) {
    for (size, length) in SIZES {
        let (scratch, payload) = (scratch(), sbom(length));
        let dir = |name: &str| scratch.path().join(name);
        let mut group = criterion.benchmark_group(format!("get-{size}"));
        group.sample_size(40).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));

        let plain = dir("plain");
        std::fs::write(&plain, &payload).expect("room");
        group.bench_function("plain", |bench| {
            bench.iter(|| black_box(std::fs::read(&plain)).expect("it is there"))
        });

        for (name, packing) in [("bulla", Packing::Never), ("bulla-zstd", Packing::WhereItPays)] {
            let cache = cache(&dir(name), packing);
            cache.put(&key(1), Details::default(), &payload[..]).expect("room");
            let get = || cache.get(&key(1)).expect("a hit").into_vec().expect("proved");
            assert_eq!(get(), payload);
            group.bench_function(name, |bench| bench.iter(|| black_box(get())));
        }
        let peers: [(&str, Box<dyn Peer>); 2] = [
            ("cacache", Box::new(UnsealedCacache(dir("cacache")))),
            ("redb-hmac", Box::new(SealedRedb::new(scratch.path()))),
        ];
        for (name, peer) in peers {
            peer.put("entry", &payload);
            assert_eq!(peer.get("entry"), payload);
            group.bench_function(name, |bench| bench.iter(|| black_box(peer.get("entry"))));
        }
        group.finish();
    }
}

criterion_group!(benches, get);
criterion_main!(benches);
