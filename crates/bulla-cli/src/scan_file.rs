//! `[scan]` in `bulla.toml`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use bulla_findings::{Choices, Counting, SbomFormat, Scanner, Severity, Thresholds};
use serde::{Deserialize, Deserializer, de};

use crate::units;

/// What a scan does unless the command line says otherwise. What is absent is left to the next file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ScanFile {
    #[serde(default, deserialize_with = "scanners")]
    pub(crate) scanners: Option<Vec<&'static Scanner>>,
    #[serde(default, deserialize_with = "scanners")]
    pub(crate) required: Option<Vec<&'static Scanner>>,
    #[serde(default, deserialize_with = "severity")]
    pub(crate) fail_on: Option<Severity>,
    #[serde(default, deserialize_with = "severity")]
    pub(crate) warn_on: Option<Severity>,
    pub(crate) only_fixed: Option<bool>,
    #[serde(default, deserialize_with = "limit")]
    pub(crate) time_limit: Option<Duration>,
    #[serde(default)]
    scanner: BTreeMap<Name, ScannerFile>,
}

/// A scanner's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Name(&'static str);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let scanner = by_name(&String::deserialize(from)?).map_err(de::Error::custom)?;
        Ok(Self(scanner.name))
    }
}

/// `[scan.scanner.NAME]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ScannerFile {
    #[serde(default, deserialize_with = "severity")]
    fail_on: Option<Severity>,
    #[serde(default, deserialize_with = "severity")]
    warn_on: Option<Severity>,
    only_fixed: Option<bool>,
    scanners: Option<Vec<String>>,
    rules: Option<PathBuf>,
    #[serde(default, deserialize_with = "format")]
    format: Option<SbomFormat>,
}

impl ScanFile {
    /// What stands in this file, and where it is silent in the next one.
    pub(crate) fn or(self, next: Self) -> Self {
        let mut scanner = self.scanner;
        for (name, section) in next.scanner {
            let own = scanner.remove(&name).unwrap_or_default();
            scanner.insert(name, own.or(section));
        }
        Self {
            scanners: self.scanners.or(next.scanners),
            required: self.required.or(next.required),
            fail_on: self.fail_on.or(next.fail_on),
            warn_on: self.warn_on.or(next.warn_on),
            only_fixed: self.only_fixed.or(next.only_fixed),
            time_limit: self.time_limit.or(next.time_limit),
            scanner,
        }
    }

    /// Checks the names of scanners, and takes relative paths from the file's own directory.
    pub(crate) fn settle(&mut self, dir: &Path) -> anyhow::Result<()> {
        for (name, section) in &mut self.scanner {
            let checked = by_name(name.0).and_then(|scanner| section.check(scanner));
            checked
                .map_err(|error| anyhow!("{error}"))
                .with_context(|| format!("`scan.scanner.{}`", name.0))?;
            if let Some(rules) = &mut section.rules {
                *rules = std::path::absolute(dir.join(&*rules))?;
            }
        }
        Ok(())
    }

    /// The choices for single scanners.
    pub(crate) fn choices(&self) -> BTreeMap<&'static str, Choices> {
        let choices = |section: &ScannerFile| Choices {
            scanners: section.scanners.clone().unwrap_or_default(),
            rules: section.rules.clone(),
            format: section.format,
        };
        self.sections().map(|(scanner, section)| (scanner.name, choices(section))).collect()
    }

    /// The thresholds of every scanner without its own, and those of single scanners. What `flags` say wins.
    pub(crate) fn thresholds(&self, flags: Flags) -> (Thresholds, BTreeMap<String, Thresholds>) {
        let settle = |own: Option<&ScannerFile>| Thresholds {
            fail_on: flags.fail_on.or(own.and_then(|own| own.fail_on)).or(self.fail_on),
            warn_on: flags.warn_on.or(own.and_then(|own| own.warn_on)).or(self.warn_on),
            counts: match flags.only_fixed
                || own.and_then(|own| own.only_fixed).or(self.only_fixed) == Some(true)
            {
                true => Counting::OnlyFixed,
                false => Counting::All,
            },
        };
        let own = self.sections().map(|(scanner, section)| (scanner.name.to_owned(), settle(Some(section))));
        (settle(None), own.collect())
    }

    fn sections(&self) -> impl Iterator<Item = (&'static Scanner, &ScannerFile)> {
        self.scanner.iter().filter_map(|(name, section)| Some((by_name(name.0).ok()?, section)))
    }
}

/// What the command line says about thresholds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Flags {
    pub(crate) fail_on: Option<Severity>,
    pub(crate) warn_on: Option<Severity>,
    pub(crate) only_fixed: bool,
}

impl ScannerFile {
    fn or(self, next: Self) -> Self {
        Self {
            fail_on: self.fail_on.or(next.fail_on),
            warn_on: self.warn_on.or(next.warn_on),
            only_fixed: self.only_fixed.or(next.only_fixed),
            scanners: self.scanners.or(next.scanners),
            rules: self.rules.or(next.rules),
            format: self.format.or(next.format),
        }
    }

    /// A setting that this scanner has no use for would be passed over without a word.
    fn check(&self, scanner: &Scanner) -> Result<(), String> {
        let of = |set: bool, name: &str, whose: &str| match set && scanner.name != whose {
            true => Err(format!("`{name}` is a setting of {whose}, not of {}", scanner.name)),
            false => Ok(()),
        };
        of(self.scanners.is_some(), "scanners", "trivy")?;
        of(self.rules.is_some(), "rules", "semgrep")?;
        of(self.format.is_some(), "format", "syft")?;
        let unknown = self.scanners.iter().flatten().find(|name| !TRIVY_SCANNERS.contains(&name.as_str()));
        unknown.map_or(Ok(()), |name| {
            Err(format!("trivy does not look for `{name}`; expected some of {}", TRIVY_SCANNERS.join(", ")))
        })
    }
}

const TRIVY_SCANNERS: [&str; 4] = ["vuln", "secret", "misconfig", "license"];

/// The scanner of that name.
pub(crate) fn by_name(name: &str) -> Result<&'static Scanner, String> {
    bulla_findings::scanner(name).ok_or_else(|| {
        let known = bulla_findings::SCANNERS.map(|scanner| scanner.name).join(", ");
        format!("there is no scanner `{name}`; expected one of {known}")
    })
}

/// A severity that a threshold can be.
pub(crate) fn threshold(name: &str) -> Result<Severity, String> {
    let known = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    known
        .into_iter()
        .find(|severity| severity.name() == name)
        .ok_or_else(|| format!("expected one of {}", known.map(Severity::name).join(", ")))
}

/// The formats that an SBOM can be asked for in.
pub(crate) fn sbom_format(name: &str) -> Result<SbomFormat, String> {
    match name {
        "cyclonedx" => Ok(SbomFormat::CycloneDx),
        "spdx" => Ok(SbomFormat::Spdx),
        "syft" => Ok(SbomFormat::Syft),
        _ => Err("expected one of cyclonedx, spdx, syft".to_owned()),
    }
}

fn scanners<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<&'static Scanner>>, D::Error> {
    let names = Vec::<String>::deserialize(from)?;
    names.iter().map(|name| by_name(name)).collect::<Result<_, _>>().map(Some).map_err(de::Error::custom)
}

fn severity<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Severity>, D::Error> {
    threshold(&String::deserialize(from)?).map(Some).map_err(de::Error::custom)
}

fn limit<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    units::limit(&String::deserialize(from)?).map(Some).map_err(de::Error::custom)
}

fn format<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SbomFormat>, D::Error> {
    sbom_format(&String::deserialize(from)?).map(Some).map_err(de::Error::custom)
}
