//! Entries with a good header whose payload is not, or does not hold together.

use super::*;

const LENGTH: &str = "payload-damaged: the file is not as long as its header says";
const TABLE: &str = "payload-damaged: the digest table is not the sealed one";
const ROW: &str = "payload-damaged: a chunk's stored length is out of bounds";
const SUM: &str = "payload-damaged: the chunks do not add up to the stored length";
const CHUNK: &str = "payload-damaged: a chunk is not the sealed one";
const UNPACK: &str = "payload-damaged: a chunk does not unpack to its length";

pub(super) fn cases() -> Vec<Case> {
    [stored(), rows(), frames_in_chunks()].into_iter().flatten().collect()
}

/// Three chunks, the last one shorter.
fn three_chunks() -> ByHand {
    good().cut(4096, &noise(2 * 4096 + 100))
}

/// What became of the bytes after they were sealed.
fn stored() -> Vec<Case> {
    let changed = |name, about, refusal, entry: ByHand, change: fn(&mut Vec<u8>, usize, usize)| {
        let mut bytes = entry.bytes();
        change(&mut bytes, entry.chunks_at(), entry.table_at());
        refused(name, about, refusal, bytes)
    };
    let two_chunks = || good().cut(4096, &noise(4096 + 100));
    let largest = good().with(|entry| {
        (entry.compression, entry.chunk_size) = ("zstd", 4096);
        (entry.payload_len, entry.stored_len) = (262_144 << 12, 262_144 * (4096 + 16 + 64));
    });
    vec![
        changed("payload-damaged-cut-by-one", "the last byte is missing", LENGTH, good(), |bytes, _, _| {
            bytes.pop();
        }),
        changed(
            "payload-damaged-grown-by-one",
            "one byte more than was sealed",
            LENGTH,
            good(),
            |bytes, _, _| {
                bytes.push(0);
            },
        ),
        changed(
            "payload-damaged-header-alone",
            "nothing behind the seal",
            LENGTH,
            good(),
            |bytes, chunks, _| {
                bytes.truncate(chunks);
            },
        ),
        changed(
            "payload-damaged-no-table",
            "the digest table is missing",
            LENGTH,
            good(),
            |bytes, _, table| {
                bytes.truncate(table);
            },
        ),
        refused(
            "payload-damaged-most-chunks",
            "the most chunks, and the most stored bytes, that a header may say; nearly all are missing",
            LENGTH,
            largest.bytes(),
        ),
        changed(
            "payload-damaged-first-chunk",
            "one bit of the first of two chunks was turned",
            CHUNK,
            two_chunks(),
            |bytes, chunks, _| bytes[chunks] ^= 1,
        ),
        changed(
            "payload-damaged-last-chunk",
            "one bit of the last of two chunks was turned",
            CHUNK,
            two_chunks(),
            |bytes, _, table| bytes[table - 1] ^= 0x80,
        ),
        changed(
            "payload-damaged-row-length",
            "one bit of a row's length was turned",
            TABLE,
            good(),
            |bytes, _, table| bytes[table] ^= 1,
        ),
        changed(
            "payload-damaged-row-digest",
            "one bit of a row's digest was turned",
            TABLE,
            good(),
            |bytes, _, table| bytes[table + 35] ^= 1,
        ),
        changed(
            "payload-damaged-chunks-swapped",
            "two chunks have changed places",
            CHUNK,
            three_chunks(),
            |bytes, chunks, _| swap_halves(&mut bytes[chunks..chunks + 2 * 4096]),
        ),
        changed(
            "payload-damaged-chunks-and-rows-swapped",
            "two chunks have changed places, and their rows with them",
            TABLE,
            three_chunks(),
            |bytes, chunks, table| {
                swap_halves(&mut bytes[chunks..chunks + 2 * 4096]);
                swap_halves(&mut bytes[table..table + 2 * 36]);
            },
        ),
    ]
}

fn swap_halves(bytes: &mut [u8]) {
    let (first, second) = bytes.split_at_mut(bytes.len() / 2);
    first.swap_with_slice(second);
}

/// Digest tables that are sealed and cannot be true.
fn rows() -> Vec<Case> {
    let table = |name, about, refusal, entry: ByHand, change: fn(&mut Vec<u8>)| {
        let mut table = entry.table.clone();
        change(&mut table);
        refused(name, about, refusal, entry.with_table(table).bytes())
    };
    let zstd = |chunk: Vec<u8>| good().packed(4096, 4096, vec![chunk]);
    let zeros = frames::zeros(4096);
    let content = noise(4096);
    let too_long = frames::too_long(content.first_chunk().expect("a chunk"));
    let short_rows = three_chunks().with(|entry| {
        entry.chunks = vec![noise(4096), noise(100), noise(4096)];
        entry.stored_len = 2 * 4096 + 100;
    });
    let chunks = short_rows.chunks.clone();
    let byte_behind = zstd(zeros.clone()).with(|entry| {
        entry.chunks.push(vec![0]);
        entry.stored_len += 1;
    });
    vec![
        table(
            "payload-damaged-sealed-row-longer",
            "a row one byte longer than its chunk",
            ROW,
            three_chunks(),
            |table| table[0] += 1,
        ),
        table("payload-damaged-sealed-row-4-gib", "a row of 4 GiB", ROW, three_chunks(), |table| {
            table[..4].fill(0xff)
        }),
        refused(
            "payload-damaged-sealed-short-chunk-first",
            "the short chunk does not lie last, although the rows add up",
            ROW,
            short_rows.store(chunks).bytes(),
        ),
        table(
            "payload-damaged-sealed-empty-row",
            "a packed chunk of no bytes",
            ROW,
            zstd(zeros.clone()),
            |table| table[..4].fill(0),
        ),
        refused(
            "payload-damaged-sealed-row-too-long",
            "a frame one byte longer than a row may say; the stored length leaves room for it",
            ROW,
            good().packed(4096, 8192, vec![too_long, frames::zeros(4096)]).bytes(),
        ),
        table(
            "payload-damaged-sealed-sum",
            "the rows add up to less than is stored",
            SUM,
            zstd(zeros.clone()),
            |table| table[0] -= 1,
        ),
        table(
            "payload-damaged-sealed-row-past-the-end",
            "the last row has one byte more than is stored, and the digest of what is there",
            SUM,
            zstd(zeros),
            |table| table[0] += 1,
        ),
        refused(
            "payload-damaged-sealed-byte-behind",
            "the stored length has one byte more, behind the last chunk, than the rows",
            SUM,
            byte_behind.bytes(),
        ),
    ]
}

/// Packed chunks with good digests that are not one frame of the chunk's length.
fn frames_in_chunks() -> Vec<Case> {
    let sealed = |name, about, frame: Vec<u8>| {
        refused(name, about, UNPACK, good().packed(4096, 4096, vec![frame]).bytes())
    };
    let zeros = frames::zeros(4096);
    let cut = zeros[..zeros.len() - 1].to_vec();
    let behind = |bytes: &[u8]| [&zeros[..], bytes].concat();
    let (half, skipped) = (frames::zeros(2048), frames::skippable());
    let mut lies = frames::zeros(4095);
    lies[5..9].copy_from_slice(&4096_u32.to_le_bytes());
    vec![
        sealed("payload-damaged-zstd-shorter", "a frame that unpacks to one byte less", frames::zeros(4095)),
        sealed("payload-damaged-zstd-longer", "a frame that unpacks to one byte more", frames::zeros(4097)),
        sealed("payload-damaged-zstd-bomb", "a frame that unpacks to 1 MiB", frames::zeros(1 << 20)),
        sealed("payload-damaged-zstd-lies", "a frame that says the right length and holds less", lies),
        sealed("payload-damaged-zstd-cut", "a frame without its last byte", cut),
        sealed(
            "payload-damaged-zstd-dictionary",
            "a frame that asks for a dictionary",
            frames::with_dictionary(),
        ),
        sealed(
            "payload-damaged-zstd-checksum",
            "a frame with another frame's checksum",
            frames::zeros_checked([0; 4]),
        ),
        sealed("payload-damaged-zstd-not-a-frame", "the chunk as it is, not packed", vec![b'a'; 4096]),
        sealed("payload-damaged-zstd-bytes-behind", "bytes behind the frame", behind(b"more")),
        sealed(
            "payload-damaged-zstd-unsaid-shorter",
            "a frame that does not say its length and unpacks to one byte less",
            frames::zeros_unsaid(4095),
        ),
        sealed(
            "payload-damaged-zstd-unsaid-longer",
            "a frame that does not say its length and unpacks to one byte more",
            frames::zeros_unsaid(4097),
        ),
        sealed(
            "payload-damaged-zstd-two-frames",
            "two frames, each of one half of the chunk",
            [&half[..], &half].concat(),
        ),
        sealed(
            "payload-damaged-zstd-skippable-before",
            "a skippable frame before the frame",
            [&skipped[..], &zeros].concat(),
        ),
    ]
}
