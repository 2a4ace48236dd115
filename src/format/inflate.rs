//! Messages that are compressed: gzip (RFC 1952), zlib (RFC 1950), bare deflate (RFC 1951).

use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::io::{ErrorKind, Read};

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

/// Decompresses `bytes` to at most `max` bytes.
pub(super) fn inflate(
    bytes: &[u8],
    compression: Compression,
    max: usize,
) -> Result<Vec<u8>, DecodeError> {
    match compression {
        Compression::Gzip => read(MultiGzDecoder::new(bytes), max),
        Compression::Zlib => read(ZlibDecoder::new(bytes), max),
        Compression::Deflate => {
            let mut decoder = DeflateDecoder::new(bytes);
            let out = read(&mut decoder, max)?;
            // Nothing but the length tells deflate from chance.
            if decoder.total_in() != bytes.len() as u64 || out.is_empty() {
                return Err(DecodeError::new(
                    DecodeErrorKind::DamagedCompression,
                    out.len(),
                ));
            }
            Ok(out)
        }
    }
}

fn read(decoder: impl Read, max: usize) -> Result<Vec<u8>, DecodeError> {
    let mut out = Vec::new();
    let limit = (max as u64).saturating_add(1);
    let kind = match decoder.take(limit).read_to_end(&mut out) {
        Ok(_) if out.len() <= max => return Ok(out),
        Ok(_) => DecodeErrorKind::TooLarge,
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            DecodeErrorKind::TruncatedCompression
        }
        Err(_) => DecodeErrorKind::DamagedCompression,
    };
    Err(DecodeError::new(kind, out.len().min(max)))
}
