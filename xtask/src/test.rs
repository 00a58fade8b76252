//! `cargo xtask test`: every test there is, those that need real tools included.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use crate::process::{cargo, program, root, run_by_line, shown, step};
use crate::servers;
use crate::tally::Tally;
use crate::tools;

const VECTORS: &str = "crates/bulla-core/tests/vectors";

/// It writes the vectors anew, and so is no test of them.
const GENERATOR: &str = "write_the_vector_files";

/// Real scanners' reports and databases, beside the repository: too large for it. Tests that need them end with these words.
const SAMPLES: &str = "../shared";
const OF_SAMPLES: &str = "_in_the_samples";

/// Tests on three nodes of a server that takes ten minutes to compile. They end with these words.
const CLUSTER: &str = "--cluster";
const ON_A_CLUSTER: &str = "_on_a_cluster";

/// The program is built without it, and every other test is of that program.
const AZURE: &[&str] = &["--workspace", "--features", "bulla-store/azblob", "--test", "azblob"];

/// What stands behind `--cluster` is passed to `cargo test`; with such a selection, the test vectors are left alone.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let on_a_cluster = arguments.first() == Some(&CLUSTER);
    let selection = if on_a_cluster { &arguments[1..] } else { arguments };
    let mut skipped = vec![GENERATOR];
    tools::install()?;
    if on_a_cluster {
        servers::install_cluster()?;
    } else {
        skipped.push(ON_A_CLUSTER);
    }
    if !samples_are_there() {
        eprintln!("xtask: {SAMPLES} is not there: tests on real reports are left out");
        skipped.push(OF_SAMPLES);
    }
    let mut tally = Tally::default();
    let selected = if selection.is_empty() { &["--workspace"] } else { selection };
    let tests = step("tests", || cargo_test(selected, &skipped, &mut tally));
    let (mut azure, mut reader) = (Ok(()), Ok(()));
    if on_a_cluster && selection.is_empty() {
        azure = step("tests of a service that is not built in", || cargo_test(AZURE, &skipped, &mut tally));
    }
    if selection.is_empty() {
        reader = step("the Python reader over the test vectors", || read_vectors(&mut tally));
    }
    // Last, whatever happened, so that it is what a run ends with.
    println!("{tally}");
    tests.and(azure).and(reader)
}

fn samples_are_there() -> bool {
    root().join(SAMPLES).join("samples").is_dir()
}

/// Runs every test but those whose names have a part that is skipped, also after one has failed.
fn cargo_test(selection: &[&str], skipped: &[&str], tally: &mut Tally) -> Result<()> {
    let mut command = cargo("test --locked --no-fail-fast");
    command.args(selection).args(["--", "--include-ignored"]).args(skipped.iter().flat_map(|part| ["--skip", *part]));
    command.env("BULLA_TEST_TOOLS", tools::bin_dir()).env("BULLA_TEST_PYTHON", tools::python());
    let status = run_by_line(&mut command, |line| {
        print!("{line}");
        tally.add_line(line);
    })?;
    // A binary that does not build, or dies, reports no result.
    tally.failed = tally.failed.max((!status.success()).into());
    ensure!(status.success(), "`{}` failed: {status}", shown(&command));
    ensure!(tally.passed > 0, "`{}` ran no test", shown(&command));
    Ok(())
}

/// Holds the vectors to the reader that was written from docs/format.md alone. Each counts as a test.
fn read_vectors(tally: &mut Tally) -> Result<()> {
    let vectors = vectors()?;
    let mut command = program(tools::python(), "crates/bulla-core/tests/reader.py");
    let mut agreed = 0;
    let status = run_by_line(command.args(&vectors), |line| {
        if line.starts_with("ok ") {
            agreed += 1;
        } else {
            print!("{line}");
        }
    })?;
    tally.passed += agreed;
    tally.failed += vectors.len() - agreed;
    ensure!(status.success() && agreed == vectors.len(), "`{}` disagrees with a vector", shown(&command));
    Ok(())
}

/// The paths of all test vectors, in order; having none is an error.
pub(crate) fn vectors() -> Result<Vec<PathBuf>> {
    let dir = root().join(VECTORS);
    let entries = fs::read_dir(&dir).with_context(|| format!("cannot list {}", dir.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let mut vectors: Vec<_> =
        paths.into_iter().filter(|path| path.extension().is_some_and(|end| end == "vector")).collect();
    ensure!(!vectors.is_empty(), "no *.vector file in {}", dir.display());
    vectors.sort();
    Ok(vectors)
}
