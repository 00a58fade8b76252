//! The shared store: whether it answers, who can forge in it, and what lanes are worth there.

use std::time::Instant;

use bulla::{Cache, CacheKey, FileStore, KeyKind, Mode, Ring};

use super::Finding;
use crate::settings::Settled;
use crate::shared_settings::SharedSettings;
use crate::ui::Tone;

/// Nothing is stored for it: asking is the cheapest request that there is.
const NOTHING: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

pub(super) fn look(settled: &Settled) -> Vec<Finding> {
    let Some(shared) = &settled.shared else { return Vec::new() };
    if settled.shared_in_use().is_none() {
        return vec![found(
            "store",
            Tone::Good,
            format!("{}: left alone (the shared mode is off)", shared.url),
        )];
    }
    let cache = match settled.open_tiers_to_look() {
        Ok(cache) => cache,
        Err(failure) => return vec![found("store", Tone::Bad, failure.to_string())],
    };
    let (here, _) = settled.effective_mode(&cache);
    vec![answer(shared, &cache), mode(shared, here), keys(cache.ring()), lanes(settled)]
}

fn found(what: &'static str, tone: Tone, says: String) -> Finding {
    Finding { tone, what, says }
}

fn answer(shared: &SharedSettings, cache: &Cache<FileStore>) -> Finding {
    let what = "store";
    let begun = Instant::now();
    match ask(cache) {
        Ok(()) => found(
            what,
            Tone::Good,
            format!("{} answers ({} ms); writing was not tried", shared.url, begun.elapsed().as_millis()),
        ),
        Err(error) => found(what, Tone::Bad, format!("{} cannot be used: {error:#}", shared.url)),
    }
}

fn ask(cache: &Cache<FileStore>) -> anyhow::Result<()> {
    let key = CacheKey::parse("doctor", NOTHING, None)?;
    Ok(cache.ask_shared(&key.entry_name())?)
}

/// Who can write what this reader believes.
fn keys(ring: &Ring) -> Finding {
    let what = "store keys";
    let symmetric = ring.keys().iter().any(|key| matches!(key.kind(), KeyKind::Hmac));
    match (symmetric, ring.sealer()) {
        (true, _) => found(
            what,
            Tone::Dubious,
            "the key that checks is the key that seals: whoever reads with it can forge. For readers that must not, use \
             ed25519 and give them the public key"
                .to_owned(),
        ),
        (false, Some(_)) => {
            found(what, Tone::Good, "ed25519: readers with the public key cannot forge".to_owned())
        }
        (false, None) => found(what, Tone::Good, "public: this reader cannot forge".to_owned()),
    }
}

fn mode(shared: &SharedSettings, here: Mode) -> Finding {
    let mode = shared.effective_mode(here);
    let written = match (mode.writes(), shared.write) {
        (true, write) => format!(", written {}", write.name()),
        (false, _) => String::new(),
    };
    found("store mode", Tone::Good, format!("effective: {}{written}", mode.name()))
}

fn lanes(settled: &Settled) -> Finding {
    let accepted: Vec<_> = settled.policy.lanes.iter().map(|lane| lane.name()).collect();
    let says = format!(
        "writes in `{}`, accepts {}; one entry lies there for a question, the last writer's, and a lane is what its writer \
         says: lanes that must not write for one another need keys of their own",
        settled.lane.name(),
        accepted.join(", ")
    );
    found("store lane", Tone::Good, says)
}
