use clap::Args;
use serde_json::json;

use crate::args::KeyArgs;
use crate::exit::{Exit, Failure};
use crate::settings::Settled;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct Rm {
    #[command(flatten)]
    key: KeyArgs,
}

impl Rm {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let key = self.key.key()?;
        // Forgetting makes no directory.
        let removed = settled.dir.try_exists()? && settled.open()?.remove(&key)?;
        if ui.json {
            ui.document(json!({ "removed": removed }))?;
        }
        ui.note(if removed { "removed" } else { "nothing was there" });
        Ok(if removed { Exit::Done } else { Exit::Nothing })
    }
}
