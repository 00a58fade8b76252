use bulla_findings::CONTROLS;
use serde::Serialize;

use super::description::Description;
use super::explain::{fill, heading, page_width};
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
        let mut text = String::new();
        for control in CONTROLS {
            text.push_str(&heading(control));
            fill(&mut text, control.question, page_width(ui));
        }
        ui.bytes(text.as_bytes())?;
    }
    Ok(Exit::Done)
}
