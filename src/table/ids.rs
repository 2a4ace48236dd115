//! Identifiers of rows, by which a row that is delivered again is known.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use super::batch::{Batch, Millis};
use crate::digest::AsTheyAre;

/// What stands for an identifier: 64 bits made of its bytes with a random seed, so that no row needs
/// memory of its own. That a new row is taken for one of a million has a chance of 1 in 10^13.
type IdDigest = u64;

/// The identifiers of the newest rows, at least of as many as a table holds.
///
/// They are kept in two generations: when the younger one is full it becomes the older one, which is
/// forgotten. So no identifier has to be looked for when its row is evicted.
#[derive(Debug, Default)]
pub(super) struct Ids {
    younger: HashSet<IdDigest, AsTheyAre>,
    older: HashSet<IdDigest, AsTheyAre>,
    hasher: RandomState,
}

/// Which rows of a batch are new.
#[derive(Debug)]
pub(super) enum NewRows {
    All,
    /// Some are not; these are, with their times.
    Listed {
        rows: Vec<u32>,
        times: Vec<Millis>,
    },
}

impl Ids {
    /// Takes an identifier down, for a table of `capacity` rows; says whether it is a new one.
    #[inline]
    fn is_new(&mut self, digest: IdDigest, capacity: usize) -> bool {
        if self.older.contains(&digest) || !self.younger.insert(digest) {
            return false;
        }
        if self.younger.len() >= capacity {
            std::mem::swap(&mut self.younger, &mut self.older);
            if self.younger.capacity() / 4 > capacity {
                // The table was larger.
                self.younger = HashSet::default();
            }
            self.younger.clear();
        }
        true
    }

    /// Takes the identifiers of a batch down, for a table of `capacity` rows; says which rows are new or have none.
    pub(super) fn new_rows(
        &mut self,
        batch: &Batch<'_>,
        capacity: usize,
        scratch: &mut String,
    ) -> NewRows {
        let mut new = NewRows::All;
        for (index, time) in batch.times.iter().enumerate() {
            let row = batch.row(index);
            let repeats = batch.has_id(row) && {
                let mut hasher = self.hasher.build_hasher();
                batch.write_key(row, scratch, |part| hasher.write(part));
                !self.is_new(hasher.finish(), capacity)
            };
            match &mut new {
                NewRows::All if repeats => {
                    let before = (0..index).map(|index| batch.row(index) as u32);
                    new = NewRows::Listed {
                        rows: before.collect(),
                        times: batch.times[..index].to_vec(),
                    };
                }
                NewRows::Listed { rows, times } if !repeats => {
                    rows.push(row as u32);
                    times.push(*time);
                }
                NewRows::All | NewRows::Listed { .. } => {}
            }
        }
        new
    }

    pub(super) fn allocated_bytes(&self) -> usize {
        (self.younger.capacity() + self.older.capacity()) * size_of::<IdDigest>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_newest_again_and_forgets_the_others() {
        let mut ids = Ids::default();
        let mut is_new = |id: IdDigest| ids.is_new(id, 100);
        assert!((0..1000).all(&mut is_new));
        assert!((900..1000).all(|id| !is_new(id)));
        assert!((0..100).all(is_new), "long gone");
        assert!(ids.younger.len() + ids.older.len() <= 200);
    }
}
