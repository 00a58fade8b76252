//! `bulla get` as a process against `cat` of the same bytes.
#![expect(clippy::disallowed_methods, reason = "the plain file is what is compared with")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use bulla::{Details, Packing};
use bulla_bench::{cache, key, sbom, scratch};
use criterion::{Criterion, criterion_group, criterion_main};

fn process(criterion: &mut Criterion) {
    let program = std::env::var_os("BULLA_BENCH_PROGRAM").expect("`cargo xtask bench` names the program");
    let (scratch, payload) = (scratch(), sbom(64 << 10));
    let (plain, dir) = (scratch.path().join("plain"), scratch.path().join("cache"));
    std::fs::write(&plain, &payload).expect("room");
    cache(&dir, Packing::Never).put(&key(1), Details::default(), &payload[..]).expect("room");

    let cat = || command(Path::new("cat"), &[plain.as_os_str()]);
    let subject = key(1).subject().to_string();
    let get = || {
        let mut get = command(Path::new(&program), &[]);
        get.arg("--dir").arg(&dir).args(["get", "--op", "bench", "--subject", &subject]);
        get
    };
    assert_eq!(get().stdout(Stdio::piped()).output().expect("it runs").stdout, payload);

    let mut group = criterion.benchmark_group("process-64KiB");
    group.sample_size(60).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4));
    let run = |mut command: Command| assert!(command.status().expect("it runs").success());
    group.bench_function("cat", |bench| bench.iter(|| run(cat())));
    group.bench_function("bulla", |bench| bench.iter(|| run(get())));
    group.finish();
}

fn command(program: &Path, arguments: &[&std::ffi::OsStr]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

criterion_group!(benches, process);
criterion_main!(benches);
