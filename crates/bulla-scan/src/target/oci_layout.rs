//! An OCI image layout in a directory.
//! <https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md>

use std::io::Read as _;
use std::path::{Path, PathBuf};

use bulla::{Digest, StoreError, open_regular_nofollow};

use super::error::{ImageProblem, TargetError};
use super::json::{Descriptor, MOST_JSON};
use super::layers::{self, Budget};
use super::oci::{self, Blobs};

/// What may lie beside each other in a layout: the specification's names, buildkit's scratch directory, and what
/// `docker save` adds.
const NAMES: [&str; 6] = ["oci-layout", "index.json", "blobs", "ingest", "manifest.json", "repositories"];

/// Whether the directory is a layout.
///
/// A tree in which a layout and something else lie is neither: whoever can add files to a repository could have
/// a harmless image scanned in place of the code.
pub(super) fn is_layout(path: &Path) -> Result<bool, TargetError> {
    // A link counts: what it leads to is refused when it is read.
    let lies_there = |name: &str| std::fs::symlink_metadata(path.join(name)).is_ok();
    if !lies_there("oci-layout") || !lies_there("index.json") {
        return Ok(false);
    }
    let error = |e| StoreError::new("read", path, e);
    for entry in std::fs::read_dir(path).map_err(error)? {
        let name = entry.map_err(error)?.file_name();
        if !NAMES.iter().any(|known| name == *known) {
            let besides = name.to_string_lossy().into_owned();
            return Err(TargetError::Ambiguous { path: path.to_owned(), besides });
        }
    }
    Ok(true)
}

/// The image ID of the layout's one image, all of which is verified; its layers on all cores.
pub(super) fn image_id(path: &Path, budget: Budget) -> Result<Digest, ImageProblem> {
    let layout = Layout { blobs: path.join("blobs"), budget };
    oci::image_id(&bounded(&path.join("index.json"), "index.json")?, &layout)
}

struct Layout {
    blobs: PathBuf,
    budget: Budget,
}

impl Blobs for Layout {
    fn holds(&self, blob: &Descriptor) -> bool {
        std::fs::symlink_metadata(self.blobs.join(oci::place(blob))).is_ok()
    }

    fn document(&self, blob: &Descriptor) -> Result<Vec<u8>, ImageProblem> {
        let bytes = bounded(&self.blobs.join(oci::place(blob)), &oci::name(blob))?;
        oci::check_document(blob, &bytes)?;
        Ok(bytes)
    }

    fn unpacked(&self, blob: &Descriptor) -> Result<Digest, ImageProblem> {
        let path = self.blobs.join(oci::place(blob));
        let (file, _) = open_regular_nofollow(&path)?;
        let found = layers::hash(file, &self.budget)?;
        oci::check_blob(blob, found.digest, found.size)?;
        found.unpacked.map_err(|why| ImageProblem::malformed(oci::name(blob), why))
    }
}

/// A document's bytes; no more is read than a document may have, whatever the file's size.
fn bounded(path: &Path, what: &str) -> Result<Vec<u8>, ImageProblem> {
    let (file, _) = open_regular_nofollow(path)?;
    let mut bytes = Vec::new();
    file.take(MOST_JSON + 1).read_to_end(&mut bytes).map_err(|e| StoreError::new("read", path, e))?;
    if bytes.len() as u64 > MOST_JSON {
        return Err(ImageProblem::TooLarge { what: what.to_owned(), most: MOST_JSON });
    }
    Ok(bytes)
}
