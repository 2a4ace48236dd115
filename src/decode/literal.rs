//! Comparing a few bytes with a few bytes, eight at a time.

/// Bytes of a word.
const WORD: usize = 8;

/// Bytes that are looked for often. For the short literals of feeds, words that
/// are ready to be compared beat a call of `memcmp`, which wasm has to bring along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Literal {
    bytes: Box<[u8]>,
    /// The first word of a literal of at most two, zero where it has ended, and which bits of it count.
    first: u64,
    mask: u64,
    /// The last word of one that is longer than a word; the two may overlap.
    last: u64,
}

impl Literal {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let mut first = [0; WORD];
        let mut mask = [0; WORD];
        for ((first, mask), byte) in first.iter_mut().zip(&mut mask).zip(bytes) {
            (*first, *mask) = (*byte, u8::MAX);
        }
        Self {
            bytes: bytes.into(),
            first: u64::from_le_bytes(first),
            mask: u64::from_le_bytes(mask),
            last: last_word(bytes).unwrap_or_default(),
        }
    }

    /// Whether there is nothing of it.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether its first byte is this one.
    pub(crate) fn begins_with(&self, byte: u8) -> bool {
        self.bytes.first() == Some(&byte)
    }

    /// Where the literal ends, if it stands in `bytes` at `pos`.
    #[inline(always)]
    pub(crate) fn end_in(&self, bytes: &[u8], pos: usize) -> Option<usize> {
        let end = pos + self.bytes.len();
        if self.bytes.len() <= 2 * WORD
            && let Some(word) = bytes.get(pos..).and_then(first_word)
        {
            let same = word & self.mask == self.first
                && (self.bytes.len() <= WORD
                    || bytes.get(..end).and_then(last_word) == Some(self.last));
            return same.then_some(end);
        }
        // Long, or at the end of a batch.
        equal(bytes.get(pos..end)?, &self.bytes).then_some(end)
    }
}

/// Whether two slices are equal.
#[inline]
pub(crate) fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if a.len() >= WORD {
        // Whole words, then the last eight bytes, which may overlap them.
        return a
            .chunks_exact(WORD)
            .zip(b.chunks_exact(WORD))
            .all(|(a, b)| first_word(a) == first_word(b))
            && last_word(a) == last_word(b);
    }
    a.iter().zip(b).all(|(a, b)| a == b)
}

#[inline(always)]
fn first_word(bytes: &[u8]) -> Option<u64> {
    bytes
        .first_chunk::<WORD>()
        .map(|chunk| u64::from_le_bytes(*chunk))
}

#[inline(always)]
fn last_word(bytes: &[u8]) -> Option<u64> {
    bytes.last_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts() {
        for length in 0..40u8 {
            let a: Vec<u8> = (0..length).collect();
            let literal = Literal::new(&a);
            let longer = [&[9], a.as_slice(), &[0]].concat();
            assert!(equal(&a, &a) && !equal(&a, &longer));
            assert_eq!(literal.end_in(&longer, 1), Some(a.len() + 1));
            assert_eq!(literal.end_in(&longer, 3), None);
            let followed = [&longer, &b"more behind"[..]].concat();
            assert_eq!(literal.end_in(&followed, 1), Some(a.len() + 1));
            for i in 0..a.len() {
                let mut b = a.clone();
                b[i] ^= 1;
                let followed = [&b, &b"more behind"[..]].concat();
                assert!(
                    !equal(&a, &b)
                        && literal.end_in(&b, 0).is_none()
                        && literal.end_in(&followed, 0).is_none(),
                    "length {length}, byte {i}"
                );
            }
        }
    }
}
