use std::os::unix::fs::symlink;

use super::*;

fn broken(change: impl Fn(&mut Vec<(String, Vec<u8>)>)) -> String {
    let (one, two) = (layer("one"), layer("two"));
    let (_, mut files) = layout(&[&one, &two], &[&gzip(&one), &two]);
    change(&mut files);
    problem(subject(in_directory(&files).path()))
}

fn change_blob(files: &mut [(String, Vec<u8>)], blob: &[u8], change: impl Fn(&mut Vec<u8>)) {
    let name = hex(blob);
    let (_, bytes) = files.iter_mut().find(|(path, _)| path.ends_with(&name)).unwrap();
    change(bytes);
}

#[test]
fn a_changed_blob_of_any_kind_is_refused() {
    let (one, two) = (layer("one"), layer("two"));
    let (_, files) = layout(&[&one, &two], &[&gzip(&one), &two]);
    for (_, blob) in files.iter().filter(|(name, _)| name.starts_with("blobs/")) {
        for at in [0, blob.len() / 2, blob.len() - 1] {
            let text = broken(|files| change_blob(files, blob, |bytes| bytes[at] ^= 1));
            assert!(text.contains(&hex(blob)), "{text}");
        }
        let longer = broken(|files| change_blob(files, blob, |bytes| bytes.push(b' ')));
        assert!(longer.contains(&hex(blob)), "{longer}");
    }
}

/// The attack that a check of blobs alone does not see: every digest is right, and the config is another image's.
#[test]
fn another_layer_with_a_manifest_made_for_it_under_an_old_config_is_refused() {
    let (one, evil) = (layer("one"), layer("bad"));
    for stored in [evil.clone(), gzip(&evil), zstd(&evil)] {
        let (_, files) = layout(&[&one], &[&stored]);
        let text = problem(subject(in_directory(&files).path()));
        assert!(text.contains(&hex(&one)) && text.contains(&hex(&evil)), "{text}");
    }
    let (_, files) = layout(&[&one], &[&one, &evil]);
    assert!(problem(subject(in_directory(&files).path())).contains("2 layers"));
}

#[test]
fn bytes_behind_a_packed_layer_are_refused() {
    let one = layer("one");
    for behind in [&b"behind"[..], &gzip(&layer("bad"))] {
        let (_, files) = layout(&[&one], &[&[&gzip(&one), behind].concat()]);
        let text = problem(subject(in_directory(&files).path()));
        assert!(text.contains("unpack"), "{text}");
    }
}

#[test]
fn several_platforms_are_refused_by_name_and_nested_indexes_followed_to_a_depth() {
    let one = layer("one");
    let (id, files) = layout(&[&one], &[&one]);
    let manifest = files[1].1.clone();
    let mut linux = descriptor("manifest.v1+json", &manifest);
    linux["platform"] = json!({"os": "linux", "architecture": "arm64"});
    let replaced = |top: Vec<u8>, blobs: Vec<Vec<u8>>| {
        let mut files = files.clone();
        files.last_mut().unwrap().1 = top;
        files.extend(blobs.into_iter().map(|blob| (format!("blobs/sha256/{}", hex(&blob)), blob)));
        subject(in_directory(&files).path())
    };
    let two = index(&[linux.clone(), descriptor("manifest.v1+json", &manifest)]);
    let text = problem(replaced(two, Vec::new()));
    assert!(text.contains(r#""linux/arm64""#) && text.contains("--override-arch"), "{text}");
    assert!(problem(replaced(index(&[]), Vec::new())).contains("no image"));

    let mut indexes = vec![index(&[linux])];
    for depth in 1..=5 {
        assert_eq!(
            replaced(indexes.last().unwrap().clone(), indexes.clone()).ok(),
            (depth <= 4).then_some(id)
        );
        indexes.push(index(&[descriptor("index.v1+json", indexes.last().unwrap())]));
    }
}

#[test]
fn a_digest_that_would_be_a_path_is_refused() {
    for digest in ["sha256:../../../etc/passwd", "../../etc:passwd", "sha512:00", "sha256:", "", "SHA256:00"]
    {
        let mut blob = descriptor("manifest.v1+json", b"");
        blob["digest"] = json!(digest);
        let text = broken(|files| files.last_mut().unwrap().1 = index(&[blob.clone()]));
        assert!(text.contains("a digest is not"), "{text}");
    }
}

#[test]
fn what_lies_in_place_of_a_blob_and_is_no_file_is_refused() {
    let one = layer("one");
    let (_, files) = layout(&[&one], &[&one]);
    for (place, blob) in &files {
        let home = in_directory(&files);
        let path = home.path().join(place);
        let elsewhere = home.path().join("blobs/elsewhere");
        put(&elsewhere, blob);
        std::fs::remove_file(&path).unwrap();
        symlink(&elsewhere, &path).unwrap();
        let result = subject(home.path());
        // Nothing is read of `oci-layout`: that it is there is what counts.
        assert_eq!(result.is_err(), place != "oci-layout", "{place}");
        std::fs::remove_file(&path).unwrap();
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        assert_eq!(subject(home.path()).is_err(), place != "oci-layout", "{place}");
    }
}

#[test]
fn a_document_that_is_too_large_is_refused() {
    let text = broken(|files| files.last_mut().unwrap().1 = vec![b' '; (4 << 20) + 1]);
    assert!(text.contains("more than 4194304 bytes"), "{text}");
    let deep = broken(|files| files.last_mut().unwrap().1 = vec![b'['; 1 << 20]);
    assert!(deep.contains("recursion limit"), "{deep}");
}

#[test]
fn a_document_that_is_manifest_and_index_at_once_is_refused() {
    let both = br#"{"manifests":[],"layers":[]}"#;
    let text = broken(|files| files.last_mut().unwrap().1 = both.to_vec());
    assert!(text.contains("layers too"), "{text}");
}
