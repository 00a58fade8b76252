//! Puts a result into a cache and gets it back: proved, or not at all.
//!
//! ```text
//! cargo run -p bulla --example put_get
//! ```

#![allow(clippy::disallowed_macros, reason = "an example prints")]
#![allow(clippy::disallowed_methods, reason = "an example plays the attacker")]

use std::error::Error;
use std::time::Duration;

use bulla::{Cache, CacheKey, Details, KeySource, Settings, system_clock};

fn main() -> Result<(), Box<dyn Error>> {
    // A real program takes a directory that stays, such as ~/.cache/my-program. The key is made in there.
    let home = tempfile::tempdir()?;
    let cache = Cache::open(&home.path().join("cache"), &KeySource::Directory, Settings::default())?;

    // The question: what was done, to which bytes. A tag such as `alpine:latest` is refused: it can move.
    let image = "alpine@sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1";
    let key = CacheKey::parse("sbom", image, None)?;
    report(&cache, &key);

    let details = Details {
        ttl: Some(Duration::from_secs(3600)),
        media_type: Some("application/vnd.cyclonedx+json".parse()?),
        ..Details::default()
    };
    cache.put(&key, details, &br#"{"bomFormat":"CycloneDX","components":[]}"#[..])?;
    report(&cache, &key);

    // Anybody may write to the directory. One flipped bit, and there is no answer any more.
    let entry = cache.store().path(&key.entry_name());
    let mut bytes = std::fs::read(&entry)?;
    bytes[100] ^= 1;
    std::fs::write(&entry, bytes)?;
    report(&cache, &key);
    Ok(())
}

/// A hit is an accepted header; the payload is proved when it is read.
fn report(cache: &Cache<bulla::FileStore>, key: &CacheKey) {
    let answer = cache.get(key).and_then(|hit| {
        let age = system_clock().saturating_since(hit.header().claims.validity.issued());
        Ok((age, hit.into_vec()?))
    });
    match answer {
        Ok((age, payload)) => println!("hit, {} s old: {}", age.as_secs(), String::from_utf8_lossy(&payload)),
        Err(miss) => println!("miss, {miss}"),
    }
}
