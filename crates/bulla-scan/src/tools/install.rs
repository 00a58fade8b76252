use std::fmt;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use bulla::{Dir, StoreError, find_program};
use rustix::fs::{FlockOperation, flock};

use super::{Place, Tool, Tools};
use crate::child::{self, Ended, Limits};
use crate::environment::Environment;

/// Written last: what stands in it says what the directory was made from, to its end.
const STAMP: &str = ".bulla-installed";

/// Without it Python takes modules from the working directory first, which is the tree under test: a `venv.py` in it would
/// be run.
const ISOLATED: &str = "-I";

/// The largest tool has 100 MiB.
const TIME: Duration = Duration::from_secs(1800);

impl Tools {
    /// Installs a tool, unless it is installed already, and gives its program. `stop` ends it from outside.
    ///
    /// Of several processes that install at once, one does and the others wait for it.
    pub fn install(
        &self,
        tool: &Tool,
        environment: &Environment,
        stop: &AtomicBool,
    ) -> Result<PathBuf, InstallError> {
        let dir = Dir::create(&self.dir)?;
        if !is_ours(&dir) {
            return Err(InstallError::Writable(self.dir.clone()));
        }
        let (lock, _) = dir.read_write(&format!("{}.lock", tool.home()))?;
        flock(&lock, FlockOperation::LockExclusive)
            .map_err(|error| StoreError::new("lock", &self.dir, error))?;
        if let Some(program) = self.find(tool) {
            return Ok(program);
        }
        // Whatever is there was not finished, or made from other files.
        dir.remove_tree(&tool.home())?;
        let installation = Installation { tool, environment, stop, home: self.dir.join(tool.home()) };
        installation.make()?;
        let home = Dir::open(&installation.home)?;
        installation.stamp(&home)?;
        program_of(&home, tool).ok_or(InstallError::Incomplete(tool.name))
    }
}

struct Installation<'a> {
    tool: &'a Tool,
    environment: &'a Environment,
    stop: &'a AtomicBool,
    home: PathBuf,
}

impl Installation<'_> {
    fn make(&self) -> Result<(), InstallError> {
        let python = find_program("python3".as_ref(), self.environment.get("PATH"));
        let python = python.map_err(|_| InstallError::NoPython(self.tool.python))?;
        let new_enough = format!("import sys; sys.exit(sys.version_info < (3, {}))", self.tool.python);
        self.run(Command::new(&python).args([ISOLATED, "-c", &new_enough]))
            .map_err(|_| InstallError::NoPython(self.tool.python))?;
        self.run(Command::new(&python).args([ISOLATED, "-m", "venv"]).arg(&self.home))
            .map_err(InstallError::Venv)?;
        let mut lock =
            tempfile::NamedTempFile::with_suffix(".txt").map_err(|e| InstallError::Pip(e.to_string()))?;
        lock.write_all(self.tool.lock.as_bytes()).map_err(|e| InstallError::Pip(e.to_string()))?;
        let mut pip = Command::new(self.home.join("bin/python"));
        pip.args([ISOLATED, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]);
        pip.args(["--require-hashes", "--only-binary", ":all:", "--no-deps", "-r"]).arg(lock.path());
        self.run(&mut pip).map_err(InstallError::Pip)?;
        let program = program_in(&self.home, self.tool).ok_or(InstallError::Incomplete(self.tool.name))?;
        self.run(Command::new(program).args(self.tool.probe)).map_err(InstallError::Pip)
    }

    fn run(&self, command: &mut Command) -> Result<(), String> {
        self.environment.give_to_installer(command);
        let output = tempfile::tempfile().map_err(|error| error.to_string())?;
        match child::run(command, &output, &Limits { time: TIME, stop: self.stop }) {
            Ok(Ended::Exited(0, _)) => Ok(()),
            Ok(Ended::Exited(code, said)) if said.is_empty() => Err(format!("exit code {code}")),
            Ok(Ended::Exited(_, said) | Ended::Cut(said)) => Err(said),
            Err(error) => Err(error.to_string()),
        }
    }

    fn stamp(&self, home: &Dir) -> Result<(), InstallError> {
        let failed = |error| StoreError::new("write", home.path_of(STAMP), error);
        let mut file = home.create_new(STAMP)?;
        file.write_all(self.tool.lock.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        Ok(())
    }
}

/// Whether nobody but this user or root can put programs there.
pub(super) fn is_ours(dir: &Dir) -> bool {
    let user = rustix::process::geteuid().as_raw();
    dir.itself().is_ok_and(|found| found.mode & 0o022 == 0 && (found.uid == user || found.uid == 0))
}

/// The program in a tool's directory, if that was made to its end from the files that this version names.
pub(super) fn program_of(home: &Dir, tool: &Tool) -> Option<PathBuf> {
    let (stamp, _) = home.read(STAMP).ok()??;
    (content(stamp, tool.lock.len())? == tool.lock.as_bytes()).then(|| program_in(home.path(), tool))?
}

fn content(mut file: File, length: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    file.rewind().ok()?;
    let read: io::Result<_> = file.take(length as u64 + 1).read_to_end(&mut bytes);
    read.is_ok().then_some(bytes)
}

fn program_in(home: &Path, tool: &Tool) -> Option<PathBuf> {
    let program = match tool.program {
        Place::Bin => home.join("bin").join(tool.name),
        Place::Package(path) => {
            // `python3.11` or another one: whichever made the environment.
            let mut libraries = std::fs::read_dir(home.join("lib")).ok()?.filter_map(Result::ok);
            let python =
                libraries.find(|entry| entry.file_name().as_encoded_bytes().starts_with(b"python"))?;
            python.path().join("site-packages").join(path)
        }
    };
    program.is_file().then_some(program)
}

/// Why a tool was not installed.
#[derive(Debug)]
pub enum InstallError {
    /// The directory of tools.
    Store(StoreError),
    /// Others can write to the directory of tools.
    Writable(PathBuf),
    /// There is no Python 3 of that minor version or a later one.
    NoPython(u32),
    /// No environment can be made.
    Venv(String),
    /// The packages did not come, or are not the ones that were pinned.
    Pip(String),
    /// They came, and the program is not among them.
    Incomplete(&'static str),
}

impl From<StoreError> for InstallError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl fmt::Display for InstallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Writable(dir) => {
                write!(
                    f,
                    "others can write to {}, and so could change the programs in it; run `chmod go-w` on it",
                    dir.display()
                )
            }
            Self::NoPython(minor) => write!(f, "Python 3.{minor} or later is needed, as `python3` in PATH"),
            Self::Venv(why) => write!(
                f,
                "python3 cannot make an environment: {why} (on Debian: apt-get install python3-venv)"
            ),
            Self::Pip(why) => write!(f, "pip did not install it: {why}"),
            Self::Incomplete(name) => write!(f, "what was installed has no program `{name}`"),
        }
    }
}

impl std::error::Error for InstallError {}
