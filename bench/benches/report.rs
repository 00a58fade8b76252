//! Reading grype's report of 3.8 MB, against `serde_json::Value`, which only takes it apart.
#![expect(clippy::disallowed_methods, reason = "the report is a plain file beside the repository")]

use std::path::Path;

use bulla_findings::scanner;
use criterion::{Criterion, criterion_group, criterion_main};

fn report(criterion: &mut Criterion) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/samples/grype/many_vulns.json");
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let grype = scanner("grype").expect("it is one of the scanners");
    assert!(!grype.read(&bytes).expect("it is a report").findings.is_empty());

    let mut group = criterion.benchmark_group("report-grype");
    group.sample_size(30);
    group.bench_function("value", |bench| {
        bench.iter(|| serde_json::from_slice::<serde_json::Value>(&bytes).expect("it is JSON"));
    });
    group.bench_function("bulla", |bench| bench.iter(|| grype.read(&bytes).expect("it is a report")));
    group.finish();
}

criterion_group!(benches, report);
criterion_main!(benches);
