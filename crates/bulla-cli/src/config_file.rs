//! `bulla.toml`.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use bulla::{
    Disposal, KeyId, Lane, Mode, Operation, SharedWrite, StoreUrl, open_regular, open_regular_nofollow,
};
use serde::{Deserialize, Deserializer, de};

use crate::scan_file::ScanFile;
use crate::units;

/// The file's name, in a repository and in the user's configuration directory.
pub(crate) const NAME: &str = "bulla.toml";

const MAX_LEN: u64 = 1 << 20;

/// Whose file it is, and so what may stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The user's own, or one that was named.
    User,
    /// It lies in the tree under test: whoever changes that tree may have written it.
    Project,
}

/// One configuration file. What is absent is left to the next place.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ConfigFile {
    #[serde(default, deserialize_with = "mode")]
    pub(crate) mode: Option<Mode>,
    #[serde(default)]
    ttl: BTreeMap<String, String>,
    pub(crate) dir: Option<PathBuf>,
    pub(crate) key_file: Option<PathBuf>,
    pub(crate) key_command: Option<String>,
    #[serde(default, deserialize_with = "store")]
    pub(crate) store: Option<StoreUrl>,
    #[serde(default, deserialize_with = "shared_write")]
    pub(crate) shared_write: Option<SharedWrite>,
    #[serde(default, deserialize_with = "mode")]
    pub(crate) shared_mode: Option<Mode>,
    #[serde(default, deserialize_with = "lane")]
    pub(crate) lane: Option<Lane>,
    #[serde(default, deserialize_with = "disposal")]
    pub(crate) disposal: Option<Disposal>,
    #[serde(default)]
    pub(crate) digest: Option<DigestChoice>,
    #[serde(default)]
    pub(crate) compression: Option<CompressionChoice>,
    pub(crate) trust: Option<Trust>,
    #[serde(default)]
    pub(crate) scan: ScanFile,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DigestChoice {
    Blake3,
    Sha256,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CompressionChoice {
    WhereItPays,
    Never,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Trust {
    lanes: Option<Vec<String>>,
    #[serde(default)]
    revoked: Vec<String>,
    max_age: Option<String>,
    max_payload: Option<String>,
}

impl ConfigFile {
    /// Reads and checks a file.
    pub(crate) fn read(path: &Path, owner: Owner) -> anyhow::Result<Self> {
        let (file, found) = match owner {
            Owner::User => open_regular(path),
            Owner::Project => open_regular_nofollow(path),
        }?;
        if owner == Owner::User && found.mode & 0o002 != 0 {
            bail!(
                "{} can be written by others, who could put a command into it; run `chmod o-w` on it",
                path.display()
            );
        }
        let mut text = String::new();
        let read = file.take(MAX_LEN + 1).read_to_string(&mut text);
        read.with_context(|| format!("cannot read {}", path.display()))?;
        if text.len() as u64 > MAX_LEN {
            bail!("{} has more than 1 MiB; it is not a configuration file", path.display());
        }
        let mut config: Self = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            anyhow!("{}, line {line}: {}", path.display(), without_values(error.message()))
        })?;
        config.ttls().with_context(|| path.display().to_string())?;
        if owner == Owner::User && config.holds_a_password() && found.mode & 0o044 != 0 {
            bail!(
                "{} holds the password of a store and can be read by others; run `chmod 600` on it",
                path.display()
            );
        }
        // Not from the working directory, which is often the tree under test.
        let beside = |file: PathBuf| path.parent().unwrap_or(path).join(file);
        config.scan.settle(path.parent().unwrap_or(path)).with_context(|| path.display().to_string())?;
        config.dir = config.dir.map(beside);
        config.key_file = config.key_file.map(beside);
        match config.first_trusted_setting() {
            Some(name) if owner == Owner::Project => bail!(
                "`{name}` in {} is not taken: that file lies in the tree under test. Set it in the user's own {NAME}, \
                 in the environment or on the command line",
                path.display()
            ),
            _ => Ok(config),
        }
    }

    /// How long entries live, by operation.
    pub(crate) fn ttls(&self) -> anyhow::Result<Vec<(Operation, Duration)>> {
        let parse = |(operation, ttl): (&String, &String)| {
            let name = operation.parse().with_context(|| format!("`ttl.{operation}`"))?;
            let ttl = units::duration(ttl).map_err(|error| anyhow!("`ttl.{operation}`: {error}"))?;
            Ok((name, ttl))
        };
        self.ttl.iter().map(parse).collect()
    }

    fn holds_a_password(&self) -> bool {
        self.store.as_ref().is_some_and(|store| store.has_credentials())
    }

    /// The first setting that a tree under test must not make.
    fn first_trusted_setting(&self) -> Option<&'static str> {
        let set = [
            ("dir", self.dir.is_some()),
            ("key-file", self.key_file.is_some()),
            ("key-command", self.key_command.is_some()),
            ("store", self.store.is_some()),
            ("shared-write", self.shared_write.is_some()),
            ("shared-mode", self.shared_mode.is_some()),
            ("lane", self.lane.is_some()),
            ("disposal", self.disposal.is_some()),
            ("digest", self.digest.is_some()),
            ("compression", self.compression.is_some()),
            ("trust", self.trust.is_some()),
        ];
        set.into_iter().find(|(_, set)| *set).map(|(name, _)| name)
    }
}

impl Trust {
    /// Puts what the file says into a policy.
    pub(crate) fn apply(&self, policy: &mut bulla::Policy) -> anyhow::Result<()> {
        if let Some(lanes) = &self.lanes {
            let lane = |name: &String| {
                Lane::from_name(name).ok_or_else(|| anyhow!("`trust.lanes`: {}", no_lane(name)))
            };
            policy.lanes = lanes.iter().map(lane).collect::<Result<_, _>>()?;
        }
        let revoked = self.revoked.iter().map(|id| id.parse::<KeyId>().with_context(|| "`trust.revoked`"));
        policy.revoked = revoked.collect::<Result<_, _>>()?;
        if let Some(max_age) = &self.max_age {
            policy.max_age =
                Some(units::limit(max_age).map_err(|error| anyhow!("`trust.max-age`: {error}"))?);
        }
        if let Some(max_payload) = &self.max_payload {
            policy.max_payload =
                units::size(max_payload).map_err(|error| anyhow!("`trust.max-payload`: {error}"))?;
        }
        Ok(())
    }
}

/// A message without what it quotes: the wrong value may be a secret, and so may the whole file.
fn without_values(message: &str) -> String {
    match (message.find('"'), message.rfind('"')) {
        (Some(first), Some(last)) if first < last => format!("{}...{}", &message[..=first], &message[last..]),
        _ => message.to_owned(),
    }
}

pub(crate) fn no_lane(name: &str) -> String {
    format!("`{name}` is no lane; expected one of {}", Lane::ALL.map(Lane::name).join(", "))
}

fn mode<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Mode>, D::Error> {
    let name = String::deserialize(from)?;
    let error = || format!("expected one of {}", Mode::ALL.map(Mode::name).join(", "));
    Mode::from_name(&name).map(Some).ok_or_else(|| de::Error::custom(error()))
}

/// What is wrong with an address is told without it: it may hold a password.
fn store<'de, D: Deserializer<'de>>(from: D) -> Result<Option<StoreUrl>, D::Error> {
    StoreUrl::parse(&String::deserialize(from)?).map(Some).map_err(de::Error::custom)
}

fn shared_write<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SharedWrite>, D::Error> {
    let name = String::deserialize(from)?;
    let error = || format!("expected one of {}", SharedWrite::ALL.map(SharedWrite::name).join(", "));
    SharedWrite::from_name(&name).map(Some).ok_or_else(|| de::Error::custom(error()))
}

fn lane<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Lane>, D::Error> {
    let name = String::deserialize(from)?;
    Lane::from_name(&name).map(Some).ok_or_else(|| de::Error::custom(no_lane(&name)))
}

fn disposal<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Disposal>, D::Error> {
    let name = String::deserialize(from)?;
    let found = Disposal::ALL.into_iter().find(|disposal| disposal.name() == name);
    let error = || format!("expected one of {}", Disposal::ALL.map(Disposal::name).join(", "));
    found.map(Some).ok_or_else(|| de::Error::custom(error()))
}
