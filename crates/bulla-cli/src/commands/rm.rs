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
    /// Forget it in the shared store too, from where it would be taken again
    #[arg(long)]
    shared: bool,
}

impl Rm {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let key = self.key.key()?;
        let removed = if self.shared {
            settled.need_shared()?;
            let cache = settled.open()?;
            cache.remove(&key)? | cache.remove_shared(&key)?
        } else {
            // Forgetting makes no directory.
            settled.dir.try_exists()? && settled.open_local()?.remove(&key)?
        };
        if ui.json {
            ui.document(json!({ "removed": removed }))?;
        }
        if let Some(shared) = settled.shared_in_use().filter(|shared| shared.mode.reads() && !self.shared) {
            ui.warn(format_args!(
                "it may still lie in the shared store {}, from where it is taken again (--shared removes it there too)",
                shared.url
            ));
        }
        ui.note(if removed { "removed" } else { "nothing was there" });
        Ok(if removed { Exit::Done } else { Exit::Nothing })
    }
}
