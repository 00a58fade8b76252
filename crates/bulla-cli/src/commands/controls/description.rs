use bulla_findings::Control;
use serde::Serialize;

/// What a control is, in JSON.
#[derive(Serialize)]
pub(super) struct Description {
    id: &'static str,
    title: &'static str,
    severity: &'static str,
    question: &'static str,
    reason: &'static str,
    fix: &'static str,
    frameworks: Vec<Row>,
}

/// A row of a framework that asks for it.
#[derive(Serialize)]
struct Row {
    framework: &'static str,
    number: &'static str,
    title: &'static str,
}

impl From<&Control> for Description {
    fn from(control: &Control) -> Self {
        let Control { id, title, question, reason, fix, severity, .. } = *control;
        let rows = control.references().map(|reference| Row {
            framework: reference.framework.name(),
            number: reference.number,
            title: reference.title,
        });
        Self { id, title, severity: severity.name(), question, reason, fix, frameworks: rows.collect() }
    }
}
