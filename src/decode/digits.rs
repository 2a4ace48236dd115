//! Runs of ASCII digits to integers, many digits at a time.

/// Digits read into a mantissa.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Digits {
    /// Their value; wrapped when `count` is beyond 19.
    pub(super) mantissa: u64,
    /// How many there were, leading zeros included.
    pub(super) count: usize,
}

/// Powers of ten, as many as an `f64` and an `i64` both hold exactly: more digits multiply the mantissa
/// by them. Thirty-two entries, so that an index of five bits needs no check.
pub(super) const POWERS: [u64; 32] = {
    let mut powers = [0; 32];
    powers[0] = 1;
    let mut n = 1;
    while n <= MAX_POWER {
        powers[n] = powers[n - 1] * 10;
        n += 1;
    }
    powers
};

/// The exponent of the largest of them.
pub(super) const MAX_POWER: usize = 18;

impl Digits {
    /// Reads digits from `pos` on and returns where they end.
    #[inline(always)]
    pub(super) fn read(&mut self, bytes: &[u8], mut pos: usize) -> usize {
        let start = pos;
        while let Some(chunk) = bytes
            .get(pos..)
            .and_then(|rest| rest.first_chunk::<CHUNK>())
        {
            let (value, digits) = leading(chunk);
            self.mantissa = self
                .mantissa
                .wrapping_mul(POWERS[digits & 31])
                .wrapping_add(value);
            pos += digits;
            if digits < CHUNK {
                self.count += pos - start;
                return pos;
            }
        }
        // The last bytes of a batch.
        while let Some(digit) = bytes
            .get(pos)
            .map(|b| b.wrapping_sub(b'0'))
            .filter(|d| *d < 10)
        {
            self.mantissa = self
                .mantissa
                .wrapping_mul(10)
                .wrapping_add(u64::from(digit));
            pos += 1;
        }
        self.count += pos - start;
        pos
    }
}

/// Where the digits that begin at `pos` end.
#[inline(always)]
pub(super) fn end(bytes: &[u8], mut pos: usize) -> usize {
    while let Some(chunk) = bytes.get(pos..).and_then(<[u8]>::first_chunk) {
        let digits = count(chunk);
        pos += digits;
        if digits < CHUNK {
            return pos;
        }
    }
    while bytes.get(pos).is_some_and(u8::is_ascii_digit) {
        pos += 1;
    }
    pos
}

/// The value of the first `count` of eight digits, of which there is at least one. The lowest byte is the first
/// (D. Lemire, "Quickly parsing eight digits", 2018).
#[inline(always)]
fn sum_of_eight(digits: u64, count: usize) -> u64 {
    // Push what follows the digits out; what moves in counts as zeros in front of them.
    let digits = digits << (64 - 8 * count);
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8);
    let low = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let high = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    low.wrapping_add(high) >> 32
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
use swar::{CHUNK, count, leading};

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use simd::{CHUNK, count, leading};

/// Within a register of 64 bits.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod swar {
    pub(super) const CHUNK: usize = 8;

    /// The bytes' values, and how many of them are digits before one that is none.
    #[inline(always)]
    fn values(chunk: &[u8; CHUNK]) -> (u64, usize) {
        let digits = u64::from_le_bytes(*chunk) ^ 0x3030_3030_3030_3030;
        // A byte is a digit when its value is below 10: adding 0x76 must not reach the top bit. A
        // carry out of a byte that is none can only disturb bytes after it.
        let others = (digits.wrapping_add(0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080;
        (digits, (others.trailing_zeros() / 8) as usize)
    }

    /// How many digits the bytes begin with.
    #[inline(always)]
    pub(super) fn count(chunk: &[u8; CHUNK]) -> usize {
        values(chunk).1
    }

    /// The value of the digits that the bytes begin with, and how many there are.
    #[inline(always)]
    pub(super) fn leading(chunk: &[u8; CHUNK]) -> (u64, usize) {
        match values(chunk) {
            (_, 0) => (0, 0),
            (digits, count) => (super::sum_of_eight(digits, count), count),
        }
    }
}

/// With wasm's vectors of 128 bits: the same, sixteen digits at a time.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd {
    use core::arch::wasm32::{
        i8x16_sub, i16x8, i16x8_narrow_i32x4, i32x4_dot_i16x8, i32x4_extract_lane, u8x16,
        u8x16_bitmask, u8x16_ge, u8x16_splat, u8x16_swizzle, u16x8_extend_high_u8x16,
        u16x8_extend_low_u8x16, u64x2, u64x2_extract_lane, v128,
    };

    pub(super) const CHUNK: usize = 16;

    /// The bytes' values, and how many of them are digits before one that is none.
    #[inline(always)]
    fn values(chunk: &[u8; CHUNK]) -> (v128, u32) {
        let [a, b, c, d, e, f, g, h, rest @ ..] = *chunk;
        let bytes = u64x2(
            u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            u64::from_le_bytes(rest),
        );
        let digits = i8x16_sub(bytes, u8x16_splat(b'0'));
        let others = u32::from(u8x16_bitmask(u8x16_ge(digits, u8x16_splat(10)))) | 1 << CHUNK;
        (digits, others.trailing_zeros())
    }

    /// How many digits the bytes begin with.
    #[inline(always)]
    pub(super) fn count(chunk: &[u8; CHUNK]) -> usize {
        values(chunk).1 as usize
    }

    /// The value of the digits that the bytes begin with, and how many there are.
    #[inline(always)]
    pub(super) fn leading(chunk: &[u8; CHUNK]) -> (u64, usize) {
        let (digits, count) = values(chunk);
        // Few digits are added up sooner without vectors.
        if (1..=8).contains(&count) {
            let digits = u64x2_extract_lane::<0>(digits);
            return (super::sum_of_eight(digits, count as usize), count as usize);
        }
        // Move the digits to the end; an index below zero selects nothing, which counts as zero.
        let places = u8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        let digits = u8x16_swizzle(
            digits,
            i8x16_sub(places, u8x16_splat((CHUNK as u32 - count) as u8)),
        );
        let tens = i16x8(10, 1, 10, 1, 10, 1, 10, 1);
        let twos = i16x8_narrow_i32x4(
            i32x4_dot_i16x8(u16x8_extend_low_u8x16(digits), tens),
            i32x4_dot_i16x8(u16x8_extend_high_u8x16(digits), tens),
        );
        let fours = i32x4_dot_i16x8(twos, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
        let fours = i16x8_narrow_i32x4(fours, fours);
        let eights = i32x4_dot_i16x8(fours, i16x8(10_000, 1, 10_000, 1, 10_000, 1, 10_000, 1));
        let high = i32x4_extract_lane::<0>(eights) as u64;
        let low = i32x4_extract_lane::<1>(eights) as u64;
        (high * 100_000_000 + low, count as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_values_of_every_length_and_follower() {
        for length in 0..40usize {
            for follower in [b'.', b',', b'/', b':', b'e', 0, 0x7f, 0x80, 0xff] {
                let text: String = "9081726354".chars().cycle().take(length).collect();
                let mut bytes = text.clone().into_bytes();
                bytes.push(follower);
                bytes.extend_from_slice(b"1234567890123456789012345");
                let mut digits = Digits::default();
                assert_eq!(digits.read(&bytes, 0), length);
                assert_eq!(digits.count, length);
                assert_eq!(end(&bytes, 0), length);
                if length <= 19 {
                    assert_eq!(digits.mantissa, text.parse().unwrap_or(0), "{text}");
                }
            }
        }
    }
}
