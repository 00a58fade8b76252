//! Images: both copies of one image are one subject, and one that was changed is not scanned.

use std::path::{Path, PathBuf};

use crate::harness::*;
use crate::stage::{Stage, of};

/// A real image, as a layout and as an archive.
pub(crate) struct Image {
    pub(crate) layout: PathBuf,
    pub(crate) archive: PathBuf,
}

/// Made by umoci and skopeo, with a file in `/app`.
pub(crate) fn image(stage: &Stage, tree: &Path) -> Image {
    let made = |words: &str| {
        stage.bench.program(tool(words.split(' ').next().unwrap())).words(words.split_once(' ').unwrap().1)
    };
    made("umoci init --layout l").ends(0);
    made("umoci new --image l:1").ends(0);
    made("umoci insert --image l:1").arg(tree).arg("/app").ends(0);
    made("skopeo copy --insecure-policy oci:l:1 oci:layout:1").ends(0);
    made("skopeo copy --insecure-policy oci:l:1 docker-archive:image.tar:app:1").ends(0);
    Image { layout: stage.bench.path("work/layout"), archive: stage.bench.path("work/image.tar") }
}

fn cache(stage: &Stage, target: &Path, scanner: &str) -> serde_json::Value {
    of(&stage.bulla("scan --json").arg(target).ends(0).json(), scanner)["cache"].clone()
}

#[test]
#[ignore = "needs umoci and skopeo: cargo xtask test"]
fn a_layout_and_an_archive_of_one_image_share_their_entries() {
    let stage = Stage::with(&["syft", "grype", "trivy"]);
    let image = image(&stage, &stage.bench.path("work/tree"));
    for scanner in ["syft", "grype", "trivy"] {
        assert!(["absent", "hit"].contains(&cache(&stage, &image.layout, scanner).as_str().unwrap()));
        assert_eq!(cache(&stage, &image.archive, scanner), "hit", "{scanner}");
        assert_eq!(stage.ran(scanner), 1);
    }
    rename(&image.archive, stage.bench.path("work/another name.tar"));
    assert_eq!(cache(&stage, &stage.bench.path("work/another name.tar"), "trivy"), "hit");
}

#[test]
#[ignore = "needs umoci and skopeo: cargo xtask test"]
fn an_image_with_a_changed_layer_is_not_answered_for_by_the_true_one() {
    let stage = Stage::with(&["trivy"]);
    stage.bench.write("work/tree/needle", "needle-needle-needle");
    let image = image(&stage, &stage.bench.path("work/tree"));
    cache(&stage, &image.archive, "trivy");
    let bytes = read(&image.archive);
    let needle = b"needle-needle-needle";
    let at = bytes.windows(needle.len()).position(|window| window == needle).expect("layers are not packed");
    flip(&image.archive, isize::try_from(at).unwrap());
    let run = stage.bulla("scan").arg(&image.archive).ends(1).says("is stated to be sha256:");
    assert!(run.stdout.is_empty());
    assert_eq!(stage.ran("trivy"), 1);
}
