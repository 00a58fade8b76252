use anyhow::anyhow;
use bulla::{ClearError, clear};
use clap::Args;
use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::settings::Settled;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct Clear {
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

impl Clear {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let dir = settled.dir.display();
        // A key that cannot be used is one more reason to clear.
        let mode = settled.open_to_look().map_or(settled.mode, |cache| settled.effective_mode(&cache).0);
        if !mode.writes() {
            return Err(anyhow!("nothing is removed: the mode is {}", mode.name()).into());
        }
        if !settled.dir.try_exists()? {
            return Err(Failure::new(Exit::Nothing, anyhow!("there is no directory {dir}")));
        }
        let question = format!("Remove every entry and the key in {dir}?");
        match if self.yes { Some(true) } else { ui.confirm(&question)? } {
            None => {
                return Err(Failure::usage(anyhow!(
                    "nobody to ask; say --yes to remove everything in {dir}"
                )));
            }
            Some(false) => return Err(anyhow!("nothing was removed").into()),
            Some(true) => {}
        }
        let removed = clear(&settled.dir).map_err(|error| match error {
            ClearError::NotACache(_) => Failure::usage(error),
            ClearError::Store(error) => error.into(),
        })?;
        if !removed {
            ui.warn(format_args!("{dir} stays: it holds what is not bulla's"));
        }
        if ui.json {
            ui.document(json!({ "cleared": true, "directory_removed": removed }))?;
        }
        Ok(Exit::Done)
    }
}
