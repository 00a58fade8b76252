//! The fields of a tar archive's headers, each in the one way that every reader reads.

use super::error::ImageProblem;

pub(super) const BLOCK: usize = 512;

/// One record of a PAX header: its key and its value.
type Record<'a> = (&'a [u8], &'a [u8]);

/// Whether a file that begins like this is a tar file.
pub(super) fn is_header(block: &[u8; BLOCK]) -> bool {
    block[257..].starts_with(b"ustar") || check_sum(block).is_ok()
}

pub(super) fn wrong(why: &str) -> ImageProblem {
    ImageProblem::malformed("the archive", why)
}

pub(super) fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// The name in the header itself, which a prefix may stand before.
pub(super) fn own_name(header: &[u8; BLOCK]) -> Result<Vec<u8>, ImageProblem> {
    let name = until_nul(&header[..100]);
    let rest_is_empty = |from: usize| header[from..].iter().all(|byte| *byte == 0);
    match &header[257..265] {
        b"ustar\x0000" if rest_is_empty(500) => match until_nul(&header[345..500]) {
            b"" => Ok(name.to_owned()),
            prefix => Ok([prefix, b"/", name].concat()),
        },
        b"ustar  \0" | [0, 0, 0, 0, 0, 0, 0, 0] if rest_is_empty(345) => Ok(name.to_owned()),
        _ => Err(wrong("a header is of a form that readers do not agree about")),
    }
}

/// The sum of the header's bytes, its own digits counted as spaces.
pub(super) fn check_sum(header: &[u8; BLOCK]) -> Result<(), ImageProblem> {
    let counted =
        header.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { b' ' } else { *byte });
    let sum: u64 = counted.map(u64::from).sum();
    if number(&header[148..156])? == sum { Ok(()) } else { Err(wrong("a header is damaged")) }
}

/// Octal digits between spaces and zeros; or, behind a byte 0x80, a number in big-endian bytes.
pub(super) fn number(field: &[u8]) -> Result<u64, ImageProblem> {
    let invalid = || wrong("a number in a header is none");
    if let [0x80, bytes @ ..] = field {
        let (high, low) = bytes.split_at(bytes.len().checked_sub(8).ok_or_else(invalid)?);
        let low: [u8; 8] = low.try_into().map_err(|_| invalid())?;
        return if high.iter().all(|byte| *byte == 0) { Ok(u64::from_be_bytes(low)) } else { Err(invalid()) };
    }
    let is_space = |byte: &u8| *byte == b' ' || *byte == 0;
    let start = field.iter().position(|byte| !is_space(byte)).unwrap_or(field.len());
    let end = field.iter().rposition(|byte| !is_space(byte)).map_or(start, |last| last + 1);
    // At most twelve digits of three bits each.
    field[start..end].iter().try_fold(0_u64, |number, digit| match digit {
        b'0'..=b'7' => Ok(number * 8 + u64::from(digit - b'0')),
        _ => Err(invalid()),
    })
}

pub(super) fn decimal(digits: &[u8]) -> Result<u64, ImageProblem> {
    let all_digits = digits.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(digits).ok().filter(|_| all_digits);
    text.and_then(|text| text.parse().ok()).ok_or_else(|| wrong("a number in a PAX header is none"))
}

/// Records of `length key=value\n`, where the length counts all of the record.
pub(super) fn pax(mut bytes: &[u8]) -> Result<Vec<Record<'_>>, ImageProblem> {
    let invalid = || wrong("a PAX header is malformed");
    let mut records = Vec::new();
    while !bytes.is_empty() {
        let digits = bytes.iter().position(|byte| *byte == b' ').ok_or_else(invalid)?;
        let length = usize::try_from(decimal(&bytes[..digits])?).map_err(|_| invalid())?;
        let record = bytes.get(digits + 1..length).and_then(|r| r.strip_suffix(b"\n")).ok_or_else(invalid)?;
        let equals = record.iter().position(|byte| *byte == b'=').ok_or_else(invalid)?;
        let (key, value) = (&record[..equals], &record[equals + 1..]);
        let counts = [&b"path"[..], b"linkpath", b"size"].contains(&key);
        if key.starts_with(b"GNU.sparse.") || counts && (value.is_empty() || value.contains(&0)) {
            return Err(invalid());
        }
        records.push((key, value));
        bytes = &bytes[length..];
    }
    Ok(records)
}
