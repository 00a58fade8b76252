//! The fuzz targets' first inputs, out of the test vectors and what the tests read.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::process::root;
use crate::test::vectors;

/// As many as `bulla_findings::SCANNERS` has.
const SCANNERS: u8 = 13;

/// Puts into `corpus` what `target` can begin with. Targets that make their entries themselves need nothing.
pub(crate) fn sow(target: &str, corpus: &Path) -> Result<()> {
    fs::create_dir_all(corpus).with_context(|| format!("cannot make {}", corpus.display()))?;
    match target {
        "report" => return sow_reports(corpus),
        "workflow" => return sow_workflows(corpus),
        _ => {}
    }
    for path in vectors()? {
        let vector = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_stem().expect("a vector has a name").to_string_lossy();
        let (lines, entry) = split(&vector).with_context(|| format!("{}: no empty line", path.display()))?;
        match target {
            "open" | "sealed_header" => fs::write(corpus.join(&*name), entry)?,
            "key_text" => {
                let keys = lines.lines().filter_map(|line| line.strip_prefix("key: "));
                for (index, key) in keys.enumerate() {
                    fs::write(corpus.join(format!("{name}-{index}")), key)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Each report for each scanner: what is one scanner's is a damaged one of another's.
fn sow_reports(corpus: &Path) -> Result<()> {
    let samples = root().join("crates/bulla-findings/tests/samples");
    for dir in listed(&samples)?.iter().filter(|path| path.is_dir()) {
        for path in listed(dir)? {
            let report = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.file_name().expect("a report has a name").to_string_lossy().into_owned();
            let of = dir.file_name().expect("a scanner has a name").to_string_lossy().into_owned();
            for scanner in 0..SCANNERS {
                fs::write(corpus.join(format!("{of}-{name}-{scanner}")), [&[scanner], &report[..]].concat())?;
            }
        }
    }
    Ok(())
}

/// The workflows and the actions in the controls' cases.
fn sow_workflows(corpus: &Path) -> Result<()> {
    let cases = root().join("crates/bulla-findings/tests/controls");
    let mut count = 0;
    for dir in listed(&cases)?.iter().filter(|path| path.is_dir()) {
        for path in listed(dir)? {
            let case = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let case = String::from_utf8_lossy(&case).into_owned();
            for file in case.split("\n-- ").skip(1) {
                let Some((name, content)) = file.split_once(" --\n") else { continue };
                if name.ends_with(".yml") || name.ends_with(".yaml") {
                    fs::write(corpus.join(count.to_string()), content)?;
                    count += 1;
                }
            }
        }
    }
    Ok(())
}

fn listed(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

/// A vector's lines, and the entry behind the first empty one.
fn split(vector: &[u8]) -> Option<(String, &[u8])> {
    let gap = vector.windows(2).position(|pair| pair == b"\n\n")?;
    Some((String::from_utf8_lossy(&vector[..gap]).into_owned(), &vector[gap + 2..]))
}
