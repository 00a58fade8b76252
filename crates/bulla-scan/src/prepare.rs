//! Everything that a scanner's answer depends on, read before the cache is asked.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use bulla::{
    CacheKey, Digest, Operation, Producer, StoreError, file_digest, open_regular_nofollow, tree_digest,
};
use bulla_findings::{Choices, Database, Outcome, Reads, Request, Scanner, Setting};

use tempfile::NamedTempFile;

use crate::child::{self, Ended, Limits};
use crate::config::Config;
use crate::repository::RepositoryFiles;
use crate::scan::{Scan, Wanted};
use crate::work::{Work, scratch};

/// Naming itself and its database takes a program no longer than this.
const PROBE: Duration = Duration::from_secs(60);

/// A result that depends on a database without a name is not given again for longer.
const UNNAMED_TTL: Duration = Duration::from_secs(3600);

/// What a program prints about itself.
const MAX_PROBE: u64 = 1 << 20;

/// What a scanner is, apart from what it scans.
pub(crate) struct Facts {
    binary: Digest,
    pub(crate) version: Option<String>,
    pub(crate) database: Option<String>,
    /// What is to be said beside the answer; one line each.
    pub(crate) notes: Vec<String>,
}

/// A scanner, ready to be asked.
pub(crate) struct Prepared<'a> {
    pub(crate) wanted: &'a Wanted,
    pub(crate) program: &'a Path,
    pub(crate) sbom: Option<&'a Sbom>,
    pub(crate) key: CacheKey,
    pub(crate) facts: Facts,
}

/// An SBOM that another scanner can take.
pub(crate) struct Sbom {
    /// The report.
    pub(crate) file: NamedTempFile,
    /// The key it answers: its content differs from run to run in identifiers and times.
    pub(crate) key: CacheKey,
}

impl Facts {
    /// Asks the program, and reads its file meanwhile.
    pub(crate) fn learn(
        scan: &Scan<'_>,
        work: &Work,
        wanted: &Wanted,
        program: &Path,
    ) -> Result<Self, Outcome> {
        let probe = Probe::new(scan, work, wanted, program);
        let (binary, said) = thread::scope(|scope| {
            let binary = scope.spawn(|| file_digest(program).map_err(|error| error.to_string()));
            let said = probe.version().and_then(|version| Ok((version, probe.database()?)));
            (binary.join().expect("hashing does not panic"), said)
        });
        let (binary, (version, (database, mut notes))) =
            (binary.map_err(Outcome::Error)?, said.map_err(Outcome::Error)?);
        let unnamed = match (&wanted.scanner.program.database, &database) {
            (Database::None, _) | (Database::Named { .. }, Some(_)) => None,
            (Database::Named { .. }, None) => Some("its database has no name"),
            (Database::Unnamed, _) => Some("what it is asked changes without a name"),
        };
        notes.extend(unnamed.map(|why| format!("{why}; its answer is kept for an hour at most")));
        Ok(Self { binary, version, database, notes })
    }
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(
        scan: &Scan<'_>,
        work: &Work,
        wanted: &'a Wanted,
        program: &'a Path,
        facts: Facts,
        sbom: Option<&'a Sbom>,
    ) -> Result<Self, Outcome> {
        let key = key(scan, work, wanted, &facts, sbom)?;
        Ok(Self { wanted, program, sbom, key, facts })
    }

    /// The arguments for a run.
    pub(crate) fn arguments(&self, scan: &Scan<'_>, work: &Work) -> Result<Vec<OsString>, Outcome> {
        let sbom = self.sbom.map(|sbom| sbom.file.path());
        let Wanted { scanner, choices, .. } = self.wanted;
        arguments(scan, scanner, choices, work.seen().borrow(), sbom, &work.empty())
    }

    /// Reads everything once more that can have changed while the scanner ran: whether the key is still the same.
    pub(crate) fn still_holds(&self, scan: &Scan<'_>, work: &Work) -> bool {
        let again = || {
            let probe = Probe::new(scan, work, self.wanted, self.program);
            let binary = file_digest(self.program).ok()?;
            let (version, database) = (probe.version().ok()?, probe.name_database().ok()?);
            let facts = Facts { binary, version, database, notes: Vec::new() };
            key(scan, work, self.wanted, &facts, self.sbom).ok()
        };
        let is_same_target = || scan.target.subject(scan.except).is_ok_and(|subject| subject == scan.subject);
        (self.wanted.scanner.program.reads == Reads::Repository || is_same_target())
            && again().is_some_and(|key| key == self.key)
    }

    pub(crate) fn producer(&self) -> Producer {
        let Facts { binary, version, database, .. } = &self.facts;
        Producer {
            tool: self.wanted.scanner.name.parse().ok(),
            version: version.as_deref().and_then(|version| version.parse().ok()),
            binary: Some(*binary),
            database: database.as_deref().and_then(|database| database.parse().ok()),
        }
    }

    /// The longest that its answer may be given, if that is less than usual.
    pub(crate) fn ttl(&self, usual: Duration) -> Option<Duration> {
        let is_named =
            matches!(self.wanted.scanner.program.database, Database::None) || self.facts.database.is_some();
        (!is_named).then_some(UNNAMED_TTL.min(usual))
    }
}

fn arguments(
    scan: &Scan<'_>,
    scanner: &Scanner,
    choices: &Choices,
    target: bulla_findings::Target<'_>,
    sbom: Option<&Path>,
    empty: &Path,
) -> Result<Vec<OsString>, Outcome> {
    let request = Request { target, sbom, offline: scan.offline, empty, choices };
    (scanner.program.arguments)(&request).map_err(|why| Outcome::Unscanned(why.to_string()))
}

/// The key, which holds nothing that differs between two machines with the same target, tools and databases.
fn key(
    scan: &Scan<'_>,
    work: &Work,
    wanted: &Wanted,
    facts: &Facts,
    sbom: Option<&Sbom>,
) -> Result<CacheKey, Outcome> {
    let failed = |why: &dyn Display| Outcome::Error(why.to_string());
    let mut config = Config::new();
    config.add("scanner", wanted.scanner.name);
    config.add("version", facts.version.as_deref().unwrap_or_default());
    config.add("binary", facts.binary.to_string());
    config.add("database", facts.database.as_deref().unwrap_or_default());
    let named = |path| Path::new(path);
    // Its content counts, not where it lies.
    let rules = wanted.choices.rules.as_ref().map(|_| named("rules").to_owned());
    let choices = Choices { rules, ..wanted.choices.clone() };
    for argument in arguments(
        scan,
        wanted.scanner,
        &choices,
        work.seen().in_key(),
        sbom.map(|_| named("sbom")),
        named("empty"),
    )? {
        config.add("argument", argument.as_encoded_bytes());
    }
    for (name, value) in scan.environment.that_count(&wanted.scanner.program) {
        config.add("env", name);
        config.add(
            if value.is_some() { "value" } else { "unset" },
            value.unwrap_or_default().as_encoded_bytes(),
        );
    }
    if let Some(sbom) = sbom {
        config.add("sbom", sbom.key.entry_name().as_bytes());
    }
    for setting in wanted.scanner.program.settings {
        let (name, content) = read_setting(scan, work, *setting).map_err(|error| failed(&error))?;
        config.add("setting", name);
        config.add("content", content.map_or(String::new(), |content| content.to_string()));
    }
    if let Some(rules) = &wanted.choices.rules {
        config.add("rules", tree_digest(rules, None).map_err(|error| failed(&error))?.to_string());
    }
    let subject = match wanted.scanner.program.reads {
        Reads::Target => scan.subject,
        Reads::Repository => {
            let files = RepositoryFiles::read(work.directory()).map_err(|error| failed(&error))?;
            files.digest(within(work.directory(), scan.except).as_deref())
        }
    };
    CacheKey::new(operation(wanted), subject, Some(config.finish())).map_err(|error| failed(&error))
}

/// The path of one directory from another that it lies in.
fn within(outer: &Path, inner: Option<&Path>) -> Option<PathBuf> {
    let (outer, inner) = (outer.canonicalize().ok()?, inner?.canonicalize().ok()?);
    inner.strip_prefix(outer).ok().map(Path::to_owned)
}

fn operation(wanted: &Wanted) -> Operation {
    wanted.scanner.operation.parse().expect("an operation in the table of scanners")
}

/// A file that the scanner reads by itself, and its content's digest if it is there.
fn read_setting(
    scan: &Scan<'_>,
    work: &Work,
    setting: Setting,
) -> Result<(String, Option<Digest>), StoreError> {
    let (name, path) = match setting {
        Setting::Home(name) => {
            (format!("~/{name}"), scan.environment.get("HOME").map(|home| Path::new(home).join(name)))
        }
        Setting::Target(name) => (name.to_owned(), Some(work.directory().join(name))),
    };
    let there = path.filter(|path| path.symlink_metadata().is_ok());
    let content = there.map(|path| match setting {
        Setting::Home(_) => file_digest(&path),
        // A link could lead to what never ends, or to what others change.
        Setting::Target(_) => open_regular_nofollow(&path).and_then(|_| file_digest(&path)),
    });
    Ok((name, content.transpose()?))
}

/// Asks a program about itself, the same question once.
struct Probe<'a, 'b> {
    scan: &'b Scan<'a>,
    wanted: &'b Wanted,
    program: &'b Path,
    work: &'b Work,
    said: RefCell<HashMap<&'static [&'static str], Vec<u8>>>,
}

impl<'a, 'b> Probe<'a, 'b> {
    fn new(scan: &'b Scan<'a>, work: &'b Work, wanted: &'b Wanted, program: &'b Path) -> Self {
        Self { scan, wanted, program, work, said: RefCell::default() }
    }

    fn version(&self) -> Result<Option<String>, String> {
        let described = &self.wanted.scanner.program;
        Ok((described.version_of)(&self.ask(described.version)?))
    }

    /// The database's name, fetched first if there is none yet; and what is to be said about it.
    fn database(&self) -> Result<(Option<String>, Vec<String>), String> {
        let named = self.name_database()?;
        let Database::Named { fetch: Some(fetch), .. } = self.wanted.scanner.program.database else {
            return Ok((named, Vec::new()));
        };
        if named.is_some() && !self.scan.update_databases {
            return Ok((named, Vec::new()));
        }
        if self.scan.offline {
            return named.map(|name| (Some(name), Vec::new())).ok_or_else(|| {
                format!(
                    "it has no database, and --offline keeps it from fetching one; run `{}`",
                    self.shown(fetch)
                )
            });
        }
        match (self.ask_for(fetch, self.scan.time_limit), named) {
            (Ok(_), _) => {
                self.said.borrow_mut().clear();
                Ok((self.name_database()?, Vec::new()))
            }
            (Err(why), Some(name)) => {
                Ok((Some(name), vec![format!("its database could not be updated: {why}")]))
            }
            (Err(why), None) => Err(format!("it has no database, and could not fetch one: {why}")),
        }
    }

    /// `None` if there is none, or none that has a name.
    fn name_database(&self) -> Result<Option<String>, String> {
        match self.wanted.scanner.program.database {
            // A program without a database may say so by failing.
            Database::Named { arguments, name, .. } => {
                Ok(self.ask(arguments).ok().and_then(|said| name(&said)))
            }
            Database::None | Database::Unnamed => Ok(None),
        }
    }

    /// What it prints when it is asked about itself.
    fn ask(&self, arguments: &'static [&'static str]) -> Result<Vec<u8>, String> {
        if let Some(said) = self.said.borrow().get(arguments) {
            return Ok(said.clone());
        }
        let said = self.ask_for(arguments, PROBE)?;
        self.said.borrow_mut().insert(arguments, said.clone());
        Ok(said)
    }

    fn ask_for(&self, arguments: &[&str], time: Duration) -> Result<Vec<u8>, String> {
        let failed = |why: String| format!("`{}` failed: {why}", self.shown(arguments));
        let mut command = Command::new(self.program);
        self.scan.environment.give_to(&mut command, &self.wanted.scanner.program);
        // Not in the target, whose files have no say in this.
        command.args(arguments).current_dir(self.work.private());
        let mut output = scratch().map_err(|error| failed(error.to_string()))?;
        let limits = Limits { time, stop: self.scan.stop };
        match child::run(&mut command, &output, &limits) {
            Ok(Ended::Exited(0, _)) => {}
            Ok(Ended::Exited(code, said)) => return Err(failed(format!("exit code {code}: {said}"))),
            Ok(Ended::Cut(why)) => return Err(failed(why)),
            Err(error) => return Err(failed(error.to_string())),
        }
        let mut said = Vec::new();
        let read: io::Result<_> =
            output.rewind().and_then(|()| output.take(MAX_PROBE).read_to_end(&mut said));
        read.map_err(|error| failed(error.to_string()))?;
        Ok(said)
    }

    fn shown(&self, arguments: &[&str]) -> String {
        [&[self.wanted.scanner.program.name], arguments].concat().join(" ")
    }
}
