//! Scanners, side by side.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use bulla::{Cache, Digest, FileStore, Lease};
use bulla_findings::{Choices, Gives, Outcome, Report, Scanner};

use crate::answer::{Answer, Origin, ask};
use crate::choose::wants;
use crate::environment::Environment;
use crate::prepare::{Facts, Prepared, Sbom};
use crate::target::Target;
use crate::work::Work;

/// One scan of one target.
#[derive(Clone, Copy)]
pub struct Scan<'a> {
    /// What is scanned.
    pub target: &'a Target,
    /// Its digest.
    pub subject: Digest,
    /// A directory that is left out of the target: the cache's own.
    pub except: Option<&'a Path>,
    /// By what.
    pub wanted: &'a [Wanted],
    /// Where answers are kept, if anywhere.
    pub cache: Option<&'a Cache<FileStore>>,
    /// Every scanner is run, whatever is stored.
    pub refresh: bool,
    /// No scanner may touch the network.
    pub offline: bool,
    /// Databases are fetched again although there are some.
    pub update_databases: bool,
    /// How long one scanner may take, and how long another process is waited for that runs the same one.
    pub time_limit: Duration,
    /// The environment, of which each scanner gets what it needs.
    pub environment: &'a Environment,
    /// Set from outside to end the scan.
    pub stop: &'a AtomicBool,
}

impl Scan<'_> {
    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// A scanner that is to be asked.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The scanner.
    pub scanner: &'static Scanner,
    /// Its program, or why there is none.
    pub program: Result<PathBuf, String>,
    /// The user's choices for it.
    pub choices: Choices,
}

/// What happens to one scanner, for those who watch.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// It is asked for its version and its database, and the cache for its answer.
    Looking,
    /// Another process runs the same scan; its answer is waited for.
    Waiting,
    /// Whoever has this lease in the shared store runs it; its answer is waited for.
    WaitingFor(&'a Lease),
    /// It runs.
    Running {
        /// Why nothing stored was taken.
        why: &'a str,
    },
    /// It is done.
    Done(&'a Answered),
}

/// What one scanner answered.
#[derive(Debug)]
pub struct Answered {
    /// The scanner.
    pub scanner: &'static Scanner,
    /// Its version.
    pub version: Option<String>,
    /// The identity of its database.
    pub database: Option<String>,
    /// What it reported, or why it did not.
    pub report: Result<Report, Outcome>,
    /// Where that came from.
    pub origin: Origin,
    /// What is to be said beside it; one line each.
    pub notes: Vec<String>,
}

/// What every scanner answered.
#[derive(Debug)]
pub struct Scanned {
    /// The answers, in the order asked for.
    pub answers: Vec<Answered>,
    /// The SBOM that was made, in a file without a name.
    pub sbom: Option<File>,
}

/// Asks every scanner, side by side.
///
/// # Errors
///
/// Only if the scan's own files cannot be written. What goes wrong with a scanner is its outcome.
pub fn scan<'s>(
    scan: &'s Scan<'s>,
    tell: &(dyn Fn(&'static Scanner, Event<'_>) + Sync),
) -> io::Result<Scanned> {
    let work = Work::begin(scan.target)?;
    let sbom = Offer::default();
    if !scan.wanted.iter().any(Wanted::gives_sbom) {
        sbom.settle(Offered::Nothing);
    }
    let answers: io::Result<Vec<_>> = thread::scope(|scope| {
        let spawn = |wanted: &'s Wanted| {
            // Whatever happens to the maker of the SBOM, its thread included, nobody waits for it in vain.
            let settled = wanted.gives_sbom().then(|| Settled(&sbom));
            let (work, sbom) = (&work, &sbom);
            let ask = move || {
                let _settled = settled;
                let answered = one(scan, work, wanted, sbom, &|event| tell(wanted.scanner, event))?;
                tell(wanted.scanner, Event::Done(&answered));
                Ok::<_, io::Error>(answered)
            };
            thread::Builder::new().spawn_scoped(scope, ask)
        };
        // All of them, before the first that cannot be started ends the scan.
        let threads: Vec<_> = scan.wanted.iter().map(spawn).collect();
        let answer = |thread: io::Result<thread::ScopedJoinHandle<'_, _>>| {
            thread?.join().expect("a scanner's thread does not panic")
        };
        threads.into_iter().map(answer).collect()
    });
    Ok(Scanned { answers: answers?, sbom: sbom.take().map(|sbom| sbom.file.into_file()) })
}

fn one<'a>(
    scan: &Scan<'a>,
    work: &Work,
    wanted: &'a Wanted,
    offer: &Offer,
    tell: &dyn Fn(Event<'_>),
) -> io::Result<Answered> {
    let nothing = |outcome| Answered {
        scanner: wanted.scanner,
        version: None,
        database: None,
        report: Err(outcome),
        origin: Origin::NotRun,
        notes: Vec::new(),
    };
    let program = match &wanted.program {
        Ok(program) => program,
        Err(why) => return Ok(nothing(Outcome::Error(why.clone()))),
    };
    if let Err(why) = wants(wanted.scanner, scan.target) {
        return Ok(nothing(Outcome::Unscanned(why)));
    }
    tell(Event::Looking);
    let facts = match Facts::learn(scan, work, wanted, program) {
        Ok(facts) => facts,
        Err(outcome) => return Ok(nothing(outcome)),
    };
    let sbom = match wanted.scanner.program.takes_sbom.then(|| offer.wait()) {
        None | Some(Offered::Nothing) => None,
        Some(Offered::Sbom(sbom)) => Some(sbom),
        // What has no components has nothing that could be vulnerable, or nothing that anybody knows.
        Some(Offered::Unscanned(why)) => return Ok(nothing(Outcome::Unscanned(why.clone()))),
    };
    let prepared = match Prepared::new(scan, work, wanted, program, facts, sbom) {
        Ok(prepared) => prepared,
        Err(outcome) => return Ok(nothing(outcome)),
    };
    let Answer { report, origin, file } = ask(scan, work, &prepared, tell)?;
    if wanted.gives_sbom() {
        match (&report, file) {
            (Ok(_), Some(file)) => offer.settle(Offered::Sbom(Sbom { file, key: prepared.key.clone() })),
            (Err(Outcome::Unscanned(why)), _) => offer.settle(Offered::Unscanned(why.clone())),
            _ => offer.settle(Offered::Nothing),
        }
    }
    let Facts { version, database, mut notes, .. } = prepared.facts;
    // Its report does not say what it looked at; an SBOM does.
    if wanted.scanner.program.takes_sbom
        && sbom.is_none()
        && report.as_ref().is_ok_and(|r| r.findings.is_empty())
    {
        notes.push("nothing shows that it found packages to look at; ask syft too".to_owned());
    }
    Ok(Answered { scanner: wanted.scanner, version, database, report, origin, notes })
}

impl Wanted {
    fn gives_sbom(&self) -> bool {
        matches!(self.scanner.gives, Gives::Sbom)
    }
}

/// The SBOM on its way from the scanner that makes it to the ones that take it.
#[derive(Default)]
struct Offer(OnceLock<Offered>);

enum Offered {
    Sbom(Sbom),
    /// There is none, and that says nothing about the target.
    Nothing,
    /// There is none, because nothing was found that could stand in it.
    Unscanned(String),
}

impl Offer {
    /// Until it is settled.
    fn wait(&self) -> &Offered {
        self.0.wait()
    }

    /// Unless it is settled already.
    fn settle(&self, offered: Offered) {
        let _ = self.0.set(offered);
    }

    fn take(self) -> Option<Sbom> {
        match self.0.into_inner() {
            Some(Offered::Sbom(sbom)) => Some(sbom),
            _ => None,
        }
    }
}

/// Settles an offer that nobody has settled.
struct Settled<'a>(&'a Offer);

impl Drop for Settled<'_> {
    fn drop(&mut self) {
        self.0.settle(Offered::Nothing);
    }
}
