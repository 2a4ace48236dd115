//! Byte strings that CBOR's tags give a meaning: big integers and typed arrays.

use super::write as json;

/// Bytes of a big integer up to which it is written as digits; longer ones take too long to divide.
const LONGEST_DECIMAL: usize = 64;

const POSITIVE: u64 = 2;
const NEGATIVE: u64 = 3;

/// How the elements of a typed array are written (RFC 8746 §2.1).
#[derive(Debug, Clone, Copy)]
struct Elements {
    /// Bytes each.
    size: usize,
    little_endian: bool,
    kind: TagKind,
}

#[derive(Debug, Clone, Copy)]
enum TagKind {
    Unsigned,
    Signed,
    Float,
}

impl Elements {
    /// What the tag says, in the bits `010fsell`. Floats of 128 bits are none that we read.
    fn of(tag: u64) -> Option<Self> {
        let bits = u8::try_from(tag)
            .ok()
            .filter(|tag| (64..=86).contains(tag))?;
        let (float, signed) = (bits & 0b1_0000 != 0, bits & 0b1000 != 0);
        let little_endian = bits & 0b100 != 0;
        let length = usize::from(bits & 0b11);
        let (size, kind) = match (float, signed) {
            // 76 would be little-endian bytes with a sign, which is reserved; 83 are floats of 128 bits.
            _ if bits == 76 || bits == 83 => return None,
            (true, _) => (2 << length, TagKind::Float),
            (false, true) => (1 << length, TagKind::Signed),
            (false, false) => (1 << length, TagKind::Unsigned),
        };
        Some(Self {
            size,
            little_endian,
            kind,
        })
    }

    /// Appends one element.
    fn write(self, out: &mut Vec<u8>, element: &[u8]) {
        let fold = |bits: u64, byte: &u8| bits << 8 | u64::from(*byte);
        let bits = if self.little_endian {
            element.iter().rev().fold(0, fold)
        } else {
            element.iter().fold(0, fold)
        };
        match (self.kind, self.size) {
            (TagKind::Unsigned, _) => json::display(out, bits),
            (TagKind::Signed, size) => {
                let unused = 64 - 8 * size as u32;
                json::display(out, (bits << unused) as i64 >> unused);
            }
            (TagKind::Float, 2) => json::float(out, half(bits as u16).into()),
            (TagKind::Float, 4) => json::float(out, f32::from_bits(bits as u32).into()),
            (TagKind::Float, _) => json::float(out, f64::from_bits(bits)),
        }
    }
}

/// Whether [`write()`] knows what bytes with this tag are.
pub(super) fn is_known(tag: u64) -> bool {
    matches!(tag, POSITIVE | NEGATIVE) || Elements::of(tag).is_some()
}

/// Appends the digits of the big integer that `bytes` are by their tag. `None` if they are none, or one that is too long
/// for digits.
pub(super) fn write_integer(out: &mut Vec<u8>, tag: u64, bytes: &[u8]) -> Option<()> {
    let fits = matches!(tag, POSITIVE | NEGATIVE) && bytes.len() <= LONGEST_DECIMAL;
    fits.then(|| big_integer(out, bytes, tag == NEGATIVE))
}

/// Appends what `bytes` are by their tag. Bytes beyond the last whole element are left out.
pub(super) fn write(out: &mut Vec<u8>, tag: u64, bytes: &[u8]) {
    let Some(elements) = Elements::of(tag) else {
        return big_integer(out, bytes, tag == NEGATIVE);
    };
    out.push(b'[');
    for element in bytes.chunks_exact(elements.size) {
        json::comma(out);
        elements.write(out, element);
    }
    out.push(b']');
}

/// A big integer n, or -1 - n if it is negative (RFC 8949 §3.4.3): digits, or hexadecimal in a string
/// if it is a very long one.
fn big_integer(out: &mut Vec<u8>, bytes: &[u8], negative: bool) {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let mut number = bytes.get(zeros..).unwrap_or_default().to_vec();
    if number.len() > LONGEST_DECIMAL {
        return hexadecimal(out, &number, negative);
    }
    if negative {
        out.push(b'-');
        increment(&mut number);
    }
    let mut digits = Vec::new();
    while digits.is_empty() || number.iter().any(|byte| *byte != 0) {
        digits.push(b'0' + divide_by_ten(&mut number));
    }
    out.extend(digits.iter().rev());
}

fn increment(number: &mut Vec<u8>) {
    for byte in number.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            return;
        }
    }
    number.insert(0, 1);
}

/// Divides in place and returns the remainder.
fn divide_by_ten(number: &mut [u8]) -> u8 {
    number.iter_mut().fold(0, |remainder, byte| {
        let dividend = u16::from(remainder) << 8 | u16::from(*byte);
        // Both are below 256, since the remainder so far is below ten.
        *byte = (dividend / 10) as u8;
        (dividend % 10) as u8
    })
}

fn hexadecimal(out: &mut Vec<u8>, number: &[u8], negative: bool) {
    out.extend_from_slice(if negative { b"\"-1-0x" } else { b"\"0x" });
    for byte in number {
        json::display(out, format_args!("{byte:02x}"));
    }
    out.push(b'"');
}

/// The value of a float of 16 bits (IEEE 754 binary16).
pub(super) fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (bits >> 10 & 0x1f, f32::from(bits & 0x3ff));
    let magnitude = match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1024.0 + fraction) * 2f32.powi(i32::from(exponent) - 25),
    };
    if bits >> 15 == 1 {
        -magnitude
    } else {
        magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(tag: u64, bytes: &[u8]) -> String {
        assert!(is_known(tag));
        let mut out = Vec::new();
        write(&mut out, tag, bytes);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn typed_arrays_of_every_tag() {
        let cases: [(u64, &[u8], &str); 21] = [
            (64, &[0, 255], "[0,255]"),
            (65, &[1, 2], "[258]"),
            (66, &[0, 0, 1, 0], "[256]"),
            (67, &[255; 8], "[18446744073709551615]"),
            (68, &[7], "[7]"),
            (69, &[1, 2, 3], "[513]"),
            (70, &[0, 1, 0, 0], "[256]"),
            (71, &[1, 0, 0, 0, 0, 0, 0, 128], "[9223372036854775809]"),
            (72, &[255, 127], "[-1,127]"),
            (73, &[255, 254], "[-2]"),
            (74, &[128, 0, 0, 0], "[-2147483648]"),
            (75, &[255; 8], "[-1]"),
            (77, &[254, 255, 1, 0], "[-2,1]"),
            (78, &[255, 255, 255, 127], "[2147483647]"),
            (79, &[0, 0, 0, 0, 0, 0, 0, 128], "[-9223372036854775808]"),
            (80, &[0x3e, 0], "[1.5]"),
            (81, &[0x3d, 0xcc, 0xcc, 0xcd], "[0.10000000149011612]"),
            (82, &[0x3f, 0xf8, 0, 0, 0, 0, 0, 0], "[1.5]"),
            (84, &[0, 0x3e, 0, 0x7c], "[1.5,\"Infinity\"]"),
            (
                85,
                &[0xcd, 0xcc, 0xcc, 0x3d, 0, 0, 0x80, 0x3f],
                "[0.10000000149011612,1.0]",
            ),
            (86, &[0, 0, 0, 0, 0, 0, 0xf8, 0x3f], "[1.5]"),
        ];
        for (tag, bytes, expected) in cases {
            assert_eq!(written(tag, bytes), expected, "{tag}");
        }
        assert!(![0, 1, 63, 76, 83, 87, 88, 320].into_iter().any(is_known));
    }

    #[test]
    fn big_integers() {
        assert_eq!(written(2, &[]), "0");
        assert_eq!(written(3, &[]), "-1");
        assert_eq!(written(2, &[0, 0, 10]), "10");
        assert_eq!(written(3, &[255]), "-256");
        assert_eq!(written(2, &[255; 16]), u128::MAX.to_string());
        assert_eq!(written(3, &[255; 15]), format!("-{}", 1u128 << 120));
        assert_eq!(written(2, &[1; 65]), format!("\"0x{}\"", "01".repeat(65)));
    }
}
