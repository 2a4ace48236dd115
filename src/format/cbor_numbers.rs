//! Numbers and times that CBOR's tags make of arrays and maps: decimal fractions, bigfloats (RFC 8949 §3.4.4) and
//! extended times (RFC 9581 §3).

use minicbor::data::Type;
use minicbor::decode::Decoder;

use super::{calendar, cbor_tags, write as json};

const DECIMAL_FRACTION: u64 = 4;
const BIGFLOAT: u64 = 5;
const EXTENDED_TIME: u64 = 1001;

/// Places behind the point up to which a decimal fraction is written with its zeros.
const MOST_PLACES: usize = 40;

/// Appends what `tag` makes of the content that comes next, if it is one of these tags and the content is what it asks
/// for. Otherwise nothing is read or appended.
pub(super) fn write(out: &mut Vec<u8>, tag: u64, decoder: &mut Decoder<'_>) -> bool {
    let start = decoder.position();
    let written = match tag {
        DECIMAL_FRACTION => Fraction::read(decoder).map(|fraction| fraction.write_decimal(out)),
        BIGFLOAT => Fraction::read(decoder).map(|fraction| json::float(out, fraction.binary())),
        EXTENDED_TIME => extended_time(decoder)
            .map(|(seconds, nanoseconds)| calendar::timestamp(out, seconds, nanoseconds)),
        _ => None,
    };
    if written.is_none() {
        decoder.set_position(start);
    }
    written.is_some()
}

/// A mantissa, whose integer's digits these are, and the exponent of ten or two.
struct Fraction {
    exponent: i64,
    mantissa: String,
}

impl Fraction {
    fn read(decoder: &mut Decoder<'_>) -> Option<Self> {
        let count = decoder.array().ok()?;
        let exponent = decoder.i64().ok()?;
        let mantissa = integer(decoder)?;
        match count {
            Some(2) => {}
            None if next_is(decoder, Type::Break) => {
                decoder.set_position(decoder.position() + 1);
            }
            _ => return None,
        }
        Some(Self { exponent, mantissa })
    }

    /// Appends the number of an exponent of ten, all of its digits.
    fn write_decimal(&self, out: &mut Vec<u8>) {
        if !self.decimal().is_finite() {
            return json::float(out, self.decimal());
        }
        let places = usize::try_from(self.exponent.saturating_neg()).unwrap_or_default();
        if self.exponent > 0 || places > MOST_PLACES {
            let mantissa = self.mantissa.as_str();
            return json::display(out, format_args!("{mantissa}e{}", self.exponent));
        }
        let (sign, digits) = match self.mantissa.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", self.mantissa.as_str()),
        };
        let digits = format!("{digits:0>width$}", width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let point = if places > 0 { "." } else { "" };
        json::display(out, format_args!("{sign}{whole}{point}{fraction}"));
    }

    /// The nearest float of an exponent of ten.
    fn decimal(&self) -> f64 {
        let text = format!("{}e{}", self.mantissa, self.exponent);
        text.parse().unwrap_or(f64::NAN)
    }

    /// The float of an exponent of two.
    fn binary(&self) -> f64 {
        let mantissa: f64 = self.mantissa.parse().unwrap_or(f64::NAN);
        // Beyond this there is nothing but zero and infinity, whatever the mantissa.
        let exponent = self.exponent.clamp(-4000, 4000) as i32;
        // In parts, since a power by itself may be out of range where the number is not.
        (0..4).fold(mantissa, |value, part| {
            value * 2_f64.powi((exponent + part) >> 2)
        })
    }
}

fn next_is(decoder: &Decoder<'_>, kind: Type) -> bool {
    decoder.datatype().is_ok_and(|next| next == kind)
}

/// The digits of an integer, of a big one too.
fn integer(decoder: &mut Decoder<'_>) -> Option<String> {
    if !next_is(decoder, Type::Tag) {
        return decoder.int().ok().map(|integer| integer.to_string());
    }
    let tag = decoder.tag().ok()?.as_u64();
    let bytes = decoder.bytes().ok()?;
    let mut digits = Vec::new();
    cbor_tags::write_integer(&mut digits, tag, bytes)?;
    String::from_utf8(digits).ok()
}

/// Seconds since 1970 and nanoseconds. Times of another scale than UTC, and maps of more than times are made of, are
/// none.
fn extended_time(decoder: &mut Decoder<'_>) -> Option<(i64, u32)> {
    let count = decoder.map().ok()??;
    let (mut base, mut fraction) = (None, 0_u64);
    for _ in 0..count {
        match decoder.i64().ok()? {
            1 => base = Some(seconds(decoder)?),
            4 => base = Some(split(Fraction::read(decoder)?.decimal())?),
            5 => base = Some(split(Fraction::read(decoder)?.binary())?),
            // The time scale, which must be known (13) or only should (-1); 0 is UTC.
            -1 | 13 => (decoder.u64().ok()? == 0).then_some(())?,
            -3 => fraction = u64::from(decoder.u32().ok()?) * 1_000_000,
            -6 => fraction = u64::from(decoder.u32().ok()?) * 1_000,
            -9 => fraction = decoder.u32().ok()?.into(),
            -12 => fraction = decoder.u64().ok()? / 1_000,
            -15 => fraction = decoder.u64().ok()? / 1_000_000,
            -18 => fraction = decoder.u64().ok()? / 1_000_000_000,
            // How good the clock is, and such.
            key if key < 0 => decoder.skip().ok()?,
            _ => return None,
        }
    }
    let (seconds, of_base) = base?;
    let nanoseconds = fraction.checked_add(of_base.into())?;
    let carried = i64::try_from(nanoseconds / 1_000_000_000).ok()?;
    Some((
        seconds.checked_add(carried)?,
        (nanoseconds % 1_000_000_000) as u32,
    ))
}

/// The seconds of a base time, which is an integer or a float.
fn seconds(decoder: &mut Decoder<'_>) -> Option<(i64, u32)> {
    match decoder.datatype().ok()? {
        Type::F32 => split(decoder.f32().ok()?.into()),
        Type::F64 => split(decoder.f64().ok()?),
        _ => Some((decoder.i64().ok()?, 0)),
    }
}

/// Whole seconds and the nanoseconds after them.
fn split(seconds: f64) -> Option<(i64, u32)> {
    let whole = seconds.floor();
    let fits = whole.abs() < 9e15;
    let nanoseconds = ((seconds - whole) * 1e9).round().min(999_999_999.0);
    fits.then_some((whole as i64, nanoseconds as u32))
}

#[cfg(test)]
mod tests {
    use super::super::cbor;
    use super::super::documents::Documents;
    use super::super::tests::texts;

    fn json(hex: &str) -> String {
        let digits: Vec<u8> = hex.bytes().filter(|byte| *byte != b' ').collect();
        let pairs = digits.chunks(2).map(|pair| str::from_utf8(pair).unwrap());
        let bytes: Vec<u8> = pairs
            .map(|pair| u8::from_str_radix(pair, 16).unwrap())
            .collect();
        let mut out = Documents::default();
        cbor::decode(&bytes, &mut out).unwrap();
        texts(&out)
    }

    #[test]
    fn decimal_fractions() {
        let cases = [
            ("c4 82 20 18d7", "21.5"),
            // RFC 8949 §3.4.4.
            ("c4 82 21 196ab3", "273.15"),
            ("c4 82 00 05", "5"),
            ("c4 82 02 05", "5e2"),
            ("c4 82 22 24", "-0.005"),
            ("c4 82 22 39ffff", "-65.536"),
            ("c4 82 21 c2 49 010000000000000000", "184467440737095516.16"),
            ("c4 82 38c7 01", "1e-200"),
            ("c4 9f 20 18d7 ff", "21.5"),
            ("c4 82 1903e8 01", "\"Infinity\""),
            ("c4 82 1903e8 20", "\"-Infinity\""),
            ("a1 61 74 c4 82 20 18d7", "{\"t\":21.5}"),
        ];
        for (hex, expected) in cases {
            assert_eq!(json(hex), expected, "{hex}");
        }
    }

    #[test]
    fn bigfloats() {
        let cases = [
            // RFC 8949 §3.4.4.
            ("c5 82 20 03", "1.5"),
            ("c5 82 20 182b", "21.5"),
            ("c5 82 21 24", "-1.25"),
            ("c5 82 0a 01", "1024.0"),
            ("c5 82 390431 01", "5e-324"),
            ("c5 82 1903ff 01", "8.98846567431158e307"),
            ("c5 82 190400 01", "\"Infinity\""),
            ("c5 82 3b7fffffffffffffff 01", "0.0"),
        ];
        for (hex, expected) in cases {
            assert_eq!(json(hex), expected, "{hex}");
        }
    }

    #[test]
    fn extended_times() {
        let cases = [
            ("d903e9 a1 01 1a6553f100", "\"2023-11-14T22:13:20Z\""),
            (
                "d903e9 a2 01 1a6553f100 22 187b",
                "\"2023-11-14T22:13:20.123Z\"",
            ),
            (
                "d903e9 a2 28 1a075bcd15 01 1a6553f100",
                "\"2023-11-14T22:13:20.123456789Z\"",
            ),
            (
                "d903e9 a1 01 fb41d954fc40200000",
                "\"2023-11-14T22:13:20.5Z\"",
            ),
            (
                "d903e9 a1 04 82 20 1b00000003f5476a05",
                "\"2023-11-14T22:13:20.5Z\"",
            ),
            ("d903e9 a2 01 1a6553f100 20 00", "\"2023-11-14T22:13:20Z\""),
            // TAI is another time: what stands there is shown.
            (
                "d903e9 a2 01 1a6553f100 20 01",
                "{\"1\":1700000000,\"-1\":1}",
            ),
            // The quality of the clock is not.
            ("d903e9 a2 01 1a6553f100 21 05", "\"2023-11-14T22:13:20Z\""),
        ];
        for (hex, expected) in cases {
            assert_eq!(json(hex), expected, "{hex}");
        }
    }

    #[test]
    fn what_is_no_such_number_is_written_as_it_is() {
        let cases = [
            ("c4 83 20 01 02", "[-1,1,2]"),
            ("c4 81 20", "[-1]"),
            ("c4 05", "5"),
            ("c4 82 61 61 01", "[\"a\",1]"),
            ("c5 82 f5 01", "[true,1]"),
            ("d903e9 05", "5"),
            ("d903e9 a1 61 61 01", "{\"a\":1}"),
            ("d903e9 a0", "{}"),
        ];
        for (hex, expected) in cases {
            assert_eq!(json(hex), expected, "{hex}");
        }
    }
}
