//! What is settled about the shared store: where it is, and what may be done with it.

use std::path::Path;
use std::process;

use anyhow::{anyhow, bail};
use bulla::{KeySource, Mode, OnFailure, Service, Shared, SharedWrite, StoreUrl, connect};
use rustix::system::uname;

use crate::args::Global;
use crate::config_file::ConfigFile;
use crate::settings::text;

/// A shared store, and how it is used.
#[derive(Debug)]
pub(crate) struct SharedSettings {
    pub(crate) url: StoreUrl,
    pub(crate) mode: Mode,
    pub(crate) write: SharedWrite,
}

impl SharedSettings {
    /// `mode` is the user's own for the cache, which the shared store follows unless it is told otherwise.
    pub(crate) fn settle(global: &Global, files: &[ConfigFile], mode: Mode) -> anyhow::Result<Option<Self>> {
        let Some(url) = url(global, files)? else { return Ok(None) };
        let url = match (url.service(), text("BULLA_STORE_PASSWORD")?) {
            (Service::Redis | Service::Rediss, Some(password)) => url.with_password(&password),
            _ => url,
        };
        let mode = match (global.shared_mode, text("BULLA_SHARED_MODE")?) {
            (Some(mode), _) => mode,
            (None, Some(name)) => {
                known("BULLA_SHARED_MODE", Mode::from_name(&name), &Mode::ALL.map(Mode::name))?
            }
            (None, None) => files.iter().find_map(|file| file.shared_mode).unwrap_or(mode),
        };
        let write = match (global.shared_write, text("BULLA_SHARED_WRITE")?) {
            (Some(write), _) => write,
            (None, Some(name)) => {
                let names = SharedWrite::ALL.map(SharedWrite::name);
                known("BULLA_SHARED_WRITE", SharedWrite::from_name(&name), &names)?
            }
            (None, None) => files.iter().find_map(|file| file.shared_write).unwrap_or_default(),
        };
        Ok(Some(Self { url, mode, write }))
    }

    /// The tier behind a cache, for those whose key does not lie in the store itself. What is sent there lies in `scratch`
    /// first.
    pub(crate) fn tier(
        &self,
        scratch: &Path,
        keys: &KeySource,
        on_failure: OnFailure,
    ) -> anyhow::Result<Shared> {
        let store = connect(&self.url, scratch)?;
        if let (Some(mount), KeySource::File(file)) = (self.mount(), keys)
            && keys.lies_in(mount)
        {
            bail!(
                "the key {} lies in the shared store, where whoever writes to it can replace it; take it from elsewhere",
                file.display()
            );
        }
        let owner = format!("{}, process {}", uname().nodename().to_string_lossy(), process::id());
        Ok(Shared { mode: self.mode, write: self.write, on_failure, owner, ..Shared::new(store) })
    }

    /// What a cache can really do there, if that is what it can do here.
    pub(crate) const fn effective_mode(&self, here: Mode) -> Mode {
        let writes = self.mode.writes() && !matches!(self.write, SharedWrite::Off) && here.writes();
        match (self.mode.reads() && here.reads(), writes) {
            (true, true) => Mode::ReadWrite,
            (true, false) => Mode::ReadOnly,
            (false, true) => Mode::WriteOnly,
            (false, false) => Mode::Off,
        }
    }

    /// The directory that is shared, if it is one.
    pub(crate) fn mount(&self) -> Option<&Path> {
        (self.url.service() == Service::File).then(|| Path::new(self.url.path()))
    }
}

/// A flag, then the environment, then the user's file.
fn url(global: &Global, files: &[ConfigFile]) -> anyhow::Result<Option<StoreUrl>> {
    if let Some(url) = &global.store {
        return url.clone().map(Some).map_err(|error| anyhow!("--store: {error}"));
    }
    match text("BULLA_STORE")? {
        Some(url) => StoreUrl::parse(&url).map(Some).map_err(|error| anyhow!("BULLA_STORE: {error}")),
        None => Ok(files.iter().find_map(|file| file.store.clone())),
    }
}

fn known<T>(variable: &str, found: Option<T>, names: &[&str]) -> anyhow::Result<T> {
    found.ok_or_else(|| anyhow!("{variable}: expected one of {}", names.join(", ")))
}
