//! Numbers in texts that are written another way than JSON's: hexadecimal, and with separators between thousands.

use crate::decode::number;

/// Hexadecimal digits whose number fits into a `u128` beside one more bit.
const EXACT_DIGITS: usize = 31;

/// A hexadecimal integer behind `0x`, with or without a sign: the nearest `f64`.
pub(super) fn from_hex(text: &str) -> Option<f64> {
    let text = text.trim();
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = unsigned
        .strip_prefix("0x")
        .or_else(|| unsigned.strip_prefix("0X"))?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    let (exact, rest) = digits.split_at(digits.len().min(EXACT_DIGITS));
    let integer = match exact {
        "" => 0,
        exact => u128::from_str_radix(exact, 16).ok()?,
    };
    // What is cut only matters where what is left lies just between two numbers.
    let odd = u128::from(rest.bytes().any(|byte| byte != b'0'));
    let scale = i32::try_from(rest.len()).ok()?;
    let value = (integer | odd) as f64 * 16f64.powi(scale);
    value
        .is_finite()
        .then_some(if text.starts_with('-') { -value } else { value })
}

/// A number as people write it: with a decimal point or comma, and with separators between its thousands: commas, points,
/// spaces, apostrophes or underscores, of one kind and in their places. What is left undecided by that: a single comma
/// with three digits behind it separates thousands, a single point is always the decimal point.
pub(super) fn from_grouped(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Some(value) = number::from_text(text).or_else(|| from_hex(text)) {
        return Some(value);
    }
    let unsigned = text.strip_prefix(['-', '+', '\u{2212}']).unwrap_or(text);
    let is_digit = |c: char| c.is_ascii_digit();
    let separators: Vec<char> = unsigned.chars().filter(|c| !is_digit(*c)).collect();
    let last = *separators.last()?;
    let count = separators.iter().filter(|c| **c == last).count();
    let (_, behind) = unsigned.rsplit_once(last)?;
    // The sign that comes last and only once, where others come before it or it cannot separate thousands.
    let decimal = match last {
        '.' => count == 1,
        ',' => {
            let (before, _) = unsigned.split_once(',')?;
            let groups = behind.len() == 3 && !before.starts_with('0');
            count == 1 && (separators.len() > 1 || !groups)
        }
        _ => false,
    };
    let (whole, fraction) = if decimal {
        unsigned.rsplit_once(last)?
    } else {
        (unsigned, "")
    };
    let plain = ungrouped(whole)?;
    let sign = if text.starts_with(['-', '\u{2212}']) {
        "-"
    } else {
        ""
    };
    number::from_text(&format!("{sign}{plain}.{fraction}"))
}

/// The digits of an integer whose thousands may be separated.
fn ungrouped(text: &str) -> Option<String> {
    let Some(separator) = text.chars().find(|c| !c.is_ascii_digit()) else {
        return Some(text.to_owned());
    };
    if !is_separator(separator) {
        return None;
    }
    let groups: Vec<&str> = text.split(separator).collect();
    let (first, others) = groups.split_first()?;
    let (last, middle) = others.split_last()?;
    // India groups in twos beyond the thousands.
    let sized = (1..=3).contains(&first.len())
        && middle.iter().all(|group| matches!(group.len(), 2 | 3))
        && last.len() == 3;
    let digits = groups.concat();
    (sized && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn is_separator(c: char) -> bool {
    matches!(c, ',' | '.' | '\'' | '\u{2019}' | '_') || c.is_whitespace()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_hexadecimal() {
        for (text, value) in [
            ("0xcc24fd", 13_378_813.0),
            ("0x61605f35", 1_633_705_781.0),
            ("0X61605F35", 1_633_705_781.0),
            ("0x0", 0.0),
            (" 0x00ff ", 255.0),
            ("-0x10", -16.0),
            ("+0x10", 16.0),
            ("0x20000000000001", 9_007_199_254_740_992.0),
            ("0x20000000000003", 9_007_199_254_740_996.0),
            ("0xde0b6b3a7640000", 1e18),
        ] {
            assert_eq!(from_hex(text), Some(value), "{text}");
        }
        let wide = format!("0x1{}", "0".repeat(255));
        assert_eq!(from_hex(&wide), Some(16f64.powi(255)));
        // One bit far behind decides that it is not half.
        let half = format!("0x20000000000001{}", "0".repeat(40));
        assert_eq!(from_hex(&half), Some(2f64.powi(53 + 160)));
        let more = format!("0x20000000000001{}1", "0".repeat(39));
        assert_eq!(
            from_hex(&more),
            Some((2f64.powi(53) + 2.0) * 2f64.powi(160))
        );
        for text in [
            "", "0x", "x10", "10", "0xfg", "0x 1", "0x1.8", "--0x1", "0x+1",
        ] {
            assert_eq!(from_hex(text), None, "{text}");
        }
        assert_eq!(from_hex(&format!("0x1{}", "0".repeat(256))), None);
    }

    #[test]
    fn reads_separated_thousands() {
        for (text, value) in [
            ("47.9", 47.9),
            ("47,9", 47.9),
            ("-3,5", -3.5),
            ("\u{2212}3,5", -3.5),
            ("1,234", 1234.0),
            ("1,234,567", 1_234_567.0),
            ("1,234.5", 1234.5),
            ("1.234,5", 1234.5),
            ("1.234", 1.234),
            ("1.234.567", 1_234_567.0),
            ("1.234.567,89", 1_234_567.89),
            ("0,125", 0.125),
            ("12,3456", 12.3456),
            ("1 234,5", 1234.5),
            ("1\u{a0}234\u{202f}567", f64::NAN),
            ("1\u{202f}234,567", 1234.567),
            ("1'234'567.5", 1_234_567.5),
            ("1\u{2019}234", 1234.0),
            ("1_000_000", 1e6),
            ("12,34,567.25", 1_234_567.25),
            ("0x1f", 31.0),
            ("1e3", 1000.0),
            (".5", 0.5),
            (",5", 0.5),
        ] {
            let read = from_grouped(text);
            if value.is_nan() {
                assert_eq!(read, None, "{text}");
            } else {
                assert_eq!(read, Some(value), "{text}");
            }
        }
        for text in [
            "",
            "-",
            ",",
            "high",
            "1,23,4",
            "12,34,56",
            "1234,567,890",
            "1,2.3,4",
            "1.2.3",
            "1,,234",
            "1 23",
            "2023-09-25",
            "12:30",
        ] {
            assert_eq!(from_grouped(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn hexadecimal_is_what_is_written(value in any::<u128>()) {
            prop_assert_eq!(from_hex(&format!("{value:#x}")), Some(value as f64));
        }

        #[test]
        fn grouped_numbers_are_what_they_were(whole in 1000u64..1_000_000_000_000, fraction in 0u32..1000, style in 0usize..4) {
            let (thousands, decimal) = [(",", "."), (".", ","), ("\u{a0}", ","), ("'", ".")][style];
            let digits = whole.to_string();
            let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
            let text = format!("{}{decimal}{fraction:03}", groups.join(thousands));
            let expected: f64 = format!("{whole}.{fraction:03}").parse().unwrap();
            prop_assert_eq!(from_grouped(&text), Some(expected), "{}", text);
        }

        #[test]
        fn never_panics(text in "\\PC*|[-+0-9., '_xX]{0,30}") {
            let _ = (from_hex(&text), from_grouped(&text));
        }
    }
}
