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

/// Decompresses the binary messages of a connection that are compressed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unpacker {
    found: Option<Compression>,
}

impl Unpacker {
    /// How the last message that was compressed was.
    pub(crate) fn found(&self) -> Option<Compression> {
        self.found
    }

    /// Has `read` read a message, decompressed to at most `max` bytes if it is compressed. `read` is called
    /// again with other bytes when it cannot read the message as it is, which then may be bare deflate; it
    /// must take back what it did the time before.
    pub(crate) fn unpack(
        &mut self,
        bytes: &[u8],
        max: usize,
        mut read: impl FnMut(&[u8]) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let announced = Compression::announced(bytes);
        let damaged = match announced.map(|kind| (kind, decompress(bytes, kind, max))) {
            Some((kind, Ok(plain))) => return self.unpacked(kind, read(&plain)),
            Some((Compression::Zlib, Err(error))) if error.kind != DecodeErrorKind::TooLarge => {
                // Perhaps it was no header after all.
                Some(error)
            }
            Some((_, Err(error))) => return Err(error),
            None => None,
        };
        self.unannounced(bytes, max, read)
            .map_err(|error| damaged.unwrap_or(error))
    }

    /// Reads a message without a header of compression, which may be bare deflate all the same.
    fn unannounced(
        &mut self,
        bytes: &[u8],
        max: usize,
        mut read: impl FnMut(&[u8]) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        let deflate = Compression::Deflate;
        if self.found == Some(deflate)
            && let Ok(plain) = decompress(bytes, deflate, max)
        {
            return self.unpacked(deflate, read(&plain));
        }
        let Err(error) = read(bytes) else {
            return Ok(());
        };
        match decompress(bytes, deflate, max) {
            Ok(plain) => self.unpacked(deflate, read(&plain)),
            Err(bomb) if bomb.kind == DecodeErrorKind::TooLarge => Err(bomb),
            Err(_) => Err(error),
        }
    }

    fn unpacked(
        &mut self,
        compression: Compression,
        result: Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        if result.is_ok() {
            self.found = Some(compression);
        }
        result
    }
}

/// Decompresses `bytes` to at most `max` bytes.
fn decompress(bytes: &[u8], compression: Compression, max: usize) -> Result<Vec<u8>, DecodeError> {
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
