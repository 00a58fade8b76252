//! Tools, installed for real.
#![expect(
    clippy::disallowed_methods,
    reason = "tests look at what was installed, and pass their own surroundings on"
)]
#![expect(clippy::unwrap_used, reason = "helpers fail as tests do, by a panic")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;

use bulla_scan::{Environment, InstallError, Tools, tool};

fn environment() -> Environment {
    Environment::new(std::env::vars_os())
}

fn install(dir: &Path, name: &str) -> Result<std::path::PathBuf, InstallError> {
    Tools::at(dir).install(tool(name).unwrap(), &environment(), &AtomicBool::new(false))
}

fn home(dir: &Path, name: &str) -> std::path::PathBuf {
    dir.join(format!("{name}-{}", tool(name).unwrap().version))
}

#[test]
#[ignore = "needs Python and the package index: cargo xtask test"]
fn a_tool_is_installed_once_and_again_when_what_it_was_made_from_differs() {
    let dir = tempfile::tempdir().unwrap();
    let program = install(dir.path(), "syft").unwrap();
    let magic = fs::read(&program).unwrap()[..4].to_vec();
    assert_eq!(magic, b"\x7fELF", "the program itself, not a script around it");
    let version = Command::new(&program).arg("version").output().unwrap().stdout;
    assert!(String::from_utf8(version).unwrap().contains(tool("syft").unwrap().version));
    assert_eq!(Tools::at(dir.path()).find(tool("syft").unwrap()), Some(program.clone()));

    let made = |program: &Path| program.metadata().unwrap().modified().unwrap();
    let first = made(&program);
    assert_eq!(made(&install(dir.path(), "syft").unwrap()), first, "installed once");

    fs::write(home(dir.path(), "syft").join(".bulla-installed"), "other files").unwrap();
    assert_eq!(Tools::at(dir.path()).find(tool("syft").unwrap()), None);
    assert_ne!(made(&install(dir.path(), "syft").unwrap()), first, "installed again");
}

#[test]
fn what_was_not_finished_is_not_found() {
    let dir = tempfile::tempdir().unwrap();
    let bin = home(dir.path(), "trivy").join("bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join("trivy"), "#!/bin/sh\n").unwrap();
    assert_eq!(Tools::at(dir.path()).find(tool("trivy").unwrap()), None);
}

#[test]
fn a_planted_stamp_neither_blocks_nor_counts() {
    let dir = tempfile::tempdir().unwrap();
    let home = home(dir.path(), "trivy");
    fs::create_dir_all(&home).unwrap();
    let stamp = home.join(".bulla-installed");
    assert!(Command::new("mkfifo").arg(&stamp).status().unwrap().success());
    assert_eq!(Tools::at(dir.path()).find(tool("trivy").unwrap()), None);
}

#[test]
fn a_directory_that_others_can_write_to_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let error = install(dir.path(), "trivy").unwrap_err();
    assert!(error.to_string().contains("chmod go-w"), "{error}");
}

#[test]
fn a_python_that_is_not_there_is_said_so() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = Environment::new([("PATH".into(), dir.path().into())]);
    let stop = AtomicBool::new(false);
    let error = Tools::at(dir.path()).install(tool("zizmor").unwrap(), &nowhere, &stop).unwrap_err();
    assert_eq!(error.to_string(), "Python 3.11 or later is needed, as `python3` in PATH");
}

/// `python3 -m venv`, started in a tree with a file `venv.py`, ran that file.
#[test]
fn python_takes_no_module_from_the_working_directory() {
    let dir = tempfile::tempdir().unwrap();
    let bin = dir.path().join("bin");
    let calls = dir.path().join("calls");
    fs::create_dir(&bin).unwrap();
    let python = bin.join("python3");
    // It makes an environment with itself as the interpreter, in which nothing is ever installed.
    let stand_in = format!(
        "#!/bin/sh\necho \"$1 $2 $3\" >> {}\nif [ \"$3\" = venv ]; then mkdir -p \"$4/bin\"; cp {} \"$4/bin/python\"; fi\n",
        calls.display(),
        python.display()
    );
    fs::write(&python, stand_in).unwrap();
    fs::set_permissions(&python, fs::Permissions::from_mode(0o755)).unwrap();
    let mut path = bin.into_os_string();
    path.push(":/usr/bin:/bin");
    let environment = Environment::new([("PATH".into(), path)]);
    let tools = Tools::at(&dir.path().join("tools"));
    let error = tools.install(tool("trivy").unwrap(), &environment, &AtomicBool::new(false)).unwrap_err();
    assert!(matches!(error, InstallError::Incomplete("trivy")), "{error}");
    let calls = fs::read_to_string(calls).unwrap();
    let calls: Vec<_> = calls.lines().collect();
    assert_eq!(calls.len(), 3, "{calls:?}");
    assert!(calls[0].starts_with("-I -c "), "{calls:?}");
    assert_eq!(calls[1..], ["-I -m venv", "-I -m pip"]);
    assert_eq!(tools.find(tool("trivy").unwrap()), None);
}
