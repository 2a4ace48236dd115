//! Messages that are compressed: gzip (RFC 1952), zlib (RFC 1950), bare deflate (RFC 1951).

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_PARSE_ZLIB_HEADER, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::gzip;
use crate::decode::{DecodeError, DecodeErrorKind};

/// How a message is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zlib,
    Deflate,
}

impl Compression {
    /// What the first bytes say. A zlib header is 16 bits that many other messages begin with too, and
    /// bare deflate has none.
    pub(super) fn announced(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [cmf, flg, ..] if is_zlib(cmf, flg) => Some(Self::Zlib),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Deflate => "deflate",
        }
    }
}

/// RFC 1950 §2.2: method 8, a window of at most 32 KiB, the check of both bytes, no preset dictionary.
fn is_zlib(cmf: u8, flg: u8) -> bool {
    let check = u16::from_be_bytes([cmf, flg]);
    cmf & 0x0f == 8 && cmf >> 4 <= 7 && check.is_multiple_of(31) && flg & 0x20 == 0
}

/// Room that a decompressed message gets at first, in bytes; it doubles when that is too little.
const FIRST_ROOM: usize = 4096;

/// Decompresses `bytes` to at most `max` bytes.
pub(super) fn inflate(
    bytes: &[u8],
    compression: Compression,
    max: usize,
) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    let done = match compression {
        Compression::Gzip => gzip::members(bytes, &mut out, max),
        // What follows the stream is not part of it.
        Compression::Zlib => append(bytes, TINFL_FLAG_PARSE_ZLIB_HEADER, &mut out, max).map(drop),
        // Nothing but the length tells deflate from chance.
        Compression::Deflate => match deflate(bytes, &mut out, max) {
            Ok(read) if read == bytes.len() && !out.is_empty() => Ok(()),
            Ok(_) => Err(DecodeErrorKind::DamagedCompression),
            Err(kind) => Err(kind),
        },
    };
    match done {
        Ok(()) => Ok(out),
        Err(kind) => Err(DecodeError::new(kind, out.len().min(max))),
    }
}

/// Decompresses the deflate stream (RFC 1951) that `bytes` begin with to the end of `out`, which then
/// holds at most `max` bytes, and says how many bytes the stream has.
pub(super) fn deflate(
    bytes: &[u8],
    out: &mut Vec<u8>,
    max: usize,
) -> Result<usize, DecodeErrorKind> {
    append(bytes, 0, out, max)
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
