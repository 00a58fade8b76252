//! Reports: which formats there are, and where each goes.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, anyhow};
use bulla_findings::{
    Assessment, Style, render_cyclonedx, render_html, render_json, render_markdown, render_sarif,
    render_terminal, sbom_components,
};

use serde::Serialize;

use crate::ui::Ui;
use crate::whole_file;

/// A page with more components tells nobody more.
const MAX_COMPONENTS: usize = 10_000;

/// A format, and the file that it goes to; `-` is standard output.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    format: Format,
    to: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Terminal,
    Markdown,
    Sarif,
    Html,
    Json,
    CycloneDx,
}

const FORMATS: [(&str, Format); 6] = [
    ("terminal", Format::Terminal),
    ("markdown", Format::Markdown),
    ("sarif", Format::Sarif),
    ("html", Format::Html),
    ("json", Format::Json),
    ("cyclonedx", Format::CycloneDx),
];

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, to) = text.split_once('=').ok_or("expected FORMAT=FILE, such as sarif=scan.sarif")?;
        let known = || FORMATS.map(|(name, _)| name).join(", ");
        let (_, format) = FORMATS
            .into_iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| format!("there is no format `{name}`; expected one of {}", known()))?;
        if to.is_empty() {
            return Err(format!("the file is missing: {name}=FILE, or {name}=- for standard output"));
        }
        Ok(Self { format, to: to.into() })
    }
}

impl Output {
    fn is_stdout(&self) -> bool {
        self.to == Path::new("-")
    }

    /// Whether the outputs can be written, as far as that is known before there is anything to write.
    pub(crate) fn check(outputs: &[Self], ui: &Ui) -> anyhow::Result<()> {
        if outputs.iter().filter(|output| output.is_stdout()).count() + usize::from(ui.json) > 1 {
            return Err(anyhow!("standard output can carry one report only"));
        }
        for (index, Self { to, .. }) in outputs.iter().enumerate().filter(|(_, output)| !output.is_stdout()) {
            if outputs[..index].iter().any(|other| other.to == *to) {
                return Err(anyhow!("two reports would go to {}", to.display()));
            }
            whole_file::check(to)?;
        }
        Ok(())
    }
}

#[derive(Serialize)]
struct Versioned<T> {
    schema_version: u32,
    #[serde(flatten)]
    assessment: T,
}

/// What is rendered: the answer, and the SBOM that some formats are made around.
pub(crate) struct Rendered<'a> {
    pub(crate) assessment: &'a Assessment,
    pub(crate) sbom: Option<&'a File>,
}

impl Rendered<'_> {
    /// Writes every output; standard output gets the view for people unless it was asked for something else.
    pub(crate) fn deliver(&self, outputs: &[Output], ui: &Ui) -> anyhow::Result<()> {
        for output in outputs {
            let text = self.render(output.format, Style { width: usize::MAX, color: false })?;
            if output.is_stdout() {
                ui.bytes(text.as_bytes())?;
            } else {
                whole_file::write(&output.to, &mut |out| {
                    out.write_all(text.as_bytes()).map_err(anyhow::Error::from)
                })?;
                ui.note(format_args!("wrote {}", output.to.display()));
            }
        }
        if ui.json {
            ui.bytes(self.render(Format::Json, ui.style())?.as_bytes())?;
        } else if !outputs.iter().any(Output::is_stdout) {
            ui.bytes(self.render(Format::Terminal, ui.style())?.as_bytes())?;
        }
        Ok(())
    }

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

    fn render(&self, format: Format, style: Style) -> anyhow::Result<String> {
        Ok(match format {
            Format::Terminal => render_terminal(self.assessment, style),
            Format::Markdown => self.markdown(),
            Format::Sarif => render_sarif(self.assessment),
            Format::Html => {
                let components =
                    self.sbom()?.map(|sbom| sbom_components(&sbom, MAX_COMPONENTS)).transpose()?;
                render_html(self.assessment, &components.unwrap_or_default())
            }
            Format::Json => {
                let document = Versioned { schema_version: 1, assessment: render_json(self.assessment) };
                serde_json::to_string_pretty(&document)? + "\n"
            }
            Format::CycloneDx => render_cyclonedx(self.assessment, self.sbom()?.as_deref())?,
        })
    }
}
