//! Telling that an object has a name twice.

use std::collections::HashSet;
use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use crate::digest::AsTheyAre;

/// Which edges of a node have been met in an object.
#[derive(Debug, Default)]
pub(crate) struct SeenEdges {
    /// A bit for each of the first 64.
    first: u64,
    /// The others, which few objects have.
    others: Vec<u64>,
}

impl SeenEdges {
    /// Notes an edge, and says whether it was noted before.
    #[inline]
    pub(crate) fn again(&mut self, edge: usize) -> bool {
        if edge >= 64 {
            return self.again_beyond(edge - 64);
        }
        note(&mut self.first, edge)
    }

    #[cold]
    fn again_beyond(&mut self, edge: usize) -> bool {
        let word = edge / 64;
        if word >= self.others.len() {
            self.others.resize(word + 1, 0);
        }
        note(&mut self.others[word], edge % 64)
    }
}

#[inline]
fn note(word: &mut u64, bit: usize) -> bool {
    let noted = *word >> bit & 1 == 1;
    *word |= 1 << bit;
    noted
}

/// The names of an object's members, by their hashes.
#[derive(Debug, Default)]
pub(crate) struct SeenNames {
    hashes: HashSet<u64, AsTheyAre>,
    hasher: RandomState,
    repeat: bool,
}

impl SeenNames {
    pub(crate) fn add(&mut self, name: &str) {
        let hash = self.hasher.hash_one(name);
        self.repeat |= !self.hashes.insert(hash);
    }

    /// Whether a name came twice, or, hardly ever, two have the same hash.
    pub(crate) fn may_repeat(&self) -> bool {
        self.repeat
    }
}
