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
        "controls" => return sow_cases(corpus),
        "codeowners" => return sow_codeowners(corpus),
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

/// The controls' cases, each a small repository.
fn cases() -> Result<Vec<String>> {
    let cases = root().join("crates/bulla-findings/tests/controls");
    let mut texts = Vec::new();
    for dir in listed(&cases)?.iter().filter(|path| path.is_dir()) {
        for path in listed(dir)? {
            texts.push(read(&path)?);
        }
    }
    Ok(texts)
}

fn sow_cases(corpus: &Path) -> Result<()> {
    for (number, case) in cases()?.iter().enumerate() {
        fs::write(corpus.join(number.to_string()), case)?;
    }
    Ok(())
}

/// The workflows and the actions in the controls' cases.
fn sow_workflows(corpus: &Path) -> Result<()> {
    let cases = cases()?;
    let files = cases.iter().flat_map(|case| case.split("\n-- ").skip(1));
    let files = files.filter_map(|file| file.split_once(" --\n"));
    let workflows = files.filter(|(name, _)| name.ends_with(".yml") || name.ends_with(".yaml"));
    for (number, (_, content)) in workflows.enumerate() {
        fs::write(corpus.join(number.to_string()), content)?;
    }
    Ok(())
}

/// The tables of patterns and of files, as the target has them: a file, and behind each NUL a path.
fn sow_codeowners(corpus: &Path) -> Result<()> {
    let tables = root().join("crates/bulla-findings/tests/codeowners");
    let patterns = read(&tables.join("patterns.txt"))?;
    let patterns = patterns.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut columns = line.split("  ").filter(|column| !column.is_empty()).map(str::trim);
        let (_, pattern, path) = (columns.next()?, columns.next()?, columns.next()?);
        Some(format!("{pattern} @owner\0{path}"))
    });
    let files = read(&tables.join("files.txt"))?;
    let files = files.split("\n\n").map(|block| {
        let lines = block.lines().filter(|line| !line.starts_with('#'));
        let (file, paths): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with('|'));
        let file: Vec<_> = file.iter().map(|line| line[1..].trim_start()).collect();
        let paths = paths.iter().filter_map(|line| Some(line.split_once(" = ")?.0));
        [file.join("\n")].into_iter().chain(paths.map(str::to_owned)).collect::<Vec<_>>().join("\0")
    });
    for (number, seed) in patterns.chain(files).enumerate() {
        fs::write(corpus.join(number.to_string()), seed)?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
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
