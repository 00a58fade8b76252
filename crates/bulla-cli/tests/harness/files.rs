//! Files as a user or an attacker makes and changes them.

#![expect(
    clippy::disallowed_methods,
    reason = "tests make, read and damage files as a user or an attacker does"
)]

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

#[track_caller]
pub(crate) fn read(path: impl AsRef<Path>) -> Vec<u8> {
    let path = path.as_ref();
    fs::read(path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

#[track_caller]
pub(crate) fn read_text(path: impl AsRef<Path>) -> String {
    String::from_utf8(read(path)).expect("UTF-8")
}

#[track_caller]
pub(crate) fn write(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
    let path = path.as_ref();
    fs::write(path, bytes).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
}

/// Copies a file that is to be run. Another process writes it: the handle that it is written through could else be
/// inherited by whatever a test beside this one starts in that moment, and running it be "Text file busy".
#[track_caller]
pub(crate) fn copy_program(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    let copied = Command::new("cp").arg(from.as_ref()).arg(to.as_ref()).status();
    assert!(copied.is_ok_and(|status| status.success()), "cannot copy to {}", to.as_ref().display());
    set_mode(to, 0o755);
}

#[track_caller]
pub(crate) fn rename(from: impl AsRef<Path>, to: impl AsRef<Path>) {
    fs::rename(from, to).expect("on the same file system");
}

/// How many lines a file has that may not be there: how often a command ran that adds one.
pub(crate) fn lines(path: impl AsRef<Path>) -> usize {
    fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

/// Whether anything is there, be it a link to nowhere.
pub(crate) fn is_there(path: impl AsRef<Path>) -> bool {
    path.as_ref().symlink_metadata().is_ok()
}

#[track_caller]
pub(crate) fn set_mode(path: impl AsRef<Path>, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its mode can be set");
}

#[track_caller]
pub(crate) fn mode(path: impl AsRef<Path>) -> u32 {
    fs::symlink_metadata(path).expect("it is there").mode() & 0o7777
}

/// The names in a directory, in order; none if it is not there.
pub(crate) fn names(dir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("a directory can be read").file_name();
    let mut names: Vec<_> = entries.map(|entry| name(entry).to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Every name, kind, mode and content below a directory: two that are equal mean that nothing was changed.
pub(crate) fn snapshot(dir: &Path) -> Vec<(String, u32, Vec<u8>)> {
    let mut all = Vec::new();
    for name in names(dir) {
        let path = dir.join(&name);
        let found = fs::symlink_metadata(&path).expect("it is there");
        let content = if found.is_file() { read(&path) } else { Vec::new() };
        all.push((name.clone(), found.mode(), content));
        if found.is_dir() {
            let below = snapshot(&path).into_iter();
            all.extend(below.map(|(inner, mode, content)| (format!("{name}/{inner}"), mode, content)));
        }
    }
    all
}

/// Turns one bit of the byte at an offset, from the end if it is negative.
#[track_caller]
pub(crate) fn flip(path: &Path, offset: isize) {
    let mut bytes = read(path);
    let length = isize::try_from(bytes.len()).expect("a small file");
    let at = if offset < 0 { length + offset } else { offset };
    bytes[usize::try_from(at).expect("an offset in the file")] ^= 1;
    write(path, bytes);
}

#[track_caller]
pub(crate) fn make_fifo(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo {}", path.display());
}

#[track_caller]
pub(crate) fn make_link(target: impl AsRef<Path>, path: impl AsRef<Path>) {
    std::os::unix::fs::symlink(target, path).expect("a symbolic link");
}

/// Bytes that do not compress, the same ones for the same seed.
pub(crate) fn noise(length: usize, seed: u64) -> Vec<u8> {
    let mut random = Random(seed);
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        bytes.extend_from_slice(&random.next().to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// Numbers that look random and are the same in every run (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

/// Whether a text holds a character that a terminal obeys, other than the end of a line and a tab.
pub(crate) fn has_control_character(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    text.chars().any(|character| character.is_control() && character != '\n' && character != '\t')
}
