use std::convert::Infallible;
use std::path::PathBuf;

use bulla::{CacheKey, InvalidKey, InvalidStoreUrl, Mode, SharedWrite, StoreUrl};
use clap::{Args as ClapArgs, Parser, ValueEnum};

use crate::commands::Command;

/// A cache for security evidence whose every answer is proved before it is given.
///
/// Results of SBOM tools, vulnerability scanners or any command are kept sealed: bound to what was asked, when, with
/// what. Whatever is forged, damaged, misplaced or too old is refused with its reason, and made again.
#[derive(Debug, Parser)]
#[command(name = "bulla", version, propagate_version = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 error, 2 usage or configuration, 3 the gate failed, 4 integrity (something was refused as \
                        forged, damaged or misplaced), 5 nothing there. `bulla run` ends with the command's own \
                        code; 125 for a failure of bulla's own, 126 not executable, 127 not found."
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The cache directory [env: BULLA_DIR] [default: `bulla` in the user's cache directory]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// The only configuration file to read [env: BULLA_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config_file: Option<PathBuf>,
    /// Take the keys from this file instead of the cache directory [env: BULLA_KEY, BULLA_KEY_FILE, BULLA_KEY_COMMAND]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// What the cache may do: read-write, read-only, write-only (so that every result is made anew) or off
    /// [env: BULLA_MODE]
    #[arg(long, global = true, value_name = "MODE", value_parser = mode)]
    pub(crate) mode: Option<Mode>,
    /// A store that several machines share: `s3://bucket/prefix`, `rediss://host`, `file:///mount` [env: BULLA_STORE,
    /// BULLA_STORE_PASSWORD]
    #[arg(long, global = true, value_name = "URL", value_parser = store)]
    pub(crate) store: Option<Result<StoreUrl, InvalidStoreUrl>>,
    /// When what is made goes to the shared store: sync (at once), background (beside what is done next, and before the
    /// process ends) or off [env: BULLA_SHARED_WRITE] [default: sync]
    #[arg(long, global = true, value_name = "WHEN", value_parser = shared_write)]
    pub(crate) shared_write: Option<SharedWrite>,
    /// What may be done with the shared store; the cache's own mode without it [env: BULLA_SHARED_MODE]
    #[arg(long, global = true, value_name = "MODE", value_parser = mode)]
    pub(crate) shared_mode: Option<Mode>,
    /// Print one JSON document instead of text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Print no warnings
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// Say on standard error what happens
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// A cache that fails is an error, not a warning
    #[arg(long, global = true)]
    pub(crate) strict: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

fn mode(text: &str) -> Result<Mode, String> {
    Mode::from_name(text).ok_or_else(|| format!("expected one of {}", Mode::ALL.map(Mode::name).join(", ")))
}

fn shared_write(text: &str) -> Result<SharedWrite, String> {
    SharedWrite::from_name(text)
        .ok_or_else(|| format!("expected one of {}", SharedWrite::ALL.map(SharedWrite::name).join(", ")))
}

/// Never an error of clap's, which would repeat the address, and a password with it.
#[expect(clippy::unnecessary_wraps, reason = "the shape of a value parser")]
fn store(text: &str) -> Result<Result<StoreUrl, InvalidStoreUrl>, Infallible> {
    Ok(StoreUrl::parse(text))
}

/// The question that an entry answers.
#[derive(Debug, ClapArgs)]
pub(crate) struct KeyArgs {
    /// What was done: `sbom`, `scan-trivy`, ...
    #[arg(long, value_name = "OP")]
    op: String,
    /// What it was done to: `sha256:...`, or `name@sha256:...`
    #[arg(long, value_name = "DIGEST")]
    subject: String,
    /// The digest of everything else that can change the result
    #[arg(long, value_name = "DIGEST")]
    config: Option<String>,
}

impl KeyArgs {
    pub(crate) fn key(&self) -> Result<CacheKey, InvalidKey> {
        CacheKey::parse(&self.op, &self.subject, self.config.as_deref())
    }
}
