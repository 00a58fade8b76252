//! Reports: in which formats each can be written, and where they go.

mod assessment;
mod controls;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::anyhow;
use bulla_findings::Style;
use serde::Serialize;

pub(crate) use assessment::{AssessmentFormat, Rendered};
pub(crate) use controls::ControlsFormat;

use crate::ui::Ui;
use crate::whole_file;

/// A report, whatever it is about.
pub(crate) trait Report {
    /// What it can be written as.
    type Format: Format;

    fn render(&self, format: Self::Format, style: Style) -> anyhow::Result<String>;

    /// Writes every output; standard output gets the view for people unless it was asked for something else.
    fn deliver(&self, outputs: &[Output<Self::Format>], ui: &Ui) -> anyhow::Result<()> {
        for output in outputs {
            let text = self.render(output.format, Style { width: usize::MAX, color: false, ..ui.style() })?;
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
            ui.bytes(self.render(Self::Format::JSON, ui.style())?.as_bytes())?;
        } else if !outputs.iter().any(Output::is_stdout) {
            ui.bytes(self.render(Self::Format::TERMINAL, ui.style())?.as_bytes())?;
        }
        Ok(())
    }
}

/// The formats of a kind of report.
pub(crate) trait Format: Copy + 'static {
    /// Each with its name.
    const ALL: &[(&str, Self)];
    /// The view for people.
    const TERMINAL: Self;
    /// The document for programs.
    const JSON: Self;
}

/// A format, and the file that it goes to; `-` is standard output.
#[derive(Debug, Clone)]
pub(crate) struct Output<F> {
    format: F,
    to: PathBuf,
}

impl<F: Format> FromStr for Output<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, to) = text.split_once('=').ok_or("expected FORMAT=FILE, such as sarif=scan.sarif")?;
        let known = || F::ALL.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let (_, format) = F::ALL
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| format!("there is no format `{name}`; expected one of {}", known()))?;
        if to.is_empty() {
            return Err(format!("the file is missing: {name}=FILE, or {name}=- for standard output"));
        }
        Ok(Self { format: *format, to: to.into() })
    }
}

impl<F> Output<F> {
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
    document: T,
}

/// A JSON document, its fields in the order of the structs behind it.
pub(crate) fn json_document(document: impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(&Versioned { schema_version: 1, document })? + "\n")
}
