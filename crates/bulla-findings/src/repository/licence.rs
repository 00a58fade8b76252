//! The texts of the licences that nearly everybody uses, each known by its words from a first to a last phrase.
//!
//! Letters' case, punctuation, numbers and the form of paragraphs say nothing; a single other word does. What stands before
//! and behind (a title, who holds the copyright, how to apply it) differs between copies.

use sha2::{Digest as _, Sha256};

/// A licence whose text is known.
struct Known {
    /// Its identifier in the SPDX list. Whether later versions of a GNU licence apply stands outside its text.
    id: &'static str,
    first: &'static str,
    last: &'static str,
    /// How many words the SPDX list's text has before and behind them.
    beside: usize,
    /// SHA-256 of the words from the first phrase to the last, with one space between.
    digest: &'static str,
}

/// A text that was recognised.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Recognised {
    /// Its identifier in the SPDX list.
    pub(crate) id: &'static str,
    /// How many words stand before and behind it, if they are more than a title and some names take.
    pub(crate) beside: Option<usize>,
}

/// Titles, years and the names of those who hold the copyright.
const ROOM_FOR_NAMES: usize = 60;

/// The licence that a text holds, word by word.
pub(crate) fn recognise(text: &str) -> Option<Recognised> {
    let words = words(text);
    KNOWN.iter().find_map(|known| {
        let start = words.find(known.first)?;
        let end = start + words[start..].find(known.last)? + known.last.len();
        let digest = Sha256::digest(&words[start..end]);
        let beside = words[..start].split_whitespace().count() + words[end..].split_whitespace().count();
        let beside = Some(beside).filter(|beside| *beside > known.beside + ROOM_FOR_NAMES);
        is_hex_of(known.digest, &digest).then_some(Recognised { id: known.id, beside })
    })
}

fn words(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.contains(char::is_alphabetic));
    let mut joined = String::with_capacity(text.len());
    for word in words {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.extend(word.chars().flat_map(char::to_lowercase));
    }
    joined
}

fn is_hex_of(hex: &str, bytes: &[u8]) -> bool {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == hex
}

const KNOWN: [Known; 20] = [
    Known {
        id: "MIT",
        first: "permission is hereby granted free of charge",
        last: "dealings in the software",
        beside: 8,
        digest: "0cf21bdfd1964a97a8615e128534845826afbc887edc95aa5c925cbf64386b5c",
    },
    Known {
        id: "MIT-0",
        first: "permission is hereby granted free of charge",
        last: "dealings in the software",
        beside: 8,
        digest: "a181c333030f65ebcf2eabeca3493225b6b03fce6907bdd3e59e7a8a37180fbd",
    },
    Known {
        id: "Apache-2.0",
        first: "terms and conditions for use reproduction and distribution",
        last: "end of terms and conditions",
        beside: 183,
        digest: "842e75d3e7964c89a3d62f7625eedd739ddb76568f8cfcb8e5e0bb3e7ac0953b",
    },
    Known {
        id: "BSD-3-Clause",
        first: "redistribution and use in source and binary forms",
        last: "possibility of such damage",
        beside: 5,
        digest: "53075742228962c7ea381b8242c64602fa32e7b8f52facb6d13ee4f9c596ddfa",
    },
    Known {
        id: "BSD-2-Clause",
        first: "redistribution and use in source and binary forms",
        last: "possibility of such damage",
        beside: 5,
        digest: "986c3c3199a93b916c8f2e0aeed57819bcbdcb2cd9d99902dcc9d74b53f93a74",
    },
    Known {
        id: "ISC",
        first: "permission to use copy modify and or distribute",
        last: "performance of this software",
        beside: 6,
        digest: "217da0747cec63a2e734185db11cbaa819bcd9e5b83cd12f812128fffe66e26a",
    },
    Known {
        id: "0BSD",
        first: "permission to use copy modify and or distribute",
        last: "performance of this software",
        beside: 7,
        digest: "25a274d52b3014d9bd64e0f3362fd279ac1655f163d5c518f6b9f6c43354802c",
    },
    Known {
        id: "Zlib",
        first: "this software is provided as is",
        last: "from any source distribution",
        beside: 3,
        digest: "9ddc78a5797b5008d488969fd959f4281a97821e07ddc5d19ca9c163fdbeeb73",
    },
    Known {
        id: "BSL-1.0",
        first: "permission is hereby granted free of charge",
        last: "dealings in the software",
        beside: 7,
        digest: "4f4c9e65217414246c604405ee4900201bd9f230d226fa803a0b7a1f5775bf85",
    },
    Known {
        id: "Unlicense",
        first: "this is free and unencumbered software",
        last: "dealings in the software",
        beside: 10,
        digest: "e6e60d2037efe58841d698b341a609d8a738effceaadb12ac721e54f8e0bf7db",
    },
    Known {
        id: "CC0-1.0",
        first: "statement of purpose",
        last: "use of the work",
        beside: 110,
        digest: "d5f80e32153374fa4ab69dcc2770d522f29ea9a00135d010dac8328ad072eafb",
    },
    Known {
        id: "MPL-2.0",
        first: "definitions contributor means",
        last: "exhibit a source code form license notice",
        beside: 119,
        digest: "8f31de800d2baea93d9ae76198bf62625a42ce6e8abd8a4555a787419a06c428",
    },
    Known {
        id: "GPL-3.0",
        first: "preamble the gnu general public license",
        last: "end of terms and conditions",
        beside: 482,
        digest: "7238ddc67f3734c2ffffd1ff58232b1cefb2209c280abf7adccc2cd620ed3d5b",
    },
    Known {
        id: "GPL-2.0",
        first: "preamble the licenses for most software",
        last: "end of terms and conditions",
        beside: 455,
        digest: "052941c3e1e421eaa9610ee43980fa29878cb8f8cdf0c38915f460db38f31d22",
    },
    Known {
        id: "AGPL-3.0",
        first: "preamble the gnu affero general public license",
        last: "end of terms and conditions",
        beside: 400,
        digest: "cf251cc4ee54583ce6798f90231875acf71cf4dec594e0c1f30a8e50b02981bb",
    },
    Known {
        id: "LGPL-3.0",
        first: "this version of the gnu lesser general public license",
        last: "choose that version for the library",
        beside: 5676,
        digest: "cebabeb000862b704b9c7ff7e3f7d37229cb5fc320b12fafae0702a7f58fbb03",
    },
    Known {
        id: "LGPL-2.1",
        first: "preamble the licenses for most software",
        last: "end of terms and conditions",
        beside: 401,
        digest: "492668e6df5ad8df5f0a3a17a7306f8bdd76bb5b47bf51b71407bced7a06da88",
    },
    Known {
        id: "EPL-2.0",
        first: "the accompanying program is provided",
        last: "notices of copyright ownership",
        beside: 5,
        digest: "80648c665685ea867e9e5125253c780b58469d1a9decde01956d78517d34e427",
    },
    Known {
        id: "Unicode-3.0",
        first: "permission is hereby granted free of charge",
        last: "authorization of the copyright holder",
        beside: 68,
        digest: "1e26d1f91c491decfd971c193fdd62fe5fa5c893dd926d79ef84c3e22d143a93",
    },
    // The Free Software Foundation's own copy has its title a second time, before the terms.
    Known {
        id: "GPL-2.0",
        first: "preamble the licenses for most software",
        last: "end of terms and conditions",
        beside: 508,
        digest: "0bd1b49f62f709f5c3d9c04aca0f99760cf6089cbc27bfa8dd994fc8ffe12113",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    const MIT: &str = include_str!("../../../../LICENSE-MIT");
    const APACHE: &str = include_str!("../../../../LICENSE-APACHE");

    #[test]
    fn a_licence_is_known_however_its_lines_are_broken_and_whoever_holds_the_copyright() {
        let flowed = MIT.split_whitespace().collect::<Vec<_>>().join("  ");
        for text in [MIT, flowed.as_str()] {
            assert_eq!(recognise(text), Some(Recognised { id: "MIT", beside: None }));
        }
        assert_eq!(recognise(APACHE), Some(Recognised { id: "Apache-2.0", beside: None }));
    }

    #[test]
    fn one_other_word_makes_another_licence() {
        assert_eq!(recognise(&MIT.replace("free of charge", "for a fee")), None);
        assert_eq!(recognise(&MIT.replace("without restriction", "without some restriction")), None);
        let rider = format!("{MIT}{}", "Nobody may sell it. ".repeat(20));
        assert!(recognise(&rider).unwrap().beside.is_some());
    }
}
