//! `cargo xtask bench`: the benchmarks, and what they say as one table of ratios.

mod sbom;
mod table;

use anyhow::Result;

use crate::process::{cargo, output, run, step, target_dir};
use crate::tools;

/// Measured by criterion, as ratios.
const TIMED: [&str; 10] =
    ["choice", "get", "put", "walk", "process", "report", "scan", "controls", "shared", "shared_list"];

/// Those that print what they measure, and what that is.
const PRINTED: [(&str, &str); 5] = [
    ("memory", "peak memory for 1 GiB (at most 16384 KiB each)"),
    ("sbom_memory", "peak memory for an SBOM of 110 MB (at most 65536 KiB)"),
    ("shared_wire", "bytes between a runner and a server that speaks S3"),
    ("fleet", "seconds that 20 runs at once on 4 directories take, and how often the command ran"),
    ("dead", "seconds of a process whose shared store is not there"),
];

/// Those that start servers.
const OVER_SERVERS: [&str; 5] = ["shared", "shared_list", "shared_wire", "fleet", "dead"];

/// Runs the benchmarks (all, or the ones named) and prints the table.
pub(crate) fn run_benchmarks(names: &[&str]) -> Result<()> {
    let all: Vec<_> = TIMED.into_iter().chain(PRINTED.map(|(name, _)| name)).collect();
    let names = if names.is_empty() { &all } else { names };
    if names.iter().any(|name| OVER_SERVERS.contains(name)) {
        tools::install()?;
    }
    sbom::make()?;
    step("building the program", || run(&mut cargo("build --release --package bulla-cli")))?;
    let mut printed = Vec::new();
    for name in names {
        step(&format!("measuring {name}"), || {
            let mut bench = cargo("bench --quiet --package bulla-bench --bench");
            bench
                .arg(name)
                .env("BULLA_BENCH_PROGRAM", target_dir().join("release/bulla"))
                .env("BULLA_BENCH_TOOLS", tools::bin_dir())
                .env("BULLA_TEST_TOOLS", tools::bin_dir());
            match PRINTED.iter().find(|(of, _)| of == name) {
                Some((_, what)) => printed.push((what, output(&mut bench)?)),
                None => run(&mut bench)?,
            }
            Ok(())
        })?;
    }
    table::print(names)?;
    printed.iter().for_each(|(what, figures)| println!("\n{what}: {}", figures.trim()));
    Ok(())
}
