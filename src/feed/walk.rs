//! Going through what an array or object holds, and hashes of what is met: in one place each, since all that looks at
//! messages here does it.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use crate::decode::DecodeError;
use crate::decode::json::Scanner;
use crate::extract::position::name;

/// Takes a value: with the scanner before it, the name if it is a member, its index, and how deep it is.
type Visit<'v> =
    dyn FnMut(&mut Scanner<'_>, Option<&str>, usize, u32) -> Result<(), DecodeError> + 'v;

/// Has `visit` take each value in an array or object, and says how many there are.
pub(super) fn each(
    scanner: &mut Scanner<'_>,
    depth: u32,
    visit: &mut Visit<'_>,
) -> Result<usize, DecodeError> {
    let is_object = scanner.peek()? == b'{';
    let close = if is_object { b'}' } else { b']' };
    let depth = scanner.deeper(depth)?;
    let mut index = 0;
    let mut more = scanner.enter(close)?;
    while more {
        if is_object {
            let key = scanner.key()?;
            let key = name(scanner.bytes(), key);
            visit(scanner, Some(&key), index, depth)?;
        } else {
            visit(scanner, None, index, depth)?;
        }
        index += 1;
        more = scanner.more(close)?;
    }
    Ok(index)
}

/// The same number for the same text, always.
#[inline(never)]
pub(super) fn hash(text: &str) -> u64 {
    FixedState::default().hash_one(text)
}

/// Two numbers as one, in their order.
#[inline(never)]
pub(super) fn joined(a: u64, b: u64) -> u64 {
    FixedState::default().hash_one((a, b))
}
