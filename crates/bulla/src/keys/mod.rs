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

    /// Whether the key lies in that directory, or is found through a link in it: whoever writes there can replace it.
    pub fn lies_in(&self, dir: &Path) -> bool {
        match self {
            Self::Directory => true,
            Self::File(path) => leads_through(path, dir),
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

/// Whether a path lies in `dir`, or leads through it by a link.
fn leads_through(path: &Path, dir: &Path) -> bool {
    // What is not there is told by whoever opens it.
    let (Ok(path), Ok(dir)) = (std::path::absolute(path), dir.canonicalize()) else { return false };
    leads(&path, &dir, MOST_LINKS)
}

/// Longer chains than anybody makes are taken for ones that lead through it.
const MOST_LINKS: u32 = 8;

fn leads(path: &Path, dir: &Path, links: u32) -> bool {
    path.ancestors().any(|place| {
        let target = || Some(place.parent()?.join(place.read_link().ok()?));
        place.canonicalize().is_ok_and(|place| place == dir)
            || target().is_some_and(|target| links == 0 || leads(&target, dir, links - 1))
    })
}
