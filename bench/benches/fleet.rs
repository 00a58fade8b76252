//! 20 runs of one command at once on 4 cache directories, nothing stored yet: how long they take together, and how often
//! the command ran. Prints JSON.
#![expect(clippy::disallowed_macros, reason = "its output is its result")]

mod support;

use std::path::Path;
use std::process::Child;
use std::time::Instant;

use bulla_bench::{key, sbom, scratch};
use serde_json::{Map, Value, json};
use support::{RedisServer, S3, runner, with_credentials};

const RUNS: usize = 20;
const DIRECTORIES: usize = 4;

/// A scan that takes two seconds and reports 1 MiB.
const COMMAND: &str = "echo ran >> ran; sleep 2; cat report";

/// Each is measured so often, from nothing each time.
const TIMES: usize = 3;

fn main() {
    with_credentials();
    let (s3, redis) = (S3::start(), RedisServer::start());
    let mut figures = Map::new();
    for (name, runs, store) in [
        ("one alone", 1, None),
        ("without a store", RUNS, None),
        ("over S3", RUNS, Some(s3.url("p"))),
        ("over Redis", RUNS, Some(redis.url())),
    ] {
        let mut measured: Vec<_> =
            (0..TIMES).map(|time| measure(runs, store.as_deref(), time as u64)).collect();
        measured.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (seconds, ran): (Vec<f64>, Vec<usize>) = measured.into_iter().unzip();
        figures.insert(name.to_owned(), json!({ "seconds": seconds, "ran": ran }));
    }
    println!("{}", Value::from(figures));
}

/// The seconds that so many runs take, and how often the command ran. Each time is about a subject of its own.
fn measure(runs: usize, store: Option<&str>, time: u64) -> (f64, usize) {
    let scratch = scratch();
    let at = scratch.path();
    std::fs::create_dir(at.join("work")).expect("room");
    #[expect(clippy::disallowed_methods, reason = "what a command reports is a plain file")]
    std::fs::write(at.join("work/report"), sbom(1 << 20)).expect("room");
    let start = Instant::now();
    let started: Vec<_> = (0..runs).map(|run| begin(at, run % DIRECTORIES, store, time)).collect();
    for run in started {
        let output = run.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let seconds = start.elapsed().as_secs_f64();
    #[expect(clippy::disallowed_methods, reason = "what the command writes is a plain file")]
    let ran = std::fs::read(at.join("work/ran")).expect("it ran");
    ((seconds * 1e3).round() / 1e3, ran.iter().filter(|byte| **byte == b'\n').count())
}

fn begin(at: &Path, directory: usize, store: Option<&str>, time: u64) -> Child {
    let mut run = runner(&at.join(format!("cache-{directory}")), store);
    run.current_dir(at.join("work")).args(["run", "--op", "bench", "--subject"]);
    run.arg(key(time).subject().to_string()).args(["--", "sh", "-c", COMMAND]);
    run.spawn().expect("it runs")
}
