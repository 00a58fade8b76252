use std::time::Duration;

use bulla::{SharedSwept, StoreUrl, SweepLimits, Sweeping, Swept, SweptEntry};
use clap::Args;
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};
use crate::json;
use crate::settings::Settled;
use crate::ui::Ui;
use crate::units::{self, show_size};

#[derive(Debug, Args)]
pub(crate) struct Clean {
    /// Only say what would go
    #[arg(long)]
    dry_run: bool,
    /// While the entries take more than this, the ones issued first go
    #[arg(long, value_name = "SIZE", value_parser = units::size)]
    max_size: Option<u64>,
    /// Entries that were issued longer ago go
    #[arg(long, value_name = "DURATION", value_parser = units::limit)]
    max_age: Option<Duration>,
    /// Clean the shared store instead: what is expired by its own header, which a key of this ring has sealed
    #[arg(long, conflicts_with_all = ["max_size", "max_age"])]
    shared: bool,
}

impl Clean {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        if self.shared {
            return clean_shared(settled, self.dry_run, ui);
        }
        let limits = SweepLimits { max_age: self.max_age, max_size: self.max_size };
        // Cleaning makes no directory.
        let to_look = self.dry_run || !settled.dir.try_exists()?;
        let (cache, sweeping) = if to_look {
            (settled.open_to_look()?, Sweeping::DryRun)
        } else {
            (settled.open_local()?, Sweeping::ForReal)
        };
        let swept = cache.sweep(limits, sweeping)?;
        if ui.json {
            ui.document(as_json(&swept, self.dry_run))?;
        } else {
            show(&swept, self.dry_run, ui)?;
        }
        swept.errors.iter().for_each(|error| ui.warn(error));
        Ok(if swept.errors.is_empty() { Exit::Done } else { Exit::Error })
    }
}

fn clean_shared(settled: &Settled, dry_run: bool, ui: &Ui) -> Result<Exit, Failure> {
    let shared = settled.need_shared()?;
    let (cache, sweeping) = match dry_run {
        true => (settled.open_tiers_to_look()?, Sweeping::DryRun),
        false => (settled.open()?, Sweeping::ForReal),
    };
    let swept = cache.sweep_shared(sweeping)?;
    if ui.json {
        ui.document(shared_as_json(&swept, dry_run))?;
    } else {
        show_shared(&swept, dry_run, &shared.url, ui)?;
    }
    swept.errors.iter().for_each(|error| ui.warn(error));
    Ok(if swept.errors.is_empty() { Exit::Done } else { Exit::Error })
}

fn show_shared(swept: &SharedSwept, dry_run: bool, store: &StoreUrl, ui: &Ui) -> std::io::Result<()> {
    for entry in &swept.entries {
        ui.line(&format!("{}  {}  {}", entry.name, entry.reason.name(), show_size(entry.size)))?;
    }
    let (kept, kept_bytes) = swept.kept;
    ui.line(&format!(
        "{} {} entries ({}) of the shared store {store}; {kept} entries ({}) stay, and {} that are no answers here",
        done(dry_run),
        swept.entries.len(),
        show_size(bytes(&swept.entries)),
        show_size(kept_bytes),
        swept.left.len()
    ))
}

fn shared_as_json(swept: &SharedSwept, dry_run: bool) -> Value {
    let left = swept.left.iter();
    let left = left
        .map(|entry| json!({ "name": entry.name.to_string(), "miss": entry.miss.as_ref().map(json::miss) }));
    let (kept, kept_bytes) = swept.kept;
    json!({
        "dry_run": dry_run,
        "removed": removed(&swept.entries),
        "left": left.collect::<Vec<_>>(),
        "kept": { "entries": kept, "bytes": kept_bytes },
    })
}

const fn done(dry_run: bool) -> &'static str {
    if dry_run { "would remove" } else { "removed" }
}

fn bytes(entries: &[SweptEntry]) -> u64 {
    entries.iter().map(|entry| entry.size).sum()
}

fn removed(entries: &[SweptEntry]) -> Vec<Value> {
    let entry = |entry: &SweptEntry| json!({ "name": entry.name.to_string(), "reason": entry.reason.name(), "bytes": entry.size });
    entries.iter().map(entry).collect()
}

fn show(swept: &Swept, dry_run: bool, ui: &Ui) -> std::io::Result<()> {
    for entry in &swept.entries {
        ui.line(&format!("{}  {}  {}", entry.name, entry.reason.name(), show_size(entry.size)))?;
    }
    for draft in &swept.drafts {
        ui.line(&format!("{draft}  left by a writer that died"))?;
    }
    let (kept, kept_bytes) = swept.kept;
    ui.line(&format!(
        "{} {} entries ({}) and {} temporary files; {kept} entries ({}) stay",
        done(dry_run),
        swept.entries.len(),
        show_size(bytes(&swept.entries)),
        swept.drafts.len(),
        show_size(kept_bytes)
    ))
}

fn as_json(swept: &Swept, dry_run: bool) -> Value {
    let (kept, kept_bytes) = swept.kept;
    json!({
        "dry_run": dry_run,
        "removed": removed(&swept.entries),
        "drafts": swept.drafts,
        "kept": { "entries": kept, "bytes": kept_bytes },
    })
}
