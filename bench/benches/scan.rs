//! `bulla scan` of this repository: answered from sealed entries, against the same scanners run side by side.
#![expect(clippy::disallowed_methods, reason = "a database is copied to where trivy may write")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use bulla_bench::scratch;
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};

const SCANNERS: &str = "syft,trivy,kingfisher";

fn scan(criterion: &mut Criterion) {
    let named = |name: &str| std::env::var_os(name).expect("`cargo xtask bench` names it");
    let (program, tools) = (named("BULLA_BENCH_PROGRAM"), named("BULLA_BENCH_TOOLS"));
    let scratch = scratch();
    let database = database(scratch.path());
    let tree = tree(scratch.path());
    let scan = |mode: &str| {
        let mut scan = Command::new(&program);
        scan.arg("--dir").arg(scratch.path().join("cache")).args([
            "--mode",
            mode,
            "scan",
            "--offline",
            "--only",
            SCANNERS,
        ]);
        scan.arg(&tree).env("PATH", &tools).env("TRIVY_CACHE_DIR", &database);
        scan.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(scan.status().expect("it runs").success());
    };
    scan("read-write");

    let mut group = criterion.benchmark_group("scan-repository");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).measurement_time(Duration::from_secs(20));
    group.bench_function("scanners", |bench| bench.iter(|| scan("off")));
    group.bench_function("warm", |bench| bench.iter(|| scan("read-write")));
    group.finish();
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What version control knows of the repository, without what was built in it.
fn tree(scratch: &Path) -> PathBuf {
    let tree = scratch.join("tree");
    let clone = Command::new("git").args(["clone", "--quiet"]).arg(root()).arg(&tree).status();
    assert!(clone.expect("git runs").success());
    tree
}

fn database(scratch: &Path) -> PathBuf {
    let from = root().join("../shared/data/trivy-db-2026-08-21/db");
    let to = scratch.join("trivy/db");
    std::fs::create_dir_all(&to).expect("room");
    for name in ["metadata.json", "trivy.db"] {
        std::fs::write(to.join(name), std::fs::read(from.join(name)).expect("a database")).expect("room");
    }
    scratch.join("trivy")
}

criterion_group!(benches, scan);
criterion_main!(benches);
