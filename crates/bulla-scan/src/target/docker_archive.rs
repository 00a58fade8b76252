//! What `docker save`, `skopeo copy` and `podman save` write: an archive with `manifest.json`, an archive of an OCI
//! layout, or one that is both.

use std::collections::BTreeMap;
use std::path::Path;

use bulla::{Digest, DigestAlgorithm};

use super::archive::{self, Content, Entry, quoted};
use super::error::ImageProblem;
use super::json::{self, Descriptor, DockerImage};
use super::layers::Budget;
use super::oci::{self, Blobs};
use super::tar::clean;

/// The image ID of the one image of an archive with `manifest.json`, all of which is verified.
///
/// If there is an `index.json` too, the images that it leads to must be the same one: which of the two counts is for
/// each reader to choose.
pub(super) fn docker_image_id(path: &Path, budget: &Budget) -> Result<Digest, ImageProblem> {
    let archive = Archive(archive::members(path, budget)?);
    let mut images = json::docker(archive.document("manifest.json")?)?;
    let image = match (images.pop(), images.is_empty()) {
        (Some(image), true) => image,
        (None, _) => return Err(ImageProblem::malformed("manifest.json", "it names no image")),
        (Some(last), false) => {
            return Err(ImageProblem::Several(images.iter().chain([&last]).map(describe).collect()));
        }
    };
    let id = archive.verified(&image)?;
    if archive.0.contains_key(&b"index.json"[..]) {
        let others = oci::all_image_ids(archive.document("index.json")?, &archive)?;
        if let Some(other) = others.into_iter().find(|other| *other != id) {
            let what = "the image of manifest.json is, by index.json,".to_owned();
            return Err(ImageProblem::Mismatch { what, stated: other, found: id });
        }
    }
    Ok(id)
}

/// The image ID of the one image of an archived layout, all of which is verified.
pub(super) fn oci_image_id(path: &Path, budget: &Budget) -> Result<Digest, ImageProblem> {
    let archive = Archive(archive::members(path, budget)?);
    oci::image_id(archive.document("index.json")?, &archive)
}

struct Archive(BTreeMap<Vec<u8>, Entry>);

impl Archive {
    fn verified(&self, image: &DockerImage) -> Result<Digest, ImageProblem> {
        let config = self.document(&image.config)?;
        let id = DigestAlgorithm::Sha256.digest(config);
        if let Some(stated) = stated_by_name(&image.config) {
            oci::check(|| "the config".to_owned(), stated, id)?;
        }
        let diff_ids = json::diff_ids(config)?;
        let layers = image.layers.as_deref().unwrap_or_default();
        oci::check_count(layers.len(), &diff_ids)?;
        for (at, (name, stated)) in layers.iter().zip(diff_ids).enumerate() {
            let layer = self.linked(name)?;
            let unpacked = layer.unpacked.as_ref();
            let unpacked = unpacked.map_err(|why| ImageProblem::malformed(quoted(name.as_bytes()), why))?;
            oci::check_layer(at, stated, *unpacked)?;
        }
        Ok(id)
    }

    /// The content of a file itself, or of the file that one symbolic link leads to: so `docker save` before 25 wrote
    /// a layer that two images share.
    fn linked(&self, name: &str) -> Result<&Content, ImageProblem> {
        let place = plain(name)?;
        let Some(Entry::Symlink(to)) = self.0.get(place) else { return self.file(place) };
        let directory = place.iter().rposition(|byte| *byte == b'/').map_or(&[][..], |slash| &place[..slash]);
        let absolute = to.starts_with(b"/");
        let target = clean(&[directory, b"/"].concat()).filter(|_| !absolute);
        let target = target.and_then(|directory| clean(&join(&directory, to)));
        let leads_out = || ImageProblem::malformed(quoted(place), "the link leads out of the archive");
        self.file(&target.ok_or_else(leads_out)?)
    }

    fn file(&self, place: &[u8]) -> Result<&Content, ImageProblem> {
        match self.0.get(place) {
            Some(Entry::File(content)) => Ok(content),
            Some(_) => Err(ImageProblem::malformed(quoted(place), "it is not a regular file")),
            None => Err(ImageProblem::Missing(quoted(place))),
        }
    }

    fn document(&self, name: &str) -> Result<&[u8], ImageProblem> {
        let document = self.file(plain(name)?)?.document.as_deref();
        document.ok_or_else(|| {
            let why = format!("it is not JSON of at most {} bytes", json::MOST_JSON);
            ImageProblem::malformed(quoted(name.as_bytes()), why)
        })
    }

    fn blob(&self, blob: &Descriptor) -> Result<&Content, ImageProblem> {
        let content = self.file(format!("blobs/{}", oci::place(blob)).as_bytes())?;
        oci::check_blob(blob, content.digest, content.size)?;
        Ok(content)
    }
}

impl Blobs for Archive {
    fn holds(&self, blob: &Descriptor) -> bool {
        self.0.contains_key(format!("blobs/{}", oci::place(blob)).as_bytes())
    }

    fn document(&self, blob: &Descriptor) -> Result<Vec<u8>, ImageProblem> {
        let document = self.blob(blob)?.document.clone();
        document.ok_or_else(|| ImageProblem::malformed(oci::name(blob), "it is not a JSON document"))
    }

    fn unpacked(&self, blob: &Descriptor) -> Result<Digest, ImageProblem> {
        let unpacked = self.blob(blob)?.unpacked.clone();
        unpacked.map_err(|why| ImageProblem::malformed(oci::name(blob), why))
    }
}

fn join(directory: &[u8], to: &[u8]) -> Vec<u8> {
    if directory.is_empty() { to.to_owned() } else { [directory, b"/", to].concat() }
}

/// A member's name as `manifest.json` gives it. Some readers clean such a name and some take it as it stands, so it has
/// to be clean.
fn plain(name: &str) -> Result<&[u8], ImageProblem> {
    let bytes = name.as_bytes();
    if !bytes.is_empty() && clean(bytes).as_deref() == Some(bytes) {
        return Ok(bytes);
    }
    Err(ImageProblem::malformed("manifest.json", format!("{name:?} is not a plain path in the archive")))
}

/// The digest in a config's name: `<digest>.json`, `sha256:<digest>` or `blobs/sha256/<digest>`.
fn stated_by_name(name: &str) -> Option<Digest> {
    let last = name.rsplit('/').next()?;
    let digits = last.strip_prefix("sha256:").unwrap_or(last);
    let digits = digits.strip_suffix(".json").unwrap_or(digits);
    format!("sha256:{digits}").parse().ok()
}

fn describe(image: &DockerImage) -> String {
    let tag = image.repo_tags.as_ref().and_then(|tags| tags.first());
    format!("{:?}", tag.unwrap_or(&image.config))
}
