//! Zstd frames (RFC 8878, section 3.1.1) put together by hand, whose bytes no version of zstd decides.

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The longest block that a frame may have.
const BLOCK: usize = 128 << 10;

enum Block<'a> {
    Raw(&'a [u8]),
    /// One byte, that many times.
    Rle(u8, usize),
}

impl Block<'_> {
    /// Three bytes of header: 21 bits of size, 2 of type, 1 that says whether this is the last block.
    fn put(&self, out: &mut Vec<u8>, last: bool) {
        let (size, kind, content): (usize, u32, &[u8]) = match self {
            Self::Raw(bytes) => (bytes.len(), 0, bytes),
            Self::Rle(byte, count) => (*count, 1, std::slice::from_ref(byte)),
        };
        let size = u32::try_from(size).expect("a block is at most 128 KiB");
        let header = (size << 3 | kind << 1 | u32::from(last)).to_le_bytes();
        out.extend_from_slice(&header[..3]);
        out.extend_from_slice(content);
    }
}

/// A frame that says how long its content is, in one segment.
fn frame(content_len: usize, blocks: &[Block<'_>]) -> Vec<u8> {
    let length = u32::try_from(content_len).expect("a chunk is at most 1 MiB");
    let mut out = MAGIC.to_vec();
    out.push(0b1010_0000); // a content size of 4 bytes, single segment
    out.extend(length.to_le_bytes());
    put_all(&mut out, blocks);
    out
}

fn put_all(out: &mut Vec<u8>, blocks: &[Block<'_>]) {
    for (index, block) in blocks.iter().enumerate() {
        block.put(out, index + 1 == blocks.len());
    }
}

/// `length` zeros.
pub(crate) fn zeros(length: usize) -> Vec<u8> {
    frame(length, &zeros_in_blocks(length, BLOCK))
}

/// `length` zeros in a frame that does not say how many.
pub(crate) fn zeros_unsaid(length: usize) -> Vec<u8> {
    let mut out = front_of_unsaid();
    put_all(&mut out, &zeros_in_blocks(length, 4096));
    out
}

fn zeros_in_blocks(length: usize, longest: usize) -> Vec<Block<'static>> {
    let whole = std::iter::repeat_n(longest, length / longest);
    let rest = Some(length % longest).filter(|&rest| rest > 0);
    whole.chain(rest).map(|count| Block::Rle(0, count)).collect()
}

/// Bytes as they are.
pub(crate) fn raw(content: &[u8]) -> Vec<u8> {
    let blocks: Vec<_> = content.chunks(BLOCK).map(Block::Raw).collect();
    frame(content.len(), &blocks)
}

/// 4096 bytes in as many raw blocks as make the longest frame that a row may name: 4096 + 16 + 64 bytes.
pub(crate) fn longest(content: &[u8; 4096]) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.push(0b0100_0000); // a content size of 2 bytes, which counts from 256, behind a window descriptor
    out.push(WINDOW_4096);
    out.extend((4096_u16 - 256).to_le_bytes());
    put_split(&mut out, content, 24);
    out
}

/// The same in one byte more, which no row may name.
pub(crate) fn too_long(content: &[u8; 4096]) -> Vec<u8> {
    let mut out = front_of_unsaid();
    put_split(&mut out, content, 25);
    out
}

const WINDOW_4096: u8 = 0b0001_0000;

/// What stands before the blocks if there is no content size; none of them may be longer than the window.
fn front_of_unsaid() -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.push(0); // no content size, a window descriptor
    out.push(WINDOW_4096);
    out
}

/// One byte in each block but the last; each block takes 3 bytes more than it holds.
fn put_split(out: &mut Vec<u8>, content: &[u8], blocks: usize) {
    let (singles, rest) = content.split_at(blocks - 1);
    let blocks: Vec<_> = singles.chunks(1).chain([rest]).map(Block::Raw).collect();
    put_all(out, &blocks);
}

/// The lower half of XXH64 over 4096 zeros, which is a frame's checksum.
pub(crate) const CHECKSUM_OF_4096_ZEROS: [u8; 4] = [0xdb, 0xbb, 0xd8, 0x32];

/// 4096 zeros and a checksum, true or not.
pub(crate) fn zeros_checked(checksum: [u8; 4]) -> Vec<u8> {
    let mut out = zeros(4096);
    out[4] |= 0b0000_0100;
    out.extend(checksum);
    out
}

/// 4096 zeros in a frame that names dictionary 7.
pub(crate) fn with_dictionary() -> Vec<u8> {
    let mut out = zeros(4096);
    out[4] |= 0b0000_0001;
    out.insert(5, 7);
    out
}

/// A frame that a decoder skips, with 4 bytes of anything in it.
pub(crate) fn skippable() -> Vec<u8> {
    [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, b'a', b'n', b'y', b'!'].to_vec()
}
