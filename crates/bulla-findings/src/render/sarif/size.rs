/// How far back DEFLATE looks, and how much it copies at once (RFC 1951, section 2).
const WINDOW: usize = 32_768;
const LONGEST_COPY: usize = 258;
/// Shorter copies are not looked for.
const SHORTEST_COPY: usize = 4;

/// What they cost with the fixed codes (section 3.2.6): at most 8 + 5 bits for a length, 5 + 13 for a distance.
const COPY_BITS: u64 = 31;
const LITERAL_BITS: u64 = 9;

/// Begun anew when it holds so much, which costs the first copies after it.
const HISTORY: usize = 1 << 20;
const SLOTS: usize = 1 << 15;

/// How large a text becomes when it is compressed, without compressing it: an upper bound, for a compressor finds
/// better copies and makes better codes.
pub(crate) struct Compressed {
    bits: u64,
    history: Vec<u8>,
    /// Where four bytes with that hash came last.
    last: Vec<Option<usize>>,
}

impl Compressed {
    pub(crate) fn new() -> Self {
        Self { bits: 0, history: Vec::new(), last: vec![None; SLOTS] }
    }

    pub(crate) const fn bytes(&self) -> u64 {
        self.bits.div_ceil(8)
    }

    pub(crate) fn add(&mut self, text: &[u8]) {
        if self.history.len() > HISTORY {
            self.history.clear();
            self.last.fill(None);
        }
        let mut at = self.history.len();
        self.history.extend_from_slice(text);
        while at < self.history.len() {
            let copied = self.copied(at);
            self.bits += if copied == 0 { LITERAL_BITS } else { COPY_BITS };
            let next = at + copied.max(1);
            (at..next).for_each(|at| self.remember(at));
            at = next;
        }
    }

    /// How many bytes from there on are a copy; 0 if it is too few.
    fn copied(&self, at: usize) -> usize {
        let earlier = self.slot(at).and_then(|slot| self.last[slot]).filter(|earlier| at - earlier <= WINDOW);
        let Some(earlier) = earlier else { return 0 };
        let pairs = self.history[earlier..].iter().zip(&self.history[at..]);
        let same = pairs.take(LONGEST_COPY).take_while(|(one, other)| one == other).count();
        if same < SHORTEST_COPY { 0 } else { same }
    }

    fn remember(&mut self, at: usize) {
        if let Some(slot) = self.slot(at) {
            self.last[slot] = Some(at);
        }
    }

    fn slot(&self, at: usize) -> Option<usize> {
        let four = self.history[at..].first_chunk::<SHORTEST_COPY>()?;
        Some((u32::from_le_bytes(*four).wrapping_mul(0x9e37_79b1) >> 17) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_costs_little_and_what_does_not_costs_itself() {
        let mut one = Compressed::new();
        let unlike: Vec<u8> = (0..=255).collect();
        one.add(&unlike);
        assert_eq!(one.bytes(), 288);
        for _ in 0..10_000 {
            one.add(&unlike);
        }
        assert!(one.bytes() < 288 + 10_000 * 5, "{}", one.bytes());
    }
}
