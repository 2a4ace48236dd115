//! JSON texts made of a fuzzer's bytes, with the names that the paths of [`crate::query`] look for.

use std::fmt::Write;

use crate::bytes::Bytes;

const NAMES: [&str; 7] = ["a", "b", "ts", "id", "rows", "a b", "c"];

const TEXTS: [&str; 7] = [
    "",
    "x",
    "a",
    "1",
    "12345678901234567890",
    "2024-01-01T00:00:00.5Z",
    "é\\u0041\\n",
];

/// Texts of a depth beyond are scalars.
const MAX_DEPTH: u32 = 6;

/// A JSON text.
pub fn text(bytes: &mut Bytes<'_>) -> String {
    let mut out = String::new();
    append(bytes, 0, &mut out);
    out
}

fn append(bytes: &mut Bytes<'_>, depth: u32, out: &mut String) {
    let kind = bytes.below(if depth < MAX_DEPTH { 10 } else { 7 });
    match kind {
        0 => out.push_str("null"),
        1 => out.push_str(if bytes.byte().is_multiple_of(2) {
            "false"
        } else {
            "true"
        }),
        2 => write(out, i8::from_le_bytes(bytes.array())),
        // A time of today, or an integer beyond 2^53.
        3 => write(out, 1_700_000_000_000_u64 + u64::from(bytes.byte())),
        4 => write(out, u64::from_le_bytes(bytes.array())),
        5 => {
            let value = bytes.float();
            write(out, if value.is_finite() { value } else { 0.5 });
        }
        6 => write(out, format_args!("\"{}\"", TEXTS[bytes.below(TEXTS.len())])),
        7 => list(bytes, depth, out),
        _ => object(bytes, depth, out),
    }
}

fn list(bytes: &mut Bytes<'_>, depth: u32, out: &mut String) {
    out.push('[');
    for index in 0..bytes.below(5) {
        out.push_str(if index > 0 { "," } else { "" });
        append(bytes, depth + 1, out);
    }
    out.push(']');
}

fn object(bytes: &mut Bytes<'_>, depth: u32, out: &mut String) {
    out.push('{');
    for index in 0..bytes.below(6) {
        out.push_str(if index > 0 { "," } else { "" });
        write(
            out,
            format_args!("\"{}\":", NAMES[bytes.below(NAMES.len())]),
        );
        append(bytes, depth + 1, out);
    }
    out.push('}');
}

fn write(out: &mut String, value: impl std::fmt::Display) {
    write!(out, "{value}").expect("room for text");
}
