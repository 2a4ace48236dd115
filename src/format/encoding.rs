//! Text that is not UTF-8.
//!
//! In go the bytes of a message; out comes their text as Windows-1252 has it, which is Latin-1 with more
//! quotes and dashes: what devices send that know no Unicode. [`super::decoder`] calls this.

/// The characters of 0x80 to 0x9f (encoding.spec.whatwg.org, index windows-1252); the rest are those of Unicode.
const HIGH: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}',
    '\u{2c6}', '\u{2030}', '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}',
    '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}',
    '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}', '\u{17e}', '\u{178}',
];

/// The text of `bytes` in Windows-1252.
pub(super) fn windows_1252(bytes: &[u8]) -> String {
    let high = |byte: u8| HIGH.get(usize::from(byte.wrapping_sub(0x80))).copied();
    let text = bytes
        .iter()
        .map(|byte| high(*byte).unwrap_or(char::from(*byte)));
    text.collect()
}

/// Whether `bytes` can be text in Windows-1252: mostly ASCII, without control characters and bytes that it does not use.
pub(super) fn is_windows_1252(bytes: &[u8]) -> bool {
    let text = super::framing::text_of(bytes);
    let is_other = |byte: &u8| {
        (*byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n'))
            || matches!(byte, 0x7f | 0x81 | 0x8d | 0x8f | 0x90 | 0x9d)
    };
    let high = text.iter().filter(|byte| !byte.is_ascii()).count();
    high * 2 < text.len() && !text.iter().any(is_other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_characters() {
        assert_eq!(
            windows_1252(b"21.5 \xb0C \x80 \x93\xe9\x94 \x81~"),
            "21.5 °C € “é” \u{81}~"
        );
        let cases: [(&[u8], bool); 8] = [
            (b"{\"t\":\"21 \xb0C\"}", true),
            (b"t;u\r\n1;caf\xe9\n\0", true),
            (b"\xb0C 21.5", true),
            (b"\xff\xff", false),
            (b"\x00\xffabcd", false),
            (b"abc\x01\xff", false),
            (b"abc\x81def", false),
            (b"\xcc\xff\xffabc", false),
        ];
        for (bytes, expected) in cases {
            assert_eq!(is_windows_1252(bytes), expected, "{bytes:02x?}");
        }
    }
}
