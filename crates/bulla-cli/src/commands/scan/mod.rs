//! Every scanner through the cache, one merged answer, one gate.

mod watch;

use std::ffi::OsString;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bulla::{Cache, FileStore, Mode, find_program, system_clock};
use bulla_findings::{Answer, Reads, Scanner, Source};
use bulla_scan::{Answered, Origin, Scan as Task, Scanned, Selection, Target, Tools, Wanted, scan, tool};
use clap::Args;

use self::watch::Watch;
use super::get::finish;
use crate::exit::{Exit, Failure};
use crate::judging::{Judging, exit_of};
use crate::outputs::{Rendered, Report as _};
use crate::scan_file::by_name;
use crate::settings::{Settled, environment, path_variable, tools_dir};
use crate::ui::{Ui, plain};
use crate::units::{self, show_time};

#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// A directory, a file, an OCI image layout, a docker-archive, or an image by digest (`name@sha256:...`)
    #[arg(default_value = ".", value_name = "TARGET")]
    target: OsString,
    /// Ask only this scanner; several times, or with commas
    #[arg(long, value_name = "NAME", value_parser = by_name, value_delimiter = ',')]
    only: Vec<&'static Scanner>,
    /// Do not ask this scanner; several times, or with commas
    #[arg(long, value_name = "NAME", value_parser = by_name, value_delimiter = ',')]
    skip: Vec<&'static Scanner>,
    /// Install the scanners that are missing first, as `bulla tools install` does
    #[arg(long)]
    install: bool,
    /// Run every scanner, whatever is stored
    #[arg(long)]
    refresh: bool,
    /// Take no answer that was made longer ago
    #[arg(long, value_name = "DURATION", value_parser = units::limit)]
    max_age: Option<Duration>,
    /// Let no scanner touch the network
    #[arg(long)]
    offline: bool,
    /// Fetch the newest vulnerability databases first
    #[arg(long, conflicts_with = "offline")]
    update_databases: bool,
    /// How long one scanner may take [default: 10m]
    #[arg(long, value_name = "DURATION", value_parser = units::limit)]
    time_limit: Option<Duration>,
    /// Write the report to the step summary of a GitHub Actions job
    #[arg(long)]
    github: bool,
    #[command(flatten)]
    judging: Judging,
}

const TIME_LIMIT: Duration = Duration::from_secs(600);

impl Scan {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let target = Target::parse(&self.target).map_err(Failure::usage)?;
        let standard = self.judging.settle(&settled.scan, target.directory(), ui).map_err(Failure::usage)?;
        let summary = self.github.then(step_summary).transpose().map_err(Failure::usage)?;
        let stop = bulla_scan::stop_on_signals()?;
        let (wanted, missing) = self.choose(settled, &target, &stop, ui)?;
        // Before anything is read: a cache that is made inside the target would change it.
        let cache = self.open(settled, ui)?;
        let task = Task {
            target: &target,
            subject: target.subject(Some(&settled.dir))?,
            except: Some(&settled.dir),
            wanted: &wanted,
            cache: cache.as_ref(),
            refresh: self.refresh,
            offline: self.offline,
            update_databases: self.update_databases,
            time_limit: self.time_limit.or(settled.scan.time_limit).unwrap_or(TIME_LIMIT),
            environment: &environment(),
            stop: &stop,
        };
        let watch = Watch::new(*ui);
        let scanned = scan(&task, &|scanner, event| watch.tell(scanner, event));
        watch.end();
        let Scanned { answers, sbom } = scanned?;
        let finished = cache.as_ref().map_or(Ok(()), |cache| finish(cache, ui));
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::new(Exit::Interrupted, anyhow!("stopped")));
        }
        let trouble = tell_of_trouble(&answers, &missing, ui);
        let not_shared =
            |error| format!("the answers were given, but not stored in the shared store: {error}");
        let trouble = trouble.or(finished.err().map(not_shared));
        let answers = answers.into_iter().map(answer).collect();
        let (shown, subject) = (self.target.display().to_string(), task.subject.to_string());
        let assessment = standard.judge(&shown, Some(&subject), answers);
        let rendered = Rendered { assessment: &assessment, sbom: sbom.as_ref() };
        rendered.deliver(&self.judging.output, ui)?;
        if let Some((mut file, path)) = summary {
            let written = file.write_all(rendered.markdown().as_bytes());
            written.with_context(|| format!("cannot write {}", path.display()))?;
        }
        match trouble {
            Some(trouble) if settled.strict => Err(Failure::new(Exit::Error, anyhow!(trouble))),
            _ => Ok(exit_of(&assessment)),
        }
    }

    /// The scanners to ask, and those that would be asked if they were there.
    fn choose(
        &self,
        settled: &Settled,
        target: &Target,
        stop: &Arc<AtomicBool>,
        ui: &Ui,
    ) -> Result<(Vec<Wanted>, Vec<&'static Scanner>), Failure> {
        let configured = || settled.scan.scanners.clone().unwrap_or_default();
        let selection = Selection {
            only: if self.only.is_empty() { configured() } else { self.only.clone() },
            skip: self.skip.clone(),
            choices: settled.scan.choices(),
            offline: self.offline,
        };
        let tools = tools_dir().map(|dir| Tools::at(&dir));
        let find = |scanner: &Scanner| find(scanner, tools.as_ref());
        let mut chosen = selection.choose(target, &find);
        if self.install && !chosen.missing.is_empty() {
            super::tools::install_missing(&chosen.missing, &selection.only, stop, ui)?;
            chosen = selection.choose(target, &find);
        }
        // The repository's controls, which this program asks itself, are always there: they stand for no scanner that is not.
        let is_there = |wanted: &Wanted| {
            wanted.program.is_ok()
                && (wanted.scanner.program.reads == Reads::Target || chosen.missing.is_empty())
        };
        let any = chosen.wanted.iter().any(is_there);
        if chosen.wanted.is_empty() || !any && selection.only.is_empty() {
            let names: Vec<_> = chosen.missing.iter().map(|scanner| scanner.name).collect();
            return Err(Failure::usage(match names.as_slice() {
                [] => anyhow!("no scanner is left that has work in {}", self.target.display()),
                names => anyhow!(
                    "none of the scanners for this is installed ({}); `bulla scan --install` fetches those it can",
                    names.join(", ")
                ),
            }));
        }
        Ok((chosen.wanted, chosen.missing))
    }

    /// A cache that cannot be opened loses no result, unless that was asked for.
    fn open(&self, settled: &Settled, ui: &Ui) -> Result<Option<Cache<FileStore>>, Failure> {
        if settled.mode == Mode::Off {
            return Ok(None);
        }
        match settled.open_within(self.max_age) {
            Ok(cache) => Ok(Some(cache)),
            Err(failure) if settled.strict || failure.exit == Exit::Usage => Err(failure),
            Err(failure) => {
                ui.warn(format_args!("scanning without a cache: {failure}"));
                Ok(None)
            }
        }
    }
}

/// On `PATH`, or where `bulla tools` has put it. What this program answers itself, it asks no other of its name.
fn find(scanner: &Scanner, tools: Option<&Tools>) -> Option<PathBuf> {
    let name = scanner.program.name;
    if name == env!("CARGO_BIN_NAME") {
        return std::env::current_exe().ok();
    }
    let on_path = find_program(name.as_ref(), path_variable().as_deref()).ok();
    on_path.or_else(|| tools?.find(tool(name)?))
}

/// What the cache did not do that it should have: the first of it.
fn tell_of_trouble(answers: &[Answered], missing: &[&Scanner], ui: &Ui) -> Option<String> {
    let mut first = None;
    for answered in answers {
        let name = answered.scanner.name;
        let Origin::Miss { reason, expected, detail, not_stored } = &answered.origin else { continue };
        if *reason == "unreachable" {
            first.get_or_insert(format!(
                "{name}: the answer was given, but not looked for where it may lie: {detail}"
            ));
        }
        if !expected {
            ui.warn(format_args!("{name}: the stored answer was not taken: {detail}"));
        }
        if let Some(why) = not_stored {
            ui.warn(format_args!("{name}: the answer was not stored: {why}"));
            first.get_or_insert(format!("{name}: the answer was given, but not stored: {why}"));
        }
    }
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|scanner| scanner.name).collect();
        ui.note(format_args!("not installed: {}; --install fetches those it can", names.join(", ")));
    }
    first
}

fn answer(answered: Answered) -> Answer {
    let source = match answered.origin {
        Origin::Hit { header, seal, tier } => {
            let issued = header.claims.validity.issued();
            Source::Hit {
                seal: seal.to_owned(),
                key_id: header.key_id.to_string(),
                issued_at: show_time(issued),
                age: system_clock().saturating_since(issued),
                is_shared: tier == bulla::Tier::Shared,
            }
        }
        Origin::Miss { reason, detail, not_stored, .. } => {
            Source::Miss { reason: reason.to_owned(), detail: plain(&detail), not_stored }
        }
        Origin::NotRun => Source::NotRun,
    };
    let mut answer = match answered.report {
        Ok(report) => Answer::of(answered.scanner, report, source),
        Err(outcome) => Answer::without_report(answered.scanner, outcome, source),
    };
    let report = &mut answer.report;
    report.version = answered.version.or(report.version.take());
    report.database = answered.database.or(report.database.take());
    report.notes.extend(answered.notes);
    answer
}

/// The file that a job's summary is appended to.
fn step_summary() -> anyhow::Result<(File, PathBuf)> {
    let path = crate::settings::path("GITHUB_STEP_SUMMARY")
        .ok_or_else(|| anyhow!("--github needs GITHUB_STEP_SUMMARY, which GitHub Actions sets"))?;
    let opened = File::options().append(true).create(true).open(&path);
    Ok((opened.with_context(|| format!("cannot write {}", path.display()))?, path))
}
