//! Decimal to binary by exact arithmetic, for what the fast ways leave undecided.
//!
//! The standard library could do it, but brings a table of 10 KB that does not compress.

use std::cmp::Ordering;

use super::{number::EXACT_DIGITS, scale};

/// Digits that are looked at. A double, or what lies halfway between two, has at most 767; of those
/// beyond it only matters whether they are all zero.
const MAX_DIGITS: usize = 800;

/// Bits of an `f64` mantissa, the hidden one included.
const MANTISSA_BITS: i64 = 53;

/// Largest exponent of two that an `f64` has.
const MAX_EXPONENT: i64 = 1023;

/// Smallest exponent of two of an `f64` with all its bits.
const MIN_EXPONENT: i64 = -1022;

/// The `f64` nearest to the digits that `text` begins with (a decimal point in between counts for
/// nothing) times 10^`power`; of two equally near the even one.
#[cold]
pub(super) fn nearest(text: &[u8], power: i64) -> f64 {
    let mut digits = text
        .iter()
        .take_while(|byte| matches!(byte, b'0'..=b'9' | b'.'))
        .filter(|byte| **byte != b'.')
        .map(|byte| byte - b'0')
        .skip_while(|digit| *digit == 0);
    let mut kept: Vec<u8> = digits.by_ref().take(MAX_DIGITS).collect();
    let (mut dropped, mut inexact) = (0, false);
    for digit in digits {
        dropped += 1;
        inexact |= digit > 0;
    }
    let mut power = power + dropped;
    if inexact {
        kept.push(1);
        power -= 1;
    }
    // The number is below 10^end and, if it is any, at least 10^(end - 1).
    let end = kept.len() as i64 + power;
    if kept.is_empty() || end <= -324 {
        return 0.0;
    }
    if end > 310 {
        return f64::INFINITY;
    }
    by_leading_digits(&kept, power).unwrap_or_else(|| by_division(&kept, power))
}

/// When the digits that 64 bits hold decide, whatever follows.
fn by_leading_digits(digits: &[u8], power: i64) -> Option<f64> {
    let (leading, rest) = digits.split_at_checked(EXACT_DIGITS)?;
    let mantissa = leading
        .iter()
        .fold(0, |mantissa: u64, digit| mantissa * 10 + u64::from(*digit));
    let power = power + rest.len() as i64;
    let low = scale::to_f64(mantissa, power)?;
    (scale::to_f64(mantissa + 1, power)? == low).then_some(low)
}

/// Numerator and denominator as they are, divided bit by bit.
fn by_division(digits: &[u8], power: i64) -> f64 {
    let (mut numerator, mut denominator) = (Natural::default(), Natural(vec![1]));
    for digit in digits {
        numerator.multiply_add(10, u32::from(*digit));
    }
    let scaled = if power < 0 {
        &mut denominator
    } else {
        &mut numerator
    };
    (0..power.unsigned_abs()).for_each(|_| scaled.multiply_add(10, 0));
    // So that numerator / denominator * 2^exponent has a quotient from 1 to below 2.
    let mut exponent = numerator.bits() - denominator.bits();
    numerator.shift_left((-exponent).max(0));
    denominator.shift_left(exponent.max(0));
    if numerator.compare(&denominator) == Ordering::Less {
        numerator.shift_left(1);
        exponent -= 1;
    }
    if exponent > MAX_EXPONENT {
        return f64::INFINITY;
    }
    // Subnormal numbers have fewer bits, down to none.
    let bits = MANTISSA_BITS - (MIN_EXPONENT - exponent).max(0);
    if bits < 0 {
        return 0.0;
    }
    let mantissa = rounded_quotient(numerator, &denominator, bits);
    // A mantissa that was rounded up to one bit more carries into the exponent.
    let biased = (exponent.max(MIN_EXPONENT) - MIN_EXPONENT) as u64;
    f64::from_bits((biased << (MANTISSA_BITS - 1)) + mantissa)
}

/// The first `bits` bits of a quotient from 1 to below 2, rounded to the nearest, ties to even.
fn rounded_quotient(mut numerator: Natural, denominator: &Natural, bits: i64) -> u64 {
    let mut quotient = 0;
    for _ in 0..bits {
        quotient <<= 1;
        if numerator.compare(denominator) != Ordering::Less {
            numerator.subtract(denominator);
            quotient |= 1;
        }
        numerator.shift_left(1);
    }
    match numerator.compare(denominator) {
        Ordering::Less => quotient,
        Ordering::Equal => quotient + (quotient & 1),
        Ordering::Greater => quotient + 1,
    }
}

/// A natural number, 32 bits in each place, the least significant first; the last is never 0.
#[derive(Debug, Default)]
struct Natural(Vec<u32>);

impl Natural {
    fn multiply_add(&mut self, factor: u32, summand: u32) {
        let mut carry = u64::from(summand);
        for place in &mut self.0 {
            let product = u64::from(*place) * u64::from(factor) + carry;
            *place = product as u32;
            carry = product >> 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn bits(&self) -> i64 {
        let last = self.0.last().map_or(0, |last| last.leading_zeros());
        self.0.len() as i64 * 32 - i64::from(last)
    }

    fn shift_left(&mut self, bits: i64) {
        self.multiply_add(1 << (bits % 32), 0);
        let places = (bits / 32) as usize;
        self.0.splice(..0, std::iter::repeat_n(0, places));
    }

    /// What `other`, which is no greater, leaves of it.
    fn subtract(&mut self, other: &Self) {
        let mut borrow = false;
        for (index, place) in self.0.iter_mut().enumerate() {
            let taken = other.0.get(index).copied().unwrap_or(0);
            let (rest, under) = place.overflowing_sub(taken);
            let (rest, under_again) = rest.overflowing_sub(u32::from(borrow));
            *place = rest;
            borrow = under || under_again;
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Both ways to an `f64`, and that of the standard library.
    fn check(digits: &str, power: i64) {
        let expected: f64 = format!("{digits}e{power}").parse().unwrap();
        let places = digits.find('.').map_or(0, |point| digits.len() - point - 1);
        let power = power - places as i64;
        let found = nearest(digits.as_bytes(), power);
        assert_eq!(found.to_bits(), expected.to_bits(), "{digits} {power}");
        let plain: Vec<u8> = digits.bytes().filter(|b| *b != b'.').collect();
        let plain: Vec<u8> = plain
            .iter()
            .map(|b| b - b'0')
            .skip_while(|d| *d == 0)
            .collect();
        if !plain.is_empty() && (-400..400).contains(&power) {
            let found = by_division(&plain, power);
            assert_eq!(found.to_bits(), expected.to_bits(), "{digits} {power}");
        }
    }

    #[test]
    fn the_ends_of_the_range() {
        for digits in [
            "17976931348623157",
            "17976931348623158",
            "179769313486231580793",
        ] {
            check(digits, 309 - digits.len() as i64);
        }
        for (digits, power) in [
            ("5", -324),
            ("2", -324),
            ("3", -324),
            ("247032822920623272", -341),
            ("247032822920623273", -341),
            ("22250738585072011", -324),
            ("22250738585072014", -324),
            ("1", 400),
            ("1", -400),
            ("0.000", 9),
            ("0", 100_000),
        ] {
            check(digits, power);
        }
    }

    #[test]
    fn digits_far_behind_break_a_tie() {
        let tie = format!("9007199254740993.{}", "0".repeat(900));
        check(&tie, 0);
        check(&format!("{tie}1"), 0);
        check(&format!("9007199254740992.{}", "9".repeat(900)), 0);
        check(&format!("9007199254740991.{}", "9".repeat(2000)), 0);
    }

    #[test]
    fn a_long_text_takes_no_long_time() {
        let text = "7".repeat(1_000_000);
        assert_eq!(nearest(text.as_bytes(), -1_000_000), 7.0 / 9.0);
    }

    proptest! {
        #[test]
        fn any_digits(digits in "[0-9]{1,40}(\\.[0-9]{0,40})?", power in -400i64..400) {
            check(&digits, power);
        }

        #[test]
        fn doubles_and_what_lies_halfway(bits in 0u64..0x7fef_ffff_ffff_ffff, off in -1i64..=1) {
            // All the digits of a double, and of the middle between it and the next.
            let (low, high) = (f64::from_bits(bits), f64::from_bits(bits + 1));
            check(&format!("{low:.1074}"), 0);
            if low >= 2f64.powi(-60) && high <= 2f64.powi(52) {
                let middle = format!("{:.200}", low + (high - low) / 2.0);
                check(&middle, off);
            }
            check(&format!("{low:e}").replace('e', "").replace('-', ""), -5);
        }

        #[test]
        fn subnormal_numbers(bits in 0u64..1 << 53) {
            check(&format!("{:.1074}", f64::from_bits(bits)), 0);
        }
    }
}
