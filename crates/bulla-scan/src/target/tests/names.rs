use super::*;

#[test]
fn what_lies_at_a_path_says_what_it_is() {
    let one = layer("one");
    let (_, files) = layout(&[&one], &[&one]);
    let home = in_directory(&files);
    assert_eq!(Target::parse(home.path()).unwrap(), Target::OciLayout(home.path().to_owned()));
    let blobs = home.path().join("blobs");
    assert_eq!(Target::parse(&blobs).unwrap(), Target::Directory(blobs));
    for (bytes, is_archive) in [
        (docker([&one, &one], [&one, &one]).1, true),
        (gzip(&docker([&one, &one], [&one, &one]).1), true),
        (one.clone(), false),
        (gzip(&one), false),
        (gzip(b"no tar"), false),
        (b"{}".to_vec(), false),
        (Vec::new(), false),
        (vec![0; 4096], false),
    ] {
        let (_home, path) = in_file(&bytes);
        let expected = if is_archive { Target::DockerArchive } else { Target::File };
        assert_eq!(Target::parse(&path).unwrap(), expected(path));
    }
}

/// Whoever may add files to a repository could else have a harmless image scanned in place of the code.
#[test]
fn a_layout_among_other_files_is_neither_layout_nor_directory_until_somebody_says_so() {
    let one = layer("one");
    let (id, mut files) = layout(&[&one], &[&one]);
    files.push(("src/main.rs".to_owned(), b"fn main() {}".to_vec()));
    let home = in_directory(&files);
    let path = home.path().display();
    let text = Target::parse(home.path()).unwrap_err().to_string();
    assert!(text.contains(&format!("dir:{path}")) && text.contains("\"src\""), "{text}");
    assert_eq!(Target::parse(format!("oci-dir:{path}")).unwrap().subject(None).unwrap(), id);
    assert_ne!(Target::parse(format!("dir:{path}")).unwrap().subject(None).unwrap(), id);
}

/// An archive that this reader does not take, and another may, is not quietly scanned as a file in which nothing is.
#[test]
fn a_tar_file_that_cannot_be_read_is_an_error_that_says_how_to_scan_it_as_a_file() {
    let (_, mut bytes) = docker([&layer("one"), &layer("two")], [&layer("one"), &layer("two")]);
    bytes[0] ^= 1;
    let (_home, path) = in_file(&bytes);
    let text = Target::parse(&path).unwrap_err().to_string();
    assert!(text.contains(&format!("file:{}", path.display())), "{text}");
    assert!(Target::parse(format!("file:{}", path.display())).unwrap().subject(None).is_ok());
}

#[test]
fn a_prefix_says_what_kind_it_is_and_is_held_to_it() {
    let (home, path) = in_file(b"text");
    let (file, directory) = (path.display(), home.path().display());
    assert_eq!(Target::parse(format!("file:{file}")).unwrap(), Target::File(path.clone()));
    assert_eq!(Target::parse(format!("docker-archive:{file}")).unwrap(), Target::DockerArchive(path.clone()));
    for wrong in ["dir:FILE", "oci-dir:FILE", "file:DIR", "docker-archive:DIR", "oci-archive:DIR"] {
        let text = wrong.replace("FILE", &file.to_string()).replace("DIR", &directory.to_string());
        assert!(matches!(Target::parse(text), Err(TargetError::WrongKind { .. })), "{wrong}");
    }
    assert!(matches!(Target::parse(format!("dir:{file}x")), Err(TargetError::NotFound(_))));
    assert!(matches!(Target::parse("/dev/null"), Err(TargetError::WrongKind { .. })));
    assert!(problem(Target::DockerArchive(path).subject(None)).contains("cut off"));
}

#[test]
fn an_image_in_a_registry_is_taken_by_its_digest_and_a_tag_refused_with_how_to_pin_it() {
    let digest = sha(b"image");
    for name in ["alpine", "alpine:3.20", "ghcr.example:5000/team/app"] {
        let pinned = format!("{name}@{digest}");
        for text in [pinned.clone(), format!("registry:{pinned}")] {
            let target = Target::parse(text).unwrap();
            assert_eq!(target, Target::Reference { name: pinned.clone(), digest });
            assert_eq!(target.subject(None).unwrap(), digest);
        }
        for text in [name.to_owned(), format!("registry:{name}")] {
            let error = Target::parse(text).unwrap_err().to_string();
            assert!(error.contains(&format!("{name}@sha256:")), "{error}");
        }
    }
    for text in
        [&*digest.to_string(), &format!("@{digest}"), &format!("-x@{digest}"), &format!("a b@{digest}")]
    {
        assert!(matches!(Target::parse(text), Err(TargetError::NotFound(_))), "{text}");
        assert!(matches!(Target::parse(format!("registry:{text}")), Err(TargetError::NotAReference(_))));
    }
}

#[test]
fn nothing_at_a_path_is_said_so() {
    for text in ["./missing", "/missing/at/all", "../missing", "", "a\0b", &"x/".repeat(5000)] {
        assert!(matches!(Target::parse(text), Err(TargetError::NotFound(_))), "{text:?}");
    }
}
