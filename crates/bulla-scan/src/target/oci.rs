//! From an index to the image it leads to, each step verified by the digest that the step before states.

use std::collections::BTreeSet;

use bulla::{Digest, DigestAlgorithm, cores, on_workers};

use super::error::ImageProblem;
use super::json::{self, Descriptor, Index, Manifest};

/// How many indexes may stand above a manifest. Tools write one, and buildkit two.
const MOST_INDEXES: usize = 4;

const INDEXES: [&str; 2] =
    ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"];
const MANIFESTS: [&str; 2] =
    ["application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"];
const CONFIGS: [&str; 2] =
    ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

/// The blobs of a layout, in a directory or in an archive.
pub(super) trait Blobs: Sync {
    /// Whether the blob is there.
    fn holds(&self, blob: &Descriptor) -> bool;

    /// The bytes of a document, which have the descriptor's digest and size.
    fn document(&self, blob: &Descriptor) -> Result<Vec<u8>, ImageProblem>;

    /// The digest of what a layer unpacks to; the blob itself has the descriptor's digest and size.
    fn unpacked(&self, blob: &Descriptor) -> Result<Digest, ImageProblem>;
}

/// The image ID of the one image that `index` leads to, once all of the image is verified.
pub(super) fn image_id(index: &[u8], blobs: &impl Blobs) -> Result<Digest, ImageProblem> {
    let mut index: Index = read_index("index.json", index)?;
    for _ in 0..MOST_INDEXES {
        let only = match &index.manifests[..] {
            [only] => only,
            [] => return Err(ImageProblem::malformed("index.json", "it leads to no image")),
            several => return Err(ImageProblem::Several(several.iter().map(describe).collect())),
        };
        if !INDEXES.contains(&&*only.media_type) {
            return verified(&manifest(only, blobs)?, blobs);
        }
        index = read_index(&name(only), &blobs.document(only)?)?;
    }
    Err(too_deep())
}

/// The image IDs of all images that `index` leads to, as far as their manifests are there. Attestations are no images.
/// The images' layers are not verified.
pub(super) fn all_image_ids(index: &[u8], blobs: &impl Blobs) -> Result<BTreeSet<Digest>, ImageProblem> {
    let mut indexes = vec![read_index("index.json", index)?];
    let (mut seen, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..MOST_INDEXES {
        let mut below = Vec::new();
        for blob in indexes.iter().flat_map(|index: &Index| &index.manifests) {
            if blob.is_attestation() || !blobs.holds(blob) || !seen.insert(blob.digest()) {
                continue;
            }
            if INDEXES.contains(&&*blob.media_type) {
                below.push(read_index(&name(blob), &blobs.document(blob)?)?);
            } else {
                ids.insert(manifest(blob, blobs)?.config.digest());
            }
        }
        if below.is_empty() {
            return Ok(ids);
        }
        indexes = below;
    }
    Err(too_deep())
}

fn too_deep() -> ImageProblem {
    ImageProblem::malformed("index.json", format!("no image within {MOST_INDEXES} indexes"))
}

fn read_index(what: &str, bytes: &[u8]) -> Result<Index, ImageProblem> {
    let index: Index = json::oci(what, bytes)?;
    if index.is_also_a_manifest() {
        return Err(ImageProblem::malformed(what, "it is an index and has layers too"));
    }
    Ok(index)
}

fn manifest(blob: &Descriptor, blobs: &impl Blobs) -> Result<Manifest, ImageProblem> {
    let what = name(blob);
    if !MANIFESTS.contains(&&*blob.media_type) {
        return Err(ImageProblem::malformed(
            what,
            format!("{:?} is not an image's manifest", blob.media_type),
        ));
    }
    let manifest: Manifest = json::oci(&what, &blobs.document(blob)?)?;
    if manifest.is_also_an_index() {
        return Err(ImageProblem::malformed(what, "it is a manifest and has manifests too"));
    }
    Ok(manifest)
}

fn verified(manifest: &Manifest, blobs: &impl Blobs) -> Result<Digest, ImageProblem> {
    let config = &manifest.config;
    if !CONFIGS.contains(&&*config.media_type) {
        let why = format!("{:?} is not a container image's config", config.media_type);
        return Err(ImageProblem::malformed("the manifest", why));
    }
    let diff_ids = json::diff_ids(&blobs.document(config)?)?;
    check_count(manifest.layers.len(), &diff_ids)?;
    let layers: Vec<_> = manifest.layers.iter().enumerate().collect();
    on_workers(cores(), &layers, |&(at, layer)| check_layer(at, diff_ids[at], blobs.unpacked(layer)?))?;
    Ok(config.digest())
}

pub(super) fn check_count(listed: usize, diff_ids: &[Digest]) -> Result<(), ImageProblem> {
    let stated = diff_ids.len();
    if listed == stated { Ok(()) } else { Err(ImageProblem::Layers { listed, stated }) }
}

/// Compares what the layer at `at`, counted from the lowest, unpacks to with what the config states.
pub(super) fn check_layer(at: usize, stated: Digest, found: Digest) -> Result<(), ImageProblem> {
    check(|| format!("layer {}, unpacked,", at + 1), stated, found)
}

pub(super) fn check(what: impl Fn() -> String, stated: Digest, found: Digest) -> Result<(), ImageProblem> {
    if stated == found { Ok(()) } else { Err(ImageProblem::Mismatch { what: what(), stated, found }) }
}

/// Compares a blob with what its descriptor states.
pub(super) fn check_blob(blob: &Descriptor, found: Digest, size: u64) -> Result<(), ImageProblem> {
    check(|| "a blob".to_owned(), blob.digest(), found)?;
    if size == blob.size {
        return Ok(());
    }
    Err(ImageProblem::malformed(
        name(blob),
        format!("it is stated to have {} bytes, but has {size}", blob.size),
    ))
}

/// As [`check_blob`], for bytes in memory.
pub(super) fn check_document(blob: &Descriptor, bytes: &[u8]) -> Result<(), ImageProblem> {
    check_blob(blob, DigestAlgorithm::Sha256.digest(bytes), bytes.len() as u64)
}

/// Where a blob lies in a layout. A digest's text is hexadecimal digits: nothing of it leads elsewhere.
pub(super) fn place(blob: &Descriptor) -> String {
    blob.digest().to_string().replacen(':', "/", 1)
}

pub(super) fn name(blob: &Descriptor) -> String {
    format!("the blob {}", blob.digest())
}

fn describe(blob: &Descriptor) -> String {
    match &blob.platform {
        Some(platform) => format!("{:?}", format!("{}/{}", platform.os, platform.architecture)),
        None => blob.digest().to_string(),
    }
}
