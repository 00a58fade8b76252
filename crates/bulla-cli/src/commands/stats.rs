use std::collections::BTreeMap;

use anyhow::anyhow;
use bulla::{Counts, Refusal};
use clap::Args;
use serde_json::{Map, Value, json};

use crate::exit::{Exit, Failure};
use crate::settings::Settled;
use crate::ui::{Ui, plain};
use crate::units::show_size;

#[derive(Debug, Args)]
pub(crate) struct Stats {}

/// What is left of a count's name once the hits and the bookkeeping are taken out is a miss's reason.
const NOT_MISSES: [&str; 3] = ["hit", "put", "quarantined"];

/// The counts of the shared store, and what to call them where it is clear that they are its.
const SHARED: [(&str, &str); 7] = [
    ("shared-hit", "hits"),
    ("shared-miss", "misses"),
    ("shared-put", "puts"),
    ("shared-refused", "refused"),
    ("shared-unreachable", "unreachable"),
    ("shared-left-alone", "left alone"),
    ("shared-given-up", "given up"),
];

impl Stats {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        if !settled.dir.try_exists()? {
            return Err(Failure::new(
                Exit::Nothing,
                anyhow!("there is no cache in {} yet", settled.dir.display()),
            ));
        }
        let cache = settled.open_to_look()?;
        let mut by_operation: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut refused_now: BTreeMap<&str, u64> = BTreeMap::new();
        for entry in cache.list()? {
            let operation = entry.header.as_ref().map(|header| header.claims.key.operation().to_string());
            let (entries, bytes) =
                by_operation.entry(operation.unwrap_or("(no good header)".to_owned())).or_default();
            (*entries, *bytes) = (*entries + 1, *bytes + entry.size);
            if let Some(miss) = entry.miss {
                *refused_now.entry(miss.name()).or_default() += 1;
            }
        }
        let counts = Counts::load(cache.store().dir())?;
        let quarantine = cache.store().quarantined()?;
        let (effective, reason) = settled.effective_mode(&cache);
        let report = Report { settled, by_operation, refused_now, counts, quarantine, effective, reason };
        if ui.json {
            ui.document(report.as_json(&cache))?
        } else {
            report.show(&cache, ui)?
        }
        Ok(Exit::Done)
    }
}

struct Report<'a> {
    settled: &'a Settled,
    by_operation: BTreeMap<String, (u64, u64)>,
    /// Entries that are no answer now, by reason.
    refused_now: BTreeMap<&'static str, u64>,
    /// What earlier uses have counted.
    counts: BTreeMap<String, u64>,
    quarantine: (u64, u64),
    effective: bulla::Mode,
    reason: Option<&'static str>,
}

impl Report<'_> {
    fn total(&self) -> (u64, u64) {
        self.by_operation.values().fold((0, 0), |(n, sum), (entries, bytes)| (n + entries, sum + bytes))
    }

    fn count(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    fn misses(&self) -> BTreeMap<&str, u64> {
        let is_miss = |name: &str| !NOT_MISSES.contains(&name) && !Counts::SHARED.contains(&name);
        let misses = self.counts.iter().filter(|(name, _)| is_miss(name));
        misses.map(|(name, count)| (name.as_str(), *count)).collect()
    }

    /// Misses because something was found and not taken.
    fn refused(&self) -> u64 {
        Refusal::NAMES.iter().map(|name| self.count(name)).fold(0, u64::saturating_add)
    }

    fn keys(&self, cache: &bulla::Cache<bulla::FileStore>) -> Vec<String> {
        cache.ring().keys().iter().map(|key| format!("{} {}", key.kind().algorithm(), key.id())).collect()
    }

    fn as_json(&self, cache: &bulla::Cache<bulla::FileStore>) -> Value {
        let (entries, bytes) = self.total();
        let operations = self.by_operation.iter();
        let operations = operations.map(|(operation, (entries, bytes))| {
            (operation.clone(), json!({ "entries": entries, "bytes": bytes }))
        });
        json!({
            "dir": self.settled.dir.display().to_string(),
            "entries": entries,
            "bytes": bytes,
            "by_operation": operations.collect::<serde_json::Map<_, _>>(),
            "not_answers_now": self.refused_now,
            "hits": self.count("hit"),
            "puts": self.count("put"),
            "misses": self.misses(),
            "refused": self.refused(),
            "shared": self.shared_as_json(),
            "quarantined": { "ever": self.count("quarantined"), "files": self.quarantine.0, "bytes": self.quarantine.1 },
            "mode": { "configured": self.settled.mode.name(), "effective": self.effective.name(), "reason": self.reason },
            "key": { "source": self.settled.keys.describe(), "ring": self.keys(cache) },
        })
    }

    fn shared_as_json(&self) -> Value {
        let counts = SHARED.iter().map(|(name, called)| (called.replace(' ', "_"), self.count(name).into()));
        let store = self.settled.shared.as_ref().map(|shared| shared.url.to_string());
        Map::from_iter([("store".to_owned(), store.into())].into_iter().chain(counts)).into()
    }

    fn show(&self, cache: &bulla::Cache<bulla::FileStore>, ui: &Ui) -> std::io::Result<()> {
        let field = |name: &str, value: String| ui.line(&format!("{name:<12} {}", plain(&value)));
        let (entries, bytes) = self.total();
        let reason = self.reason.map_or(String::new(), |reason| format!(" ({reason})"));
        field("directory", self.settled.dir.display().to_string())?;
        field("mode", format!("effective: {}{reason}", self.effective.name()))?;
        field("key", format!("{} from {}", self.keys(cache).join(", "), self.settled.keys.describe()))?;
        field("entries", format!("{entries} ({})", show_size(bytes)))?;
        for (operation, (entries, bytes)) in &self.by_operation {
            field("", format!("{operation}: {entries} ({})", show_size(*bytes)))?;
        }
        for (reason, count) in &self.refused_now {
            field("", format!("{count} not answers now: {reason}"))?;
        }
        field("hits", self.count("hit").to_string())?;
        field("misses", self.misses().into_values().fold(0, u64::saturating_add).to_string())?;
        for (reason, count) in self.misses() {
            field("", format!("{reason}: {count}"))?;
        }
        field("refused", self.refused().to_string())?;
        if let Some(shared) = &self.settled.shared {
            field("shared", shared.url.to_string())?;
        }
        for (name, called) in SHARED.iter().filter(|(name, _)| self.count(name) > 0) {
            field("", format!("{called}: {}", self.count(name)))?;
        }
        let (files, bytes) = self.quarantine;
        field(
            "quarantined",
            format!("{} ever, {files} kept ({})", self.count("quarantined"), show_size(bytes)),
        )
    }
}
