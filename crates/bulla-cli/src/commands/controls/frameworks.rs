use bulla_findings::{render_frameworks, render_frameworks_json};

use crate::exit::{Exit, Failure};
use crate::ui::Ui;

pub(super) fn execute(ui: &Ui) -> Result<Exit, Failure> {
    if ui.json {
        ui.document(serde_json::to_value(render_frameworks_json())?)?;
    } else {
        ui.bytes(render_frameworks().as_bytes())?;
    }
    Ok(Exit::Done)
}
