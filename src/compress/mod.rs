//! Messages that are compressed: gzip (RFC 1952), zlib (RFC 1950), bare deflate (RFC 1951).
//!
//! In goes a message and how it is compressed, as its first bytes may say; out comes what was compressed.
//! [`format`](mod@crate::format) calls this for binary messages.

mod gzip;
mod inflate;

use crate::decode::{DecodeError, DecodeErrorKind};

/// How a message is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    Gzip,
    Zlib,
    Deflate,
}

impl Compression {
    /// What the first bytes say. A zlib header is 16 bits that many other messages begin with too, and
    /// bare deflate has none.
    pub(crate) fn announced(bytes: &[u8]) -> Option<Self> {
        match *bytes {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [cmf, flg, ..] if is_zlib(cmf, flg) => Some(Self::Zlib),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
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

/// Decompresses `bytes` to at most `max` bytes.
pub(crate) fn decompress(
    bytes: &[u8],
    compression: Compression,
    max: usize,
) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    let done = match compression {
        Compression::Gzip => gzip::members(bytes, &mut out, max),
        // What follows the stream is not part of it.
        Compression::Zlib => inflate::zlib(bytes, &mut out, max).map(drop),
        // Nothing but the length tells deflate from chance.
        Compression::Deflate => match inflate::deflate(bytes, &mut out, max) {
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
