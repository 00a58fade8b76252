//! The documents of an image, as OCI's image specification and `docker save` have them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use bulla::{Digest, DigestAlgorithm};
use serde::de::{DeserializeOwned, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::error::ImageProblem;

/// The most bytes of one document. What container tools write is a few KiB; registries take no more than this.
pub(super) const MOST_JSON: u64 = 4 << 20;

/// An index or a manifest of OCI.
pub(super) fn oci<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T, ImageProblem> {
    const NAMES: &[&str] = &[
        "mediaType",
        "manifests",
        "layers",
        "config",
        "digest",
        "size",
        "platform",
        "os",
        "architecture",
        "annotations",
    ];
    exact(what, bytes, NAMES)
}

/// The `manifest.json` of `docker save`.
pub(super) fn docker(bytes: &[u8]) -> Result<Vec<DockerImage>, ImageProblem> {
    exact("manifest.json", bytes, &["Config", "Layers", "RepoTags"])
}

/// The digests of the unpacked layers, the lowest first, that an image's config states.
///
/// Whatever else a reader may see in the config, the image ID covers it: it is the digest of these bytes.
pub(super) fn diff_ids(bytes: &[u8]) -> Result<Vec<Digest>, ImageProblem> {
    let config: Config = read("the config", bytes)?;
    if config.rootfs.kind != "layers" {
        return Err(ImageProblem::malformed("the config", "its rootfs is not of type \"layers\""));
    }
    Ok(config.rootfs.diff_ids.unwrap_or_default().into_iter().map(|Sha256Text(digest)| digest).collect())
}

fn exact<T: DeserializeOwned>(what: &str, bytes: &[u8], names: &[&str]) -> Result<T, ImageProblem> {
    let mut walk = serde_json::Deserializer::from_slice(bytes);
    serde::de::DeserializeSeed::deserialize(Exactly(names), &mut walk)
        .map_err(|error| ImageProblem::malformed(what, error.to_string()))?;
    read(what, bytes)
}

fn read<T: DeserializeOwned>(what: &str, bytes: &[u8]) -> Result<T, ImageProblem> {
    serde_json::from_slice(bytes).map_err(|error| ImageProblem::malformed(what, error.to_string()))
}

/// `index.json`, or an index among the blobs.
#[derive(Deserialize)]
pub(super) struct Index {
    pub(super) manifests: Vec<Descriptor>,
    layers: Option<serde::de::IgnoredAny>,
}

/// What one platform's image consists of.
#[derive(Deserialize)]
pub(super) struct Manifest {
    pub(super) config: Descriptor,
    pub(super) layers: Vec<Descriptor>,
    manifests: Option<serde::de::IgnoredAny>,
}

impl Index {
    /// Whether another reader could take it for a manifest.
    pub(super) fn is_also_a_manifest(&self) -> bool {
        self.layers.is_some()
    }
}

impl Manifest {
    /// Whether another reader could take it for an index.
    pub(super) fn is_also_an_index(&self) -> bool {
        self.manifests.is_some()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) media_type: String,
    digest: Sha256Text,
    pub(super) size: u64,
    pub(super) platform: Option<Platform>,
    annotations: Option<BTreeMap<String, String>>,
}

impl Descriptor {
    pub(super) fn digest(&self) -> Digest {
        self.digest.0
    }

    /// Whether it leads to what buildkit says about an image, which no platform would run.
    pub(super) fn is_attestation(&self) -> bool {
        let kind = self.annotations.as_ref().and_then(|all| all.get("vnd.docker.reference.type"));
        let unknown =
            self.platform.as_ref().is_some_and(|p| p.os == "unknown" && p.architecture == "unknown");
        unknown && kind.is_some_and(|kind| kind == "attestation-manifest")
    }
}

#[derive(Deserialize)]
pub(super) struct Platform {
    pub(super) os: String,
    pub(super) architecture: String,
}

/// One image of a `manifest.json`: names of members of its archive.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DockerImage {
    pub(super) config: String,
    // Null is how a Go program writes an empty list.
    pub(super) layers: Option<Vec<String>>,
    pub(super) repo_tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Config {
    rootfs: RootFs,
}

#[derive(Deserialize)]
struct RootFs {
    #[serde(rename = "type")]
    kind: String,
    diff_ids: Option<Vec<Sha256Text>>,
}

/// `sha256:` and 64 lowercase digits: nothing else may become part of a path.
struct Sha256Text(Digest);

impl<'de> Deserialize<'de> for Sha256Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(from)?;
        let digest = text.parse().ok().filter(|d: &Digest| d.algorithm() == DigestAlgorithm::Sha256);
        digest
            .map(Self)
            .ok_or_else(|| D::Error::custom("a digest is not `sha256:` and 64 lowercase hexadecimal digits"))
    }
}

/// Reads a document for the names in it only, and refuses one that is another spelling of a name that counts.
///
/// Most scanners are Go programs, whose JSON reader takes `LAYERS` for `layers`: with both in one document it would
/// scan other layers than the ones that are verified here. A name that stands twice is refused by serde itself.
#[derive(Clone, Copy)]
struct Exactly<'a>(&'a [&'a str]);

impl Exactly<'_> {
    fn takes(self, key: &str) -> bool {
        self.0.iter().all(|name| key == *name || !folded(key).eq(folded(name)))
    }
}

/// As Go's reader folds: these two are all that fold to a letter of ASCII from outside of it.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|letter| match letter {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        letter => letter.to_ascii_lowercase(),
    })
}

impl<'de> serde::de::DeserializeSeed<'de> for Exactly<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Exactly<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if !self.takes(&key) {
                return Err(A::Error::custom(format_args!("the name {key:?} is not spelled as it must be")));
            }
            map.next_value_seed(self)?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
