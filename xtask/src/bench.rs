//! `cargo xtask bench`: the benchmarks, and what they say as one table of ratios.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::process::{cargo, output, program, run, step, target_dir};
use crate::tools;

/// As long as the longest payload that is measured.
const SBOM_LEN: u64 = 16 << 20;
const PACKAGES: u32 = 14_000;

/// What is measured against what, and the most that the ratio may be.
const RATIOS: &[(&str, &str, &str, f64)] = &[
    ("get-1KiB", "bulla", "plain", 3.0),
    ("get-64KiB", "bulla", "plain", 4.0),
    ("get-1MiB", "bulla", "plain", 3.5),
    ("get-16MiB", "bulla", "plain", 2.0),
    ("get-1KiB", "bulla", "cacache", 0.5),
    ("get-64KiB", "bulla", "cacache", 0.1),
    ("get-1MiB", "bulla", "cacache", 0.1),
    ("get-16MiB", "bulla", "cacache", 0.1),
    ("put-1KiB", "bulla", "plain", 1.2),
    ("put-64KiB", "bulla", "plain", 1.2),
    ("put-1MiB", "bulla", "plain", 1.2),
    ("put-16MiB", "bulla", "plain", 1.2),
    ("put-1KiB", "bulla-zstd", "plain", 1.7),
    ("put-64KiB", "bulla-zstd", "plain", 1.7),
    ("put-1MiB", "bulla-zstd", "plain", 1.7),
    ("put-16MiB", "bulla-zstd", "plain", 1.7),
    ("walk-100000x1KiB", "ls", "bare", 3.0),
    ("walk-100000x1KiB", "clean", "bare", 3.0),
    ("put-1KiB", "bulla-report", "plain", 1.7),
    ("put-64KiB", "bulla-report", "plain", 1.7),
    ("put-1MiB", "bulla-report", "plain", 1.7),
    ("put-16MiB", "bulla-report", "plain", 1.7),
    ("walk-500x1KiB", "ls", "bare", 3.0),
    ("walk-500x1MiB", "ls", "bare", 3.0),
    ("process-64KiB", "bulla", "cat", 1.3),
    ("report-grype", "bulla", "value", 2.0),
    ("scan-repository", "warm", "scanners", 0.02),
    ("controls-5002-files", "check", "find", 20.0),
];

/// Runs the benchmarks (all, or the ones named) and prints the table.
pub(crate) fn run_benchmarks(names: &[&str]) -> Result<()> {
    let all =
        &["choice", "get", "put", "walk", "process", "memory", "report", "scan", "controls", "sbom_memory"];
    let names = if names.is_empty() { all } else { names };
    make_sbom()?;
    step("building the program", || run(&mut cargo("build --release --package bulla-cli")))?;
    let (mut memory, mut sbom_memory) = (None, None);
    for name in names {
        step(&format!("measuring {name}"), || {
            let mut bench = cargo("bench --quiet --package bulla-bench --bench");
            bench
                .arg(name)
                .env("BULLA_BENCH_PROGRAM", target_dir().join("release/bulla"))
                .env("BULLA_BENCH_TOOLS", tools::bin_dir());
            match *name {
                "memory" => memory = Some(output(&mut bench)?),
                "sbom_memory" => sbom_memory = Some(output(&mut bench)?),
                _ => run(&mut bench)?,
            }
            Ok(())
        })?;
    }
    print_table(names)?;
    if let Some(memory) = memory {
        println!("\npeak memory for 1 GiB (at most 16384 KiB each): {}", memory.trim());
    }
    if let Some(memory) = sbom_memory {
        println!("\npeak memory for an SBOM of 110 MB (at most 65536 KiB): {}", memory.trim());
    }
    Ok(())
}

/// A real SBOM of a made-up lock file: syft's own fields and repetitions, which is what compression and hashing see.
fn make_sbom() -> Result<()> {
    let sbom = target_dir().join("bench/sbom.json");
    if fs::metadata(&sbom).is_ok_and(|found| found.len() >= SBOM_LEN) {
        return Ok(());
    }
    tools::install()?;
    step("making an SBOM of more than 16 MiB", || {
        let tree = target_dir().join("bench/tree");
        fs::create_dir_all(&tree)?;
        fs::write(tree.join("package-lock.json"), lock_file().to_string())?;
        let mut syft = program(tools::bin_dir().join("syft"), "scan --quiet --output");
        run(syft.arg(format!("cyclonedx-json={}", sbom.display())).arg(format!("dir:{}", tree.display())))?;
        let length = fs::metadata(&sbom)?.len();
        ensure!(length >= SBOM_LEN, "syft made only {length} bytes; raise PACKAGES");
        Ok(())
    })
}

fn lock_file() -> Value {
    let package = |number: u32| {
        // Spread by Knuth's multiplicative hash, so that names and versions do not simply count up.
        let spread = number.wrapping_mul(2_654_435_761);
        let name = format!(
            "pkg-{:x}-{}",
            spread >> 12,
            ["util", "core", "lib", "parser", "types"][number as usize % 5]
        );
        let version = format!("{}.{}.{}", spread % 9, spread / 9 % 40, spread / 360 % 25);
        (format!("node_modules/{name}"), json!({ "version": version, "license": "MIT" }))
    };
    let packages: serde_json::Map<_, _> = (0..PACKAGES).map(package).collect();
    json!({ "name": "bench", "version": "1.0.0", "lockfileVersion": 3, "packages": packages })
}

/// Only what was measured just now: criterion keeps older figures.
fn print_table(names: &[&str]) -> Result<()> {
    let measured = |group: &str| names.iter().any(|name| group.starts_with(&format!("{name}-")));
    println!("| what | of | at most | measured | |\n| --- | --- | ---: | ---: | --- |");
    for (group, ours, peer, bound) in RATIOS.iter().filter(|(group, ..)| measured(group)) {
        let (Some(ours_ns), Some(peer_ns)) = (median(group, ours)?, median(group, peer)?) else { continue };
        let ratio = ours_ns / peer_ns;
        let verdict = if ratio <= *bound { "" } else { "over" };
        println!("| {group} {ours} | {peer} | {bound} | {ratio:.2} | {verdict} |");
    }
    println!("\n| group | function | median |\n| --- | --- | ---: |");
    let groups = target_dir().join("criterion");
    let mut rows = Vec::new();
    for group in fs::read_dir(&groups).with_context(|| format!("cannot read {}", groups.display()))? {
        let group = group?.path();
        if !measured(&file_name(&group)) {
            continue;
        }
        for function in fs::read_dir(&group)?.flatten() {
            let names = (file_name(&group), file_name(&function.path()));
            rows.extend(median(&names.0, &names.1)?.map(|ns| (names, ns)));
        }
    }
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    rows.iter().for_each(|((group, function), ns)| println!("| {group} | {function} | {:.1} µs |", ns / 1e3));
    Ok(())
}

/// In nanoseconds, as criterion has written it; `None` if it was not measured.
fn median(group: &str, function: &str) -> Result<Option<f64>> {
    let path = target_dir().join("criterion").join(group).join(function).join("new/estimates.json");
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    let estimates: Value = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    Ok(estimates["median"]["point_estimate"].as_f64())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
