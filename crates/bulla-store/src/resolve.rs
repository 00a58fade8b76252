//! From a path to a directory handle, through no link that somebody else could have planted.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path};

use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{self, AtFlags, CWD, FileType, Mode, OFlags};
use rustix::io::Errno;

/// As many links as Linux itself follows in one path.
const MAX_LINKS: usize = 40;

/// What to do about a directory that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Create,
    Fail,
}

/// Opens the directory at `path` component by component. A symbolic link on the way is followed only if `uid`
/// or root owns it: in a directory that others can write to, anybody can plant one.
pub(crate) fn open_directory(path: &Path, uid: u32, missing: Missing) -> io::Result<OwnedFd> {
    let mut rest: VecDeque<OsString> = VecDeque::new();
    push_front(&mut rest, path);
    let mut links = 0;
    let mut dir = step(CWD, OsStr::new("."))?;
    while let Some(name) = rest.pop_front() {
        dir = match step(&dir, &name) {
            Ok(next) => next,
            Err(Errno::NOENT) if missing == Missing::Create => match fs::mkdirat(&dir, &name, Mode::RWXU) {
                Ok(()) | Err(Errno::EXIST) => step(&dir, &name)?,
                Err(error) => return Err(error.into()),
            },
            Err(Errno::LOOP | Errno::NOTDIR) => {
                let found = fs::statat(&dir, &name, AtFlags::SYMLINK_NOFOLLOW)?;
                if FileType::from_raw_mode(found.st_mode) != FileType::Symlink {
                    return Err(Errno::NOTDIR.into());
                }
                if found.st_uid != uid && found.st_uid != 0 {
                    let name = name.display();
                    return Err(io::Error::new(
                        io::ErrorKind::PermissionDenied,
                        format!(
                            "`{name}` is a symbolic link that user {} planted; it is not followed",
                            found.st_uid
                        ),
                    ));
                }
                links += 1;
                if links > MAX_LINKS {
                    return Err(Errno::LOOP.into());
                }
                let target = fs::readlinkat(&dir, &name, Vec::new())?;
                push_front(&mut rest, Path::new(OsStr::from_bytes(target.as_bytes())));
                continue;
            }
            Err(error) => return Err(error.into()),
        };
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Ok(fs::openat(&dir, ".", flags, Mode::empty())?)
}

fn push_front(rest: &mut VecDeque<OsString>, path: &Path) {
    for component in path.components().rev() {
        if component != Component::CurDir {
            rest.push_front(component.as_os_str().to_owned());
        }
    }
}

/// One component further, never through a link. The handle needs no read permission where the system has
/// handles that only name a directory.
fn step(dir: impl AsFd, name: &OsStr) -> Result<OwnedFd, Errno> {
    #[cfg(target_os = "linux")]
    let access = OFlags::PATH;
    #[cfg(not(target_os = "linux"))]
    let access = OFlags::RDONLY;
    fs::openat(dir, name, access | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, symlink};

    use super::*;

    #[test]
    fn a_link_is_followed_for_its_owner_and_refused_for_anybody_else() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir(root.path().join("real")).unwrap();
        let link = root.path().join("link");
        symlink("real", &link).unwrap();
        let owner = std::fs::symlink_metadata(&link).unwrap().uid();
        open_directory(&link.join("below"), owner, Missing::Create).unwrap();
        assert!(root.path().join("real/below").is_dir());
        // Root's links are followed for everybody, so another owner is needed to be refused.
        if owner == 0 {
            std::os::unix::fs::lchown(&link, Some(4711), None).unwrap();
        }
        let error = open_directory(&link, owner.wrapping_add(1), Missing::Create).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::PermissionDenied, "{error}");
    }

    #[test]
    fn a_circle_of_links_ends() {
        let root = tempfile::tempdir().unwrap();
        symlink("b", root.path().join("a")).unwrap();
        symlink("a", root.path().join("b")).unwrap();
        let uid = rustix::process::geteuid().as_raw();
        let error = open_directory(&root.path().join("a"), uid, Missing::Create).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::LOOP.raw_os_error()));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test plants a file")]
    fn a_file_on_the_way_is_an_error_and_so_is_a_missing_directory_that_may_not_be_made() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("file"), "").unwrap();
        let uid = rustix::process::geteuid().as_raw();
        let file = open_directory(&root.path().join("file/below"), uid, Missing::Create).unwrap_err();
        assert_eq!(file.raw_os_error(), Some(Errno::NOTDIR.raw_os_error()));
        let missing = open_directory(&root.path().join("none"), uid, Missing::Fail).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        assert!(!root.path().join("none").exists());
    }
}
