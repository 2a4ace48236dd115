//! Bytes of one message to values: the JSON scanner and its parts.
//!
//! Nothing here builds a tree. [`json::Scanner`] walks the bytes once and
//! [`extract`](crate::extract) takes what its targets ask for on the way.

mod brackets;
mod digits;
pub mod json;
pub mod lenient;
pub(crate) mod literal;
pub(crate) mod number;
mod scale;
pub(crate) mod text;

use std::fmt;

/// Stands between JSON texts that are joined: U+001E, the record separator of RFC 7464. No JSON text
/// can hold it, not even inside a string.
pub const SEPARATOR: u8 = 0x1e;

/// U+FEFF as UTF-8, which RFC 8259 §8.1 allows to be passed over before a text.
pub const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Deepest nesting of arrays and objects that is read; RFC 8259 §9 leaves the
/// limit to the implementation, and the wasm stack must never overflow.
pub const MAX_DEPTH: u32 = 128;

/// Why a message could not be decoded, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeError {
    /// What went wrong.
    pub kind: DecodeErrorKind,
    /// Byte offset into the message, from 0.
    pub at: usize,
}

/// The kinds of [`DecodeError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeErrorKind {
    /// The message ends in the middle of a value.
    UnexpectedEnd,
    /// A byte that cannot stand there.
    UnexpectedByte(u8),
    /// A number that is not a JSON number.
    InvalidNumber,
    /// A `\` followed by something JSON has no escape for.
    InvalidEscape,
    /// A control character inside a string.
    ControlCharacter,
    /// A second value after the first.
    TrailingData,
    /// Nesting beyond [`MAX_DEPTH`].
    TooDeep,
    /// A binary message that is not UTF-8 text.
    InvalidUtf8,
    /// More than the data source's `maxMessageBytes`.
    TooLarge,
    /// Rows of more values than there is memory for.
    TooManyValues,
    /// It came before the answer that tells whose it is, and more than is kept did.
    Unclaimed,
    /// The query's paths go over the message again and again, as `..` within `..` does.
    TooCostly,
    /// Compressed data (gzip, zlib) whose bits or checksum are wrong.
    DamagedCompression,
    /// Compressed data (gzip, zlib) that ends before its end mark.
    TruncatedCompression,
    /// A binary message in which `auto` finds no format.
    UnknownFormat,
    /// A map key that is itself an array or a map, which JSON has no place for.
    CompoundKey,
    /// A message that is not in the format it is read in, for the formats that are translated to JSON.
    Foreign {
        /// What it was read as: "InfluxDB line protocol".
        format: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl DecodeError {
    pub(crate) const fn new(kind: DecodeErrorKind, at: usize) -> Self {
        Self { kind, at }
    }
}

impl DecodeErrorKind {
    /// Whether a limit was reached: the message would be refused however it were written.
    pub(crate) fn is_limit(self) -> bool {
        matches!(
            self,
            Self::TooDeep
                | Self::TooLarge
                | Self::TooManyValues
                | Self::TooCostly
                | Self::Unclaimed
        )
    }
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnexpectedEnd => f.write_str("the message ends in the middle of a value"),
            Self::UnexpectedByte(byte) if byte.is_ascii_graphic() => {
                write!(f, "unexpected '{}'", char::from(*byte))
            }
            Self::UnexpectedByte(byte) => write!(f, "unexpected byte 0x{byte:02x}"),
            Self::InvalidNumber => f.write_str("not a JSON number"),
            Self::InvalidEscape => f.write_str("unknown escape in a string"),
            Self::ControlCharacter => f.write_str("control character in a string"),
            Self::TrailingData => f.write_str("more data after the end of the value"),
            Self::TooDeep => write!(f, "nested deeper than {MAX_DEPTH} levels"),
            Self::InvalidUtf8 => f.write_str("binary message that is not UTF-8 text"),
            Self::TooLarge => f.write_str("larger than maxMessageBytes"),
            Self::TooManyValues => {
                f.write_str("not enough memory for the values of its rows")
            }
            Self::Unclaimed => f.write_str(
                "too much came before the server answered the subscription that it may be for",
            ),
            Self::TooCostly => f.write_str(
                "too costly for the query's paths; use fewer nested .. steps and filters",
            ),
            Self::DamagedCompression => f.write_str("damaged compressed data"),
            Self::TruncatedCompression => f.write_str("truncated compressed data"),
            Self::UnknownFormat => f.write_str(
                "binary message that is neither text, MessagePack nor CBOR, even after decompression; \
                 choose its format in the query",
            ),
            Self::CompoundKey => f.write_str("map key that is an array or a map"),
            Self::Foreign { format, problem } => write!(f, "invalid {format}: {problem}"),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.kind, self.at)
    }
}

impl std::error::Error for DecodeError {}
