//! Digests as keys of hash tables.

use std::hash::{BuildHasherDefault, Hasher};

/// Digests are as random as hashes have to be, so they are not hashed again.
pub(crate) type AsTheyAre = BuildHasherDefault<Xor>;

/// Takes words together as they are.
#[derive(Debug, Default)]
pub(crate) struct Xor(u64);

impl Hasher for Xor {
    #[inline]
    fn write_u64(&mut self, word: u64) {
        self.0 ^= word;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}
