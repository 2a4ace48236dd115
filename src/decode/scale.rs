//! Decimal to binary where one rounding in `f64` arithmetic is not enough.
//!
//! The product of a rounded mantissa and a rounded reciprocal of a power of ten is off by less than two and a half
//! units in its last place: by half a unit as it is rounded, and by at most one as each factor was. By how much is
//! told exactly by what the product leaves of the mantissa, in integers: it is so small that arithmetic modulo 2^64
//! gives it. wasm has no product of 128 bits, which other ways need (D. Lemire, "Number Parsing at a Gigabyte per
//! Second", Software: Practice and Experience 51, 2021), and a division by the power takes three times as long.

use super::digits::{MAX_POWER, POWERS};

/// Bits of an `f64` mantissa that are written down.
const MANTISSA_BITS: u32 = 52;

/// What the exponent of an `f64` is written down with, for a mantissa that is an integer.
const BIAS: i64 = 1023 + MANTISSA_BITS as i64;

/// The reciprocals of the powers of ten, each the nearest `f64`.
const RECIPROCALS: [f64; MAX_POWER + 1] = {
    let mut reciprocals = [0.0; MAX_POWER + 1];
    let mut n = 0;
    while n <= MAX_POWER {
        reciprocals[n] = 1.0 / POWERS[n] as f64;
        n += 1;
    }
    reciprocals
};

/// The `f64` nearest to `mantissa` * 10^`power`, when the fast way decides it.
#[inline]
pub(super) fn to_f64(mantissa: u64, power: i64) -> Option<f64> {
    let index = usize::try_from(-power).ok()?;
    let divisor = *POWERS[..=MAX_POWER].get(index)?;
    let bits = (mantissa as f64 * RECIPROCALS[index]).to_bits();
    let exponent = (bits >> MANTISSA_BITS) as i64 - BIAS;
    let digits = bits & ((1 << MANTISSA_BITS) - 1) | 1 << MANTISSA_BITS;
    // Within three units of a power of two the units next to it are not all alike.
    let edge = digits.wrapping_sub((1 << MANTISSA_BITS) + 3) > (1 << MANTISSA_BITS) - 7;
    if edge || !(-63..=0).contains(&exponent) {
        return None;
    }
    // What is left of the mantissa, in units of which the divisor makes one in the last place: at most
    // two and a half times the divisor, which an i64 holds.
    let rest = (mantissa << -exponent).wrapping_sub(digits.wrapping_mul(divisor)) as i64;
    let twice = 2 * rest.unsigned_abs();
    // A tie is decided by whoever looks at it.
    if twice == divisor || twice == 3 * divisor {
        return None;
    }
    // How many steps are needed, and where to, is chance: no branch would foretell it.
    let steps = i64::from(twice > divisor) + i64::from(twice > 3 * divisor);
    Some(f64::from_bits(
        bits.wrapping_add_signed(steps * (rest >> 63 | 1)),
    ))
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
        fn agrees_next_to_ties(bits in 0u64..1 << 52, power in -22i64..0, off in -1i64..=1) {
            // Halfway between two doubles, times a power of ten that keeps it whole.
            let odd = 1u64 << 53 | bits << 1 | 1;
            let mantissa = odd.wrapping_mul(5u64.pow(((-power) % 4) as u32)).wrapping_add_signed(off);
            if let Some(value) = to_f64(mantissa, power) {
                prop_assert_eq!(value, format!("{mantissa}e{power}").parse::<f64>().unwrap());
            }
        }

        #[test]
        fn agrees_next_to_powers_of_two(power in 1u32..=MAX_POWER as u32, j in 0u32..64, off in -4_000i64..4_000, finer in 0u32..10) {
            // A few units in the last place of the product, or parts of one, from a power of two.
            let Some(edge) = 10u64.pow(power).checked_mul(1 << j) else { return Ok(()) };
            let mantissa = edge.wrapping_add_signed(off << (11 - finer));
            if let Some(value) = to_f64(mantissa, -i64::from(power)) {
                prop_assert_eq!(value, format!("{mantissa}e-{power}").parse::<f64>().unwrap());
            }
        }
    }

    #[test]
    fn guesses_nothing_next_to_powers_of_two() {
        // Their products lie on the other side of a power of two than they do.
        for (mantissa, power) in [(11_258_999_068_426_239, -1), (13_107_200_000_000_001, -11)] {
            assert_eq!(to_f64(mantissa, power), None, "{mantissa}e{power}");
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
