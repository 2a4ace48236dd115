//! The general categories of Unicode, for `\p{Lu}` in regular expressions (RFC 9485 §3).
//!
//! `categories.bin` says for each run of code points, from U+0000 to U+10FFFF, how long it is and which category it has:
//! the lower five bits of a byte are the index in [`NAMES`], the upper three the length less one; where those are 7, what
//! is left of the length follows as a number in LEB128. `tests/categories.rs` writes the file and says whether it is right.

/// The categories by their index in the table (Unicode Standard Annex #44, table 12).
pub(super) const NAMES: [&str; 30] = [
    "Cc", "Cf", "Cn", "Co", "Cs", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No",
    "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs",
];

/// Surrogates are code points but no characters.
const SURROGATES: usize = 4;

static RUNS: &[u8] = include_bytes!("categories.bin");

/// The characters of the category `name`, which may be the first letter of several, or with `complement` all others, as
/// ranges in order. `None` when there is no such category.
pub(super) fn ranges(name: &str, complement: bool) -> Option<Vec<(char, char)>> {
    let is_meant = |category: &str| match name.len() {
        1 => category.starts_with(name),
        _ => category == name,
    };
    let meant = NAMES.map(is_meant);
    // RFC 9485 leaves Cs out: its texts have no surrogates.
    if name == NAMES[SURROGATES] || !meant.contains(&true) {
        return None;
    }
    let mut ranges: Vec<(char, char)> = Vec::new();
    let mut start = 0;
    for (category, len) in runs() {
        let end = start + len;
        let selected = category != SURROGATES && meant.get(category) == Some(&!complement);
        let bounds = char::from_u32(start).zip(char::from_u32(end - 1));
        if let (true, Some((first, last))) = (selected, bounds) {
            match ranges.last_mut() {
                Some((_, before)) if u32::from(*before) + 1 == start => *before = last,
                _ => ranges.push((first, last)),
            }
        }
        start = end;
    }
    Some(ranges)
}

/// The runs of the table: a category's index and how many code points have it.
fn runs() -> impl Iterator<Item = (usize, u32)> {
    let mut bytes = RUNS.iter();
    std::iter::from_fn(move || {
        let head = *bytes.next()?;
        let mut len = u32::from(head >> 5) + 1;
        let mut shift = 0;
        while len > 7 {
            let byte = *bytes.next()?;
            len += u32::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        Some((usize::from(head & 0x1f), len))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_and_its_complement_are_all_characters() {
        let has = |ranges: &[(char, char)], c| ranges.iter().any(|(a, b)| (*a..=*b).contains(&c));
        for name in NAMES.into_iter().chain(["L", "M", "N", "P", "Z", "S", "C"]) {
            if name == "Cs" {
                assert_eq!(ranges(name, false), None);
                continue;
            }
            let (inside, outside) = (ranges(name, false).unwrap(), ranges(name, true).unwrap());
            let count = |ranges: &[(char, char)]| -> usize {
                ranges.iter().map(|(a, b)| (*a..=*b).count()).sum()
            };
            assert_eq!(
                count(&inside) + count(&outside),
                0x11_0000 - 0x800,
                "{name}"
            );
            for c in [
                'a',
                'Ж',
                'ж',
                '1',
                ' ',
                '€',
                '\u{10ffff}',
                '\u{d7ff}',
                '\u{e000}',
            ] {
                assert_ne!(has(&inside, c), has(&outside, c), "{name} {c}");
            }
        }
        for name in ["", "X", "Lx", "lu", "IsBasicLatin", "L&"] {
            assert_eq!(ranges(name, false), None, "{name}");
        }
    }
}
