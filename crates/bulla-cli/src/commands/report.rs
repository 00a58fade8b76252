use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use bulla::open_regular;
use bulla_findings::{Answer, Gives, Scanner, Source};
use clap::Args;

use crate::exit::{Exit, Failure};
use crate::judging::{Judging, exit_of};
use crate::outputs::Rendered;
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
            let bytes = read(path)?;
            let name = path.display().to_string();
            answers.push(answer(scanner, &name, &bytes).map_err(|error| error.context(name))?);
            if matches!(scanner.gives, Gives::Sbom) {
                let mut file = tempfile::tempfile().context("cannot keep the SBOM")?;
                file.write_all(&bytes).context("cannot keep the SBOM")?;
                sbom = Some(file);
            }
        }
        let names: Vec<_> = self.files.iter().map(|path| path.display().to_string()).collect();
        let assessment = standard.judge(&names.join(", "), None, answers);
        Rendered { assessment: &assessment, sbom: sbom.as_ref() }.deliver(&self.judging.output, ui)?;
        Ok(exit_of(&assessment))
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let failed = || format!("cannot read {}", path.display());
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().lock().take(MAX_LEN + 1).read_to_end(&mut bytes).with_context(failed)?;
    } else {
        let (file, _) = open_regular(path)?;
        file.take(MAX_LEN + 1).read_to_end(&mut bytes).with_context(failed)?;
    }
    if bytes.len() as u64 > MAX_LEN {
        return Err(anyhow!("{} has more than {} GiB; it is no report", path.display(), MAX_LEN >> 30));
    }
    Ok(bytes)
}

/// A report that cannot be read is an error of whoever named it; one that scanned nothing is an outcome.
fn answer(scanner: &'static Scanner, name: &str, bytes: &[u8]) -> anyhow::Result<Answer> {
    Ok(Answer::of(scanner, scanner.read(bytes)?, Source::File(name.to_owned())))
}
