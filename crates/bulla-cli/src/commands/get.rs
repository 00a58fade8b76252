use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bulla::{Cache, FileStore, Header, Hit, Miss, StoreError, Tier};
use clap::Args;
use serde_json::json;

use crate::args::KeyArgs;
use crate::exit::{Exit, Failure};
use crate::json;
use crate::settings::Settled;
use crate::ui::Ui;
use crate::units;
use crate::whole_file;

/// Up to this payload length everything is proved before the first byte goes to standard output.
const IN_MEMORY: u64 = 8 << 20;

/// How long what is still on its way to the shared store is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

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
        finish(&cache, ui)?;
        match served {
            Ok((header, tier)) => {
                if ui.json {
                    let entry = json::header(&header);
                    ui.document(json!({ "outcome": "hit", "tier": tier.name(), "entry": entry }))?;
                }
                Ok(Exit::Done)
            }
            Err(Unserved::Miss(miss)) => {
                if ui.json {
                    ui.document(json!({ "outcome": "miss", "miss": json::miss(&miss) }))?;
                }
                let exit = match &miss {
                    Miss::SharedUnreachable(_) if settled.strict => Exit::Error,
                    miss => exit_of(miss),
                };
                Err(Failure::new(exit, miss))
            }
            Err(Unserved::Output(error)) => Err(error.into()),
        }
    }

    fn serve(&self, mut hit: Hit<'_, FileStore>, ui: &Ui) -> Result<(Header, Tier), Unserved> {
        let served = (hit.header().clone(), hit.tier());
        match &self.output {
            Some(path) => whole_file::write(path, &mut |out| stream(&mut hit, out))?,
            None if served.0.layout.payload_len <= IN_MEMORY => {
                let payload = hit.into_vec().map_err(Unserved::Miss)?;
                ui.bytes(&payload).map_err(anyhow::Error::from)?;
            }
            None => {
                stream(&mut hit, &mut io::stdout().lock())?;
                ui.bytes(b"").context("cannot write the result")?;
            }
        }
        Ok(served)
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

fn stream(hit: &mut Hit<'_, FileStore>, out: &mut dyn Write) -> Result<(), Unserved> {
    while let Some(chunk) = hit.next_chunk().map_err(Unserved::Miss)? {
        out.write_all(chunk).context("cannot write the result")?;
    }
    Ok(())
}

pub(super) fn exit_of(miss: &Miss) -> Exit {
    match miss {
        miss if miss.is_integrity() => Exit::Integrity,
        Miss::Absent | Miss::SharedUnreachable(_) | Miss::Refused(_) | Miss::Bypassed(_) => Exit::Nothing,
        Miss::Unreachable(_) => Exit::Error,
    }
}

/// Waits for what is still on its way to the shared store, and keeps the counts. Figures that cannot be kept change no
/// answer.
///
/// # Errors
///
/// If an entry did not arrive there, and that is to be an error.
pub(super) fn finish(cache: &Cache<FileStore>, ui: &Ui) -> Result<(), StoreError> {
    let finished = cache.finish_shared(PATIENCE);
    if cache.effective_mode().0.writes()
        && let Err(error) = cache.counts().save(cache.store().dir())
    {
        ui.note(error);
    }
    finished
}
