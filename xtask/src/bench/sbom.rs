//! The payload of most benchmarks.

use std::fs;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::process::{program, run, step, target_dir};
use crate::tools;

/// As long as the longest payload that is measured.
const SBOM_LEN: u64 = 16 << 20;
const PACKAGES: u32 = 14_000;

/// A real SBOM of a made-up lock file: syft's own fields and repetitions, which is what compression and hashing see.
pub(super) fn make() -> Result<()> {
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
