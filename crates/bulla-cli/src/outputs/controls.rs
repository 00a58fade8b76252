use bulla_findings::{
    ControlReport, Style, render_controls_html, render_controls_json, render_controls_markdown,
    render_controls_sarif, render_controls_terminal,
};

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

    fn render(&self, format: ControlsFormat, style: Style) -> anyhow::Result<String> {
        Ok(match format {
            ControlsFormat::Terminal => render_controls_terminal(self, style),
            ControlsFormat::Markdown => render_controls_markdown(self),
            ControlsFormat::Sarif => render_controls_sarif(self),
            ControlsFormat::Html => render_controls_html(self),
            ControlsFormat::Json => json_document(render_controls_json(self))?,
        })
    }
}
