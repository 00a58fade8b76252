//! Whatever byte of an entry is changed, cut off or added: a refusal, and never a byte that was not sealed.

mod support;

use bulla_core::*;
use support::give::{by_chunk, by_read, refusal};
use support::sources::{Cut, Flipped, Shared, found};
use support::*;

/// A sealed entry and where its parts lie.
struct Specimen {
    about: String,
    signer: Signer,
    payload: Vec<u8>,
    bytes: Shared,
    chunks_at: u64,
    /// Where each stored chunk ends.
    ends: Vec<u64>,
}

impl Specimen {
    fn new(signer: Signer, kind: &str, payload: Vec<u8>, entry: &ByHand) -> Self {
        let chunks_at = entry.chunks_at() as u64;
        let mut at = chunks_at;
        let ends = entry.chunks.iter().map(|chunk| {
            at += chunk.len() as u64;
            at
        });
        let ends: Vec<_> = ends.collect();
        let about = format!("{signer:?}, {kind}, {} chunks", ends.len());
        Self { about, signer, payload, bytes: Shared::new(entry.bytes()), chunks_at, ends }
    }

    /// HMAC and Ed25519, as it is and packed, one chunk and three; the chunks are of 4 KiB, and each is another.
    fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for signer in [HMAC, ED25519] {
            for length in [900, 2 * 4096 + 900] {
                let (plain, text) = (noise(length), json(length));
                let entry = ByHand::new(signer, b"").cut(4096, &plain);
                all.push(Self::new(signer, "none", plain, &entry));
                let pack = |chunk| zstd::bulk::compress(chunk, 1).expect("a buffer can be packed");
                let frames = text.chunks(4096).map(pack).collect();
                let entry = ByHand::new(signer, b"").packed(4096, length, frames);
                all.push(Self::new(signer, "zstd", text, &entry));
            }
        }
        all
    }

    /// How many chunks lie whole in front of that place; as many as there are for a place in the table.
    fn chunks_before(&self, at: u64) -> usize {
        self.ends.iter().filter(|&&end| end <= at).count()
    }

    fn is_table(&self, at: u64) -> bool {
        self.ends.last().is_none_or(|&end| at >= end)
    }

    /// Every place of header, seal and table, and every seventh of the chunks.
    fn places(&self) -> impl Iterator<Item = u64> {
        (0..self.bytes.size()).filter(|&at| at < self.chunks_at || self.is_table(at) || at % 7 == 0)
    }

    /// Opens it; the payload of the unharmed entry is what was sealed.
    fn open(&self, found: Untrusted) -> Result<Payload, Refusal> {
        open_default(found, self.signer)
    }
}

#[test]
fn an_entry_that_nobody_touched_gives_its_payload() {
    for specimen in Specimen::all() {
        let open = || specimen.open(found(specimen.bytes.size(), specimen.bytes.clone())).unwrap();
        assert_eq!(open().into_vec().unwrap(), specimen.payload, "{}", specimen.about);
        let (chunks, end) = by_chunk(open());
        end.unwrap();
        assert_eq!(chunks.concat(), specimen.payload, "{}", specimen.about);
    }
}

#[test]
fn a_flipped_byte_of_header_or_seal_is_refused_before_anything_is_read() {
    for specimen in Specimen::all() {
        for at in 0..specimen.chunks_at {
            let source = Flipped { bytes: specimen.bytes.clone(), at, with: 1 << (at % 8) };
            let refusal = specimen.open(found(specimen.bytes.size(), source)).unwrap_err();
            let allowed: &[&str] = match at {
                0..8 => &["unsealed"],
                _ if at + 32 >= specimen.chunks_at => &["bad-seal"],
                _ => &["malformed", "unknown-signer", "bad-seal"],
            };
            assert!(allowed.contains(&refusal.name()), "{}: byte {at}: {refusal}", specimen.about);
        }
    }
}

#[test]
fn a_flipped_byte_of_a_chunk_stops_reading_where_that_chunk_begins() {
    for specimen in Specimen::all() {
        for at in specimen.places().filter(|&at| at >= specimen.chunks_at && !specimen.is_table(at)) {
            let source = || Flipped { bytes: specimen.bytes.clone(), at, with: 1 << (at % 8) };
            let open = || specimen.open(found(specimen.bytes.size(), source())).unwrap();
            let sound = specimen.chunks_before(at) * 4096;
            let (chunks, end) = by_chunk(open());
            assert_eq!(refusal(end).name(), "payload-damaged", "{}: byte {at}", specimen.about);
            assert_eq!(chunks.concat(), specimen.payload[..sound], "{}: byte {at}", specimen.about);
            let (bytes, end) = by_read(open(), 1000);
            assert_eq!(refusal(end).name(), "payload-damaged");
            assert_eq!(bytes, specimen.payload[..sound], "{}: byte {at}", specimen.about);
            assert_eq!(refusal(open().into_vec()).name(), "payload-damaged");
        }
    }
}

#[test]
fn a_flipped_byte_of_the_table_is_refused_before_the_first_chunk() {
    for specimen in Specimen::all() {
        for at in specimen.places().filter(|&at| specimen.is_table(at)) {
            let source = || Flipped { bytes: specimen.bytes.clone(), at, with: 1 << (at % 8) };
            let open = || specimen.open(found(specimen.bytes.size(), source())).unwrap();
            let (chunks, end) = by_chunk(open());
            assert_eq!((chunks.len(), refusal(end).name()), (0, "payload-damaged"), "byte {at}");
            assert_eq!(refusal(open().into_vec()).name(), "payload-damaged", "byte {at}");
        }
    }
}

#[test]
fn an_entry_cut_off_anywhere_is_refused_when_it_is_opened() {
    for specimen in Specimen::all() {
        for size in specimen.places() {
            let source = Cut { bytes: specimen.bytes.clone(), size };
            let refusal = specimen.open(found(size, source)).unwrap_err();
            let expected = match size {
                0 => "malformed",
                1..8 => "unsealed",
                _ if size < specimen.chunks_at => "malformed",
                _ => "payload-damaged",
            };
            assert_eq!(refusal.name(), expected, "{}: cut to {size} bytes", specimen.about);
        }
    }
}

#[test]
fn an_entry_with_bytes_behind_it_is_refused_when_it_is_opened() {
    for specimen in Specimen::all() {
        let mut whole = vec![0; usize::try_from(specimen.bytes.size()).unwrap()];
        specimen.bytes.read_exact_at(&mut whole, 0).unwrap();
        for more in [vec![0], vec![0; 36], noise(5000), whole.clone()] {
            let grown = [&whole[..], &more].concat();
            let refusal = specimen.open(grown.into()).unwrap_err();
            assert_eq!(refusal.name(), "payload-damaged", "{}: {} bytes", specimen.about, more.len());
        }
    }
}

#[test]
fn damage_to_an_entry_in_chunks_of_the_usual_size_is_found_too() {
    for (encoding, payload) in [
        (Encoding { packing: Packing::Never, ..Encoding::default() }, noise(300 << 10)),
        (Encoding::default(), json(300 << 10)),
    ] {
        let bytes = Shared::new(sealed(HMAC, encoding, &payload));
        for at in (0..bytes.size()).step_by(997).chain([bytes.size() - 1]) {
            let source = || Flipped { bytes: bytes.clone(), at, with: 0x10 };
            let chunks = match open_default(found(bytes.size(), source()), HMAC) {
                Err(refusal) => {
                    assert!(refusal.is_integrity(), "byte {at}: {refusal}");
                    continue;
                }
                Ok(payload) => by_chunk(payload),
            };
            assert_eq!(refusal(chunks.1).name(), "payload-damaged", "byte {at}");
            let given = chunks.0.concat();
            assert!(given.len() < payload.len() && payload.starts_with(&given), "byte {at}");
        }
    }
}
