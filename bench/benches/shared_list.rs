//! 1,000 entries of a shared store listed by their headers against reading each of them.

mod support;

use std::hint::black_box;
use std::time::Duration;

use bulla::{Mode, Packing};
use bulla_bench::{key, scratch};
use criterion::{Criterion, SamplingMode, criterion_group};
use support::{ENTRIES, ENTRY_LEN, Proxy, S3, cache, fill, with_credentials};

fn shared_list(criterion: &mut Criterion) {
    let (server, scratch) = (S3::start(), scratch());
    let url = Proxy::start(server.port()).url("p");
    fill(&url, scratch.path());
    let cache = cache(&scratch.path().join("here"), Mode::ReadOnly, Packing::Never, &url, scratch.path());
    let headers = || cache.list_shared().expect("it can be listed");
    assert!(headers().len() as u64 == ENTRIES && headers().iter().all(|listed| listed.miss.is_none()));

    let mut group = criterion.benchmark_group(format!("shared_list-{ENTRIES}x{}KiB", ENTRY_LEN >> 10));
    group.sampling_mode(SamplingMode::Flat).sample_size(10).measurement_time(Duration::from_secs(10));
    group.bench_function("headers", |bench| bench.iter(|| black_box(headers())));
    group.bench_function("read", |bench| {
        bench.iter(|| {
            for number in 0..ENTRIES {
                black_box(cache.get(&key(number)).expect("a hit").into_vec().expect("proved"));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, shared_list);

fn main() {
    with_credentials();
    benches();
}
