//! `ls` and `clean` over many entries against a bare walk that opens each file and reads 4 KiB.
#![expect(clippy::disallowed_methods, reason = "the bare walk is what is compared with")]

use std::fs::File;
use std::hint::black_box;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use bulla::{Packing, SweepLimits, Sweeping};
use bulla_bench::{cache, fill, sbom, scratch};
use criterion::{Criterion, criterion_group, criterion_main};

fn bare_walk(dir: &Path) -> usize {
    let mut buffer = vec![0; 4096];
    let entries = std::fs::read_dir(dir).expect("a directory");
    let entries = entries.map(|entry| entry.expect("an entry"));
    let files =
        entries.filter(|entry| entry.file_type().expect("a type").is_file()).map(|entry| entry.path());
    files.map(|path| File::open(path).expect("a file").read(&mut buffer).expect("readable")).sum()
}

fn walk(criterion: &mut Criterion) {
    for (name, count, length) in
        [("100000x1KiB", 100_000, 1 << 10), ("500x1KiB", 500, 1 << 10), ("500x1MiB", 500, 1 << 20)]
    {
        let scratch = scratch();
        let cache = cache(scratch.path(), Packing::Never);
        fill(&cache, count, &sbom(length));
        let mut group = criterion.benchmark_group(format!("walk-{name}"));
        group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4));
        group.bench_function("bare", |bench| bench.iter(|| black_box(bare_walk(scratch.path()))));
        group.bench_function("ls", |bench| bench.iter(|| black_box(cache.list()).expect("readable")));
        group.bench_function("clean", |bench| {
            bench
                .iter(|| black_box(cache.sweep(SweepLimits::default(), Sweeping::DryRun)).expect("readable"));
        });
        group.finish();
    }
}

criterion_group!(benches, walk);
criterion_main!(benches);
