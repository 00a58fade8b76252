//! What is wrong with the cache, its key and its surroundings.

mod shared;

use std::ffi::OsStr;

use bulla::{DIRECTORY_KEY, Dir, KeySource, OpenError, system_clock};
use clap::Args;
use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::settings::{Settled, variable};
use crate::ui::{Tone, Ui, plain};
use crate::units::show_time;

#[derive(Debug, Args)]
pub(crate) struct Doctor {}

/// The oldest time at which this program can run.
const BUILT_AFTER: u64 = 1_767_225_600_000; // 2026-01-01T00:00:00Z

struct Finding {
    tone: Tone,
    what: &'static str,
    says: String,
}

impl Doctor {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let findings =
            [directory(settled), Some(key(settled)), key_place(settled), Some(mode(settled)), Some(clock())];
        let findings = findings.into_iter().flatten().chain(shared::look(settled));
        let findings: Vec<_> = findings.chain(files(settled)).collect();
        let bad = findings.iter().any(|finding| matches!(finding.tone, Tone::Bad));
        if ui.json {
            let findings = findings.iter().map(|finding| {
                json!({ "check": finding.what, "verdict": word(finding.tone), "message": finding.says })
            });
            ui.document(json!({ "healthy": !bad, "findings": findings.collect::<Vec<_>>() }))?;
        } else {
            for finding in &findings {
                let verdict = ui.paint(&format!("{:<7}", word(finding.tone)), finding.tone);
                ui.line(&format!("{verdict} {:<10} {}", finding.what, plain(&finding.says)))?;
            }
        }
        Ok(if bad { Exit::Error } else { Exit::Done })
    }
}

const fn word(tone: Tone) -> &'static str {
    match tone {
        Tone::Good => "ok",
        Tone::Dubious => "note",
        Tone::Bad => "problem",
    }
}

fn directory(settled: &Settled) -> Option<Finding> {
    let what = "directory";
    let path = settled.dir.display();
    if !settled.dir.exists() {
        return Some(Finding {
            tone: Tone::Good,
            what,
            says: format!("{path} is not there yet; the first use makes it"),
        });
    }
    Some(match Dir::open(&settled.dir).and_then(|dir| dir.itself()) {
        Err(error) => Finding { tone: Tone::Bad, what, says: error.to_string() },
        Ok(found) if found.mode & 0o022 != 0 => Finding {
            tone: Tone::Bad,
            what,
            says: format!("{path} can be written by others (mode {:04o}); run `chmod 700` on it", found.mode),
        },
        Ok(found) if found.mode & 0o055 != 0 => Finding {
            tone: Tone::Dubious,
            what,
            says: format!(
                "{path} can be listed by others (mode {:04o}); `chmod 700` keeps it private",
                found.mode
            ),
        },
        Ok(_) => Finding { tone: Tone::Good, what, says: path.to_string() },
    })
}

fn key(settled: &Settled) -> Finding {
    let what = "key";
    match settled.open_to_look() {
        Err(error @ (OpenError::Key(_) | OpenError::SharedNeedsKey(_))) => {
            Finding { tone: Tone::Bad, what, says: error.to_string() }
        }
        Err(OpenError::Store(error)) => {
            Finding { tone: Tone::Bad, what, says: format!("not looked at: {error}") }
        }
        Ok(cache) => {
            let keys =
                cache.ring().keys().iter().map(|key| format!("{} {}", key.kind().algorithm(), key.id()));
            let keys = keys.collect::<Vec<_>>().join(", ");
            if keys.is_empty() {
                let says = format!("none yet; the first use makes {}", settled.keys.describe());
                return Finding { tone: Tone::Good, what, says };
            }
            Finding { tone: Tone::Good, what, says: format!("{keys} from {}", settled.keys.describe()) }
        }
    }
}

/// A key that lies beside the data travels with the data.
fn key_place(settled: &Settled) -> Option<Finding> {
    if !matches!(settled.keys, KeySource::Directory) {
        return None;
    }
    let place = settled.dir.canonicalize().unwrap_or_else(|_| settled.dir.clone());
    if place.ancestors().any(|dir| dir.join(".git").symlink_metadata().is_ok()) {
        let says = format!(
            "{DIRECTORY_KEY} lies inside a repository: whoever changes that tree can bring a key and entries of their \
             own. Take a directory outside (--dir), or the key from elsewhere (BULLA_KEY, BULLA_KEY_FILE, --key-file)"
        );
        return Some(Finding { tone: Tone::Bad, what: "key place", says });
    }
    let in_ci = variable(OsStr::new("CI")).is_some_and(|value| !value.is_empty());
    let says = format!(
        "{DIRECTORY_KEY} lies beside the entries: whoever can read this directory, a backup or a CI cache of it can \
         forge entries, and so can whoever can put files of yours there. Where the directory \
         leaves this machine, take the key from elsewhere (BULLA_KEY, BULLA_KEY_FILE, BULLA_KEY_COMMAND, --key-file)"
    );
    Some(Finding { tone: if in_ci { Tone::Bad } else { Tone::Dubious }, what: "key place", says })
}

fn mode(settled: &Settled) -> Finding {
    let effective = settled.open_to_look().ok().map(|cache| settled.effective_mode(&cache));
    let (mode, reason) = effective.unwrap_or((settled.mode, None));
    let reason = reason.map_or(String::new(), |reason| format!(" ({reason})"));
    Finding { tone: Tone::Good, what: "mode", says: format!("effective: {}{reason}", mode.name()) }
}

fn clock() -> Finding {
    let now = system_clock();
    let tone = if now.as_millis() < BUILT_AFTER { Tone::Bad } else { Tone::Good };
    let says = match tone {
        Tone::Good => show_time(now),
        _ => format!("{} is in the past; every entry is refused as issued in the future", show_time(now)),
    };
    Finding { tone, what: "clock", says }
}

fn files(settled: &Settled) -> Vec<Finding> {
    let finding = |path: &std::path::PathBuf| Finding {
        tone: Tone::Good,
        what: "settings",
        says: path.display().to_string(),
    };
    settled.files.iter().map(finding).collect()
}
