//! `cargo xtask demo`: the program on a real command, twice: once run, once served from a sealed entry.

use anyhow::Result;

use crate::process::{cargo, program, root, run, step, target_dir};

/// What the program itself depends on.
const COMMAND: &str = "cargo tree --locked --package bulla-cli --depth 1";

pub(crate) fn run_demo() -> Result<()> {
    step("building the program", || run(&mut cargo("build --release --package bulla-cli")))?;
    for time in ["first", "second"] {
        step(&format!("the {time} time"), || {
            let mut bulla = program(target_dir().join("release/bulla"), "run --explain");
            bulla.arg("--dir").arg(target_dir().join("demo-cache"));
            bulla.args(["--op", "inventory", "--subject-path"]).arg(root().join("Cargo.lock"));
            // Which cargo the `cargo` on PATH stands for is not in its file, so it is named.
            bulla.args(["--salt-command", "cargo --version", "--"]).args(COMMAND.split(' '));
            run(&mut bulla)
        })?;
    }
    Ok(())
}
