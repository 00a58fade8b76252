use std::fs::Permissions;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bulla::{Cache, FileStore, Header, Hit, Miss};
use clap::Args;
use serde_json::json;
use tempfile::NamedTempFile;

use crate::args::KeyArgs;
use crate::exit::{Exit, Failure};
use crate::json;
use crate::settings::Settled;
use crate::ui::Ui;
use crate::units;

/// Up to this payload length everything is proved before the first byte goes to standard output.
const IN_MEMORY: u64 = 8 << 20;

#[derive(Debug, Args)]
pub(crate) struct Get {
    #[command(flatten)]
    key: KeyArgs,
    /// Take nothing that was issued longer ago
    #[arg(long, value_name = "DURATION", value_parser = units::limit)]
    max_age: Option<Duration>,
    /// Write the result to this file, whole or not at all
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Get {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let key = self.key.key()?;
        if ui.json && self.output.is_none() {
            return Err(Failure::usage(anyhow!("--json needs --output: standard output carries the result")));
        }
        let cache = settled.open_within(self.max_age)?;
        let served = match cache.get(&key) {
            Ok(hit) => self.serve(hit, ui),
            Err(miss) => Err(Unserved::Miss(miss)),
        };
        save_counts(&cache, ui);
        match served {
            Ok(header) => {
                if ui.json {
                    ui.document(json!({ "outcome": "hit", "entry": json::header(&header) }))?;
                }
                Ok(Exit::Done)
            }
            Err(Unserved::Miss(miss)) => {
                if ui.json {
                    ui.document(json!({ "outcome": "miss", "miss": json::miss(&miss) }))?;
                }
                Err(Failure::new(exit_of(&miss), miss))
            }
            Err(Unserved::Output(error)) => Err(error.into()),
        }
    }

    fn serve(&self, hit: Hit<'_, FileStore>, ui: &Ui) -> Result<Header, Unserved> {
        let header = hit.header().clone();
        match &self.output {
            Some(path) => write_whole(hit, path)?,
            None if header.layout.payload_len <= IN_MEMORY => {
                let payload = hit.into_vec().map_err(Unserved::Miss)?;
                ui.bytes(&payload).map_err(anyhow::Error::from)?;
            }
            None => {
                stream(hit, &mut io::stdout().lock())?;
                ui.bytes(b"").context("cannot write the result")?;
            }
        }
        Ok(header)
    }
}

enum Unserved {
    Miss(Miss),
    Output(anyhow::Error),
}

impl From<anyhow::Error> for Unserved {
    fn from(error: anyhow::Error) -> Self {
        Self::Output(error)
    }
}

fn stream(mut hit: Hit<'_, FileStore>, out: &mut dyn Write) -> Result<(), Unserved> {
    while let Some(chunk) = hit.next_chunk().map_err(Unserved::Miss)? {
        out.write_all(chunk).context("cannot write the result")?;
    }
    Ok(())
}

/// Into a temporary file beside it, which takes its place when it is complete.
fn write_whole(hit: Hit<'_, FileStore>, path: &Path) -> Result<(), Unserved> {
    let failed = || format!("cannot write {}", path.display());
    // A link's target is replaced, not the link; a device or a FIFO is neither.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if target.metadata().is_ok_and(|found| !found.is_file()) {
        return Err(anyhow!("{}: it is not a regular file", failed()).into());
    }
    let parent = target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(parent)
        .with_context(failed)?;
    stream(hit, &mut file)?;
    file.as_file().sync_data().with_context(failed)?;
    let persisted = NamedTempFile::persist(file, &target).map(drop).map_err(|failed| failed.error);
    persisted.with_context(failed).map_err(Unserved::Output)
}

pub(super) fn exit_of(miss: &Miss) -> Exit {
    match miss {
        miss if miss.is_integrity() => Exit::Integrity,
        Miss::Absent | Miss::Refused(_) | Miss::Bypassed(_) => Exit::Nothing,
        Miss::Unreachable(_) => Exit::Error,
    }
}

/// Figures that cannot be kept change no answer.
pub(super) fn save_counts(cache: &Cache<FileStore>, ui: &Ui) {
    if cache.effective_mode().0.writes()
        && let Err(error) = cache.counts().save(cache.store().dir())
    {
        ui.note(error);
    }
}
