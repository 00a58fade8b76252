//! `cargo xtask checks`: everything that is looked at without running it.

use anyhow::Result;

use crate::deny;
use crate::process::{self, cargo, step};

/// Those that differ in what they have of the code, and those that are not in the program.
const SERVICES: [&str; 3] = ["", "redis", "gcs,azblob"];

pub(crate) fn run() -> Result<()> {
    step("formatting", || {
        process::run(&mut cargo("fmt --all --check"))?;
        // Its own workspace, because libFuzzer is no dependency of anything that is shipped.
        process::run(&mut cargo("fmt --manifest-path fuzz/Cargo.toml --check"))
    })?;
    step("lints", || process::run(&mut cargo("clippy --workspace --all-targets --locked -- -D warnings")))?;
    step("each shared store by itself", || {
        SERVICES.into_iter().try_for_each(|services| {
            let mut lints = cargo("clippy --package bulla-store --no-default-features --locked");
            process::run(lints.args(["--features", services, "--", "-D", "warnings"]))
        })
    })?;
    step("documentation", || {
        let mut doc = cargo("doc --workspace --no-deps --locked");
        process::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    deny::run()
}
