use bulla_findings::Control;
use clap::Args;

use super::by_id;
use super::description::Description;
use crate::exit::{Exit, Failure};
use crate::outputs::json_document;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The control's id; `bulla controls list` names them
    #[arg(value_name = "ID", value_parser = by_id)]
    control: &'static Control,
}

impl Explain {
    pub(crate) fn execute(self, ui: &Ui) -> Result<Exit, Failure> {
        let text = match ui.json {
            true => json_document(Description::from(self.control))?,
            false => text(self.control, page_width(ui)),
        };
        ui.bytes(text.as_bytes())?;
        Ok(Exit::Done)
    }
}

/// Nobody reads longer lines.
pub(super) fn page_width(ui: &Ui) -> usize {
    ui.style().width.min(100)
}

pub(super) fn heading(control: &Control) -> String {
    let Control { id, title, severity, .. } = control;
    format!("{id}: {title} ({severity} severity)\n")
}

fn text(control: &Control, width: usize) -> String {
    let Control { question, reason, fix, .. } = control;
    let frameworks: Vec<_> = control
        .references()
        .map(|row| format!("{}: {} {}", row.framework.name(), row.number, row.title))
        .collect();
    let sections = [
        ("Question", vec![(*question).to_owned()]),
        ("Why it matters", vec![(*reason).to_owned()]),
        ("What to do where it fails", vec![(*fix).to_owned()]),
        ("Frameworks that ask for it", frameworks),
    ];
    let mut text = heading(control);
    for (heading, paragraphs) in sections.into_iter().filter(|(_, paragraphs)| !paragraphs.is_empty()) {
        text.push_str(&format!("\n{heading}\n"));
        for paragraph in paragraphs {
            fill(&mut text, &paragraph, width);
        }
    }
    text
}

/// Adds a paragraph, indented, in lines of at most that many columns where its words allow it.
pub(super) fn fill(text: &mut String, paragraph: &str, width: usize) {
    let mut column = 0;
    for word in paragraph.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length <= width {
            text.push(' ');
            column += 1 + length;
        } else {
            text.push_str(if column == 0 { "  " } else { "\n  " });
            column = 2 + length;
        }
        text.push_str(word);
    }
    text.push('\n');
}
