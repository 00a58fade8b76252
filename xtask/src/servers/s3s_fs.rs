//! A server that speaks S3 over a directory. Its objects are plain files, which a test can tamper with.

use anyhow::Result;

use crate::process::{self, cargo, output, program, step, tools_dir};

/// The newest that the toolchain of this repository compiles.
const VERSION: &str = "0.14.1";

pub(super) fn install() -> Result<()> {
    let s3s_fs = tools_dir().join("bin/s3s-fs");
    let installed = output(&mut program(s3s_fs, "--version")).unwrap_or_default();
    if installed.trim() == format!("s3s-fs {VERSION}") {
        return Ok(());
    }
    step("installing s3s-fs (takes minutes, once)", || {
        let mut install = cargo("install s3s-fs --locked --features binary --quiet --force");
        process::run(install.args(["--version", VERSION, "--root"]).arg(tools_dir()))
    })
}
