//! Images that real tools make: `umoci` and `skopeo` from PATH.
#![expect(clippy::disallowed_methods, reason = "a test changes files as an attacker would")]

use std::path::Path;
use std::process::Command;

use bulla::{Digest, DigestAlgorithm};
use bulla_scan::Target;

fn run(directory: &Path, line: &str) -> Vec<u8> {
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().expect("a line has words"));
    let output = command.args(words).current_dir(directory).output().expect("it is on PATH");
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn subject(path: &Path) -> Result<Digest, String> {
    let target = Target::parse(path).map_err(|error| error.to_string())?;
    target.subject(None).map_err(|error| error.to_string())
}

#[test]
#[ignore = "needs umoci and skopeo: cargo xtask test"]
fn every_copy_of_an_image_has_its_image_id_and_none_with_a_changed_layer() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path();
    std::fs::create_dir(at.join("app")).unwrap();
    std::fs::write(at.join("app/requirements.txt"), "jinja2==2.4.1\n").unwrap();
    for line in [
        "umoci init --layout layout",
        "umoci new --image layout:1",
        "umoci insert --image layout:1 app /app",
        "umoci insert --image layout:1 app /again",
        // Without what umoci left behind of the image before each step.
        "skopeo copy oci:layout:1 oci:copy:1",
        "skopeo copy oci:copy:1 docker-archive:docker.tar:name:1",
        "skopeo copy oci:copy:1 oci-archive:oci.tar",
        "skopeo copy --dest-compress-format zstd oci:copy:1 oci:zstd:1",
        "gzip -k docker.tar",
        "tar -cf gnu.tar -C copy .",
        "tar --format=pax -cf pax.tar -C copy .",
    ] {
        run(at, line);
    }
    let archive = std::fs::read(at.join("docker.tar")).unwrap();
    std::fs::write(at.join("docker.tar.zst"), zstd::stream::encode_all(&archive[..], 1).unwrap()).unwrap();
    let id = DigestAlgorithm::Sha256.digest(&run(at, "skopeo inspect --config --raw oci:layout:1"));
    let copies = [
        "layout",
        "copy",
        "zstd",
        "docker.tar",
        "docker.tar.gz",
        "docker.tar.zst",
        "oci.tar",
        "gnu.tar",
        "pax.tar",
    ];
    for copy in copies {
        assert_eq!(subject(&at.join(copy)), Ok(id), "{copy}");
    }

    let needle = b"jinja2==2.4.1";
    let place = archive.windows(needle.len()).position(|window| window == needle).unwrap();
    let mut changed = archive.clone();
    changed[place] ^= 1;
    std::fs::write(at.join("changed.tar"), changed).unwrap();
    let error = subject(&at.join("changed.tar")).unwrap_err();
    assert!(error.contains("layer 1, unpacked, is stated to be sha256:"), "{error}");

    let manifest: serde_json::Value =
        serde_json::from_slice(&run(at, "skopeo inspect --raw oci:copy:1")).unwrap();
    let digest = manifest["layers"][0]["digest"].as_str().unwrap();
    let blob = at.join("copy/blobs").join(digest.replace(':', "/"));
    let mut bytes = std::fs::read(&blob).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&blob, bytes).unwrap();
    let error = subject(&at.join("copy")).unwrap_err();
    assert!(error.contains(digest), "{error}");
}
