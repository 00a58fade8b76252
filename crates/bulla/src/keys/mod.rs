//! Where keys come from.

mod directory;
mod error;
mod text;

use std::path::PathBuf;

use bulla_core::Ring;
use bulla_store::Dir;
use zeroize::Zeroizing;

pub use directory::DIRECTORY_KEY;
pub use error::{KeyError, KeyProblem};
pub use text::{new_ed25519_key, new_hmac_key};

use crate::settings::Mode;

/// Where the key ring comes from.
#[derive(Debug, Clone)]
pub enum KeySource {
    /// `.hmac.key` in the cache directory, made on first use. It travels with the data.
    Directory,
    /// A file of keys in text form, one a line.
    File(PathBuf),
    /// Keys in text form, and where they came from.
    Text(Zeroizing<String>, String),
    /// A command that prints keys in text form, run by `sh`, such as a secrets manager's.
    Command(String),
}

impl KeySource {
    /// Loads the ring. Only [`KeySource::Directory`] looks at `dir`, and makes a key there if `mode` writes; a directory
    /// that is not there has none.
    pub fn load(&self, dir: &Dir, mode: Mode) -> Result<Ring, KeyError> {
        match self {
            Self::Directory => directory::load(dir, mode),
            Self::File(path) => text::from_file(path),
            Self::Text(keys, origin) => text::parse(keys, origin),
            Self::Command(command) => text::from_command(command),
        }
    }

    /// What to call the source in a report.
    pub fn describe(&self) -> String {
        match self {
            Self::Directory => format!("{DIRECTORY_KEY} in the cache directory"),
            Self::File(path) => path.display().to_string(),
            Self::Text(_, origin) => origin.clone(),
            Self::Command(_) => "key command".to_owned(),
        }
    }
}
