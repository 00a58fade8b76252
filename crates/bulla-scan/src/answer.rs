//! One scanner's answer: from its sealed entry, or from the scanner, whose report is judged before it is kept.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use bulla::{
    Cache, Claimed, Details, EntryWriter, FileStore, Header, Hit, Lease, Lock, Miss, PutError, Refusal,
    Shape, Tier, Turn,
};
use bulla_findings::{Gives, NotAReport, Outcome, Report, summarize_sbom};
use tempfile::NamedTempFile;

use crate::child::{self, Ended, Limits};
use crate::explain::explain;
use crate::prepare::Prepared;
use crate::scan::{Event, Scan};
use crate::work::Work;

/// A report with findings is read into memory, and its scanner runs beside others.
const MAX_REPORT: u64 = 1 << 30;

const POLL: Duration = Duration::from_millis(25);

/// What a scanner answered, and from where.
pub(crate) struct Answer {
    pub(crate) report: Result<Report, Outcome>,
    pub(crate) origin: Origin,
    /// The report itself, if it is an answer.
    pub(crate) file: Option<NamedTempFile>,
}

/// Where an answer came from.
#[derive(Debug)]
pub enum Origin {
    /// A sealed entry.
    Hit {
        /// Its header.
        header: Box<Header>,
        /// The algorithm of the key that sealed it.
        seal: &'static str,
        /// Which store it came from.
        tier: Tier,
    },
    /// The scanner, for this reason; and why its answer was not kept, if it was not.
    Miss {
        /// The miss's stable name.
        reason: &'static str,
        /// Whether that is what a cache is about: nothing stored, or nothing that may still be given.
        expected: bool,
        /// The same in words.
        detail: String,
        /// Why it was not kept.
        not_stored: Option<String>,
    },
    /// Nowhere: the scanner could not be asked.
    NotRun,
}

pub(crate) fn ask(
    scan: &Scan<'_>,
    work: &Work,
    prepared: &Prepared<'_>,
    tell: &dyn Fn(Event<'_>),
) -> io::Result<Answer> {
    let Some(cache) = scan.cache else { return run(scan, work, prepared, None, None, tell) };
    if scan.refresh {
        return run(scan, work, prepared, Some(cache), None, tell);
    }
    let key = &prepared.key;
    let miss = match look(cache.get(key), cache, work, prepared)? {
        Ok(answer) => return Ok(answer),
        Err(miss) => miss,
    };
    let begun = Instant::now();
    let (_turn, waited) = wait(scan, cache, prepared, tell);
    // Whoever was at it before may have stored the answer meanwhile.
    if waited && let Ok(answer) = look(cache.get_again(key, &miss), cache, work, prepared)? {
        return Ok(answer);
    }
    let patience = scan.time_limit.saturating_sub(begun.elapsed());
    let waiting = &mut |lease: &Lease| tell(Event::WaitingFor(lease));
    let claimed = cache.claim(key, patience, waiting, &|| scan.is_stopped());
    // And so may whoever had the lease.
    if !matches!(claimed, Claimed::None)
        && let Ok(answer) = look(cache.get_again(key, &miss), cache, work, prepared)?
    {
        return Ok(answer);
    }
    run(scan, work, prepared, Some(cache), Some(miss), tell)
}

/// The stored answer, proved to its last byte and read again, because what counts as scanned may have changed.
fn look(
    found: Result<Hit<'_, FileStore>, Miss>,
    cache: &Cache<FileStore>,
    work: &Work,
    prepared: &Prepared<'_>,
) -> io::Result<Result<Answer, Miss>> {
    let hit = match found {
        Ok(hit) => hit,
        Err(miss) => return Ok(Err(miss)),
    };
    let (header, tier) = (hit.header().clone(), hit.tier());
    let mut file = work.report()?;
    if let Err(miss) = copy(hit, file.as_file_mut())? {
        return Ok(Err(miss));
    }
    Ok(match judge(prepared, file.as_file_mut())? {
        Ok(report) if report.outcome().is_answer() => {
            let key = cache.ring().keys().iter().find(|key| key.id() == header.key_id);
            let seal = key.expect("the key that has just proved it").kind().algorithm();
            Ok(Answer {
                report: Ok(report),
                origin: Origin::Hit { header: Box::new(header), seal, tier },
                file: Some(file),
            })
        }
        _ => Err(Miss::Refused(Refusal::Malformed("the entry is not this scanner's report"))),
    })
}

fn copy(mut hit: Hit<'_, FileStore>, to: &mut File) -> io::Result<Result<(), Miss>> {
    loop {
        match hit.next_chunk() {
            Ok(Some(chunk)) => to.write_all(chunk)?,
            Ok(None) => return Ok(Ok(())),
            Err(miss) => return Ok(Err(miss)),
        }
    }
}

/// Reads a report from its beginning.
fn judge(prepared: &Prepared<'_>, file: &mut File) -> io::Result<Result<Report, NotAReport>> {
    file.rewind()?;
    let scanner = prepared.wanted.scanner;
    Ok(match scanner.gives {
        Gives::Sbom => summarize_sbom(scanner.name, file),
        Gives::Findings(_) if file.metadata()?.len() > MAX_REPORT => Err(NotAReport {
            scanner: scanner.name,
            problem: format!("it has more than {} MiB", MAX_REPORT >> 20),
        }),
        Gives::Findings(read) => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            read(&bytes)
        }
    })
}

/// Waits for another process that runs the same scan, as long as that is of use; and whether there was one.
fn wait(
    scan: &Scan<'_>,
    cache: &Cache<FileStore>,
    prepared: &Prepared<'_>,
    tell: &dyn Fn(Event<'_>),
) -> (Option<Lock>, bool) {
    let begun = Instant::now();
    let mut waited = false;
    loop {
        match cache.turn(&prepared.key) {
            Turn::Ours(lock) => return (Some(lock), waited),
            Turn::None => return (None, waited),
            Turn::Taken if begun.elapsed() >= scan.time_limit || scan.is_stopped() => return (None, true),
            Turn::Taken => {
                if !std::mem::replace(&mut waited, true) {
                    tell(Event::Waiting);
                }
                thread::sleep(POLL);
            }
        }
    }
}

fn run(
    scan: &Scan<'_>,
    work: &Work,
    prepared: &Prepared<'_>,
    cache: Option<&Cache<FileStore>>,
    miss: Option<Miss>,
    tell: &dyn Fn(Event<'_>),
) -> io::Result<Answer> {
    let (reason, expected, detail) = match (&miss, cache) {
        (_, None) => ("no-cache", true, "there is no cache".to_owned()),
        (None, _) => ("refreshed", true, "--refresh".to_owned()),
        (Some(Miss::Absent), Some(cache)) => ("absent", true, explain(cache, prepared)),
        (Some(miss), _) => (miss.name(), miss.is_expected(), miss.to_string()),
    };
    tell(Event::Running { why: &detail });
    // The entry is issued now, before the scanner looks at anything.
    let writer = cache.map(|cache| cache.writer(&prepared.key, details(cache, prepared)));
    let mut file = work.report()?;
    let report = scanned(scan, work, prepared, &mut file)?;
    let not_stored = match (&report, writer) {
        // Not being written to is what a read-only cache is for.
        (_, None | Some(Err(PutError::NotWritable { .. }))) | (Err(_), _) => None,
        (Ok(_), Some(Err(error))) => Some(error.to_string()),
        (Ok(_), Some(Ok(_))) if !prepared.still_holds(scan, work) => {
            Some("what it depends on changed during the scan".to_owned())
        }
        (Ok(_), Some(Ok(writer))) => store(writer, file.as_file_mut()).err().map(|error| error.to_string()),
    };
    let file = report.is_ok().then_some(file);
    Ok(Answer { report, origin: Origin::Miss { reason, expected, detail, not_stored }, file })
}

fn details(cache: &Cache<FileStore>, prepared: &Prepared<'_>) -> Details {
    Details {
        ttl: prepared.ttl(cache.settings().ttls.of(prepared.key.operation())),
        media_type: "application/json".parse().ok(),
        producer: prepared.producer(),
        // It is read to its end by whoever knows the scanner.
        shape: Shape::Any,
    }
}

fn store(mut writer: EntryWriter<'_, FileStore>, file: &mut File) -> Result<(), PutError> {
    file.rewind().and_then(|()| io::copy(file, &mut writer)).map_err(PutError::Payload)?;
    writer.publish()
}

/// Runs the scanner. What is no answer is an outcome with its reason.
fn scanned(
    scan: &Scan<'_>,
    work: &Work,
    prepared: &Prepared<'_>,
    file: &mut NamedTempFile,
) -> io::Result<Result<Report, Outcome>> {
    let program = &prepared.wanted.scanner.program;
    let arguments = match prepared.arguments(scan, work) {
        Ok(arguments) => arguments,
        Err(outcome) => return Ok(Err(outcome)),
    };
    let mut command = Command::new(prepared.program);
    scan.environment.give_to(&mut command, program);
    let stage = match program.staged {
        [] => None,
        names => match work.staged(names) {
            Ok(stage) => Some(stage),
            Err(error) => return Ok(Err(Outcome::Error(error.to_string()))),
        },
    };
    command.args(arguments).current_dir(stage.as_ref().map_or(work.directory(), |stage| stage.path()));
    let limits = Limits { time: scan.time_limit, stop: scan.stop };
    let ended = match child::run(&mut command, file.as_file(), &limits) {
        Ok(ended) => ended,
        Err(error) => return Ok(Err(Outcome::Error(format!("cannot run it: {error}")))),
    };
    Ok(match ended {
        Ended::Cut(why) => Err(Outcome::Error(why)),
        Ended::Exited(code, said) if program.nothing_exits.contains(&code) => {
            let said = if said.is_empty() { "there was nothing to look at".to_owned() } else { said };
            Err(Outcome::Unscanned(said))
        }
        Ended::Exited(code, said) if !program.good_exits.contains(&code) => {
            let said = if said.is_empty() { "it gave no reason".to_owned() } else { said };
            Err(Outcome::Error(format!("exit code {code}: {said}")))
        }
        Ended::Exited(..) => match judge(prepared, file.as_file_mut())? {
            Err(error) => Err(Outcome::Error(error.to_string())),
            Ok(report) => match report.outcome() {
                outcome if outcome.is_answer() => redacted(work, prepared, file)?.map(|()| report),
                outcome => Err(outcome),
            },
        },
    })
}

/// Takes out of a report what must not be stored.
fn redacted(
    work: &Work,
    prepared: &Prepared<'_>,
    file: &mut NamedTempFile,
) -> io::Result<Result<(), Outcome>> {
    let Some(redact) = prepared.wanted.scanner.redact else { return Ok(Ok(())) };
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    let bytes = match redact(bytes) {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Err(Outcome::Error(error.to_string()))),
    };
    *file = work.report()?;
    file.write_all(&bytes).map(Ok)
}
