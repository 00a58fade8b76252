use std::path::PathBuf;

use anyhow::anyhow;
use bulla::{CacheKey, FileStore, Header, Inspection, Refusal};
use clap::Args;
use serde_json::{Value, json};

use super::get::exit_of;
use crate::exit::{Exit, Failure};
use crate::json;
use crate::settings::Settled;
use crate::ui::{Tone, Ui, plain};
use crate::units::{show_size, show_time};

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// The entry's file
    #[arg(conflicts_with = "op", required_unless_present = "op")]
    path: Option<PathBuf>,
    /// What was done, if the entry is named by its key
    #[arg(long, value_name = "OP", requires = "subject")]
    op: Option<String>,
    /// What it was done to
    #[arg(long, value_name = "DIGEST", requires = "op")]
    subject: Option<String>,
    /// The digest of everything else that can change the result
    #[arg(long, value_name = "DIGEST", requires = "op")]
    config: Option<String>,
}

impl Inspect {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let path = match (&self.path, &self.op, &self.subject) {
            (Some(path), ..) => path.clone(),
            (None, Some(op), Some(subject)) => {
                let key = CacheKey::parse(op, subject, self.config.as_deref())?;
                settled.dir.join(FileStore::file_name(&key.entry_name()))
            }
            _ => return Err(Failure::usage(anyhow!("name a file, or an entry by --op and --subject"))),
        };
        if path.symlink_metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            return Err(Failure::new(Exit::Nothing, anyhow!("nothing is at {}", path.display())));
        }
        let found = FileStore::read_path(&path)?;
        let cache = settled.open_to_look()?;
        let inspection = cache.inspect(&found, FileStore::entry_name(&path).as_ref());
        if ui.json {
            ui.document(as_json(&path.display().to_string(), found.size(), &inspection))?;
        } else {
            show(&path.display().to_string(), found.size(), &inspection, ui)?;
        }
        Ok(match inspection.answer {
            Ok(()) => Exit::Done,
            Err(refusal) => exit_of(&bulla::Miss::Refused(refusal)),
        })
    }
}

fn show(path: &str, size: u64, inspection: &Inspection, ui: &Ui) -> std::io::Result<()> {
    let field = |name: &str, value: &str| ui.line(&format!("{name:<12} {}", plain(value)));
    let verdict = |verdict: &Result<(), Refusal>, good: &str| match verdict {
        Ok(()) => ui.paint(good, Tone::Good),
        Err(refusal) => ui.paint(&plain(&refusal.to_string()), Tone::Bad),
    };
    field("file", path)?;
    field("size", &show_size(size))?;
    ui.line(&format!("{:<12} {}", "seal", verdict(&inspection.seal, "good")))?;
    ui.line(&format!("{:<12} {}", "answer", verdict(&inspection.answer, "yes")))?;
    let Ok(header) = &inspection.claimed else { return Ok(()) };
    for (name, value) in fields(header) {
        field(name, &value)?;
    }
    Ok(())
}

fn fields(header: &Header) -> Vec<(&'static str, String)> {
    let claims = &header.claims;
    let text = |text: &Option<bulla::ClaimText>| text.as_ref().map_or("-".to_owned(), ToString::to_string);
    let layout = &header.layout;
    vec![
        ("key id", header.key_id.to_string()),
        ("operation", claims.key.operation().to_string()),
        ("subject", claims.key.subject().to_string()),
        ("config", claims.key.config().map_or("-".to_owned(), |config| config.to_string())),
        ("issued at", show_time(claims.validity.issued())),
        ("expires at", show_time(claims.validity.expires())),
        ("lane", claims.lane.name().to_owned()),
        ("media type", text(&claims.media_type)),
        ("tool", text(&claims.producer.tool)),
        ("version", text(&claims.producer.version)),
        ("binary", claims.producer.binary.map_or("-".to_owned(), |binary| binary.to_string())),
        ("database", text(&claims.producer.database)),
        ("payload", format!("{} bytes", layout.payload_len)),
        (
            "stored",
            format!("{} bytes, {}, {}", layout.stored_len, layout.compression.name(), layout.digest.name()),
        ),
    ]
}

fn as_json(path: &str, size: u64, inspection: &Inspection) -> Value {
    let verdict = |verdict: &Result<(), Refusal>| match verdict {
        Ok(()) => json!({ "good": true }),
        Err(refusal) => json!({ "good": false, "refusal": json::refusal(refusal) }),
    };
    json!({
        "path": path,
        "bytes": size,
        "seal": verdict(&inspection.seal),
        "answer": verdict(&inspection.answer),
        "claimed": inspection.claimed.as_ref().ok().map(json::header),
    })
}
