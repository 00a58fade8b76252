use bulla_findings::CONTROLS;
use serde::Serialize;

use super::description::Description;
use crate::exit::{Exit, Failure};
use crate::outputs::json_document;
use crate::ui::Ui;

#[derive(Serialize)]
struct List {
    controls: Vec<Description>,
}

pub(super) fn execute(ui: &Ui) -> Result<Exit, Failure> {
    if ui.json {
        let controls = CONTROLS.into_iter().map(Description::from).collect();
        ui.bytes(json_document(List { controls })?.as_bytes())?;
    } else {
        let mut rows = vec![["ID", "TITLE", "SEVERITY", "QUESTION"].map(str::to_owned).to_vec()];
        rows.extend(CONTROLS.iter().map(|control| {
            [control.id, control.title, control.severity.name(), control.question].map(str::to_owned).to_vec()
        }));
        ui.table(&rows)?;
    }
    Ok(Exit::Done)
}
