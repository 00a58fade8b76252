//! The servers that tests start, on loopback, each in a directory of the test's own.

mod azurite;
mod garage;
mod s3s_fs;

use anyhow::Result;

/// Installs what is missing.
pub(crate) fn install() -> Result<()> {
    s3s_fs::install()
}

/// As [`install`], of what the tests that run at night need besides.
pub(crate) fn install_cluster() -> Result<()> {
    garage::install()?;
    azurite::install()
}
