use bulla_findings::{render_frameworks, render_frameworks_json};

use crate::exit::{Exit, Failure};
use crate::outputs::json_document;
use crate::ui::Ui;

pub(super) fn execute(ui: &Ui) -> Result<Exit, Failure> {
    if ui.json {
        ui.bytes(json_document(render_frameworks_json())?.as_bytes())?;
    } else {
        ui.bytes(render_frameworks().as_bytes())?;
    }
    Ok(Exit::Done)
}
