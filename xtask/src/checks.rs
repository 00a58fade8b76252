//! `cargo xtask checks`: everything that is looked at without running it.

use anyhow::Result;

use crate::deny;
use crate::process::{self, cargo, step};

pub(crate) fn run() -> Result<()> {
    step("formatting", || {
        process::run(&mut cargo("fmt --all --check"))?;
        // Its own workspace, because libFuzzer is no dependency of anything that is shipped.
        process::run(&mut cargo("fmt --manifest-path fuzz/Cargo.toml --check"))
    })?;
    step("lints", || process::run(&mut cargo("clippy --workspace --all-targets --locked -- -D warnings")))?;
    step("documentation", || {
        let mut doc = cargo("doc --workspace --no-deps --locked");
        process::run(doc.env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    deny::run()
}
