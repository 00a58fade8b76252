//! A server that speaks S3 and keeps every object on three nodes: the tests kill some of them.

use anyhow::Result;

use crate::process::{self, cargo, output, program, step, tools_dir};

const VERSION: &str = "2.5.0";

/// Its own copy of libsodium and no more of its databases than the one that is used.
const FEATURES: &str = "bundled-libs,lmdb";

pub(super) fn install() -> Result<()> {
    let garage = tools_dir().join("bin/garage");
    let installed = output(&mut program(garage, "--version")).unwrap_or_default();
    if installed.split_whitespace().any(|word| word.trim_start_matches("cargo:") == VERSION) {
        return Ok(());
    }
    step("installing garage (takes ten minutes, once)", || {
        let mut install = cargo("install garage --locked --no-default-features --quiet --force");
        install.args(["--features", FEATURES, "--version", VERSION, "--root"]);
        process::run(install.arg(tools_dir()))
    })
}
