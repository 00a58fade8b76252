//! Tests whose environment matters: where credentials are read from.

#![expect(clippy::disallowed_macros, reason = "what was measured is printed")]

use std::env;
use std::process::Command;

const CHILD: &str = "BULLA_TEST_CHILD";

/// Runs `check` in a process of its own that has these variables: this one cannot change its own environment. `test` is
/// the name of the test that calls it, which the process runs again.
pub(crate) fn with_environment(test: &str, variables: &[(&str, &str)], check: impl FnOnce()) {
    if env::var_os(CHILD).is_some() {
        return check();
    }
    let mut command = Command::new(env::current_exe().expect("a test program"));
    command.args([test, "--exact", "--include-ignored", "--nocapture"]).env(CHILD, "1");
    let output = command.envs(variables.iter().copied()).output().expect("it starts");
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    // Measurements are the reader's to see.
    said.lines().filter(|line| line.starts_with("measured: ")).for_each(|line| println!("{line}"));
}
