//! The gzip file format (RFC 1952) around deflate.

use super::inflate::deflate;
use crate::decode::DecodeErrorKind;

/// Bytes of a member's header that are always there (§2.3).
const HEADER: usize = 10;

/// CRC and length behind a member (§2.3.1).
const TRAILER: usize = 8;

/// Flags of a header (§2.3.1) that say what else is in it; FTEXT is a mere hint.
const FHCRC: u8 = 2;
const FEXTRA: u8 = 4;
const FNAME: u8 = 8;
const FCOMMENT: u8 = 16;
const RESERVED: u8 = 0xe0;

/// Decompresses all members of `bytes`, one after the other (§2.2), to at most `max` bytes in `out`.
pub(super) fn members(bytes: &[u8], out: &mut Vec<u8>, max: usize) -> Result<(), DecodeErrorKind> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let body = after_header(rest)?;
        let start = out.len();
        let read = deflate(body, out, max)?;
        let trailer = body.get(read..).unwrap_or_default();
        check(trailer, out.get(start..).unwrap_or_default())?;
        rest = &trailer[TRAILER..];
    }
    Ok(())
}

/// What follows the header that `bytes` begin with.
fn after_header(bytes: &[u8]) -> Result<&[u8], DecodeErrorKind> {
    let (fixed, mut rest) = split(bytes, HEADER)?;
    let [0x1f, 0x8b, 8, flags, ..] = *fixed else {
        return Err(DecodeErrorKind::DamagedCompression);
    };
    if flags & RESERVED != 0 {
        return Err(DecodeErrorKind::DamagedCompression);
    }
    if flags & FEXTRA != 0 {
        let (len, extra) = split(rest, 2)?;
        rest = split(extra, number(len) as usize)?.1;
    }
    for field in [FNAME, FCOMMENT] {
        if flags & field != 0 {
            let end = memchr::memchr(0, rest).ok_or(DecodeErrorKind::TruncatedCompression)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & FHCRC == 0 {
        return Ok(rest);
    }
    let (sum, body) = split(rest, 2)?;
    let header = &bytes[..bytes.len() - rest.len()];
    if number(sum) != crc32(header) & 0xffff {
        return Err(DecodeErrorKind::DamagedCompression);
    }
    Ok(body)
}

/// Whether a member's trailer fits what was made of the member.
fn check(trailer: &[u8], data: &[u8]) -> Result<(), DecodeErrorKind> {
    let (sum, len) = split(split(trailer, TRAILER)?.0, 4)?;
    if number(sum) == crc32(data) && number(len) == data.len() as u32 {
        Ok(())
    } else {
        Err(DecodeErrorKind::DamagedCompression)
    }
}

fn split(bytes: &[u8], at: usize) -> Result<(&[u8], &[u8]), DecodeErrorKind> {
    bytes
        .split_at_checked(at)
        .ok_or(DecodeErrorKind::TruncatedCompression)
}

/// Least significant byte first (§2.1).
fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| (number << 8) | u32::from(*byte))
}

/// Bytes of which the checksum takes one step.
const STEP: usize = 8;

/// For each place in a step what a byte there does to the checksum.
type Tables = [[u32; 256]; STEP];

thread_local! {
    /// Made when they are first needed: as data they would be 8 KB of the download that do not compress.
    static TABLES: Tables = tables();
}

fn tables() -> Tables {
    let mut sums = std::array::from_fn(|byte| byte as u32);
    [(); STEP].map(|()| {
        sums = sums.map(shifted_out);
        sums
    })
}

/// What becomes of a checksum when eight bits are shifted out.
fn shifted_out(sum: u32) -> u32 {
    // The polynomial of §8, its bits reversed.
    (0..8).fold(sum, |sum, _| {
        (sum >> 1) ^ if sum & 1 == 1 { 0xedb8_8320 } else { 0 }
    })
}

/// The CRC-32 of §8, eight bytes at a time (M. E. Kounavis and F. L. Berry, "A Systematic Approach to
/// Building High Performance, Software-based, CRC Generators", 2005).
fn crc32(bytes: &[u8]) -> u32 {
    TABLES.with(|tables| {
        let (steps, rest) = bytes.as_chunks::<STEP>();
        let sum = steps.iter().fold(!0, |sum: u32, step| {
            let mut step = *step;
            for (byte, part) in step.iter_mut().zip(sum.to_le_bytes()) {
                *byte ^= part;
            }
            (0..STEP).fold(0, |sum, place| {
                sum ^ tables[STEP - 1 - place][usize::from(step[place])]
            })
        });
        !rest.iter().fold(sum, |sum, byte| {
            (sum >> 8) ^ tables[0][usize::from(sum as u8 ^ *byte)]
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, GzBuilder};
    use proptest::prelude::*;
    use std::io::Write;

    fn read(bytes: &[u8], max: usize) -> Result<Vec<u8>, DecodeErrorKind> {
        let mut out = Vec::new();
        members(bytes, &mut out, max).map(|()| out)
    }

    fn member(builder: GzBuilder, data: &[u8]) -> Vec<u8> {
        let mut writer = builder.write(Vec::new(), Compression::fast());
        writer.write_all(data).unwrap();
        writer.finish().unwrap()
    }

    /// A header with everything in it, its checksum included.
    fn full_header(data: &[u8]) -> Vec<u8> {
        let builder = GzBuilder::new().extra("xyz").filename("name").comment("c");
        let plain = member(builder, data);
        let end = HEADER + 2 + 3 + 5 + 2;
        let mut header = plain[..end].to_vec();
        header[3] |= FHCRC;
        header.extend_from_slice(&crc32(&header).to_le_bytes()[..2]);
        [header, plain[end..].to_vec()].concat()
    }

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        // The check value that catalogues of CRCs give for CRC-32/ISO-HDLC.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn every_optional_part_of_a_header_is_skipped() {
        assert_eq!(read(&full_header(b"data"), 9), Ok(b"data".to_vec()));
        let mut damaged = full_header(b"data");
        damaged[HEADER + 3] ^= 1;
        assert_eq!(read(&damaged, 9), Err(DecodeErrorKind::DamagedCompression));
    }

    #[test]
    fn members_follow_each_other() {
        let one = member(GzBuilder::new(), b"one");
        let both = [one.clone(), member(GzBuilder::new(), b" two")].concat();
        assert_eq!(read(&both, 7), Ok(b"one two".to_vec()));
        assert_eq!(read(&both, 6), Err(DecodeErrorKind::TooLarge));
        let garbage = [&one[..], b"no member at all"].concat();
        assert_eq!(read(&garbage, 9), Err(DecodeErrorKind::DamagedCompression));
    }

    proptest! {
        #[test]
        fn agrees_with_flate2(data in proptest::collection::vec(0u8..4, 0..20_000)) {
            prop_assert_eq!(read(&member(GzBuilder::new(), &data), 20_000), Ok(data));
        }

        #[test]
        fn a_cut_is_truncation(cut in 1usize..60) {
            let whole = full_header(b"some data, some more data, and some other data");
            let kept = whole.len().saturating_sub(cut).max(1);
            prop_assert_eq!(read(&whole[..kept], 99), Err(DecodeErrorKind::TruncatedCompression));
        }

        #[test]
        fn a_changed_bit_never_gives_other_data(bit in 0usize..8 * 60) {
            let mut bytes = full_header(b"some data, some more data, and some other data");
            let len = bytes.len();
            bytes[bit / 8 % len] ^= 1 << (bit % 8);
            if let Ok(data) = read(&bytes, 99) {
                prop_assert_eq!(data, b"some data, some more data, and some other data");
            }
        }

        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = read(&[&[0x1f, 0x8b, 8][..], &bytes].concat(), 1000);
        }
    }
}
