//! Comparing a few bytes with a few bytes, eight at a time.

/// Bytes that are looked for often. For the short literals of feeds, words that
/// are ready to be compared beat a call of `memcmp`, which wasm has to bring along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Literal {
    bytes: Box<[u8]>,
    /// The first and the last eight bytes, which may overlap; of 8 to 16 bytes they are all.
    words: Option<(u64, u64)>,
}

impl Literal {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let words = if bytes.len() <= 16 {
            first_word(bytes).zip(last_word(bytes))
        } else {
            None
        };
        Self {
            bytes: bytes.into(),
            words,
        }
    }

    /// Where the literal ends, if it stands in `bytes` at `pos`.
    #[inline(always)]
    pub(crate) fn end_in(&self, bytes: &[u8], pos: usize) -> Option<usize> {
        let end = pos + self.bytes.len();
        let there = bytes.get(pos..end)?;
        let equal = match self.words {
            Some((first, last)) => {
                first_word(there) == Some(first) && last_word(there) == Some(last)
            }
            None => equal(there, &self.bytes),
        };
        equal.then_some(end)
    }
}

/// Whether two slices are equal.
#[inline]
pub(crate) fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    if a.len() >= 8 {
        // Whole words, then the last eight bytes, which may overlap them.
        return a
            .chunks_exact(8)
            .zip(b.chunks_exact(8))
            .all(|(a, b)| first_word(a) == first_word(b))
            && last_word(a) == last_word(b);
    }
    a.iter().zip(b).all(|(a, b)| a == b)
}

#[inline(always)]
fn first_word(bytes: &[u8]) -> Option<u64> {
    bytes.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
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
            for i in 0..a.len() {
                let mut b = a.clone();
                b[i] ^= 1;
                assert!(
                    !equal(&a, &b) && literal.end_in(&b, 0).is_none(),
                    "length {length}, byte {i}"
                );
            }
        }
    }
}
