use bulla_findings::{ControlReport, Style, render_controls_json};

use super::{Format, Report, json_document};

/// What the controls of a repository can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ControlsFormat {
    Terminal,
    Markdown,
    Sarif,
    Html,
    Json,
}

impl Format for ControlsFormat {
    const ALL: &[(&str, Self)] = &[
        ("terminal", Self::Terminal),
        ("markdown", Self::Markdown),
        ("sarif", Self::Sarif),
        ("html", Self::Html),
        ("json", Self::Json),
    ];
    const TERMINAL: Self = Self::Terminal;
    const JSON: Self = Self::Json;
}

impl Report for ControlReport {
    type Format = ControlsFormat;

    fn render(&self, format: ControlsFormat, _style: Style) -> anyhow::Result<String> {
        match format {
            ControlsFormat::Terminal
            | ControlsFormat::Markdown
            | ControlsFormat::Sarif
            | ControlsFormat::Html
            | ControlsFormat::Json => json_document(render_controls_json(self)),
        }
    }
}
