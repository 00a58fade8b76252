//! Images made here, whole and changed by an attacker.

mod archives;
mod layouts;
mod names;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use bulla::{Digest, DigestAlgorithm};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::layers::Budget;
use super::{ImageProblem, Target, TargetError, docker_archive};

fn sha(bytes: &[u8]) -> Digest {
    DigestAlgorithm::Sha256.digest(bytes)
}

fn hex(bytes: &[u8]) -> String {
    sha(bytes).to_string()["sha256:".len()..].to_owned()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 1).unwrap()
}

/// A layer with one file.
fn layer(content: &str) -> Vec<u8> {
    tar(&[("etc/motd", content.as_bytes())])
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, content) in members {
        append(&mut builder, name, content);
    }
    builder.into_inner().unwrap()
}

fn append(builder: &mut tar::Builder<Vec<u8>>, name: &str, content: &[u8]) {
    let mut header = tar::Header::new_ustar();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, name, content).unwrap();
}

fn link(builder: &mut tar::Builder<Vec<u8>>, kind: tar::EntryType, name: &str, to: &str) {
    let mut header = tar::Header::new_ustar();
    header.set_size(0);
    header.set_entry_type(kind);
    builder.append_link(&mut header, name, to).unwrap();
}

fn config(layers: &[&[u8]]) -> Vec<u8> {
    let ids: Vec<_> = layers.iter().map(|layer| sha(layer).to_string()).collect();
    json!({"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": ids}})
        .to_string()
        .into_bytes()
}

fn manifest_json(config: &[u8], layers: &[&str]) -> Vec<u8> {
    let name = format!("{}.json", hex(config));
    json!([{"Config": name, "RepoTags": ["a:1"], "Layers": layers}]).to_string().into_bytes()
}

/// An archive of two layers, in which the members are `stored`: what the config states are `layers`.
fn docker(layers: [&[u8]; 2], stored: [&[u8]; 2]) -> (Digest, Vec<u8>) {
    let config = config(&layers);
    let manifest = manifest_json(&config, &["a.tar", "b/layer.tar"]);
    let name = format!("{}.json", hex(&config));
    let members: [(&str, &[u8]); 4] =
        [("a.tar", stored[0]), ("b/layer.tar", stored[1]), (&name, &config), ("manifest.json", &manifest)];
    (sha(&config), tar(&members))
}

fn descriptor(kind: &str, bytes: &[u8]) -> Value {
    json!({"mediaType": format!("application/vnd.oci.image.{kind}"), "digest": sha(bytes).to_string(),
           "size": bytes.len()})
}

/// A layout as files by their paths, with the layers as `stored`.
fn layout(layers: &[&[u8]], stored: &[&[u8]]) -> (Digest, Vec<(String, Vec<u8>)>) {
    let config = config(layers);
    let blobs: Vec<_> = stored.iter().map(|bytes| descriptor("layer.v1.tar", bytes)).collect();
    let manifest =
        json!({"schemaVersion": 2, "config": descriptor("config.v1+json", &config), "layers": blobs})
            .to_string()
            .into_bytes();
    let index = index(&[descriptor("manifest.v1+json", &manifest)]);
    let id = sha(&config);
    let blobs = [config, manifest].into_iter().chain(stored.iter().map(|bytes| bytes.to_vec()));
    let mut files: Vec<_> = blobs.map(|bytes| (format!("blobs/sha256/{}", hex(&bytes)), bytes)).collect();
    files.push(("oci-layout".to_owned(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec()));
    files.push(("index.json".to_owned(), index));
    (id, files)
}

fn index(manifests: &[Value]) -> Vec<u8> {
    json!({"schemaVersion": 2, "manifests": manifests}).to_string().into_bytes()
}

fn in_directory(files: &[(String, Vec<u8>)]) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        put(&home.path().join(name), bytes);
    }
    home
}

fn in_file(bytes: &[u8]) -> (TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("image.tar");
    put(&path, bytes);
    (home, path)
}

#[expect(clippy::disallowed_methods, reason = "a test's own file")]
fn put(path: &Path, bytes: &[u8]) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

fn subject(path: &Path) -> Result<Digest, TargetError> {
    Target::parse(path)?.subject(None)
}

fn subject_of(archive: &[u8]) -> Result<Digest, TargetError> {
    let (_home, path) = in_file(archive);
    subject(&path)
}

/// What is wrong with the image, as text.
fn problem(result: Result<Digest, TargetError>) -> String {
    match result.unwrap_err() {
        TargetError::Image { problem, .. } | TargetError::Archive { problem, .. } => problem.to_string(),
        other => panic!("{other}"),
    }
}
