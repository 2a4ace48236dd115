//! Identifiers of rows, by which a row that is delivered again is known.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;

use super::batch::{Batch, Picked};
use super::{Millis, Table};
use crate::digest::AsTheyAre;

/// What stands for an identifier: 64 bits made of its bytes with a random seed, so that no row needs
/// memory of its own. That a new row is taken for one of a million has a chance of 1 in 10^13.
type Digest = u64;

/// The identifiers of the newest rows, at least of as many as a table holds.
///
/// They are kept in two generations: when the younger one is full it becomes the older one, which is
/// forgotten. So no identifier has to be looked for when its row is evicted.
#[derive(Debug, Default)]
pub(super) struct Ids {
    younger: HashSet<Digest, AsTheyAre>,
    older: HashSet<Digest, AsTheyAre>,
    hasher: RandomState,
}

impl Ids {
    /// Takes an identifier down, for a table of `capacity` rows; says whether it is a new one.
    #[inline]
    fn is_new(&mut self, digest: Digest, capacity: usize) -> bool {
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

    pub(super) fn allocated_bytes(&self) -> usize {
        (self.younger.capacity() + self.older.capacity()) * size_of::<Digest>()
    }
}

impl Table {
    /// Gives the rows of a batch whose identifiers are new, and those that have none, to `take`.
    pub(super) fn take_new(&mut self, batch: &Batch<'_>, take: fn(&mut Self, &Batch<'_>)) {
        let Some(ids) = &mut self.ids else {
            return take(self, batch);
        };
        let capacity = self.times.capacity();
        // Made when a row repeats another: then the others have to be picked.
        let mut picked: Option<(Vec<u32>, Vec<Millis>)> = None;
        for (index, time) in batch.times.iter().enumerate() {
            let row = batch.row(index);
            let repeats = batch.has_id(row) && {
                let mut hasher = ids.hasher.build_hasher();
                batch.write_key(row, &mut self.scratch, |part| hasher.write(part));
                !ids.is_new(hasher.finish(), capacity)
            };
            if repeats {
                self.repeated += 1;
                picked.get_or_insert_with(|| {
                    let rows = (0..index).map(|index| batch.row(index) as u32);
                    (rows.collect(), batch.times[..index].to_vec())
                });
            } else if let Some((rows, times)) = &mut picked {
                rows.push(row as u32);
                times.push(*time);
            }
        }
        match picked {
            None => take(self, batch),
            Some((_, times)) if times.is_empty() => {}
            Some((rows, times)) => take(
                self,
                &Batch {
                    picked: Picked::Some(&rows),
                    times: &times,
                    ..*batch
                },
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_newest_again_and_forgets_the_others() {
        let mut ids = Ids::default();
        let mut is_new = |id: Digest| ids.is_new(id, 100);
        assert!((0..1000).all(&mut is_new));
        assert!((900..1000).all(|id| !is_new(id)));
        assert!((0..100).all(is_new), "long gone");
        assert!(ids.younger.len() + ids.older.len() <= 200);
    }
}
