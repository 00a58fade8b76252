//! `bulla controls check` of a repository of 5,000 files, as a process, against `find`, which only lists them.
#![expect(clippy::disallowed_methods, reason = "the repository is made of plain files")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use bulla_bench::scratch;
use criterion::{Criterion, SamplingMode, criterion_group, criterion_main};

/// Sources, and what controls read: as many of each as a large repository has.
const SOURCES: usize = 4_860;
const PACKAGES: usize = 50;
const WORKFLOWS: usize = 40;

fn controls(criterion: &mut Criterion) {
    let program = std::env::var_os("BULLA_BENCH_PROGRAM").expect("`cargo xtask bench` names it");
    let scratch = scratch();
    let tree = scratch.path().join("tree");
    let files = repository(&tree);
    let ends = |command: &mut Command, codes: &[i32]| {
        let ended = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("it runs");
        assert!(ended.code().is_some_and(|code| codes.contains(&code)), "{ended}");
    };
    let mut group = criterion.benchmark_group(format!("controls-{files}-files"));
    group.sampling_mode(SamplingMode::Flat).sample_size(20);
    group.bench_function("find", |bench| {
        bench.iter(|| ends(Command::new("find").arg(&tree).args(["-type", "f"]), &[0]));
    });
    group.bench_function("check", |bench| {
        bench.iter(|| ends(Command::new(&program).args(["controls", "check"]).arg(&tree), &[0, 3]));
    });
    group.finish();
}

/// Writes the files, and says how many there are.
fn repository(tree: &Path) -> usize {
    let mut files = 0;
    let mut write = |name: String, text: &str| {
        let path = tree.join(name);
        fs::create_dir_all(path.parent().expect("it has a name")).expect("room");
        fs::write(path, text).expect("room");
        files += 1;
    };
    for number in 0..SOURCES {
        write(format!("src/{}/{}/file{number}.rs", number % 50, number % 7), "fn main() {}\n");
    }
    let mut owners = "* @org/all\n/.github/ @org/security\n".to_owned();
    for number in 0..PACKAGES {
        write(format!("packages/{number}/package.json"), r#"{"name": "a", "dependencies": {"b": "^1"}}"#);
        write(format!("packages/{number}/package-lock.json"), "{}");
        writeln!(owners, "/packages/{number}/ @org/team-{number}").expect("memory");
    }
    for number in 0..WORKFLOWS {
        write(format!(".github/workflows/{number}.yml"), &workflow(number));
    }
    write(".github/CODEOWNERS".to_owned(), &owners);
    write("SECURITY.md".to_owned(), include_str!("../../SECURITY.md"));
    files
}

fn workflow(number: usize) -> String {
    let mut text = format!("name: W{number}\non: [push, pull_request]\npermissions: {{}}\njobs:\n");
    for job in 0..5 {
        writeln!(text, "  j{job}:\n    runs-on: ubuntu-24.04\n    steps:").expect("memory");
        for step in 0..10 {
            let uses = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
            writeln!(text, "      - uses: {uses}\n      - run: cargo test --package p{step}")
                .expect("memory");
        }
    }
    text
}

criterion_group!(benches, controls);
criterion_main!(benches);
