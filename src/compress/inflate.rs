//! The deflate stream (RFC 1951), bare or as zlib (RFC 1950) wraps it.
//!
//! In go the bytes that a stream begins with and a bound for what becomes of them; out come the
//! decompressed bytes and the stream's length. [`super`] and [`super::gzip`] call this.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_PARSE_ZLIB_HEADER, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use crate::decode::DecodeErrorKind;

/// Room that a decompressed message gets at first, in bytes; it doubles when that is too little.
const FIRST_ROOM: usize = 4096;

/// Decompresses the deflate stream (RFC 1951) that `bytes` begin with to the end of `out`, which then
/// holds at most `max` bytes, and says how many bytes the stream has.
pub(super) fn deflate(
    bytes: &[u8],
    out: &mut Vec<u8>,
    max: usize,
) -> Result<usize, DecodeErrorKind> {
    append(bytes, 0, out, max)
}

/// The same for a zlib stream.
pub(super) fn zlib(bytes: &[u8], out: &mut Vec<u8>, max: usize) -> Result<usize, DecodeErrorKind> {
    append(bytes, TINFL_FLAG_PARSE_ZLIB_HEADER, out, max)
}

fn append(
    bytes: &[u8],
    flags: u32,
    out: &mut Vec<u8>,
    max: usize,
) -> Result<usize, DecodeErrorKind> {
    let flags = flags | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = Box::new(DecompressorOxide::new());
    let (start, mut read, mut len) = (out.len(), 0, out.len());
    let status = loop {
        // One byte more than allowed shows that there is more.
        let room = len.saturating_mul(2).max(FIRST_ROOM);
        out.resize(room.min(max.saturating_add(1)).max(len), 0);
        let rest = bytes.get(read..).unwrap_or_default();
        let space = out.get_mut(start..).unwrap_or_default();
        let (status, taken, made) = decompress(&mut state, rest, space, len - start, flags);
        read += taken;
        len += made;
        if status != TINFLStatus::HasMoreOutput || len > max {
            break status;
        }
    };
    out.truncate(len);
    match status {
        _ if len > max => Err(DecodeErrorKind::TooLarge),
        TINFLStatus::Done => Ok(read),
        TINFLStatus::FailedCannotMakeProgress => Err(DecodeErrorKind::TruncatedCompression),
        _ => Err(DecodeErrorKind::DamagedCompression),
    }
}
