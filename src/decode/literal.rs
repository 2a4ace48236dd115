//! Comparing a few bytes with a few bytes, eight at a time.

/// Whether two slices of the same length are equal. For the short literals of
/// feeds this beats a call of `memcmp`, which wasm has to bring along.
#[inline]
pub(crate) fn equal(a: &[u8], b: &[u8]) -> bool {
    let length = a.len();
    if length != b.len() {
        return false;
    }
    if length >= 8 {
        // Whole words, then the last eight bytes, which may overlap them.
        let whole = a
            .chunks_exact(8)
            .zip(b.chunks_exact(8))
            .all(|(a, b)| word(a) == word(b));
        return whole && word(&a[length - 8..]) == word(&b[length - 8..]);
    }
    if length >= 4 {
        return half(a) == half(b) && half(&a[length - 4..]) == half(&b[length - 4..]);
    }
    a.iter().zip(b).all(|(a, b)| a == b)
}

#[inline]
fn word(bytes: &[u8]) -> u64 {
    bytes
        .first_chunk()
        .map_or(0, |chunk| u64::from_le_bytes(*chunk))
}

#[inline]
fn half(bytes: &[u8]) -> u32 {
    bytes
        .first_chunk()
        .map_or(0, |chunk| u32::from_le_bytes(*chunk))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_counts() {
        for length in 0..40u8 {
            let a: Vec<u8> = (0..length).collect();
            assert!(equal(&a, &a) && !equal(&a, &[a.as_slice(), &[0]].concat()));
            for i in 0..a.len() {
                let mut b = a.clone();
                b[i] ^= 1;
                assert!(!equal(&a, &b), "length {length}, byte {i}");
            }
        }
    }
}
