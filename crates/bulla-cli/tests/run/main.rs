//! `bulla run`: a command is run once for each key and replayed after that, and a cache that fails loses nothing.

#[path = "../harness/mod.rs"]
mod harness;

mod codes;
mod environment;
mod explain;
mod json;
mod key_inputs;
mod modes;
mod outputs;
mod replay;
mod report;
mod signals;
mod trouble;

use harness::{Bench, Invocation, KEY, lines};

/// A script that adds a line to `ran` in the work directory, so that a test can count how often it ran.
fn counted(script: &str) -> String {
    format!("echo x >> ran; {script}")
}

fn ran(bench: &Bench) -> usize {
    lines(bench.path("work/ran"))
}

/// `bulla run` under the question of most tests, with these words of options.
fn run(bench: &Bench, options: &str) -> Invocation {
    bench.bulla("run").words(KEY).words(options)
}
