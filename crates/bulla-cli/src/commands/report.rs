use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use bulla::open_regular;
use bulla_findings::{Answer, Gives, Scanner, Source, summarize_sbom};
use clap::Args;

use crate::exit::{Exit, Failure};
use crate::judging::{Judging, exit_of};
use crate::outputs::{Rendered, Report as _};
use crate::scan_file::by_name;
use crate::settings::Settled;
use crate::ui::Ui;

/// A report of more bytes is none.
const MAX_LEN: u64 = 1 << 30;

#[derive(Debug, Args)]
pub(crate) struct Report {
    /// The scanner that made the files; give one `--from` for each file to read reports of several scanners
    #[arg(long, value_name = "SCANNER", value_parser = by_name, required = true)]
    from: Vec<&'static Scanner>,
    /// The reports; `-` is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    judging: Judging,
}

impl Report {
    pub(crate) fn execute(self, settled: &Settled, ui: &Ui) -> Result<Exit, Failure> {
        let standard = self.judging.settle(&settled.scan, Path::new("."), ui).map_err(Failure::usage)?;
        let scanners: Vec<_> = match self.from.as_slice() {
            &[scanner] => vec![scanner; self.files.len()],
            scanners if scanners.len() == self.files.len() => scanners.to_vec(),
            scanners => {
                return Err(Failure::usage(anyhow!(
                    "{} times --from for {} files; give it once, or once for each file",
                    scanners.len(),
                    self.files.len()
                )));
            }
        };
        let (mut answers, mut sbom) = (Vec::new(), None);
        for (scanner, path) in scanners.into_iter().zip(&self.files) {
            let name = path.display().to_string();
            let report = match scanner.gives {
                // An SBOM can be larger than what one wants in memory.
                Gives::Sbom => summarize_sbom(scanner.name, sbom.insert(open(path)?)),
                Gives::Findings(read) => read(&bytes(path)?),
            };
            let report = report.with_context(|| name.clone())?;
            answers.push(Answer::of(scanner, report, Source::File(name)));
        }
        let names: Vec<_> = self.files.iter().map(|path| path.display().to_string()).collect();
        let assessment = standard.judge(&names.join(", "), None, answers);
        Rendered { assessment: &assessment, sbom: sbom.as_ref() }.deliver(&self.judging.output, ui)?;
        Ok(exit_of(&assessment))
    }
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = open(path)?.take(MAX_LEN + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("cannot read {}", path.display()))?;
    if bytes.len() as u64 > MAX_LEN {
        return Err(anyhow!("{} has more than {} GiB; it is no report", path.display(), MAX_LEN >> 30));
    }
    Ok(bytes)
}

/// A file, to be read more than once: what comes on standard input is kept in one without a name.
fn open(path: &Path) -> anyhow::Result<File> {
    if path != Path::new("-") {
        return Ok(open_regular(path)?.0);
    }
    let kept = || -> std::io::Result<File> {
        let mut file = tempfile::tempfile()?;
        std::io::copy(&mut std::io::stdin().lock(), &mut file)?;
        file.rewind()?;
        Ok(file)
    };
    kept().context("cannot keep what comes on standard input")
}
