use std::time::Duration;

use bulla::{SweepLimits, Sweeping, Swept};
use clap::Args;
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};
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
}

impl Clean {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let limits = SweepLimits { max_age: self.max_age, max_size: self.max_size };
        // Cleaning makes no directory.
        let to_look = self.dry_run || !settled.dir.try_exists()?;
        let (cache, sweeping) = if to_look {
            (settled.open_to_look()?, Sweeping::DryRun)
        } else {
            (settled.open()?, Sweeping::ForReal)
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

fn show(swept: &Swept, dry_run: bool, ui: &Ui) -> std::io::Result<()> {
    for entry in &swept.entries {
        ui.line(&format!("{}  {}  {}", entry.name, entry.reason.name(), show_size(entry.size)))?;
    }
    for draft in &swept.drafts {
        ui.line(&format!("{draft}  left by a writer that died"))?;
    }
    let bytes: u64 = swept.entries.iter().map(|entry| entry.size).sum();
    let (kept, kept_bytes) = swept.kept;
    ui.line(&format!(
        "{} {} entries ({}) and {} temporary files; {kept} entries ({}) stay",
        if dry_run { "would remove" } else { "removed" },
        swept.entries.len(),
        show_size(bytes),
        swept.drafts.len(),
        show_size(kept_bytes)
    ))
}

fn as_json(swept: &Swept, dry_run: bool) -> Value {
    let entries = swept.entries.iter();
    let entries = entries.map(
        |entry| json!({ "name": entry.name.to_string(), "reason": entry.reason.name(), "bytes": entry.size }),
    );
    let (kept, kept_bytes) = swept.kept;
    json!({
        "dry_run": dry_run,
        "removed": entries.collect::<Vec<_>>(),
        "drafts": swept.drafts,
        "kept": { "entries": kept, "bytes": kept_bytes },
    })
}
