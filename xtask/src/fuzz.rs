//! `cargo xtask fuzz`: libFuzzer, guided by coverage, on the stable toolchain.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::process::{self, cargo, output, program, root, step};
use crate::seeds;

const TARGETS: [&str; 10] = [
    "open",
    "sealed_header",
    "round_trip",
    "key_text",
    "report",
    "render",
    "ignores",
    "codeowners",
    "controls",
    "workflow",
];
const DEFAULT_SECONDS: u32 = 20;

/// What `cargo fuzz` sets, but for the sanitizers, which are nightly's. One codegen unit, because coverage
/// tables of several are not joined.
const RUSTFLAGS: &str = "--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares";

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (seconds, targets) = parse(options)?;
    let programs = step("building the fuzz targets", build)?;
    for target in targets {
        step(&format!("fuzzing {target} for {seconds} s"), || fuzz(&programs, target, seconds))?;
    }
    Ok(())
}

fn parse<'a>(options: &[&'a str]) -> Result<(u32, Vec<&'a str>)> {
    let (seconds, rest) = match *options {
        ["--seconds", number, ref rest @ ..] => {
            let seconds = number.parse().ok().filter(|seconds| *seconds > 0);
            (seconds.with_context(|| format!("--seconds {number}: not a number of seconds"))?, rest)
        }
        _ => (DEFAULT_SECONDS, options),
    };
    match *rest {
        [] => Ok((seconds, TARGETS.to_vec())),
        [target] if TARGETS.contains(&target) => Ok((seconds, vec![target])),
        _ => bail!("expected [--seconds N] and at most one of {}", TARGETS.join(", ")),
    }
}

/// Builds all targets, and gives the directory they lie in.
fn build() -> Result<PathBuf> {
    let target_dir = root().join("target/fuzz");
    let host = host()?;
    // Naming a target keeps the flags away from build scripts, which have no libFuzzer to report to.
    let mut build = cargo("build --quiet --release --bins --locked --manifest-path fuzz/Cargo.toml --target");
    build.arg(&host).arg("--target-dir").arg(&target_dir).env("RUSTFLAGS", RUSTFLAGS);
    process::run(&mut build)
        .context("if fuzz/Cargo.lock is out of date, run `cargo update --workspace` in fuzz")?;
    Ok(target_dir.join(host).join("release"))
}

fn host() -> Result<String> {
    let version = output(&mut program("rustc", "-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("`rustc -vV` names no host")?.to_owned())
}

fn fuzz(programs: &Path, target: &str, seconds: u32) -> Result<()> {
    let corpus = root().join("target/fuzz-corpus").join(target);
    let artifacts = root().join("target/fuzz-artifacts").join(target);
    fs::create_dir_all(&artifacts).with_context(|| format!("cannot make {}", artifacts.display()))?;
    seeds::sow(target, &corpus)?;

    let log_path = artifacts.join("log");
    let log = File::create(&log_path).with_context(|| format!("cannot write {}", log_path.display()))?;
    let program_path = programs.join(target);
    // An input that takes 10 s or 512 MiB is a finding too.
    let mut fuzzer = program(&program_path, "-timeout=10 -rss_limit_mb=512");
    fuzzer.arg(format!("-max_total_time={seconds}"));
    fuzzer.arg(format!("-artifact_prefix={}/", artifacts.display())).arg(&corpus);
    // A backtrace would push the panic's message out of the log's end; one gets it by running the input again.
    fuzzer.env("RUST_BACKTRACE", "0").stdout(log.try_clone()?).stderr(log);
    let status = fuzzer.status().with_context(|| format!("cannot start {target}"))?;

    let log = String::from_utf8_lossy(&fs::read(&log_path)?).into_owned();
    if !status.success() {
        let lines: Vec<&str> = log.lines().collect();
        let end = lines[lines.len().saturating_sub(12)..].join("\n");
        bail!(
            "{end}\n{target} failed: {status}. The input is in {}, beside the whole log; to see it fail again: {} INPUT",
            artifacts.display(),
            program_path.display()
        );
    }
    let coverage = |mark: &str| log.lines().rfind(|line| line.contains(mark)).and_then(coverage);
    // Without seeds there is nothing to begin with.
    let (before, after) = (coverage("INITED").unwrap_or(0), coverage("DONE").unwrap_or(0));
    ensure!(after > 0, "{target} reports no coverage, so nothing guides it: RUSTFLAGS in xtask/src/fuzz.rs?");
    let runs = log.lines().last().unwrap_or_default();
    eprintln!("xtask: {target}: {runs}, coverage {before} -> {after}");
    Ok(())
}

/// The number of covered edges in a line such as `#512  DONE   cov: 1080 ft: 2173 corp: 257/18Kb`.
fn coverage(line: &str) -> Option<u32> {
    line.split_whitespace().skip_while(|word| *word != "cov:").nth(1)?.parse().ok()
}
