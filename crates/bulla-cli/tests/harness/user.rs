//! Who runs the program: permissions do not stop root, so tests about them need somebody else.

use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::copy_program;

/// The program under test.
const BULLA: &str = env!("CARGO_BIN_EXE_bulla");

/// `nobody` on Debian, and on most others; it only has to be somebody else than root.
const NOBODY: u32 = 65534;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum User {
    /// Whoever runs the tests.
    Oneself,
    /// Root, having become somebody else.
    Nobody,
}

impl User {
    pub(crate) fn ordinary() -> Self {
        if Self::is_root() { Self::Nobody } else { Self::Oneself }
    }

    pub(crate) fn is_root() -> bool {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.path().metadata().expect("it is there").uid() == 0
    }

    /// Makes the place reachable, and puts a copy of the program there: root's own directories are not.
    pub(super) fn settle_in(self, root: &Path) {
        if self == Self::Nobody {
            self.own(root);
            copy_program(BULLA, self.bulla(root));
        }
    }

    pub(super) fn bulla(self, root: &Path) -> PathBuf {
        match self {
            Self::Oneself => BULLA.into(),
            Self::Nobody => root.join("bulla"),
        }
    }

    pub(super) fn own(self, path: &Path) {
        if self == Self::Nobody {
            chown(path, Some(NOBODY), Some(NOBODY)).expect("root can give a file away");
        }
    }

    pub(super) fn become_of(self, command: &mut Command) {
        if self == Self::Nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
    }
}
