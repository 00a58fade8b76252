use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bulla_findings::{Choices, Request, SCANNERS, Scanner};

use crate::scan::Wanted;
use crate::target::Target;
use crate::tools::tool;
use crate::work::seen_as;

/// Which scanners are to be asked.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these, there or not; empty: every one that is there and has work in the target.
    pub only: Vec<&'static Scanner>,
    /// Not these.
    pub skip: Vec<&'static Scanner>,
    /// The user's choices, by scanner.
    pub choices: BTreeMap<&'static str, Choices>,
    /// Whether the network is out of bounds.
    pub offline: bool,
}

/// What comes of a selection.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// The scanners to be asked, in the order of the table.
    pub wanted: Vec<Wanted>,
    /// Those that would have work and are not there.
    pub missing: Vec<&'static Scanner>,
}

impl Selection {
    /// Chooses; `find` says where a scanner's program is, or that it is nowhere.
    pub fn choose(&self, target: &Target, find: &dyn Fn(&Scanner) -> Option<PathBuf>) -> Chosen {
        let mut chosen = Chosen::default();
        let named = |scanners: &[&Scanner], scanner| scanners.contains(&scanner);
        for scanner in SCANNERS {
            let choices = self.choices.get(scanner.name).cloned().unwrap_or_default();
            let asked_for = named(&self.only, scanner);
            let left_out = named(&self.skip, scanner) || !(asked_for || self.only.is_empty());
            if left_out || !(asked_for || self.has_work(scanner, target, &choices)) {
                continue;
            }
            let program = find(scanner);
            if program.is_none() {
                chosen.missing.push(scanner);
            }
            if asked_for || program.is_some() {
                chosen.wanted.push(Wanted {
                    scanner,
                    program: program.ok_or_else(|| absent(scanner)),
                    choices,
                });
            }
        }
        chosen
    }

    fn has_work(&self, scanner: &Scanner, target: &Target, choices: &Choices) -> bool {
        let seen = seen_as(target);
        let empty = Path::new("");
        let request = Request { target: seen.borrow(), sbom: None, offline: self.offline, empty, choices };
        wants(scanner, target).is_ok() && (scanner.program.arguments)(&request).is_ok()
    }
}

fn absent(scanner: &Scanner) -> String {
    let Scanner { name, program, .. } = scanner;
    match tool(name) {
        Some(_) => format!("{} is not installed: run `bulla tools install {name}`", program.name),
        None => format!("{} is not installed: see {}", program.name, program.remedy),
    }
}

/// Whether the target has what the scanner works on; if not, what it lacks.
pub(crate) fn wants(scanner: &Scanner, target: &Target) -> Result<(), String> {
    let wants = scanner.program.wants;
    let met = match target {
        Target::Directory(dir) => wants.iter().any(|name| dir.join(name).exists()),
        Target::File(file) => {
            let name = file.file_name().unwrap_or_default();
            wants.iter().any(|wanted| Path::new(wanted).file_name() == Some(name))
        }
        Target::OciLayout(_)
        | Target::OciArchive(_)
        | Target::DockerArchive(_)
        | Target::Reference { .. } => false,
    };
    if wants.is_empty() || met {
        Ok(())
    } else {
        Err(format!("the target has no {}", wants.join(" and no ")))
    }
}
