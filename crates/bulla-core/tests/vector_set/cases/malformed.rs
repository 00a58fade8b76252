//! Entries that leave the format. Unless the damage forbids it, each is sealed with a key of the reader's ring.

use super::*;

pub(super) fn cases() -> Vec<Case> {
    [ends_early(), preamble(), fields(), texts(), layout()].into_iter().flatten().collect()
}

fn ends_early() -> Vec<Case> {
    let early = |name, about, length: usize| {
        refused(name, about, "malformed: the header ends early", good().bytes()[..length].to_vec())
    };
    let (seal_at, chunks_at) = (good().seal_at(), good().chunks_at());
    vec![
        refused("malformed-empty-file", "a file without a byte", "malformed: the file is empty", Vec::new()),
        early("malformed-magic-alone", "the file ends behind the magic", 8),
        early("malformed-cut-in-version", "the file ends within the format version", 9),
        early("malformed-cut-in-lengths", "the file ends within the preamble", 13),
        early("malformed-cut-behind-preamble", "the file ends where the header would begin", 14),
        early("malformed-cut-in-header", "the file ends within the header", 100),
        early("malformed-cut-behind-header", "the file ends where the seal would begin", seal_at),
        early("malformed-cut-in-seal", "the file ends one byte before the end of the seal", chunks_at - 1),
    ]
}

fn preamble() -> Vec<Case> {
    let version = |name, about, version| {
        let entry = good().with(|entry| entry.format_version = version);
        refused(name, about, "malformed: unknown format version", entry.bytes())
    };
    let too_long = "malformed: the header is longer than 4096 bytes";
    let fill = |length: usize| good().bytes_with_header(|header| header.resize(length - 14 - 32, 0));
    let mut lengths = good().bytes();
    lengths[10..14].fill(0xff);
    vec![
        version("malformed-version-2", "a format version that does not exist yet", 2),
        version("malformed-version-0", "a format version that never existed", 0),
        version("malformed-version-big-endian", "the version's bytes the other way round", 0x0100),
        refused("malformed-header-too-long", "preamble, header and seal of 4097 bytes", too_long, fill(4097)),
        refused(
            "malformed-seal-too-long",
            "a good header, but zeros behind the tag make it 4097 bytes with preamble and seal",
            too_long,
            good_with_front(4097),
        ),
        refused("malformed-lengths-65535", "the largest lengths that can be written", too_long, lengths),
    ]
}

fn fields() -> Vec<Case> {
    let changed = |name, about, refusal, change: fn(&mut ByHand)| {
        refused(name, about, refusal, good().with(change).bytes())
    };
    let backwards = "malformed: it expires before it is issued";
    let far = "malformed: a time after the year 9999";
    vec![
        changed("malformed-expires-at-issue", "it expires when it is issued", backwards, |entry| {
            entry.expires = entry.issued;
        }),
        changed("malformed-expires-before-issue", "it expires before it is issued", backwards, |entry| {
            entry.expires = entry.issued - 1;
        }),
        changed("malformed-expires-in-year-10000", "it expires after 9999", far, |entry| {
            entry.expires = 253_402_300_800_000;
        }),
        changed("malformed-issued-in-year-10000", "issued after 9999, and it expires later", far, |entry| {
            (entry.issued, entry.expires) = (253_402_300_800_000, u64::MAX);
        }),
        changed(
            "malformed-config-present-2",
            "config present is 2",
            "malformed: the config is neither absent nor present",
            |entry| entry.config_present = 2,
        ),
        refused(
            "malformed-header-trailing-byte",
            "one byte behind the table digest",
            "malformed: bytes follow the last field",
            good().bytes_with_header(|header| header.push(0)),
        ),
        refused(
            "malformed-header-one-byte-short",
            "the header's length leaves the table digest one byte short",
            "malformed: the header ends early",
            good().bytes_with_header(|header| header.truncate(header.len() - 1)),
        ),
        refused(
            "malformed-header-of-no-bytes",
            "the header's length is 0",
            "malformed: the header ends early",
            good().bytes_with_header(Vec::clear),
        ),
        refused(
            "malformed-full-front",
            "preamble, header and seal of exactly 4096 bytes, most of them behind the last field",
            "malformed: bytes follow the last field",
            good().bytes_with_header(|header| header.resize(4096 - 14 - 32, 0)),
        ),
    ]
}

fn texts() -> Vec<Case> {
    let changed = |name, about, refusal, change: fn(&mut ByHand)| {
        refused(name, about, refusal, good().with(change).bytes())
    };
    let operation = |name, about, text: &[u8]| {
        let entry = good().with(|entry| entry.operation = text.to_vec());
        refused(name, about, "malformed: invalid operation", entry.bytes())
    };
    let control = "malformed: a text holds control characters";
    let (lane, utf8) = ("malformed: unknown lane", "malformed: a text is not UTF-8");
    let binary = "malformed: the binary is not a digest";
    let mut cases = vec![
        operation("malformed-operation-empty", "an operation of no letters", b""),
        operation("malformed-operation-path", "an operation that would leave the directory", b"../sbom"),
        operation("malformed-operation-uppercase", "an operation in capitals", b"SBOM"),
        operation("malformed-operation-dash", "an operation that looks like a flag", b"-sbom"),
        operation("malformed-operation-too-long", "an operation of 65 bytes", &[b'a'; 65]),
        changed("malformed-lane-unknown", "a lane that is none of the three", lane, |entry| {
            entry.lane = b"release".to_vec();
        }),
        changed("malformed-lane-empty", "a lane without a name", lane, |entry| entry.lane.clear()),
        changed("malformed-text-escape", "a terminal escape in the tool", control, |entry| {
            entry.tool = b"syft\x1b[2J".to_vec();
        }),
        changed("malformed-text-newline", "a line end in the media type", control, |entry| {
            entry.media_type = b"text/plain\n".to_vec();
        }),
        changed("malformed-text-delete", "U+007F in the tool's version", control, |entry| {
            entry.tool_version = b"1\x7f".to_vec();
        }),
        changed("malformed-text-c1", "U+0085, a control character beyond ASCII", control, |entry| {
            entry.database = "db\u{85}".into();
        }),
        changed("malformed-text-not-utf8", "a text that is not UTF-8", utf8, |entry| {
            entry.tool = b"syft\xff".to_vec();
        }),
        changed("malformed-text-surrogate", "a surrogate, which UTF-8 has not", utf8, |entry| {
            entry.database = b"\xed\xa0\x80".to_vec();
        }),
        changed("malformed-binary-not-a-digest", "a binary that is a path", binary, |entry| {
            entry.binary = b"/usr/bin/syft".to_vec();
        }),
        changed("malformed-binary-uppercase", "a binary in capital digits", binary, |entry| {
            entry.binary = format!("sha256:{}", "AB".repeat(32)).into_bytes();
        }),
    ];
    let lane_at = good().header().len() - (32 + 20 + 5 + 7 + 5 + 5);
    cases.push(refused(
        "malformed-text-past-the-end",
        "a text that says it is longer than the rest of the header",
        "malformed: the header ends early",
        good().bytes_with_header(|header| header[lane_at] = 255),
    ));
    cases
}

fn layout() -> Vec<Case> {
    let changed = |name, about, refusal, change: fn(&mut ByHand)| {
        refused(name, about, refusal, good().with(change).bytes())
    };
    let chunk_size = |name, about, size| {
        let entry = good().with(|entry| entry.chunk_size = size);
        let refusal = "malformed: the chunk size is not a power of two from 4 KiB to 1 MiB";
        refused(name, about, refusal, entry.bytes())
    };
    let zstd = |payload_len, stored_len| {
        good().with(|entry| {
            (entry.compression, entry.chunk_size) = ("zstd", 4096);
            (entry.payload_len, entry.stored_len) = (payload_len, stored_len);
        })
    };
    let (chunks, stored) = (
        "malformed: more than 262144 chunks",
        "malformed: the stored length is more than the chunks can take",
    );
    let as_it_is = "malformed: stored as it is, but not at its own length";
    vec![
        changed(
            "malformed-digest-unknown",
            "digests of an unknown algorithm",
            "malformed: unknown digest algorithm",
            |entry| {
                entry.digest = "md5";
            },
        ),
        changed(
            "malformed-digest-uppercase",
            "the algorithm's name in capitals",
            "malformed: unknown digest algorithm",
            |entry| {
                entry.digest = "SHA256";
            },
        ),
        changed(
            "malformed-compression-unknown",
            "an unknown compression",
            "malformed: unknown compression",
            |entry| {
                entry.compression = "gzip";
            },
        ),
        changed(
            "malformed-compression-empty",
            "compression without a name",
            "malformed: unknown compression",
            |entry| {
                entry.compression = "";
            },
        ),
        chunk_size("malformed-chunk-size-0", "chunks of no bytes", 0),
        chunk_size("malformed-chunk-size-2048", "half of the smallest chunk size", 2048),
        chunk_size("malformed-chunk-size-2-mib", "twice the largest chunk size", 2 << 20),
        chunk_size("malformed-chunk-size-odd", "a chunk size that is no power of two", 131_073),
        refused(
            "malformed-too-many-chunks",
            "one byte more than 262144 chunks of 4096 bytes",
            chunks,
            zstd((262_144 << 12) + 1, 1).bytes(),
        ),
        refused(
            "malformed-payload-of-2-to-the-60",
            "a payload of 2^60 bytes",
            chunks,
            zstd(1 << 60, 1).bytes(),
        ),
        refused(
            "malformed-payload-of-u64-max",
            "the longest payload that can be written",
            chunks,
            zstd(u64::MAX, 1).bytes(),
        ),
        refused(
            "malformed-stored-length",
            "one byte more than a chunk of 4096 bytes can take",
            stored,
            zstd(4096, 4096 + 16 + 64 + 1).bytes(),
        ),
        refused(
            "malformed-stored-without-payload",
            "stored bytes of an empty payload",
            stored,
            zstd(0, 1).bytes(),
        ),
        changed("malformed-stored-not-as-it-is", "not packed, but one byte shorter", as_it_is, |entry| {
            entry.stored_len -= 1;
        }),
    ]
}
