//! The servers that tests start, on loopback, each in a directory of the test's own.

mod s3s_fs;

use anyhow::Result;

/// Installs what is missing.
pub(crate) fn install() -> Result<()> {
    s3s_fs::install()
}
