//! Programs that tests need beside the one under test.

#![expect(clippy::disallowed_methods, reason = "the tests' own surroundings say where programs are")]

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

/// Where programs are looked for, as whoever runs the tests has it.
pub(super) fn path() -> OsString {
    env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into())
}

/// A program from the directory that `BULLA_TEST_TOOLS` names, or from `PATH`.
#[track_caller]
pub(crate) fn tool(name: &str) -> PathBuf {
    let given = env::var_os("BULLA_TEST_TOOLS").map(PathBuf::from);
    let dirs = given.into_iter().chain(env::split_paths(&path()).collect::<Vec<_>>());
    let mut found = dirs.map(|dir| dir.join(name)).filter(|file| file.is_file());
    found.next().unwrap_or_else(|| panic!("{name} is neither in BULLA_TEST_TOOLS nor in PATH"))
}
