use std::ffi::{CStr, CString, OsString};
use std::fs::File;
use std::io;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bulla_core::Timestamp;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, RenameFlags, Stat};
use rustix::io::Errno;

use crate::error::StoreError;
use crate::resolve::{Missing, open_directory};
use crate::store::Revision;

/// A directory held open. Names in it are opened relative to the handle, never through a symbolic link, and only
/// regular files are read: a FIFO, a device or a link that somebody planted neither blocks nor leads away.
#[derive(Debug)]
pub struct Dir {
    /// `None` for one that is not there and reads as empty.
    handle: Option<OwnedFd>,
    path: PathBuf,
    modes: Modes,
}

/// The permissions of what is made, before the process's mask takes some away.
#[derive(Debug, Clone, Copy)]
struct Modes {
    file: Mode,
    dir: Mode,
}

impl Modes {
    /// Nobody but the owner.
    const PRIVATE: Self = Self { file: Mode::from_bits_retain(0o600), dir: Mode::from_bits_retain(0o700) };
    /// As `touch` and `mkdir` have it.
    const ORDINARY: Self = Self { file: Mode::from_bits_retain(0o666), dir: Mode::from_bits_retain(0o777) };
}

/// What is under a name in a [`Dir`], without following it.
#[derive(Debug, Clone, Copy)]
pub struct Resident {
    /// Length in bytes.
    pub size: u64,
    /// Whether it is a regular file.
    pub is_file: bool,
    /// The permission bits.
    pub mode: u32,
    /// The owner's user id.
    pub uid: u32,
    /// Which file it is.
    pub revision: Revision,
    changed: Duration,
    /// How many names the file has; a second one may be anywhere.
    names: u64,
}

impl Resident {
    fn of(stat: &Stat) -> Self {
        let seconds = u64::try_from(stat.st_ctime).unwrap_or(0);
        // These have other widths on other systems.
        #[allow(clippy::unnecessary_cast, reason = "not on every system")]
        let (inode, mode, nanos, names) =
            (stat.st_ino as u64, stat.st_mode as u32, stat.st_ctime_nsec as u64, stat.st_nlink as u64);
        // An inode's number is used again once it is free; with the time of its last change it is not.
        let changed_nanos = seconds.wrapping_mul(1_000_000_000).wrapping_add(nanos);
        Self {
            size: u64::try_from(stat.st_size).unwrap_or(0),
            is_file: FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile,
            mode: mode & 0o7777,
            uid: stat.st_uid,
            revision: Revision::new(u128::from(inode) << 64 | u128::from(changed_nanos)),
            changed: Duration::from_secs(seconds),
            names,
        }
    }

    /// When the system last changed the file or its name, to the second.
    pub(crate) fn changed_at(&self) -> Option<Timestamp> {
        Timestamp::from_millis(u64::try_from(self.changed.as_millis()).ok()?)
    }

    /// How long ago the system last changed the file or its name. Unlike the modification time, nobody can set
    /// this with `touch`.
    pub fn age(&self, now: Timestamp) -> Duration {
        Duration::from_millis(now.as_millis()).saturating_sub(self.changed)
    }
}

impl Dir {
    /// Opens the directory at `path`, making it (mode 0700) and its parents if they are not there.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        Self::resolve(path, Missing::Create)
    }

    /// Opens the directory at `path`, which must be there.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::resolve(path, Missing::Fail)
    }

    /// As [`Dir::open`], but one that is not there reads as an empty one, and cannot be written to.
    pub fn open_or_empty(path: &Path) -> Result<Self, StoreError> {
        match Self::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Self { handle: None, path: path.to_owned(), modes: Modes::PRIVATE })
            }
            opened => opened,
        }
    }

    /// Whether the directory was there when it was opened.
    pub const fn is_there(&self) -> bool {
        self.handle.is_some()
    }

    fn at(&self) -> Result<BorrowedFd<'_>, Errno> {
        self.handle.as_ref().map(AsFd::as_fd).ok_or(Errno::NOENT)
    }

    fn resolve(path: &Path, missing: Missing) -> Result<Self, StoreError> {
        let uid = rustix::process::geteuid().as_raw();
        let handle =
            open_directory(path, uid, missing).map_err(|e| StoreError::new("open the directory", path, e))?;
        Ok(Self { handle: Some(handle), path: path.to_owned(), modes: Modes::PRIVATE })
    }

    /// The same directory, in which what is made is for everybody whom the process's mask lets in (0666 and 0777): for
    /// files of the user's own that are no secret.
    #[must_use]
    pub fn with_ordinary_modes(self) -> Self {
        Self { modes: Modes::ORDINARY, ..self }
    }

    /// The directory `name` below this one, made (mode 0700) if it is not there.
    pub fn subdir(&self, name: &str) -> Result<Self, StoreError> {
        let made = self.at().and_then(|dir| fs::mkdirat(dir, name, self.modes.dir));
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let opened = match made {
            Ok(()) | Err(Errno::EXIST) => {
                self.at().and_then(|dir| fs::openat(dir, name, flags, Mode::empty()))
            }
            Err(error) => Err(error),
        };
        let handle = opened.map_err(|e| StoreError::new("open the directory", self.path_of(name), e))?;
        Ok(Self { handle: Some(handle), path: self.path_of(name), modes: self.modes })
    }

    /// Where the directory was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of `name`, for messages.
    pub fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The directory itself, as the handle has it.
    pub fn itself(&self) -> Result<Resident, StoreError> {
        let stat = self.at().and_then(fs::fstat).map_err(|e| StoreError::new("look at", &self.path, e))?;
        Ok(Resident::of(&stat))
    }

    /// What `name` is now; `None` if nothing is there.
    pub fn look(&self, name: &str) -> Result<Option<Resident>, StoreError> {
        match self.at().and_then(|dir| fs::statat(dir, name, AtFlags::SYMLINK_NOFOLLOW)) {
            Ok(stat) => Ok(Some(Resident::of(&stat))),
            Err(Errno::NOENT) => Ok(None),
            Err(error) => Err(StoreError::new("look at", self.path_of(name), error)),
        }
    }

    /// Opens the regular file `name` to read. `Ok(None)` if nothing is there; [`io::ErrorKind::InvalidInput`] if
    /// something else than a regular file is.
    pub fn read(&self, name: &str) -> Result<Option<(File, Resident)>, StoreError> {
        self.open_file(name, OFlags::RDONLY)
    }

    /// Opens the regular file `name` to read and write, making it (mode 0600) if nothing is there.
    pub fn read_write(&self, name: &str) -> Result<(File, Resident), StoreError> {
        let opened = self.open_file(name, OFlags::RDWR | OFlags::CREATE)?;
        let (file, found) =
            opened.ok_or_else(|| StoreError::new("open", self.path_of(name), Errno::NOENT))?;
        if found.names > 1 {
            let linked =
                io::Error::new(io::ErrorKind::InvalidInput, "the file has another name elsewhere; remove it");
            return Err(StoreError::new("write", self.path_of(name), linked));
        }
        Ok((file, found))
    }

    fn open_file(&self, name: &str, access: OFlags) -> Result<Option<(File, Resident)>, StoreError> {
        let error = |error: io::Error| StoreError::new("open", self.path_of(name), error);
        // Without NONBLOCK, opening a FIFO waits for a writer who never comes.
        let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = match self.at().and_then(|dir| fs::openat(dir, name, flags, Mode::RUSR | Mode::WUSR)) {
            Ok(handle) => handle,
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP | Errno::NXIO | Errno::ISDIR) => return Err(error(planted())),
            Err(errno) => return Err(error(errno.into())),
        };
        let resident = Resident::of(&fs::fstat(&file).map_err(|errno| error(errno.into()))?);
        if resident.is_file { Ok(Some((file.into(), resident))) } else { Err(error(planted())) }
    }

    /// Makes a new file, mode 0600; fails if anything is there.
    pub fn create_new(&self, name: &str) -> Result<File, StoreError> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let made = self.at().and_then(|dir| fs::openat(dir, name, flags, self.modes.file));
        made.map(File::from).map_err(|e| StoreError::new("create", self.path_of(name), e))
    }

    /// Gives `from` a second name, if nothing has it yet.
    pub fn link(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.at()
            .and_then(|dir| fs::linkat(dir, from, dir, to, AtFlags::empty()))
            .map_err(|e| StoreError::new("link", self.path_of(to), e))
    }

    /// Renames within the directory, in place of what `to` was.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.at()
            .and_then(|dir| fs::renameat(dir, from, dir, to))
            .map_err(|e| StoreError::new("publish", self.path_of(to), e))
    }

    /// Renames within the directory if nothing is at `to`, and plainly where the file system has no such call.
    pub fn rename_new(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let renamed = self.at().and_then(|dir| fs::renameat_with(dir, from, dir, to, RenameFlags::NOREPLACE));
        match renamed {
            Ok(()) => Ok(()),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => self.rename(from, to),
            Err(error) => Err(StoreError::new("publish", self.path_of(to), error)),
        }
    }

    /// Gives the file `from` the name `to`, if nothing has it yet. Whether it did; `from` may be a name of it still.
    ///
    /// A hard link never replaces. Where there are none, neither does a rename, but on a file system that has neither.
    pub fn name_new(&self, from: &str, to: &str) -> Result<bool, StoreError> {
        let named = match self.link(from, to) {
            Err(error) if has_no_hard_links(&error) => self.rename_new(from, to),
            linked => linked,
        };
        match named {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            named => named.map(|()| true),
        }
    }

    /// Moves `name` into another directory.
    pub fn move_to(&self, name: &str, other: &Self, new_name: &str) -> Result<bool, StoreError> {
        let moved = self.at().and_then(|dir| fs::renameat(dir, name, other.at()?, new_name));
        match moved {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(StoreError::new("move away", self.path_of(name), error)),
        }
    }

    /// Removes a file, a link, a FIFO or an empty directory. Whether there was one.
    pub fn remove(&self, name: &str) -> Result<bool, StoreError> {
        let unlink = |flags| self.at().and_then(|dir| fs::unlinkat(dir, name, flags));
        let removed = match unlink(AtFlags::empty()) {
            Err(Errno::ISDIR | Errno::PERM) => unlink(AtFlags::REMOVEDIR),
            removed => removed,
        };
        match removed {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(StoreError::new("remove", self.path_of(name), error)),
        }
    }

    /// Removes whatever `name` is, with all that is in it. Whether there was anything.
    ///
    /// Each directory is emptied through its own handle: a link put in its place meanwhile leads nowhere.
    pub fn remove_tree(&self, name: &str) -> Result<bool, StoreError> {
        match self.remove(name) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
            removed => return removed,
        }
        let error = |errno: Errno| StoreError::new("remove", self.path_of(name), errno);
        let open = |dir: BorrowedFd<'_>, name: &CStr| {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            fs::openat(dir, name, flags, Mode::empty())
        };
        let top = CString::new(name).map_err(|_| error(Errno::INVAL))?;
        let handle = self.at().and_then(|dir| open(dir, &top)).map_err(error)?;
        // Not by recursion: whoever planted the tree chose its depth.
        let mut path: Vec<(OwnedFd, CString)> = vec![(handle, top)];
        while let Some((dir, own_name)) = path.pop() {
            match empty_but_for_one(&dir).map_err(error)? {
                Some(below) if path.len() < MAX_DEPTH => {
                    let handle = open(dir.as_fd(), &below).map_err(error)?;
                    path.push((dir, own_name));
                    path.push((handle, below));
                }
                Some(_) => return Err(error(Errno::MFILE)),
                None => {
                    let parent = path.last().map_or_else(|| self.at(), |(dir, _)| Ok(dir.as_fd()));
                    let removed = parent.and_then(|dir| fs::unlinkat(dir, &own_name, AtFlags::REMOVEDIR));
                    removed.map_err(error)?;
                }
            }
        }
        Ok(true)
    }

    /// Every name in the directory that is valid UTF-8, but `.` and `..`; bulla makes no others.
    pub fn names(&self) -> Result<Vec<String>, StoreError> {
        let error = |errno: Errno| StoreError::new("list", &self.path, errno);
        let mut names = Vec::new();
        let Ok(dir) = self.at() else { return Ok(names) };
        for entry in fs::Dir::read_from(dir).map_err(error)? {
            let name = OsString::from_vec(entry.map_err(error)?.file_name().to_bytes().to_vec());
            names.extend(name.into_string().ok().filter(|name| name != "." && name != ".."));
        }
        Ok(names)
    }

    /// Makes names that were published durable.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.at().and_then(fs::fsync).map_err(|e| StoreError::new("sync", &self.path, e))
    }
}

/// What file systems without hard links answer: vfat, SMB, many in user space.
fn has_no_hard_links(error: &StoreError) -> bool {
    let errno = error.os_error().map(Errno::from_raw_os_error);
    errno.is_some_and(|errno| {
        [Errno::PERM, Errno::NOTSUP, Errno::OPNOTSUPP, Errno::XDEV, Errno::NOSYS].contains(&errno)
    })
}

/// So many directories are held open at once while a tree is removed.
const MAX_DEPTH: usize = 500;

/// Removes what can be removed from a directory, and names one directory that cannot, because it is not empty.
fn empty_but_for_one(dir: &OwnedFd) -> Result<Option<CString>, Errno> {
    for entry in fs::Dir::read_from(dir)? {
        let name = entry?.file_name().to_owned();
        if name.as_bytes() == b"." || name.as_bytes() == b".." {
            continue;
        }
        let removed = match fs::unlinkat(dir, &name, AtFlags::empty()) {
            Err(Errno::ISDIR | Errno::PERM) => fs::unlinkat(dir, &name, AtFlags::REMOVEDIR),
            removed => removed,
        };
        match removed {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(Errno::NOTEMPTY) => return Ok(Some(name)),
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// Opens a regular file anywhere to read it, following links (a secret is often mounted as one) but never
/// waiting on a FIFO or a device.
pub fn open_regular(path: &Path) -> Result<(File, Resident), StoreError> {
    open_regular_with(path, OFlags::empty())
}

/// As [`open_regular`], but a symbolic link is not a regular file.
pub fn open_regular_nofollow(path: &Path) -> Result<(File, Resident), StoreError> {
    open_regular_with(path, OFlags::NOFOLLOW)
}

fn open_regular_with(path: &Path, links: OFlags) -> Result<(File, Resident), StoreError> {
    let error = |error: io::Error| StoreError::new("open", path, error);
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC | links;
    let file = fs::open(path, flags, Mode::empty()).map_err(|errno| match errno {
        Errno::LOOP if links == OFlags::NOFOLLOW => {
            error(io::Error::new(io::ErrorKind::InvalidInput, "it is a symbolic link"))
        }
        Errno::NXIO => error(not_a_file()),
        errno => error(errno.into()),
    })?;
    let resident = Resident::of(&fs::fstat(&file).map_err(|errno| error(errno.into()))?);
    if resident.is_file { Ok((file.into(), resident)) } else { Err(error(not_a_file())) }
}

fn not_a_file() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")
}

/// In a directory of ours, where nobody but us should have put anything.
fn planted() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file; remove it")
}
