use std::fs::File;
use std::io::{Read as _, Seek as _};

use anyhow::Context as _;
use bulla_findings::{
    Assessment, Style, render_cyclonedx, render_html, render_json, render_markdown, render_sarif,
    render_terminal, sbom_components,
};

use super::{Format, Report, json_document};

/// A page with more components tells nobody more.
const MAX_COMPONENTS: usize = 10_000;

/// What the answer to a scan can be written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AssessmentFormat {
    Terminal,
    Markdown,
    Sarif,
    Html,
    Json,
    CycloneDx,
}

impl Format for AssessmentFormat {
    const ALL: &[(&str, Self)] = &[
        ("terminal", Self::Terminal),
        ("markdown", Self::Markdown),
        ("sarif", Self::Sarif),
        ("html", Self::Html),
        ("json", Self::Json),
        ("cyclonedx", Self::CycloneDx),
    ];
    const TERMINAL: Self = Self::Terminal;
    const JSON: Self = Self::Json;
}

/// What is rendered: the answer, and the SBOM that some formats are made around.
pub(crate) struct Rendered<'a> {
    pub(crate) assessment: &'a Assessment,
    pub(crate) sbom: Option<&'a File>,
}

impl Rendered<'_> {
    /// The text for a pull request comment or a step summary.
    pub(crate) fn markdown(&self) -> String {
        render_markdown(self.assessment)
    }

    /// Read only for the formats that show it.
    fn sbom(&self) -> anyhow::Result<Option<Vec<u8>>> {
        let Some(mut file) = self.sbom else { return Ok(None) };
        let mut bytes = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut bytes)).context("cannot read the SBOM")?;
        Ok(Some(bytes))
    }
}

impl Report for Rendered<'_> {
    type Format = AssessmentFormat;

    fn render(&self, format: AssessmentFormat, style: Style) -> anyhow::Result<String> {
        Ok(match format {
            AssessmentFormat::Terminal => render_terminal(self.assessment, style),
            AssessmentFormat::Markdown => self.markdown(),
            AssessmentFormat::Sarif => render_sarif(self.assessment),
            AssessmentFormat::Html => {
                let components =
                    self.sbom()?.map(|sbom| sbom_components(&sbom, MAX_COMPONENTS)).transpose()?;
                render_html(self.assessment, &components.unwrap_or_default())
            }
            AssessmentFormat::Json => json_document(render_json(self.assessment))?,
            AssessmentFormat::CycloneDx => render_cyclonedx(self.assessment, self.sbom()?.as_deref())?,
        })
    }
}
