//! Microsoft's emulator of Azure's blobs.

use std::fs;
use std::os::unix::fs::symlink;

use anyhow::{Context as _, Result};

use crate::process::{output, program, run, step, tools_dir};

const VERSION: &str = "3.37.0";

pub(super) fn install() -> Result<()> {
    let (home, bin) = (tools_dir().join("azurite"), tools_dir().join("bin"));
    let link = bin.join("azurite-blob");
    if output(&mut program(&link, "--version")).is_ok_and(|installed| installed.trim() == VERSION) {
        return Ok(());
    }
    step("installing azurite", || {
        let mut install = program("npm", "install --no-audit --no-fund --silent --prefix");
        run(install.arg(&home).arg(format!("azurite@{VERSION}"))).context("npm is needed")?;
        fs::create_dir_all(&bin)?;
        let _ = fs::remove_file(&link);
        let file = home.join("node_modules/.bin/azurite-blob");
        symlink(&file, &link).with_context(|| format!("cannot link {} to {}", link.display(), file.display()))
    })
}
