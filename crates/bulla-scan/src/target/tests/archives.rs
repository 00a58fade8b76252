use proptest::prelude::*;
use tar::EntryType;

use super::*;

#[test]
fn one_image_has_one_subject_however_it_is_packed() {
    let (one, two) = (layer("one"), layer("two"));
    let (id, plain) = docker([&one, &two], [&one, &two]);
    let (_, packed) = docker([&one, &two], [&gzip(&one), &zstd(&two)]);
    for archive in [&plain, &packed, &gzip(&plain), &zstd(&packed)] {
        assert_eq!(subject_of(archive).unwrap(), id);
    }
    let (layout_id, files) = layout(&[&one, &two], &[&one, &gzip(&two)]);
    assert_eq!(layout_id, id);
    assert_eq!(subject(in_directory(&files).path()).unwrap(), id);
}

#[test]
fn a_changed_layer_under_an_unchanged_config_is_refused_with_both_digests() {
    let (one, two, evil) = (layer("one"), layer("two"), layer("bad"));
    for stored in [evil.clone(), gzip(&evil), zstd(&evil)] {
        let text = problem(subject_of(&docker([&one, &two], [&one, &stored]).1));
        assert!(text.starts_with("layer 2"), "{text}");
        assert!(text.contains(&hex(&two)) && text.contains(&hex(&evil)), "{text}");
    }
    assert!(problem(subject_of(&docker([&one, &two], [&two, &one]).1)).starts_with("layer 1"));
}

#[test]
fn a_layer_too_many_or_too_few_is_refused() {
    let (one, two) = (layer("one"), layer("two"));
    let config = config(&[&one]);
    let name = format!("{}.json", hex(&config));
    for layers in [&["a", "b"][..], &[]] {
        let manifest = manifest_json(&config, layers);
        let members: [(&str, &[u8]); 4] =
            [("manifest.json", &manifest), (&name, &config), ("a", &one), ("b", &two)];
        let text = problem(subject_of(&tar(&members)));
        assert_eq!(text, format!("it has {} layers, but its config has digests for 1", layers.len()));
    }
}

#[test]
fn a_config_under_the_name_of_another_digest_is_refused() {
    let (mine, other) = (config(&[]), b"{}");
    for name in [
        format!("{}.json", hex(other)),
        format!("sha256:{}", hex(other)),
        format!("blobs/sha256/{}", hex(other)),
    ] {
        let manifest = json!([{"Config": name, "Layers": null}]).to_string();
        let text = problem(subject_of(&tar(&[("manifest.json", manifest.as_bytes()), (&name, &mine)])));
        assert!(text.starts_with("the config is stated to be"), "{text}");
    }
}

#[test]
fn two_members_of_one_name_are_refused_wherever_they_stand() {
    let one = layer("one");
    let config = config(&[&one]);
    let name = format!("{}.json", hex(&config));
    let manifest = manifest_json(&config, &["a"]);
    let members: [(&str, &[u8]); 3] = [("manifest.json", &manifest), (&name, &config), ("a", &one)];
    for again in ["manifest.json", "./manifest.json", "a", "./a", &name, "unrelated"] {
        let twice = [&members[..], &[(again, &b"{}"[..]), ("unrelated", b"x")]].concat();
        let mut builder = tar::Builder::new(Vec::new());
        for (name, content) in twice {
            let mut header = tar::Header::new_ustar();
            // Not by `append_data`, which cleans names.
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(content.len() as u64);
            header.set_cksum();
            builder.append(&header, content).unwrap();
        }
        let text = problem(subject_of(&builder.into_inner().unwrap()));
        assert!(text.starts_with("two members"), "{again}: {text}");
    }
}

#[test]
fn a_layer_may_be_a_link_to_a_file_in_the_archive_and_to_nothing_else() {
    let one = layer("one");
    let config = config(&[&one, &one]);
    let with = |kind, to: &str| {
        let mut builder = tar::Builder::new(Vec::new());
        append(&mut builder, &format!("{}.json", hex(&config)), &config);
        append(&mut builder, "a/layer.tar", &one);
        link(&mut builder, kind, "b/layer.tar", to);
        append(&mut builder, "manifest.json", &manifest_json(&config, &["a/layer.tar", "b/layer.tar"]));
        subject_of(&builder.into_inner().unwrap())
    };
    assert_eq!(with(EntryType::Symlink, "../a/layer.tar").unwrap(), sha(&config));
    for to in ["/a/layer.tar", "../../a/layer.tar", "layer.tar", "../a", "../missing", "../../../etc/passwd"]
    {
        let text = problem(with(EntryType::Symlink, to));
        assert!(
            text.contains("leads out") || text.contains("regular file") || text.contains("missing"),
            "{text}"
        );
    }
    assert!(problem(with(EntryType::Link, "a/layer.tar")).contains("not a regular file"));
}

#[test]
fn several_images_are_refused_by_name_and_none_too() {
    let two = json!([{"Config": "c", "RepoTags": ["a:1"], "Layers": []}, {"Config": "d", "Layers": []}]);
    let text = problem(subject_of(&tar(&[("manifest.json", two.to_string().as_bytes())])));
    assert!(text.contains(r#""a:1", "d""#), "{text}");
    assert!(problem(subject_of(&tar(&[("manifest.json", b"[]")]))).contains("no image"));
}

/// A Go program takes `LAYERS` for `layers`: a scanner would read the other layers than the verified ones.
#[test]
fn another_spelling_of_a_name_that_counts_is_refused() {
    let one = layer("one");
    let config = config(&[&one]);
    let name = format!("{}.json", hex(&config));
    for other in ["layers", "LAYERS", "Layer\u{17f}", "Layers"] {
        let manifest = format!(r#"[{{"Config":"{name}","Layers":["a"],"{other}":["evil"]}}]"#);
        let members: [(&str, &[u8]); 4] =
            [("manifest.json", manifest.as_bytes()), (&name, &config), ("a", &one), ("evil", &one)];
        let text = problem(subject_of(&tar(&members)));
        assert!(text.contains("not spelled") || text.contains("duplicate field"), "{text}");
    }
}

#[test]
fn an_archive_that_is_a_layout_too_must_hold_one_image_for_both_readers() {
    let (one, evil) = (layer("one"), layer("bad"));
    let (id, mut files) = layout(&[&one], &[&one]);
    let (_, evil_files) = layout(&[&evil], &[&evil]);
    let archive = |files: &[(String, Vec<u8>)]| {
        tar(&files.iter().map(|(name, bytes)| (&**name, &**bytes)).collect::<Vec<_>>())
    };
    let (_home, path) = in_file(&archive(&files));
    assert_eq!(Target::parse(&path).unwrap(), Target::OciArchive(path.clone()));
    assert_eq!(subject(&path).unwrap(), id);

    let config = format!("blobs/sha256/{}", hex(&config(&[&one])));
    let blob = format!("blobs/sha256/{}", hex(&one));
    let manifest = json!([{"Config": config, "Layers": [blob]}]).to_string().into_bytes();
    files.push(("manifest.json".to_owned(), manifest));
    let (_home, path) = in_file(&archive(&files));
    assert_eq!(Target::parse(&path).unwrap(), Target::DockerArchive(path.clone()));
    assert_eq!(subject(&path).unwrap(), id);

    files.retain(|(name, _)| name != "index.json");
    files.extend(evil_files.into_iter().filter(|(name, _)| name != "oci-layout"));
    let text = problem(subject_of(&archive(&files)));
    assert!(text.contains("by index.json"), "{text}");
}

#[test]
fn a_layer_that_unpacks_to_more_than_is_allowed_is_not_read_to_its_end() {
    let zeros = vec![0; 8 << 20];
    for packed in [zeros.clone(), gzip(&zeros), zstd(&zeros)] {
        let (_home, path) = in_file(&docker([&zeros, &zeros], [&packed, &packed]).1);
        let budget = |most| docker_archive::docker_image_id(&path, &Budget::new(most));
        assert!(budget(17 << 20).is_ok());
        assert!(matches!(budget(15 << 20), Err(ImageProblem::TooLarge { .. })));
    }
}

#[test]
fn a_size_that_is_only_claimed_takes_no_memory() {
    for kind in [b'0', b'L', b'x', b'g'] {
        let mut header = tar::Header::new_gnu();
        header.set_path("manifest.json").unwrap();
        header.set_size(10 << 30);
        header.as_mut_bytes()[156] = kind;
        header.set_cksum();
        let (_home, path) = in_file(header.as_bytes());
        let text = problem(Target::DockerArchive(path).subject(None));
        assert!(text.contains("cut off") || text.contains("too long"), "{text}");
    }
    let large = format!("[{}]", " ".repeat(5 << 20));
    let text = problem(subject_of(&tar(&[("manifest.json", large.as_bytes())])));
    assert!(text.contains("not JSON of at most"), "{text}");
}

#[test]
fn a_header_that_readers_do_not_agree_about_is_refused() {
    let (_, whole) = docker([&layer("one"), &layer("two")], [&layer("one"), &layer("two")]);
    let with = |change: &dyn Fn(&mut tar::Header)| {
        let mut header = tar::Header::from_byte_slice(&whole[..512]).clone();
        change(&mut header);
        header.set_cksum();
        problem(subject_of(&[header.as_bytes(), &whole[512..]].concat()))
    };
    let at = |at: usize, bytes: &'static [u8]| {
        with(&move |header: &mut tar::Header| {
            header.as_mut_bytes()[at..at + bytes.len()].copy_from_slice(bytes)
        })
    };
    assert!(at(508, b"tar\0").contains("do not agree"));
    let gnu_with_prefix = with(&|header: &mut tar::Header| {
        header.as_mut_bytes()[257..265].copy_from_slice(b"ustar  \0");
        header.as_mut_bytes()[345] = b'x';
    });
    assert!(gnu_with_prefix.contains("do not agree"));
    assert!(at(156, b"S").contains("of a kind"));
    assert!(at(156, b"5").contains("has content"));
    assert!(at(0, b"/").contains("leads out"));
    assert!(at(0, b"../").contains("leads out"));
    assert!(at(124, b"9").contains("number"));
    let lone = [&[0; 512][..], &whole].concat();
    let (_home, path) = in_file(&lone);
    assert!(problem(Target::DockerArchive(path).subject(None)).contains("behind its end"));
    assert!(problem(subject_of(&[&whole[..], &whole[..]].concat())).contains("behind its end"));
    assert!(problem(subject_of(&whole[..whole.len() - 1024])).contains("cut off"));
}

#[test]
fn sizes_and_names_in_pax_records_count_once_and_only_in_front_of_their_member() {
    let one = layer("one");
    let config = config(&[&one]);
    let with = |records: &[(&str, &[u8])], size: u64| {
        let mut builder = tar::Builder::new(Vec::new());
        append(&mut builder, "manifest.json", &manifest_json(&config, &["long"]));
        append(&mut builder, &format!("{}.json", hex(&config)), &config);
        builder.append_pax_extensions(records.iter().copied()).unwrap();
        let mut header = tar::Header::new_ustar();
        header.set_path("short").unwrap();
        header.set_size(size);
        header.set_cksum();
        builder.append(&header, &one[..]).unwrap();
        subject_of(&builder.into_inner().unwrap())
    };
    let size = one.len().to_string();
    let (path, size) = (("path", &b"long"[..]), ("size", size.as_bytes()));
    assert_eq!(with(&[path, size], 0).unwrap(), sha(&config));
    assert!(problem(with(&[path, path, size], 0)).contains("twice"));
    for record in [("GNU.sparse.major", &b"1"[..]), ("size", b"+1"), ("size", b""), ("path", b"a\0b")] {
        assert!(problem(with(&[path, record], one.len() as u64)).contains("PAX"), "{record:?}");
    }
}

/// What another reader finds: the layers' bytes by name.
fn layers_of(archive: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut archive = tar::Archive::new(archive);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        std::io::copy(&mut entry, &mut bytes).unwrap();
        (entry.path_bytes().into_owned(), bytes)
    });
    entries.filter(|(name, _)| name.ends_with(b".tar")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 2000 } else { 20_000 }))]

    #[test]
    fn an_archive_with_a_changed_byte_is_refused_or_still_has_the_same_layers(at: prop::sample::Index, to: u8) {
        let (one, two) = (layer("one"), layer("two"));
        let (id, whole) = docker([&one, &two], [&one, &gzip(&two)]);
        let mut changed = whole.clone();
        let at = at.index(whole.len());
        changed[at] = to;
        let (_home, path) = in_file(&changed);
        if let Ok(found) = Target::DockerArchive(path).subject(None) {
            prop_assert_eq!(found, id);
            let unpacked = |archive: &[u8]| {
                let layers = layers_of(archive).into_iter().map(|(name, bytes)| {
                    let mut plain = Vec::new();
                    let mut decoder = flate2::read::MultiGzDecoder::new(&bytes[..]);
                    let bytes = if std::io::copy(&mut decoder, &mut plain).is_ok() { plain } else { bytes };
                    (name, bytes)
                });
                layers.collect::<Vec<_>>()
            };
            prop_assert_eq!(unpacked(&changed), unpacked(&whole), "byte {}", at);
        }
    }
}
