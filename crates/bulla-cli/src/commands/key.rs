use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use bulla::{new_ed25519_key, new_hmac_key};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::settings::Settled;
use crate::ui::Ui;

#[derive(Debug, Args)]
pub(crate) struct KeyCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a new key and print it, or write it to a file
    Generate {
        /// hmac: every reader can also write; ed25519: readers hold the public key and cannot forge
        #[arg(long, value_name = "KIND", default_value = "hmac")]
        kind: Kind,
        /// Write it to this file (mode 0600), which must not exist
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Show the key ring: kinds and ids, no secrets
    Show {
        /// Only keys of this kind
        #[arg(long, value_name = "KIND")]
        kind: Option<Kind>,
    },
    /// Print the public keys, for readers that must not be able to forge
    ExportPublic {
        /// Only ed25519 keys have a public half
        #[arg(long, value_name = "KIND", default_value = "ed25519")]
        kind: Kind,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Hmac,
    Ed25519,
}

impl Kind {
    fn is_of(self, key: &bulla::Key) -> bool {
        (self == Self::Hmac) == (key.kind() == bulla::KeyKind::Hmac)
    }
}

impl KeyCommand {
    pub(crate) fn execute(
        self,
        settle: impl FnOnce() -> Result<Settled, Failure>,
        ui: &Ui,
    ) -> Result<Exit, Failure> {
        match self.action {
            Action::Generate { kind, output } => generate(kind, output, ui),
            Action::Show { kind } => show(kind, &settle()?, ui),
            Action::ExportPublic { kind } => export_public(kind, &settle()?, ui),
        }
    }
}

fn generate(kind: Kind, output: Option<PathBuf>, ui: &Ui) -> Result<Exit, Failure> {
    let key = match kind {
        Kind::Hmac => new_hmac_key(),
        Kind::Ed25519 => new_ed25519_key(),
    }?;
    let (kind, id) = (key.kind().prefix(), key.id().to_string());
    match &output {
        None if ui.json => {
            return Err(Failure::usage(anyhow!(
                "--json needs --output: standard output carries the secret key"
            )));
        }
        None => ui.line(&key.to_text())?,
        Some(path) => write_new(path, &key)?,
    }
    if ui.json {
        ui.document(
            json!({ "kind": kind, "id": id, "file": output.map(|path| path.display().to_string()) }),
        )?;
    }
    ui.note(format_args!("made {kind} {id}"));
    Ok(Exit::Done)
}

/// Whole or not at all, for nobody else to read, and never over another file.
fn write_new(path: &Path, key: &bulla::Key) -> anyhow::Result<()> {
    let failed = || format!("cannot make {}", path.display());
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(parent).with_context(failed)?;
    let text = key.to_text();
    file.write_all(text.as_bytes()).and_then(|()| file.write_all(b"\n")).with_context(failed)?;
    file.as_file().sync_all().with_context(failed)?;
    file.persist_noclobber(path).map(drop).map_err(|failed| failed.error).with_context(failed)
}

fn show(kind: Option<Kind>, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
    let cache = settled.open_to_look()?;
    let sealer = cache.ring().sealer().map(|sealer| sealer.key_id());
    let keys = cache.ring().keys().iter().filter(|key| kind.is_none_or(|kind| kind.is_of(key)));
    let keys: Vec<_> = keys.map(|key| (key.kind(), key.id(), sealer == Some(key.id()))).collect();
    if keys.is_empty() {
        return Err(Failure::new(Exit::Nothing, anyhow!("no such key from {}", settled.keys.describe())));
    }
    if ui.json {
        let keys = keys.iter().map(|(kind, id, seals)| {
            json!({ "kind": kind.prefix(), "id": id.to_string(), "secret": kind.is_secret(), "seals": seals })
        });
        ui.document(json!({ "source": settled.keys.describe(), "keys": keys.collect::<Vec<_>>() }))?;
    } else {
        for (kind, id, seals) in keys {
            ui.line(&format!("{} {id}{}", kind.prefix(), if seals { "  seals" } else { "" }))?;
        }
    }
    Ok(Exit::Done)
}

fn export_public(kind: Kind, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
    if kind == Kind::Hmac {
        return Err(Failure::usage(anyhow!(
            "an hmac key has no public half: whoever can check with it can also seal. Use an ed25519 key"
        )));
    }
    let cache = settled.open_to_look()?;
    let public: Vec<_> = cache.ring().keys().iter().filter_map(bulla::Key::to_public).collect();
    if public.is_empty() {
        return Err(Failure::new(
            Exit::Nothing,
            anyhow!(
                "no ed25519 key from {}; `bulla key generate --kind ed25519` makes one",
                settled.keys.describe()
            ),
        ));
    }
    if ui.json {
        let keys: Vec<_> = public.iter().map(|key| key.to_text().to_string()).collect();
        ui.document(json!({ "keys": keys }))?;
    } else {
        public.iter().try_for_each(|key| ui.line(&key.to_text()))?;
    }
    Ok(Exit::Done)
}
