//! What a command's result depends on: described first, captured afterwards.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bulla_core::{CacheKey, Digest, DigestAlgorithm, InvalidKey, Operation};
use bulla_store::StoreError;
use sha2::{Digest as _, Sha256};

use crate::secrets::without_secrets;
use crate::tree::{file_digest, tree_digest};

/// A command and everything named that its result depends on. Nothing has been read yet.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// What is done.
    pub operation: Operation,
    /// What it is done to.
    pub subject: Subject,
    /// The program and its arguments.
    pub command: Vec<OsString>,
    /// Files and trees whose content counts.
    pub inputs: Vec<PathBuf>,
    /// Environment variables whose value counts, set or unset.
    pub env: Vec<OsString>,
    /// A shell command whose output counts, such as one that names a vulnerability database.
    pub salt_command: Option<OsString>,
}

/// What a command is run on.
#[derive(Debug, Clone)]
pub enum Subject {
    /// Something that has a digest already.
    Digest(Digest),
    /// A file or a directory, by its content.
    Path(PathBuf),
}

/// A recipe with everything read that its key depends on.
#[derive(Debug, Clone)]
pub struct Captured {
    /// The cache key.
    pub key: CacheKey,
    /// The program file that the command resolves to.
    pub program: PathBuf,
    /// The digest of that file.
    pub program_digest: Digest,
    /// Each part of the config, by what it is called in an explanation, as a digest: values can be secrets.
    pub inputs: BTreeMap<String, String>,
    again: Again,
}

/// What it takes to capture the same recipe again.
#[derive(Debug, Clone)]
struct Again {
    recipe: Recipe,
    env: BTreeMap<OsString, Option<OsString>>,
    except: Option<PathBuf>,
}

impl Captured {
    /// Reads everything that the key depends on once more: the key it has now.
    ///
    /// A result that was made while its inputs changed belongs to neither the old ones nor the new ones.
    pub fn capture_again(&self) -> Result<CacheKey, CaptureError> {
        let Again { recipe, env, except } = &self.again;
        let env = |name: &OsStr| env.get(name).cloned().flatten();
        recipe.capture(&env, except.as_deref()).map(|captured| captured.key)
    }
}

impl Recipe {
    /// The program file that the command resolves to. Without a cache this is all that has to be known.
    pub fn locate(&self, env: &dyn Fn(&OsStr) -> Option<OsString>) -> Result<PathBuf, CaptureError> {
        let name = self.command.first().ok_or(CaptureError::NoCommand)?;
        find_program(name, env(OsStr::new("PATH")).as_deref())
    }

    /// Reads what the key depends on. `env` looks a variable up; `except` is a directory (the cache itself) that
    /// is left out of trees.
    pub fn capture(
        &self,
        env: &dyn Fn(&OsStr) -> Option<OsString>,
        except: Option<&Path>,
    ) -> Result<Captured, CaptureError> {
        let program = self.locate(env)?;
        let program_digest = file_digest(&program)?;
        let mut config = Config::new();
        for (index, argument) in self.command.iter().enumerate() {
            config.add("argument", &index.to_string(), argument.as_bytes());
        }
        config.add("program", "", program_digest.as_bytes());
        for (index, path) in self.inputs.iter().enumerate() {
            let digest = tree_digest(path, except)?;
            config.add("input", &format!("{index} {}", path.display()), digest.as_bytes());
        }
        let mut names = self.env.clone();
        names.sort();
        names.dedup();
        for name in names {
            let label = name.display().to_string();
            config.hash(b"env", name.as_bytes());
            match env(&name) {
                Some(value) => config.add_as("value", format!("env {label}"), value.as_bytes()),
                None => config.add_as("unset", format!("env {label}"), b""),
            }
        }
        if let Some(command) = &self.salt_command {
            config.add("salt", "", &salt(command)?);
        }
        let subject = match &self.subject {
            Subject::Digest(digest) => *digest,
            Subject::Path(path) => tree_digest(path, except)?,
        };
        let (config, inputs) = config.finish();
        let key = CacheKey::new(self.operation.clone(), subject, Some(config)).map_err(CaptureError::Key)?;
        let names = self.env.iter().cloned().chain([OsString::from("PATH")]);
        let env = names.map(|name| (name.clone(), env(&name))).collect();
        let again = Again { recipe: self.clone(), env, except: except.map(Path::to_owned) };
        Ok(Captured { key, program, program_digest, inputs, again })
    }
}

/// Collects the parts of a config digest: each behind its kind and its length, in a stated order.
struct Config {
    hash: Sha256,
    inputs: BTreeMap<String, String>,
}

impl Config {
    fn new() -> Self {
        Self { hash: Sha256::new_with_prefix(b"bulla run config v1\0"), inputs: BTreeMap::new() }
    }

    /// What `name` says beside the kind is for explanations only: a path that names an input is not part of the key.
    fn add(&mut self, kind: &str, name: &str, value: &[u8]) {
        self.add_as(kind, format!("{kind} {name}").trim_end().to_owned(), value);
    }

    fn add_as(&mut self, kind: &str, label: String, value: &[u8]) {
        self.hash(kind.as_bytes(), value);
        let shown = [kind.as_bytes(), b"\0", value].concat();
        self.inputs.insert(label, DigestAlgorithm::Blake3.digest(&shown).to_string());
    }

    fn hash(&mut self, kind: &[u8], value: &[u8]) {
        for part in [kind, value] {
            self.hash.update((part.len() as u64).to_le_bytes());
            self.hash.update(part);
        }
    }

    fn finish(self) -> (Digest, BTreeMap<String, String>) {
        (Digest::new(DigestAlgorithm::Sha256, self.hash.finalize().into()), self.inputs)
    }
}

/// The file that a shell would run for `name`: itself if it has a `/`, else the first in `path` that can be run.
pub fn find_program(name: &OsStr, path: Option<&OsStr>) -> Result<PathBuf, CaptureError> {
    let runnable = |file: &Path| {
        std::fs::metadata(file).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    if name.as_bytes().contains(&b'/') {
        let file = PathBuf::from(name);
        return match file.try_exists() {
            Ok(true) if runnable(&file) => Ok(file),
            Ok(true) => Err(CaptureError::NotExecutable(file)),
            _ => Err(CaptureError::NotFound(name.to_owned())),
        };
    }
    // An empty or relative element leads to the working directory, which is often the tree under test; it is passed
    // over.
    let elements = std::env::split_paths(path.unwrap_or_default()).filter(|dir| dir.is_absolute());
    let candidates: Vec<_> = elements.map(|dir| dir.join(name)).filter(|file| file.is_file()).collect();
    match candidates.iter().find(|file| runnable(file)) {
        Some(file) => Ok(file.clone()),
        None => Err(candidates
            .into_iter()
            .next()
            .map_or_else(|| CaptureError::NotFound(name.to_owned()), CaptureError::NotExecutable)),
    }
}

fn salt(command: &OsStr) -> Result<Vec<u8>, CaptureError> {
    let mut shell = Command::new("/bin/sh");
    without_secrets(&mut shell).arg("-c").arg(command).stdin(Stdio::null()).stderr(Stdio::inherit());
    let failed = |how| CaptureError::Salt { command: command.to_owned(), how };
    let output = shell.output().map_err(|e: io::Error| failed(e.to_string()))?;
    if output.status.success() { Ok(output.stdout) } else { Err(failed(output.status.to_string())) }
}

/// Why a recipe has no key.
#[derive(Debug)]
pub enum CaptureError {
    /// There is no command.
    NoCommand,
    /// No such program.
    NotFound(OsString),
    /// The program's file cannot be run.
    NotExecutable(PathBuf),
    /// Something that counts cannot be read.
    Read(StoreError),
    /// The salt command did not succeed.
    Salt {
        /// The command.
        command: OsString,
        /// How it ended.
        how: String,
    },
    /// The subject's digest is not one that keys take.
    Key(InvalidKey),
}

impl From<StoreError> for CaptureError {
    fn from(error: StoreError) -> Self {
        Self::Read(error)
    }
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => f.write_str("no command to run"),
            Self::NotFound(name) => write!(f, "command not found: {}", name.display()),
            Self::NotExecutable(file) => write!(f, "not executable: {}", file.display()),
            Self::Read(error) => error.fmt(f),
            Self::Salt { command, how } => {
                write!(f, "the salt command failed ({how}): {}", command.display())
            }
            Self::Key(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CaptureError {}
