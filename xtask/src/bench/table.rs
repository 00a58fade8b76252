//! What criterion has measured, as one table of ratios and one of medians.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process::target_dir;

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
    ("shared-get-64KiB", "bulla", "opendal", 1.2),
    ("shared-get-1MiB", "bulla", "opendal", 1.2),
    ("shared-get-16MiB", "bulla", "opendal", 1.2),
    ("shared-put-64KiB", "bulla", "opendal", 1.2),
    ("shared-put-1MiB", "bulla", "opendal", 1.2),
    ("shared-put-16MiB", "bulla", "opendal", 1.2),
];

/// Only what was measured just now: criterion keeps older figures.
pub(super) fn print(names: &[&str]) -> Result<()> {
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
