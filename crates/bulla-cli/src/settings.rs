//! Each setting from the first place that has it: flag, environment, the repository's `bulla.toml`, the user's
//! own, default. This is the only place that reads the environment for settings.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::anyhow;
use bulla::{
    Cache, DigestAlgorithm, Encoding, FileStore, KeySource, Lane, Mode, OnFailure, OpenError, Packing,
    Policy, Settings, TimesToLive,
};
use bulla_scan::Environment;
use zeroize::Zeroizing;

use crate::args::Global;
use crate::config_file::{CompressionChoice, ConfigFile, DigestChoice, NAME, Owner, no_lane};
use crate::exit::Failure;
use crate::scan_file::ScanFile;
use crate::shared_settings::SharedSettings;
use crate::ui::Ui;

/// Everything that was settled before a command runs.
pub(crate) struct Settled {
    pub(crate) dir: PathBuf,
    pub(crate) keys: KeySource,
    pub(crate) mode: Mode,
    /// The shared store, if there is one.
    pub(crate) shared: Option<SharedSettings>,
    pub(crate) strict: bool,
    /// The configuration files that were read.
    pub(crate) files: Vec<PathBuf>,
    /// What a scan does.
    pub(crate) scan: ScanFile,
    pub(crate) lane: Lane,
    pub(crate) policy: Policy,
    ttls: TimesToLive,
    encoding: Encoding,
    disposal: bulla::Disposal,
    ui: Ui,
}

impl Settled {
    pub(crate) fn settle(global: &Global, ui: Ui) -> Result<Self, Failure> {
        Self::read(global, ui).map_err(Failure::usage)
    }

    fn read(global: &Global, ui: Ui) -> anyhow::Result<Self> {
        let mut read = Vec::new();
        let files = config_files(global)?;
        for (path, owner) in &files {
            read.push(ConfigFile::read(path, *owner)?);
        }
        let said = match (global.mode, text("BULLA_MODE")?) {
            (None, Some(name)) => Some(Mode::from_name(&name).ok_or_else(|| {
                anyhow!("BULLA_MODE: expected one of {}", Mode::ALL.map(Mode::name).join(", "))
            })?),
            (mode, _) => mode,
        };
        let mode = said.or_else(|| read.iter().find_map(|file| file.mode)).unwrap_or_default();
        // A project's file may say what is done here, and not what is done to a store of others.
        let mut users = files.iter().zip(&read).filter(|((_, owner), _)| *owner == Owner::User);
        let users_mode = said.or_else(|| users.find_map(|(_, file)| file.mode)).unwrap_or_default();
        let lane = match text("BULLA_LANE")? {
            Some(name) => Lane::from_name(&name).ok_or_else(|| anyhow!("BULLA_LANE: {}", no_lane(&name)))?,
            None => read.iter().find_map(|file| file.lane).unwrap_or(Lane::Local),
        };
        let mut policy = Policy { lanes: accepted_by(lane), ..Policy::default() };
        if let Some(trust) = read.iter().find_map(|file| file.trust.as_ref()) {
            trust.apply(&mut policy)?;
        }
        let mut ttls = TimesToLive::default();
        for file in read.iter().rev() {
            file.ttls()?.iter().for_each(|(operation, ttl)| ttls.set(operation, *ttl));
        }
        let dir = global.dir.clone().or_else(|| path("BULLA_DIR"));
        let dir = dir.or_else(|| read.iter().find_map(|file| file.dir.clone()));
        Ok(Self {
            dir: dir.or_else(default_dir).ok_or_else(no_default_dir)?,
            keys: keys(global, &read)?,
            mode,
            shared: SharedSettings::settle(global, &read, users_mode)?,
            strict: global.strict,
            files: files.into_iter().map(|(path, _)| path).collect(),
            lane,
            policy,
            ttls,
            encoding: encoding(&read),
            disposal: read.iter().find_map(|file| file.disposal).unwrap_or_default(),
            scan: read.into_iter().rev().fold(ScanFile::default(), |next, file| file.scan.or(next)),
            ui,
        })
    }
}

impl Settled {
    /// Opens the cache as it was settled, with the shared store behind it.
    pub(crate) fn open(&self) -> Result<Cache<FileStore>, Failure> {
        self.open_within(None)
    }

    /// As [`Settled::open`], but taking nothing older than `max_age`.
    pub(crate) fn open_within(&self, max_age: Option<Duration>) -> Result<Cache<FileStore>, Failure> {
        let mut settings = self.settings(self.mode);
        settings.policy.max_age = [settings.policy.max_age, max_age].into_iter().flatten().min();
        self.open_tiers(settings)
    }

    /// Opens the cache to look only, with the shared store behind it.
    pub(crate) fn open_tiers_to_look(&self) -> Result<Cache<FileStore>, Failure> {
        self.open_tiers(self.settings(Mode::ReadOnly))
    }

    /// A shared store that makes no sense is an error of the settings, and no cache that fails.
    fn open_tiers(&self, settings: Settings) -> Result<Cache<FileStore>, Failure> {
        let Some(shared) = self.shared_in_use() else {
            return Ok(Cache::open(&self.dir, &self.keys, settings)?);
        };
        let real = |dir: &Path| dir.canonicalize().ok();
        if shared.mount().and_then(real).is_some_and(|mount| Some(mount) == real(&self.dir)) {
            return Err(Failure::usage(anyhow!(
                "the cache directory and the shared store are one: {}",
                shared.url
            )));
        }
        let on_failure = if self.strict { OnFailure::Fail } else { OnFailure::Warn };
        // On the cache's own disk, if there is a cache by then.
        let scratch = if settings.mode.writes() { &self.dir } else { &env::temp_dir() };
        let shared = shared.tier(scratch, &self.keys, on_failure).map_err(Failure::usage)?;
        Cache::open_shared(&self.dir, &self.keys, settings, shared).map_err(|error| match error {
            OpenError::SharedNeedsKey(_) => Failure::usage(error),
            error => error.into(),
        })
    }

    /// The shared store, unless it is to be left alone.
    pub(crate) fn shared_in_use(&self) -> Option<&SharedSettings> {
        self.shared.as_ref().filter(|shared| shared.mode != Mode::Off)
    }

    /// The shared store, for a command that is about nothing else.
    pub(crate) fn need_shared(&self) -> Result<&SharedSettings, Failure> {
        let none = || {
            Failure::usage(match &self.shared {
                None => anyhow!("--shared needs a store: --store or BULLA_STORE"),
                Some(shared) => {
                    anyhow!("--shared needs a store that is in use: the mode of {} is off", shared.url)
                }
            })
        };
        self.shared_in_use().ok_or_else(none)
    }

    /// Opens the cache of this machine alone.
    pub(crate) fn open_local(&self) -> Result<Cache<FileStore>, OpenError> {
        Cache::open(&self.dir, &self.keys, self.settings(self.mode))
    }

    /// Opens the cache of this machine to look only: nothing is made, removed or moved.
    pub(crate) fn open_to_look(&self) -> Result<Cache<FileStore>, OpenError> {
        Cache::open(&self.dir, &self.keys, self.settings(Mode::ReadOnly))
    }

    /// What a cache opened as it was settled can really do; `cache` may have been opened to look only.
    pub(crate) fn effective_mode(&self, cache: &Cache<FileStore>) -> (Mode, Option<&'static str>) {
        self.mode.with_ring(cache.ring())
    }

    fn settings(&self, mode: Mode) -> Settings {
        let ui = self.ui;
        Settings {
            mode,
            policy: self.policy.clone(),
            lane: self.lane,
            ttls: self.ttls.clone(),
            encoding: self.encoding,
            disposal: self.disposal,
            warn: Box::new(move |message| ui.warn(message)),
            note: Box::new(move |message| ui.note(message)),
            ..Settings::default()
        }
    }
}

/// The configuration files that are there, the one that wins first.
fn config_files(global: &Global) -> anyhow::Result<Vec<(PathBuf, Owner)>> {
    if let Some(named) = global.config_file.clone().or_else(|| path("BULLA_CONFIG")) {
        return Ok(vec![(named, Owner::User)]);
    }
    let project = env::current_dir().ok().and_then(|dir| project_file(&dir));
    let user = user_dir("XDG_CONFIG_HOME", ".config").map(|dir| dir.join("bulla").join(NAME));
    let user = user.filter(|path| path.symlink_metadata().is_ok());
    let project = project.map(|path| (path, Owner::Project));
    Ok(project.into_iter().chain(user.map(|path| (path, Owner::User))).collect())
}

/// The nearest `bulla.toml` from `dir` upward, not above the repository that `dir` lies in.
fn project_file(dir: &Path) -> Option<PathBuf> {
    let root = dir.ancestors().find(|dir| dir.join(".git").symlink_metadata().is_ok())?;
    let inside = dir.ancestors().take_while(|dir| dir.starts_with(root));
    inside.map(|dir| dir.join(NAME)).find(|path| path.symlink_metadata().is_ok())
}

/// A flag, then the environment, then the user's file; a key in the environment before one that it names.
fn keys(global: &Global, files: &[ConfigFile]) -> anyhow::Result<KeySource> {
    if let Some(file) = &global.key_file {
        return Ok(KeySource::File(file.clone()));
    }
    if let Some(keys) = text("BULLA_KEY")? {
        return Ok(KeySource::Text(Zeroizing::new(keys), "BULLA_KEY".to_owned()));
    }
    if let Some(file) = path("BULLA_KEY_FILE") {
        return Ok(KeySource::File(file));
    }
    if let Some(command) = text("BULLA_KEY_COMMAND")? {
        return Ok(KeySource::Command(command));
    }
    let of_file = |file: &ConfigFile| {
        let command = file.key_command.clone().map(KeySource::Command);
        file.key_file.clone().map(KeySource::File).or(command)
    };
    Ok(files.iter().find_map(of_file).unwrap_or(KeySource::Directory))
}

fn encoding(files: &[ConfigFile]) -> Encoding {
    let mut encoding = Encoding::default();
    if let Some(digest) = files.iter().find_map(|file| file.digest) {
        encoding.digest = match digest {
            DigestChoice::Blake3 => DigestAlgorithm::Blake3,
            DigestChoice::Sha256 => DigestAlgorithm::Sha256,
        };
    }
    if let Some(compression) = files.iter().find_map(|file| file.compression) {
        encoding.packing = match compression {
            CompressionChoice::WhereItPays => Packing::WhereItPays,
            CompressionChoice::Never => Packing::Never,
        };
    }
    encoding
}

/// What a reader in a lane accepts unless it is told otherwise: the protected branch, and its own.
fn accepted_by(lane: Lane) -> Vec<Lane> {
    if lane == Lane::Main { vec![Lane::Main] } else { vec![Lane::Main, lane] }
}

/// Where `bulla tools` keeps what it installs.
pub(crate) fn tools_dir() -> Option<PathBuf> {
    let default = || user_dir("XDG_DATA_HOME", ".local/share").map(|dir| dir.join("bulla").join("tools"));
    path("BULLA_TOOLS_DIR").or_else(default)
}

/// Where programs are looked for.
pub(crate) fn path_variable() -> Option<OsString> {
    variable(OsStr::new("PATH"))
}

/// Every variable, for programs that get some of them.
pub(crate) fn environment() -> Environment {
    Environment::new(env::vars_os())
}

fn default_dir() -> Option<PathBuf> {
    user_dir("XDG_CACHE_HOME", ".cache").map(|dir| dir.join("bulla"))
}

fn no_default_dir() -> anyhow::Error {
    anyhow!(
        "there is no default cache directory, because neither HOME nor XDG_CACHE_HOME is set; name one with --dir"
    )
}

/// As the XDG Base Directory Specification has it: a path that is not absolute is ignored.
fn user_dir(variable: &str, below_home: &str) -> Option<PathBuf> {
    let set = path(variable).filter(|dir| dir.is_absolute());
    set.or_else(|| path("HOME").filter(|dir| dir.is_absolute()).map(|home| home.join(below_home)))
}

/// A variable's value, as a command's key takes it.
#[expect(clippy::disallowed_methods, reason = "the one place for settings from the environment")]
pub(crate) fn variable(name: &OsStr) -> Option<OsString> {
    env::var_os(name)
}

pub(crate) fn path(name: &str) -> Option<PathBuf> {
    variable(OsStr::new(name)).filter(|value| !value.is_empty()).map(PathBuf::from)
}

pub(crate) fn text(name: &str) -> anyhow::Result<Option<String>> {
    let value = variable(OsStr::new(name)).filter(|value| !value.is_empty());
    let text = value.map(|value| value.into_string().map_err(|_| anyhow!("{name} is not valid UTF-8")));
    text.transpose()
}
