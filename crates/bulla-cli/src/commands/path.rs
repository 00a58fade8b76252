use std::os::unix::ffi::OsStrExt as _;

use bulla::FileStore;
use clap::Args;
use serde_json::json;

use crate::args::KeyArgs;
use crate::exit::{Exit, Failure};
use crate::settings::Settled;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct Path {
    #[command(flatten)]
    key: KeyArgs,
}

impl Path {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let path = settled.dir.join(FileStore::file_name(&self.key.key()?.entry_name()));
        if ui.json {
            let exists = path.symlink_metadata().is_ok();
            ui.document(json!({ "path": path.display().to_string(), "exists": exists }))?;
        } else {
            ui.bytes(path.as_os_str().as_bytes())?;
            ui.bytes(b"\n")?;
        }
        Ok(Exit::Done)
    }
}
