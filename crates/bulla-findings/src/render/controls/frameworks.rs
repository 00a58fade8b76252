//! Which control answers what auditors ask for. All of it is this program's own text: there is nothing to escape.

use serde::Serialize;

use crate::controls::{CONTROLS, Control, Framework, REFERENCES, Reference};

/// A Markdown table: a row for each control, a column for each framework, and in it the numbers that the control bears on.
pub fn render_frameworks() -> String {
    let names = Framework::ALL.map(|framework| format!("[{}]({})", framework.name(), framework.url()));
    let head = format!("| control | {} |\n|{}\n", names.join(" | "), " --- |".repeat(1 + names.len()));
    CONTROLS.iter().fold(head, |table, control| table + &row(control))
}

fn row(control: &Control) -> String {
    let cells = Framework::ALL.map(|framework| {
        let asked = control.references().filter(|reference| reference.framework == framework);
        let numbers: Vec<_> = asked.map(|reference| reference.number).collect();
        if numbers.is_empty() { "-".to_owned() } else { numbers.join(", ") }
    });
    format!("| `{}` | {} |\n", control.id, cells.join(" | "))
}

/// The frameworks with their items as one JSON object, without its `schema_version`, which belongs to the program's
/// document.
pub fn render_frameworks_json() -> impl Serialize {
    let fields = |(framework, items): (Framework, &'static [Reference])| FrameworkFields {
        name: framework.name(),
        url: framework.url(),
        items: items.iter().map(ItemFields::from).collect(),
    };
    Document { frameworks: Framework::ALL.into_iter().zip(REFERENCES).map(fields).collect() }
}

#[derive(Serialize)]
struct Document {
    frameworks: Vec<FrameworkFields>,
}

#[derive(Serialize)]
struct FrameworkFields {
    name: &'static str,
    url: &'static str,
    items: Vec<ItemFields>,
}

/// `controls`: the ids of those that bear on it.
#[derive(Serialize)]
struct ItemFields {
    number: &'static str,
    title: &'static str,
    controls: &'static [&'static str],
}

impl From<&'static Reference> for ItemFields {
    fn from(reference: &'static Reference) -> Self {
        let Reference { number, title, controls, .. } = reference;
        Self { number, title, controls }
    }
}
