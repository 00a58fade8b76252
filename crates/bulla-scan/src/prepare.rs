//! Everything that a scanner's answer depends on, read before the cache is asked.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Read as _, Seek as _};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use bulla::{CacheKey, Digest, Operation, Producer, StoreError, file_digest, tree_digest};
use bulla_findings::{Database, Outcome, Request, Setting};

use tempfile::NamedTempFile;

use crate::child::{self, Ended, Limits};
use crate::config::Config;
use crate::scan::{Scan, Wanted};
use crate::work::{SeenTarget, Work, scratch};

/// Naming itself and its database takes a program no longer than this.
const PROBE: Duration = Duration::from_secs(60);

/// A result that depends on a database without a name is not given again for longer.
const UNNAMED_TTL: Duration = Duration::from_secs(3600);

/// What a program prints about itself.
const MAX_PROBE: u64 = 1 << 20;

/// A scanner, ready to be asked.
pub(crate) struct Prepared<'a> {
    pub(crate) wanted: &'a Wanted,
    pub(crate) program: &'a Path,
    pub(crate) key: CacheKey,
    pub(crate) producer: Producer,
    /// The longest that its answer may be given, if that is less than usual.
    pub(crate) ttl: Option<Duration>,
    pub(crate) version: Option<String>,
    pub(crate) database: Option<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) sbom: Option<&'a Sbom>,
}

/// An SBOM that another scanner can take.
pub(crate) struct Sbom {
    /// The report.
    pub(crate) file: NamedTempFile,
    /// The key it answers: its content differs from run to run in identifiers and times.
    pub(crate) key: CacheKey,
}

/// Reads everything.
pub(crate) fn prepare<'a>(
    scan: &Scan<'a>,
    work: &Work,
    wanted: &'a Wanted,
    program: &'a Path,
    sbom: Option<&'a Sbom>,
) -> Result<Prepared<'a>, Outcome> {
    let failed = |why: &dyn Display| Outcome::Error(why.to_string());
    let binary = file_digest(program).map_err(|error| failed(&error))?;
    let probe = Probe { scan, wanted, program, work };
    let described = &wanted.scanner.program;
    let version = (described.version_of)(&probe.ask(described.version).map_err(Outcome::Error)?);
    let (database, mut notes) = probe.database().map_err(Outcome::Error)?;
    let unnamed = match (&described.database, &database) {
        (Database::None, _) | (Database::Named { .. }, Some(_)) => None,
        (Database::Named { .. }, None) => Some("its database has no name"),
        (Database::Unnamed, _) => Some("what it is asked changes without a name"),
    };
    notes.extend(unnamed.map(|why| format!("{why}; its answer is kept for an hour at most")));
    let mut prepared = Prepared {
        wanted,
        program,
        key: CacheKey::new(operation(wanted), scan.subject, None).map_err(|error| failed(&error))?,
        producer: Producer {
            tool: wanted.scanner.name.parse().ok(),
            version: version.as_deref().and_then(|version| version.parse().ok()),
            binary: Some(binary),
            database: database.as_deref().and_then(|database| database.parse().ok()),
        },
        ttl: unnamed.map(|_| UNNAMED_TTL),
        version,
        database,
        notes,
        sbom,
    };
    prepared.key = prepared.keyed(scan, work, binary)?;
    Ok(prepared)
}

impl Prepared<'_> {
    /// The arguments for a run, as the target and the SBOM are seen from where it runs.
    pub(crate) fn arguments(&self, scan: &Scan<'_>, work: &Work) -> Result<Vec<OsString>, Outcome> {
        let sbom = self.sbom.map(|sbom| sbom.file.path());
        self.request(scan, &work.seen(), sbom, &work.empty(), SeenTarget::borrow)
    }

    fn request(
        &self,
        scan: &Scan<'_>,
        seen: &SeenTarget,
        sbom: Option<&Path>,
        empty: &Path,
        target: for<'b> fn(&'b SeenTarget) -> bulla_findings::Target<'b>,
    ) -> Result<Vec<OsString>, Outcome> {
        let choices = &self.wanted.choices;
        let request = Request { target: target(seen), sbom, offline: scan.offline, empty, choices };
        (self.wanted.scanner.program.arguments)(&request).map_err(|why| Outcome::Unscanned(why.to_string()))
    }

    /// The key, which holds nothing that differs between two machines with the same target, tools and databases.
    fn keyed(&self, scan: &Scan<'_>, work: &Work, binary: Digest) -> Result<CacheKey, Outcome> {
        let failed = |why: &dyn Display| Outcome::Error(why.to_string());
        let mut config = Config::new();
        let named = |path| Path::new(path);
        let sbom = self.sbom.map(|_| named("sbom"));
        let arguments = self.request(scan, &work.seen(), sbom, named("empty"), SeenTarget::in_key)?;
        config.add("scanner", self.wanted.scanner.name);
        config.add("version", self.version.as_deref().unwrap_or_default());
        config.add("binary", binary.to_string());
        config.add("database", self.database.as_deref().unwrap_or_default());
        for argument in arguments {
            config.add("argument", argument.as_encoded_bytes());
        }
        if let Some(sbom) = self.sbom {
            config.add("sbom", sbom.key.entry_name().as_bytes());
        }
        for setting in self.wanted.scanner.program.settings {
            let (name, content) = read_setting(scan, work, *setting).map_err(|error| failed(&error))?;
            config.add("setting", name);
            config.add("content", content.map_or(String::new(), |content| content.to_string()));
        }
        if let Some(rules) = &self.wanted.choices.rules {
            config.add("rules", tree_digest(rules, None).map_err(|error| failed(&error))?.to_string());
        }
        CacheKey::new(operation(self.wanted), scan.subject, Some(config.finish()))
            .map_err(|error| failed(&error))
    }

    /// Reads everything once more that can have changed while the scanner ran: whether the key is still the same.
    pub(crate) fn still_holds(&self, scan: &Scan<'_>, work: &Work) -> bool {
        let probe = Probe { scan, wanted: self.wanted, program: self.program, work };
        let same_subject = scan.target.subject(scan.except).is_ok_and(|subject| subject == scan.subject);
        same_subject
            && probe.name_database().is_ok_and(|database| database == self.database)
            && file_digest(self.program)
                .is_ok_and(|binary| self.keyed(scan, work, binary).is_ok_and(|key| key == self.key))
    }
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
    let content = there.map(|path| if path.is_dir() { tree_digest(&path, None) } else { file_digest(&path) });
    Ok((name, content.transpose()?))
}

struct Probe<'a, 'b> {
    scan: &'b Scan<'a>,
    wanted: &'b Wanted,
    program: &'b Path,
    work: &'b Work,
}

impl Probe<'_, '_> {
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
            (Ok(_), _) => Ok((self.name_database()?, Vec::new())),
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
    fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        self.ask_for(arguments, PROBE)
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
