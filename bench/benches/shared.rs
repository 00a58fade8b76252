//! Get and put through a shared store against a bare OpenDAL read and write of the same bytes, over one server.
//!
//! `bulla` proves and seals, as a runner does that keeps no copy here; `bulla-zstd` packs what it sends besides;
//! `bulla-here` is what a runner does by default: what it gets is copied into its own directory, and what it puts is
//! published there first, each durably.

mod support;

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use bulla::{Cache, CacheKey, Details, FileStore, Mode, Packing};
use bulla_bench::{SIZES, key, ring, sbom, scratch, sealed};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group};
use opendal::Operator;
use support::{Proxy, RedisServer, S3, bare, cache, store, with_credentials};
use tokio::runtime::{Builder, Runtime};

/// A server, and where in it the benchmark's entries are.
struct Place<'a> {
    /// What the names of its rows end with.
    suffix: &'a str,
    url: &'a str,
    scratch: &'a Path,
}

fn shared(criterion: &mut Criterion) {
    let (s3, redis, scratch) = (S3::start(), RedisServer::start(), scratch());
    let proxy = Proxy::start(s3.port());
    let bare = Bare { operator: bare(&proxy.endpoint()), runtime: runtime() };
    let scratch = scratch.path();
    let s3 = Place { suffix: "", url: &proxy.url("p"), scratch };
    let redis = Place { suffix: "-redis", url: &redis.url(), scratch };
    for (size, length) in &SIZES[1..] {
        let payload = sbom(*length);
        let mut group = of(criterion, format!("shared-put-{size}"));
        group.bench_function("opendal", |bench| bench.iter(|| bare.write(&payload)));
        s3.put(&mut group, &payload);
        redis.put(&mut group, &payload);
        group.finish();
        let mut group = of(criterion, format!("shared-get-{size}"));
        bare.write(&payload);
        assert_eq!(bare.read(), payload);
        group.bench_function("opendal", |bench| bench.iter(|| black_box(bare.read())));
        s3.get(&mut group, &payload);
        redis.get(&mut group, &payload);
        group.finish();
    }
}

fn of(criterion: &mut Criterion, name: String) -> BenchmarkGroup<'_, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    group
}

/// OpenDAL on a runtime of its own, driven by whoever asks: no other thread is woken.
struct Bare {
    operator: Operator,
    runtime: Runtime,
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

impl Bare {
    fn write(&self, payload: &[u8]) {
        self.runtime.block_on(self.operator.write("bare", payload.to_vec())).expect("room");
    }

    fn read(&self) -> Vec<u8> {
        self.runtime.block_on(self.operator.read("bare")).expect("it was written").to_vec()
    }
}

impl Place<'_> {
    fn put(&self, group: &mut BenchmarkGroup<'_, WallTime>, payload: &[u8]) {
        let (store, ring) = (store(self.url, self.scratch), ring());
        for (name, packing) in [("bulla", Packing::Never), ("bulla-zstd", Packing::WhereItPays)] {
            group.bench_function(format!("{name}{}", self.suffix), |bench| {
                bench.iter(|| {
                    let entry = sealed(&ring, &key(1), packing, payload, store.draft().expect("room"));
                    store.put(&key(1).entry_name(), entry).expect("room");
                });
            });
        }
        let cache =
            cache(&self.scratch.join("here"), Mode::ReadWrite, Packing::Never, self.url, self.scratch);
        self.here(group, &cache, &key(2), &|| cache.put(&key(2), Details::default(), payload).expect("room"));
    }

    fn get(&self, group: &mut BenchmarkGroup<'_, WallTime>, payload: &[u8]) {
        let (store, ring) = (store(self.url, self.scratch), ring());
        for (name, packing) in [("bulla", Packing::Never), ("bulla-zstd", Packing::WhereItPays)] {
            let entry = sealed(&ring, &key(1), packing, payload, store.draft().expect("room"));
            store.put(&key(1).entry_name(), entry).expect("room");
            let nothing = self.scratch.join("nothing");
            let cache = cache(&nothing, Mode::ReadOnly, packing, self.url, self.scratch);
            let get = || cache.get(&key(1)).expect("a hit").into_vec().expect("proved");
            assert_eq!(get(), payload);
            group.bench_function(format!("{name}{}", self.suffix), |bench| bench.iter(|| black_box(get())));
        }
        let entry = sealed(&ring, &key(1), Packing::Never, payload, store.draft().expect("room"));
        store.put(&key(1).entry_name(), entry).expect("room");
        let cache =
            cache(&self.scratch.join("here"), Mode::ReadWrite, Packing::Never, self.url, self.scratch);
        self.here(group, &cache, &key(1), &|| {
            black_box(cache.get(&key(1)).expect("a hit").into_vec().expect("proved"));
        });
    }

    /// Measures what leaves an entry in the runner's own directory, and takes it away each time.
    fn here(
        &self,
        group: &mut BenchmarkGroup<'_, WallTime>,
        cache: &Cache<FileStore>,
        key: &CacheKey,
        work: &dyn Fn(),
    ) {
        group.bench_function(format!("bulla-here{}", self.suffix), |bench| {
            bench.iter_custom(|iterations| {
                let mut spent = Duration::ZERO;
                for _ in 0..iterations {
                    let start = Instant::now();
                    work();
                    spent += start.elapsed();
                    assert!(cache.remove(key).expect("removable"));
                }
                spent
            });
        });
    }
}

criterion_group!(benches, shared);

fn main() {
    with_credentials();
    benches();
    Criterion::default().configure_from_args().final_summary();
}
