//! What the tests need beyond Rust: scanners, servers, a Python with some packages, and programs of Debian's.

use std::ffi::OsString;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{cargo, output, program, root, run, step, target_dir, tools_dir};
use crate::servers;

/// Each with the hash of every file that pip may take.
const REQUIREMENTS: [&str; 2] = [
    "crates/bulla-core/tests/reader-requirements.txt",
    "crates/bulla-findings/tests/schemas/requirements.txt",
];

/// The scanners that tests run, installed by the program itself.
const SCANNERS: &str = "syft trivy kingfisher zizmor semgrep";

/// A program that must be there, how it is asked whether it is, and Debian's package that has it.
const PROGRAMS: [(&str, &str, &str); 5] = [
    // Injects the faults of disks and file systems into the program's system calls.
    ("strace", "-V", "strace"),
    // Make images without a daemon.
    ("umoci", "--version", "umoci"),
    ("skopeo", "--version", "skopeo"),
    // Shows the HTML report.
    ("chromium", "--version", "chromium"),
    // A shared store.
    ("redis-server", "--version", "redis-server"),
];

/// The directory with the programs that tests run, for `BULLA_TEST_TOOLS`.
pub(crate) fn bin_dir() -> PathBuf {
    tools_dir().join("bin")
}

/// The interpreter that has the packages.
pub(crate) fn python() -> PathBuf {
    venv().join("bin/python")
}

/// Installs what is missing; takes little time where nothing is.
pub(crate) fn install() -> Result<()> {
    install_python_packages()?;
    step("installing scanners", install_scanners)?;
    servers::install()?;
    if cfg!(target_os = "linux") { install_programs() } else { Ok(()) }
}

fn venv() -> PathBuf {
    tools_dir().join("python")
}

/// A virtual environment is used again only if it was made, to its end, from these very requirements.
fn install_python_packages() -> Result<()> {
    let read = |path| fs::read_to_string(root().join(path)).with_context(|| format!("cannot read {path}"));
    let wanted = REQUIREMENTS.map(read).into_iter().collect::<Result<String>>()?;
    let stamp = venv().join("installed-requirements.txt");
    let installed = fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted);
    if installed && output(&mut program(python(), "--version")).is_ok() {
        return Ok(());
    }
    step("installing Python packages", || {
        match fs::remove_dir_all(venv()) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", venv().display()));
            }
            _ => {}
        }
        run(program("python3", "-m venv").arg(venv()))
            .context("Python 3 with venv and pip is needed (on Debian: apt-get install python3-venv)")?;
        let mut pip = program(python(), "-m pip install --require-hashes --only-binary :all: --quiet");
        run(pip.args(REQUIREMENTS.iter().flat_map(|path| ["-r", path])))?;
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
    })
}

/// Installs the scanners as a user would, and links each into the one directory that tests look in.
fn install_scanners() -> Result<()> {
    let mut bulla = cargo("build --quiet --locked --package bulla-cli");
    run(&mut bulla)?;
    let mut install = program(target_dir().join("debug/bulla"), "tools install --json");
    install.args(SCANNERS.split(' ')).env("BULLA_TOOLS_DIR", tools_dir().join("scanners"));
    let installed: Value = serde_json::from_str(&output(&mut install)?)?;
    fs::create_dir_all(bin_dir())?;
    for tool in installed["tools"].as_array().context("`bulla tools install` lists no tools")? {
        let (name, file) = (text(tool, "name")?, text(tool, "program")?);
        let link = bin_dir().join(name);
        let _ = fs::remove_file(&link);
        symlink(file, &link).with_context(|| format!("cannot link {} to {file}", link.display()))?;
    }
    Ok(())
}

fn text<'a>(tool: &'a Value, field: &str) -> Result<&'a str> {
    tool[field].as_str().with_context(|| format!("`bulla tools install` gives no {field}"))
}

fn install_programs() -> Result<()> {
    let is_there = |name: &str, version: &str| output(&mut program(name, version)).is_ok();
    let missing: Vec<_> = PROGRAMS.iter().filter(|(name, version, _)| !is_there(name, version)).collect();
    let packages: Vec<OsString> = missing.iter().map(|(.., package)| package.into()).collect();
    if packages.is_empty() {
        return Ok(());
    }
    let shown = missing.iter().map(|(.., package)| *package).collect::<Vec<_>>().join(" ");
    let as_root = output(&mut program("id", "-u")).is_ok_and(|id| id.trim() == "0");
    if !(as_root && is_there("apt-get", "--version")) {
        bail!("some tests need programs that are not here; as root: `apt-get install {shown}`");
    }
    step(&format!("installing {shown}"), || {
        run(&mut program("apt-get", "-qq update"))?;
        let mut install = program("apt-get", "-qq install --no-install-recommends");
        run(install.args(packages).env("DEBIAN_FRONTEND", "noninteractive"))
    })
}
