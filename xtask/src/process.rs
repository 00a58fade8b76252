//! Where things lie, and how programs are run: every step says its name, its time, and what failed.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the repository's root")
}

/// Where everything goes that is built or measured.
pub(crate) fn target_dir() -> PathBuf {
    root().join("target")
}

/// Where tools are installed: nothing outside `target` is touched, except that `strace` comes from Debian.
pub(crate) fn tools_dir() -> PathBuf {
    target_dir().join("tools")
}

/// A program that runs in the repository's root, with `arguments` as one would type them: none holds a space.
pub(crate) fn program(name: impl AsRef<OsStr>, arguments: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).args(arguments.split_whitespace());
    command
}

/// The cargo that runs this, so that every step has the same toolchain.
pub(crate) fn cargo(arguments: &str) -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), arguments)
}

/// Runs a command to its end; its output is the user's to see.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    ensure!(status.success(), "`{}` failed: {status}", shown(command));
    Ok(())
}

/// Runs a command to its end and gives what it printed.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("cannot start `{}`", shown(command)))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed: {}\n{}", shown(command), output.status, complaint.trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Does one step, and says on standard error which one runs and how long it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("xtask: {name} ...");
    let start = Instant::now();
    let done = work().with_context(|| name.to_owned());
    let outcome = if done.is_ok() { "done" } else { "FAILED" };
    eprintln!("xtask: {name}: {outcome} after {:.1} s", start.elapsed().as_secs_f64());
    done
}

/// Runs a command to its end, and hands over each line that it prints as it comes.
pub(crate) fn run_by_line(command: &mut Command, mut take: impl FnMut(&str)) -> Result<ExitStatus> {
    let child = command.stdout(Stdio::piped()).spawn();
    let mut child = child.with_context(|| format!("cannot start `{}`", shown(command)))?;
    let mut printed = BufReader::new(child.stdout.take().expect("it is piped"));
    let mut line = Vec::new();
    while printed.read_until(b'\n', &mut line)? > 0 {
        take(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok(child.wait()?)
}

/// The command as one would type it, cut where it has too many words to be read.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let mut words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    if words.len() > 20 {
        words.truncate(20);
        words.push("...".into());
    }
    words.join(" ")
}
