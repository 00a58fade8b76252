use std::io::{self, Read};
use std::path::PathBuf;
use std::time::Duration;

use bulla::{ClaimText, Details, FileStore, PutError, open_regular};
use clap::Args;
use serde_json::json;

use super::get::finish;
use crate::args::KeyArgs;
use crate::exit::{Exit, Failure};
use crate::settings::Settled;
use crate::ui::Ui;
use crate::units;

#[derive(Debug, Args)]
pub(crate) struct Put {
    #[command(flatten)]
    key: KeyArgs,
    /// How long it lives; zero means the default of its operation
    #[arg(long, value_name = "DURATION", value_parser = units::duration, allow_hyphen_values = true)]
    ttl: Option<Duration>,
    /// What kind of bytes it is, such as application/vnd.cyclonedx+json
    #[arg(long, value_name = "TYPE")]
    media_type: Option<ClaimText>,
    /// The result; standard input without it
    file: Option<PathBuf>,
}

impl Put {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let key = self.key.key()?;
        let payload: Box<dyn Read> = match &self.file {
            Some(file) => Box::new(open_regular(file)?.0),
            None => Box::new(io::stdin().lock()),
        };
        let cache = settled.open()?;
        let details = Details { ttl: self.ttl, media_type: self.media_type, ..Details::default() };
        let put = cache.put(&key, details, payload);
        // What was counted is kept, whatever came of it.
        let finished = finish(&cache, ui);
        put.map_err(|error| match error {
            PutError::TtlTooLong(_) | PutError::TtlTooShort(_) => Failure::usage(error),
            error => error.into(),
        })?;
        finished?;
        let name = key.entry_name();
        if ui.json {
            let path = cache.store().path(&name);
            ui.document(
                json!({ "stored": true, "name": name.to_string(), "path": path.display().to_string() }),
            )?;
        }
        ui.note(format_args!("stored as {}", FileStore::file_name(&name)));
        Ok(Exit::Done)
    }
}
