//! What a shared store that is not there costs a process: one whose port refuses, and one that takes a connection and
//! never answers. Prints JSON, in seconds.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "the environment says where scanners are, and its output is its result"
)]

mod support;

use std::env;
use std::net::TcpListener;
use std::path::Path;
use std::thread;
use std::time::Instant;

use bulla_bench::{key, scratch};
use serde_json::{Map, Value, json};
use support::{free_port, runner, with_credentials};

/// Each of them asks, leases and writes, several times over.
const SCANNERS: &str = "syft,kingfisher,zizmor";

fn main() {
    with_credentials();
    let scratch = scratch();
    // Nobody takes a connection from it: the system has done so by then.
    let silent = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let silent = silent.local_addr().expect("an address").port();
    let (s3, redis) = (s3 as fn(u16) -> String, redis as fn(u16) -> String);
    let places = [
        ("none", None),
        ("S3, refuses", Some(s3(free_port()))),
        ("Redis, refuses", Some(redis(free_port()))),
        ("S3, silent", Some(s3(silent))),
        ("Redis, silent", Some(redis(silent))),
    ];
    // They wait, each by itself, and do nothing meanwhile.
    let measured = thread::scope(|scope| {
        let begun = places.map(|(name, store)| {
            let at = scratch.path().join(name.replace([',', ' '], "-"));
            (name, scope.spawn(move || measure(&at, store.as_deref())))
        });
        begun.map(|(name, measured)| (name.to_owned(), measured.join().expect("it is measured")))
    });
    println!("{}", Value::from(Map::from_iter(measured)));
}

fn s3(port: u16) -> String {
    format!("s3://cache/p?region=test&endpoint=http://127.0.0.1:{port}")
}

fn redis(port: u16) -> String {
    format!("redis://127.0.0.1:{port}")
}

/// One question, one run, and one scan, each of them a process.
fn measure(at: &Path, store: Option<&str>) -> Value {
    let tree = at.join("tree");
    std::fs::create_dir_all(&tree).expect("room");
    let seconds = |words: &[&str], codes: &[i32]| {
        let mut process = runner(&at.join("cache"), store);
        process.current_dir(&tree).args(words);
        if words.contains(&"scan") {
            process.env("PATH", env::var_os("BULLA_BENCH_TOOLS").expect("`cargo xtask bench` names it"));
        }
        let start = Instant::now();
        let output = process.output().expect("it runs");
        let seconds = start.elapsed().as_secs_f64();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some_and(|code| codes.contains(&code)), "{words:?}: {said}");
        (seconds * 1e3).round() / 1e3
    };
    let subject = key(1).subject().to_string();
    let asks = ["--op", "bench", "--subject", &subject];
    json!({
        "get": seconds(&[&["get"], &asks[..]].concat(), &[4, 5]),
        "run": seconds(&[&["run"], &asks[..], &["--", "true"]].concat(), &[0]),
        "scan": seconds(&["scan", "--offline", "--soft-fail", "--only", SCANNERS, "."], &[0]),
    })
}
