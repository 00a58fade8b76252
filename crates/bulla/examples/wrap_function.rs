//! An expensive function behind a cache that can fail without harm: the result is computed once for each input.
//!
//! ```text
//! cargo run -p bulla --example wrap_function
//! ```

#![allow(clippy::disallowed_macros, reason = "an example prints")]

use std::error::Error;

use bulla::{Cache, CacheKey, Details, DigestAlgorithm, FileStore, KeySource, Miss, Producer, Settings};

/// Raise it with every change of what the function gives for the same input: older results are then not asked for.
const VERSION: &str = "count-lines 1";

/// What is to be cached. Pretend that it takes minutes.
fn count_lines(input: &[u8]) -> String {
    println!("  counting ...");
    input.split(|byte| *byte == b'\n').count().to_string()
}

/// The same, behind the cache.
fn count_lines_once(cache: &Cache<FileStore>, input: &[u8]) -> Result<String, Box<dyn Error>> {
    // Everything that the result depends on is in the key: the input as subject, the version as config.
    let digest = |bytes| DigestAlgorithm::Sha256.digest(bytes);
    let key = CacheKey::new("count-lines".parse()?, digest(input), Some(digest(VERSION.as_bytes())))?;

    match cache.get(&key).and_then(|hit| hit.into_vec()) {
        Ok(counted) => return Ok(String::from_utf8(counted)?),
        Err(Miss::Absent) => {}
        // Every other miss says why. It is worth a line in the log, and no reason to stop.
        Err(miss) => eprintln!("  not from the cache: {miss}"),
    }
    let counted = count_lines(input);
    let producer = Producer { tool: Some(VERSION.parse()?), ..Producer::default() };
    if let Err(error) = cache.put(&key, Details { producer, ..Details::default() }, counted.as_bytes()) {
        eprintln!("  not stored: {error}");
    }
    Ok(counted)
}

fn main() -> Result<(), Box<dyn Error>> {
    let home = tempfile::tempdir()?;
    let cache = Cache::open(&home.path().join("cache"), &KeySource::Directory, Settings::default())?;
    for input in ["one\ntwo", "one\ntwo", "one\ntwo\nthree"] {
        println!("{input:?}");
        println!("  {} lines", count_lines_once(&cache, input.as_bytes())?);
    }
    println!("{:?}", cache.counts().by_name());
    Ok(())
}
