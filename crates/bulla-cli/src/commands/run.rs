use std::ffi::OsString;
use std::fmt::Display;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use bulla::{
    Answer, Awaited, Cache, CacheKey, CaptureError, Captured, Explanation, Failures, FileStore, Miss, Mode,
    Operation, Outputs, PutError, Recipe, Reuse, RunError, RunOptions, RunReport, StoreError, Stored,
    Subject, Tier, system_clock,
};
use clap::Args;
use serde_json::{Value, json};

use super::get::finish;
use crate::exit::{Exit, Failure};
use crate::json;
use crate::settings::{Settled, variable};
use crate::ui::Ui;
use crate::units::{self, show_duration};

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// What is done: `sbom`, `scan-trivy`, ...
    #[arg(long, value_name = "OP")]
    op: Operation,
    /// What it is done to: `sha256:...`, or `name@sha256:...`
    #[arg(
        long,
        value_name = "DIGEST",
        conflicts_with = "subject_path",
        required_unless_present = "subject_path"
    )]
    subject: Option<String>,
    /// What it is done to: a file or a directory, by its content
    #[arg(long, value_name = "PATH")]
    subject_path: Option<PathBuf>,
    /// A file or a directory whose content can change the result; several times
    #[arg(long, value_name = "PATH")]
    input: Vec<PathBuf>,
    /// An environment variable whose value can change the result; several times
    #[arg(long, value_name = "NAME", value_parser = variable_name)]
    env: Vec<String>,
    /// A shell command whose output can change the result, such as one that names a database
    #[arg(long, value_name = "CMD")]
    salt_command: Option<OsString>,
    /// How long the result lives; zero means the default of its operation
    #[arg(long, value_name = "DURATION", value_parser = units::duration, allow_hyphen_values = true)]
    ttl: Option<Duration>,
    /// Run the command whatever is stored
    #[arg(long)]
    refresh: bool,
    /// Store results with an exit code other than 0 too
    #[arg(long)]
    cache_failures: bool,
    /// How long to wait for another process that runs the same command
    #[arg(long, value_name = "DURATION", value_parser = units::duration, default_value = "10m")]
    wait: Duration,
    /// Say on standard error whether it was a hit, or why not and what has changed
    #[arg(long)]
    explain: bool,
    /// The command
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Run {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let recipe = self.recipe()?;
        // Before anything is captured: a cache that is made inside the tree would change it.
        let cache = match open(settled, ui)? {
            Ok(cache) => cache,
            Err(reason) => return self.without_cache(&recipe, &reason, ui),
        };
        let captured = recipe.capture(&|name| variable(name), Some(&settled.dir)).map_err(not_captured)?;
        let explanation = self.explain.then(|| bulla::explain(&cache, &captured));
        let options = RunOptions {
            ttl: self.ttl,
            reuse: if self.refresh { Reuse::Refresh } else { Reuse::Stored },
            failures: if self.cache_failures { Failures::Stored } else { Failures::NotStored },
            wait: self.wait,
        };
        let mut outputs = Outputs {
            stdout: &mut io::stdout(),
            stderr: &mut io::stderr(),
            waiting: &mut |awaited| ui.warn(waiting_for(awaited)),
        };
        let ran = bulla::run(Some(&cache), &captured, &self.command, &options, &mut outputs);
        let finished = finish(&cache, ui);
        let report = ran.map_err(not_run)?;
        self.tell(&report, &captured, explanation.as_ref(), ui);
        match trouble(&report).or(finished.err().map(not_shared)) {
            Some(trouble) if settled.strict => Err(Failure::new(Exit::Error, trouble)),
            _ => Ok(Exit::Command(report.code)),
        }
    }

    fn recipe(&self) -> Result<Recipe, Failure> {
        let subject = match (&self.subject, &self.subject_path) {
            (Some(text), _) => Subject::Digest(CacheKey::parse(self.op.as_str(), text, None)?.subject()),
            (None, path) => Subject::Path(path.clone().unwrap_or_default()),
        };
        Ok(Recipe {
            operation: self.op.clone(),
            subject,
            command: self.command.clone(),
            inputs: self.input.clone(),
            env: self.env.iter().map(OsString::from).collect(),
            salt_command: self.salt_command.clone(),
        })
    }

    /// The command is run and nothing kept, for a reason that has been told.
    fn without_cache(&self, recipe: &Recipe, reason: &str, ui: &Ui) -> Result<Exit, Failure> {
        let program = recipe.locate(&|name| variable(name)).map_err(not_captured)?;
        let mut outputs =
            Outputs { stdout: &mut io::stdout(), stderr: &mut io::stderr(), waiting: &mut |_| () };
        let report = bulla::run_uncached(&program, &self.command, &mut outputs).map_err(not_run)?;
        if ui.json {
            let stored = json!({ "outcome": "no-cache", "message": reason });
            ui.side_document(
                json!({ "outcome": "miss", "exit_code": report.code, "miss": null, "stored": stored }),
            );
        }
        if self.explain {
            ui.note_always(format_args!("not cached: {reason}"));
        } else {
            ui.note(format_args!("not cached: {reason}"));
        }
        Ok(Exit::Command(report.code))
    }

    fn tell(
        &self,
        report: &RunReport,
        captured: &Captured,
        explanation: Option<&Result<Explanation, StoreError>>,
        ui: &Ui,
    ) {
        if ui.json {
            ui.side_document(as_json(report, captured));
        }
        let say: &dyn Fn(String) =
            if self.explain { &|line| ui.note_always(line) } else { &|line| ui.note(line) };
        match &report.answer {
            Answer::Hit(header, tier) => {
                let age = show_duration(system_clock().saturating_since(header.claims.validity.issued()));
                let place = if *tier == Tier::Shared { " in the shared store" } else { "" };
                say(format!("hit{place}: made {age} ago, sealed by key {}", header.key_id));
            }
            Answer::Ran(miss, stored) => {
                match miss {
                    Some(miss) => say(format!("miss: {miss}")),
                    None if self.refresh => say("miss: --refresh".to_owned()),
                    None => say("not cached: the mode is off, or there is no cache".to_owned()),
                }
                if let (Some(Miss::Absent), Some(explanation)) = (miss, explanation) {
                    match explanation {
                        Ok(explanation) => say(explain(explanation)),
                        Err(error) => say(format!("cannot be compared with earlier entries: {error}")),
                    }
                }
                match stored {
                    Stored::Yes => say("stored".to_owned()),
                    Stored::Failed => say(format!("not stored: the command ended with {}", report.code)),
                    Stored::InputsChanged => {
                        ui.warn("not stored: what the result depends on changed during the run")
                    }
                    Stored::Error(error) if is_by_choice(error) => say(error.to_string()),
                    Stored::NoCache | Stored::Error(_) => {}
                }
            }
        }
        if let Answer::Ran(Some(miss), _) = &report.answer
            && !miss.is_expected()
            && !self.explain
        {
            ui.warn(format_args!("the stored result was not taken, and the command run: {miss}"));
        }
        match &report.answer {
            Answer::Ran(_, Stored::Error(error)) if !is_by_choice(error) => ui.warn(error),
            _ => {}
        }
    }
}

fn not_captured(error: CaptureError) -> Failure {
    match error {
        CaptureError::NotFound(_) => Failure::new(Exit::NotFound, error),
        CaptureError::NotExecutable(_) => Failure::new(Exit::NotExecutable, error),
        error => error.into(),
    }
}

fn not_run(error: RunError) -> Failure {
    match &error {
        RunError::Spawn(_, source) => match source.kind() {
            io::ErrorKind::NotFound => Failure::new(Exit::NotFound, error),
            // No magic number that the system knows is an error without a kind of its own.
            io::ErrorKind::PermissionDenied => Failure::new(Exit::NotExecutable, error),
            _ if source.raw_os_error() == Some(8) => Failure::new(Exit::NotExecutable, error),
            _ => error.into(),
        },
        _ => error.into(),
    }
}

fn variable_name(text: &str) -> Result<String, String> {
    match text.contains('=') || text.is_empty() {
        true => Err("expected the name of a variable, without its value".to_owned()),
        false => Ok(text.to_owned()),
    }
}

/// The cache, or the reason why there is none. One that cannot be opened loses no result, unless that was asked for.
fn open(settled: &Settled, ui: &Ui) -> Result<Result<Cache<FileStore>, String>, Failure> {
    if settled.mode == Mode::Off {
        return Ok(Err("the mode is off".to_owned()));
    }
    match settled.open() {
        Ok(cache) => Ok(Ok(cache)),
        Err(failure) if settled.strict || failure.exit == Exit::Usage => Err(failure),
        Err(failure) => {
            ui.warn(format_args!("running without a cache: {failure}"));
            Ok(Err(failure.to_string()))
        }
    }
}

fn waiting_for(awaited: Awaited<'_>) -> String {
    match awaited {
        Awaited::Process => "another process runs the same command; waiting for its result".to_owned(),
        Awaited::Lease(lease) => {
            let (owner, since) = (&lease.owner, units::show_time(lease.since));
            format!("{owner} runs the same command since {since}; waiting for its result")
        }
    }
}

/// What `--strict` makes an error of: the cache did not do its part.
fn trouble(report: &RunReport) -> Option<anyhow::Error> {
    match &report.answer {
        Answer::Ran(Some(Miss::Unreachable(error)), _) => Some(anyhow::anyhow!(
            "the command's result was delivered, but the cache was unreachable: {error}"
        )),
        Answer::Ran(Some(Miss::SharedUnreachable(error)), _) => Some(anyhow::anyhow!(
            "the command's result was delivered, but the shared store was unreachable: {error}"
        )),
        Answer::Ran(_, Stored::Error(PutError::Shared(error))) => Some(not_shared(error)),
        Answer::Ran(_, Stored::Error(PutError::NotAReport(why))) => {
            Some(anyhow::anyhow!("the command's result was delivered, but not stored: {why}"))
        }
        Answer::Ran(_, Stored::Error(error)) if !is_by_choice(error) => {
            Some(anyhow::anyhow!("the command's result was delivered, but not stored: {error}"))
        }
        _ => None,
    }
}

fn not_shared(error: impl Display) -> anyhow::Error {
    anyhow::anyhow!(
        "the command's result was delivered and stored here, but not in the shared store: {error}"
    )
}

/// Not being written to is what a read-only cache is for.
const fn is_by_choice(error: &PutError) -> bool {
    matches!(error, PutError::NotWritable { .. })
}

fn explain(explanation: &Explanation) -> String {
    match explanation {
        Explanation::NothingEarlier => "no earlier entry of this operation to compare with".to_owned(),
        Explanation::OtherSubject { since } => {
            format!("the subject has changed since the entry of {}", units::show_time(*since))
        }
        Explanation::Changed { since, parts } if parts.is_empty() => {
            format!("nothing that was named has changed since the entry of {}", units::show_time(*since))
        }
        Explanation::Changed { since, parts } => {
            format!("changed since the entry of {}: {}", units::show_time(*since), parts.join(", "))
        }
    }
}

fn as_json(report: &RunReport, captured: &Captured) -> Value {
    let tier = match &report.answer {
        Answer::Hit(_, tier) => Some(tier.name()),
        Answer::Ran(..) => None,
    };
    let (outcome, miss, stored, entry) = match &report.answer {
        Answer::Hit(header, _) => ("hit", None, None, Some(json::header(header))),
        Answer::Ran(miss, stored) => {
            let (name, why) = match stored {
                Stored::Yes => ("yes", None),
                Stored::NoCache => ("no-cache", None),
                Stored::Failed => ("command-failed", None),
                Stored::InputsChanged => ("inputs-changed", None),
                Stored::Error(error) => ("error", Some(error.to_string())),
            };
            ("miss", miss.as_ref().map(json::miss), Some(json!({ "outcome": name, "message": why })), None)
        }
    };
    json!({
        "outcome": outcome,
        "tier": tier,
        "exit_code": report.code,
        "miss": miss,
        "stored": stored,
        "entry": entry,
        "key": {
            "operation": captured.key.operation().as_str(),
            "subject": captured.key.subject().to_string(),
            "config": captured.key.config().map(|config| config.to_string()),
            "name": captured.key.entry_name().to_string(),
            "inputs": captured.inputs,
        },
    })
}
