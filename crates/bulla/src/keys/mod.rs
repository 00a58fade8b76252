//! Where keys come from.

mod directory;
mod error;
mod text;

use std::path::{Path, PathBuf};

use bulla_core::Ring;
use zeroize::Zeroizing;

pub use directory::DIRECTORY_KEY;
pub(crate) use directory::load as directory_ring;
pub use error::{KeyError, KeyProblem};
pub use text::{new_ed25519_key, new_hmac_key};

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
    /// The ring, unless it is the one in the cache directory.
    pub fn load_elsewhere(&self) -> Result<Option<Ring>, KeyError> {
        match self {
            Self::Directory => Ok(None),
            Self::File(path) => text::from_file(path).map(Some),
            Self::Text(keys, origin) => text::parse(keys, origin).map(Some),
            Self::Command(command) => text::from_command(command).map(Some),
        }
    }

    /// Whether the key lies in that directory, and so travels with what is in it.
    pub(crate) fn lies_in(&self, dir: &Path) -> bool {
        match self {
            Self::Directory => true,
            Self::File(path) => match (path.canonicalize(), dir.canonicalize()) {
                (Ok(path), Ok(dir)) => path.starts_with(dir),
                // What is not there is told by whoever opens it.
                _ => false,
            },
            Self::Text(..) | Self::Command(_) => false,
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
