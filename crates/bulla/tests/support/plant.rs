//! What somebody could put at a path where a regular file belongs.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

/// Not a regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// Leads to whatever lies at `beside`.
    Link,
    DanglingLink,
    /// Opening it to read waits for a writer, who never comes.
    Fifo,
    Socket,
    EmptyDirectory,
    Directory,
    /// Only root can make one.
    Device,
}

impl Obstacle {
    /// Every obstacle that this user can make.
    pub(crate) fn all() -> Vec<Self> {
        let mut all = vec![
            Self::Link,
            Self::DanglingLink,
            Self::Fifo,
            Self::Socket,
            Self::EmptyDirectory,
            Self::Directory,
        ];
        if devices_can_be_made() {
            all.push(Self::Device);
        }
        all
    }

    /// Puts it at `path`, where nothing may lie. `beside` is a file that a link leads to.
    pub(crate) fn plant(self, path: &Path, beside: &Path) {
        match self {
            Self::Link => symlink(beside, path).expect("a link"),
            Self::DanglingLink => symlink("nowhere", path).expect("a link"),
            Self::Fifo => make("mkfifo", &[], path),
            Self::Socket => {
                // A socket's own path must be short; its name may be any.
                let short = beside.with_file_name("s");
                UnixListener::bind(&short).expect("a socket");
                fs::rename(short, path).expect("the socket's name");
            }
            Self::EmptyDirectory => fs::create_dir(path).expect("a directory"),
            Self::Directory => {
                fs::create_dir_all(path.join("below")).expect("a directory");
                fs::write(path.join("below/file"), "in the way").expect("a file in it");
            }
            Self::Device => make("mknod", &["c", "1", "5"], path),
        }
    }
}

/// Root can, unless it is root of a container only.
fn devices_can_be_made() -> bool {
    let room = tempfile::tempdir().expect("a temporary directory");
    let made = Command::new("mknod").arg(room.path().join("device")).args(["c", "1", "5"]).output();
    super::is_root() && made.is_ok_and(|made| made.status.success())
}

fn make(program: &str, kind: &[&str], path: &Path) {
    let status = Command::new(program).arg(path).args(kind).status().expect("a POSIX tool");
    assert!(status.success(), "{program} {}: {status}", path.display());
}

/// A FIFO at `path`.
pub(crate) fn fifo(path: &Path) {
    Obstacle::Fifo.plant(path, path);
}
