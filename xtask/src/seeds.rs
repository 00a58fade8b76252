//! The fuzz targets' first inputs, out of the test vectors.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::test::vectors;

/// Puts into `corpus` what `target` can begin with. Targets that make their entries themselves need nothing.
pub(crate) fn sow(target: &str, corpus: &Path) -> Result<()> {
    fs::create_dir_all(corpus).with_context(|| format!("cannot make {}", corpus.display()))?;
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

/// A vector's lines, and the entry behind the first empty one.
fn split(vector: &[u8]) -> Option<(String, &[u8])> {
    let gap = vector.windows(2).position(|pair| pair == b"\n\n")?;
    Some((String::from_utf8_lossy(&vector[..gap]).into_owned(), &vector[gap + 2..]))
}
