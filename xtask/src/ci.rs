//! `cargo xtask ci`: the list of what CI holds is `.ci/run`, and only there.

use anyhow::Result;

use crate::process::{self, program, root};

pub(crate) fn run() -> Result<()> {
    process::run(&mut program(root().join(".ci/run"), ""))
}
