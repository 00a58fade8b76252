//! `cargo xtask deny`: bans, licences and sources, as deny.toml has them.

use anyhow::Result;

use crate::process::{self, cargo, output, program, step, tools_dir};

const VERSION: &str = "0.20.2";

pub(crate) fn run() -> Result<()> {
    let cargo_deny = tools_dir().join("bin/cargo-deny");
    let installed = output(&mut program(&cargo_deny, "--version")).unwrap_or_default();
    if installed.trim() != format!("cargo-deny {VERSION}") {
        step("installing cargo-deny (takes minutes, once)", install)?;
    }
    step("dependencies", || {
        // cargo-deny looks at every platform's dependencies, also at those that no build here has fetched.
        process::run(&mut cargo("fetch --quiet --locked"))?;
        process::run(&mut program(&cargo_deny, "--offline check bans licenses sources"))
    })
}

fn install() -> Result<()> {
    // Without its features, which fetch advisories.
    let mut install = cargo("install cargo-deny --locked --no-default-features --quiet --force");
    process::run(install.args(["--version", VERSION, "--root"]).arg(tools_dir()))
}
