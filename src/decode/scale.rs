//! Decimal to binary where one rounding in `f64` arithmetic is not enough.
//!
//! D. Lemire, "Number Parsing at a Gigabyte per Second", Software: Practice and
//! Experience 51 (2021), after M. Eisel: the mantissa times a 128-bit
//! approximation of the power of ten decides the rounding, except in cases so
//! close to a tie that the caller must look at all digits.

/// Most negative power of ten in the table; 5^27 is the last power of five in 64 bits.
const MIN_POWER: i64 = -27;

/// Bits of an `f64` mantissa that are written down.
const MANTISSA_BITS: u32 = 52;

/// The leading 128 bits of 5^q for q from [`MIN_POWER`] to -1: reciprocals, rounded up.
const RECIPROCALS: [(u64, u64); -MIN_POWER as usize] = {
    let mut table = [(0, 0); -MIN_POWER as usize];
    let mut power = 1u64;
    let mut n = 1;
    while n <= -MIN_POWER as usize {
        power *= 5;
        table[n - 1] = reciprocal(power);
        n += 1;
    }
    table
};

/// ceil(2^(127 + bits) / power) with 2^(bits - 1) <= power < 2^bits, as (high, low): by long division,
/// bit after bit.
const fn reciprocal(power: u64) -> (u64, u64) {
    let bits = 64 - power.leading_zeros();
    let mut quotient = 0u128;
    let mut remainder = 1u128 << (bits - 1);
    let mut bit = 0;
    // The quotient has 128 bits, its first one comes from 2^(bits - 1) * 2.
    while bit < 128 {
        remainder <<= 1;
        quotient <<= 1;
        if remainder >= power as u128 {
            remainder -= power as u128;
            quotient |= 1;
        }
        bit += 1;
    }
    if remainder > 0 {
        quotient += 1;
    }
    ((quotient >> 64) as u64, quotient as u64)
}

/// The `f64` nearest to `mantissa` * 10^`power`, when the fast way decides it.
#[inline]
pub(super) fn to_f64(mantissa: u64, power: i64) -> Option<f64> {
    if mantissa == 0 || !(MIN_POWER..0).contains(&power) {
        return None;
    }
    let zeros = mantissa.leading_zeros();
    let normal = mantissa << zeros;
    let (high, low) = RECIPROCALS[(-power - 1) as usize];
    let (mut product, mut rest) = multiply(normal, high);
    // Only when the bits below the mantissa are all ones can the low half of the power matter.
    if product & 0x1ff == 0x1ff {
        let (carry, _) = multiply(normal, low);
        let (sum, overflow) = rest.overflowing_add(carry);
        rest = sum;
        product += u64::from(overflow);
    }
    let upper = (product >> 63) as u32;
    let shift = upper + 64 - MANTISSA_BITS - 3;
    let mut digits = product >> shift;
    // A tie can only be exact for small powers of five; leave ties to exact arithmetic.
    if rest <= 1 && digits & 1 == 1 && digits << shift == product {
        return None;
    }
    digits += digits & 1;
    digits >>= 1;
    // floor(power * log2(10)), exact in this range (Lemire 2021, section 5).
    let binary = ((217_706 * power) >> 16) + 63;
    let mut exponent = binary + i64::from(upper) - i64::from(zeros) + 1023;
    if digits >= 2 << MANTISSA_BITS {
        digits = 1 << MANTISSA_BITS;
        exponent += 1;
    }
    let fraction = digits & !(1 << MANTISSA_BITS);
    // Powers from -27 on a mantissa of 64 bits stay far from the ends of the exponent's range.
    Some(f64::from_bits(
        fraction | (exponent as u64) << MANTISSA_BITS,
    ))
}

/// The 128-bit product as (high, low). wasm has no instruction for it, and the
/// compiler's `u128` would call a routine.
#[inline(always)]
fn multiply(a: u64, b: u64) -> (u64, u64) {
    let (a1, a0) = (a >> 32, a & 0xffff_ffff);
    let (b1, b0) = (b >> 32, b & 0xffff_ffff);
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 32);
    let middle2 = a0 * b1 + (middle & 0xffff_ffff);
    (
        a1 * b1 + (middle >> 32) + (middle2 >> 32),
        a.wrapping_mul(b),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn agrees_with_the_standard_library(mantissa in any::<u64>(), shift in 0u32..64, power in -27i64..0) {
            let mantissa = mantissa >> shift;
            if let Some(value) = to_f64(mantissa, power) {
                prop_assert_eq!(value, format!("{mantissa}e{power}").parse::<f64>().unwrap());
            }
        }

        #[test]
        fn agrees_next_to_ties(bits in any::<u32>(), power in -22i64..0, off in -1i64..=1) {
            // Halfway between two doubles, times a power of ten that keeps it whole.
            let odd = (1u64 << 53) | u64::from(bits) << 1 | 1;
            let mantissa = odd.wrapping_mul(5u64.pow(((-power) % 4) as u32)).wrapping_add_signed(off);
            if let Some(value) = to_f64(mantissa, power) {
                prop_assert_eq!(value, format!("{mantissa}e{power}").parse::<f64>().unwrap());
            }
        }
    }

    #[test]
    fn decides_almost_always() {
        let decided = (0..10_000u64)
            .filter(|i| to_f64(12_345_678_901_234_567 + i * 7919, -15).is_some())
            .count();
        assert!(decided > 9_990, "{decided}");
    }
}
