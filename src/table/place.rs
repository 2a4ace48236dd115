//! Rows that come out of order are put where their time belongs.

use super::batch::{Batch, Picked};
use super::{Millis, Table};
use crate::order;

/// Puts indices of `times` in the order of the times; those of equal times stay as they are.
pub(super) fn sort_by_time(order: &mut [usize], times: &[Millis]) {
    order::sort(order, &|a, b| times[a].total_cmp(&times[b]));
}

impl Table {
    /// Whether rows of those times follow, in order, on what is there.
    #[inline]
    pub(super) fn continues(&self, times: &[Millis]) -> bool {
        let last = self.times.last().copied().unwrap_or(f64::NEG_INFINITY);
        let follows = times.first().is_none_or(|first| *first >= last);
        // To the end although the first row that is late decides: without a way out it is done with vectors.
        let pairs = times.iter().zip(times.iter().skip(1));
        follows & pairs.fold(true, |ascend, (time, next)| ascend & (time <= next))
    }

    /// Takes rows of which some are older than others before them. Rows of equal time stay in
    /// the order in which they came; those older than a full table's oldest are late.
    #[cold]
    pub(super) fn place(&mut self, batch: &Batch<'_>) {
        let mut order: Vec<usize> = (0..batch.len()).collect();
        sort_by_time(&mut order, batch.times);
        let (late, evicted) = self.too_many(batch, &order);
        let kept = &order[late..];
        let picked: Vec<u32> = kept.iter().map(|index| batch.row(*index) as u32).collect();
        let times: Vec<Millis> = kept.iter().map(|index| batch.times[*index]).collect();
        let Some(first) = times.first().copied() else {
            return;
        };
        let start = self.times.partition_point(|time| *time <= first);
        let sorted = Batch {
            picked: Picked::Some(&picked),
            times: &times,
            ..*batch
        };
        // The seam is looked at once all rows stand in their places.
        let seam = self.seam.take();
        self.append(&sorted);
        self.seam = seam;
        if let Some(seam) = &mut self.seam {
            seam.extend(times.len());
        }
        self.sort_tail(start.saturating_sub(evicted));
        self.close_seam(first, batch.arrival);
    }

    /// How many of the batch's rows, oldest first, are left out and how many rows of the table
    /// have to go, when there are more than the table can hold.
    fn too_many(&mut self, batch: &Batch<'_>, order: &[usize]) -> (usize, usize) {
        let excess = (self.times.len() + order.len()).saturating_sub(self.times.capacity());
        let (mut left_out, mut evicted) = (0, 0);
        for _ in 0..excess {
            let held = self.times.at(evicted).copied();
            let new = order.get(left_out).map(|index| batch.times[*index]);
            match (held, new) {
                (Some(held), Some(new)) if new < held => {
                    self.late += 1;
                    left_out += 1;
                }
                (Some(_), _) => evicted += 1,
                (None, _) => left_out += 1,
            }
        }
        (left_out, evicted)
    }

    /// Sorts the rows from `start` on.
    fn sort_tail(&mut self, start: usize) {
        let times: Vec<Millis> = self.times.iter().skip(start).copied().collect();
        let mut order: Vec<usize> = (0..times.len()).collect();
        sort_by_time(&mut order, &times);
        self.times.reorder_tail(start, &order);
        for column in &mut self.columns {
            column.reorder_tail(start, &order);
        }
        if let Some(seam) = &mut self.seam {
            seam.reorder_tail(start, &order);
        }
    }
}
