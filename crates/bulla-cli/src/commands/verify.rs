use anyhow::anyhow;
use bulla::{Audited, FileStore, Miss};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::exit::{Exit, Failure};
use crate::json;
use crate::settings::Settled;
use crate::ui::{Tone, Ui, plain};

#[derive(Debug, Args)]
pub(crate) struct Verify {}

impl Verify {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        if !settled.dir.try_exists()? {
            return Err(Failure::new(
                Exit::Nothing,
                anyhow!("there is no cache in {}", settled.dir.display()),
            ));
        }
        let bar = progress(ui);
        let audited = settled.open_to_look()?.audit(&|done, all| {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        });
        bar.finish_and_clear();
        let audited = audited?;
        let path =
            |audited: &Audited| settled.dir.join(FileStore::file_name(&audited.name)).display().to_string();
        let missed =
            || audited.iter().filter_map(|audited| Some((path(audited), audited.verdict.as_ref().err()?)));
        let (all, refused) = (audited.len(), missed().count());
        let damaged = missed().filter(|(_, miss)| miss.is_integrity()).count();
        if ui.json {
            let refused: Vec<_> = missed().map(|(path, miss)| as_json(&path, miss)).collect();
            ui.document(json!({ "entries": all, "good": all - refused.len(), "refused": refused }))?;
        } else {
            for (path, miss) in missed() {
                let tone = if miss.is_integrity() { Tone::Bad } else { Tone::Dubious };
                ui.line(&format!("{}  {}", plain(&path), ui.paint(&plain(&miss.to_string()), tone)))?;
            }
            ui.line(&format!(
                "{all} entries: {} good, {damaged} refused as forged, damaged or misplaced, {} expired or not accepted",
                all - refused,
                refused - damaged
            ))?;
        }
        let unreachable = missed().any(|(_, miss)| matches!(miss, Miss::Unreachable(_)));
        Ok(match (damaged, unreachable) {
            (0, false) => Exit::Done,
            (0, true) => Exit::Error,
            _ => Exit::Integrity,
        })
    }
}

fn as_json(path: &str, miss: &Miss) -> Value {
    let mut fields = json::miss(miss);
    fields["path"] = path.into();
    fields
}

fn progress(ui: &Ui) -> ProgressBar {
    if !ui.shows_progress() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("proving {wide_bar} {pos}/{len} {eta}");
    ProgressBar::new(0).with_style(style.expect("the template is valid"))
}
