//! A bounded queue that keeps the newest items.

use std::collections::VecDeque;

/// The newest `capacity` items pushed, oldest first.
///
/// Memory grows with what is held, up to exactly `capacity` items, so a ring
/// that never fills costs little and a full one wastes nothing.
#[derive(Debug, Clone)]
pub struct Ring<T> {
    items: VecDeque<T>,
    capacity: usize,
}

impl<T: Clone> Ring<T> {
    /// An empty ring; a capacity of 0 is taken as 1.
    pub fn new(capacity: usize) -> Self {
        Self {
            items: VecDeque::new(),
            capacity: capacity.max(1),
        }
    }

    /// Appends at the tail; when the ring is full the head is evicted.
    #[inline]
    pub fn push(&mut self, item: T) {
        if self.items.len() >= self.capacity {
            self.items.pop_front();
        } else if self.items.len() == self.items.capacity() {
            self.grow(1);
        }
        self.items.push_back(item);
    }

    /// Appends many items; those that would be evicted at once are passed over.
    #[inline]
    pub fn extend(&mut self, items: impl ExactSizeIterator<Item = T>) {
        let count = items.len();
        if count >= self.capacity {
            self.items.clear();
        } else {
            let excess = (self.items.len() + count).saturating_sub(self.capacity);
            self.items.drain(..excess);
        }
        let needed = count.min(self.capacity);
        if self.items.capacity() - self.items.len() < needed {
            self.grow(needed);
        }
        self.items
            .extend(items.skip(count.saturating_sub(self.capacity)));
    }

    /// Makes room for `needed` more: doubles, and once an eighth of the capacity is
    /// reached takes all of it. What growing leaves behind fragments memory that
    /// wasm can never give back; and `VecDeque` alone would round up to twice the capacity.
    #[cold]
    fn grow(&mut self, needed: usize) {
        let len = self.items.len();
        let room = needed.max(len).max(16);
        let most = self.capacity - len;
        self.items.reserve_exact(if len + room > self.capacity / 8 {
            most
        } else {
            room
        });
    }

    /// How many items are held.
    #[inline]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many items can be held.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Bytes of memory behind the items.
    pub fn allocated_bytes(&self) -> usize {
        self.items.capacity() * size_of::<T>()
    }

    /// The item at `index`, counted from the oldest.
    #[inline]
    pub fn at(&self, index: usize) -> Option<&T> {
        self.items.get(index)
    }

    /// The newest item.
    #[inline]
    pub fn last(&self) -> Option<&T> {
        self.items.back()
    }

    /// The items, oldest first, in at most two pieces.
    pub fn as_slices(&self) -> (&[T], &[T]) {
        self.items.as_slices()
    }

    /// The items, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + ExactSizeIterator {
        self.items.iter()
    }

    /// The newest `count` items, oldest first, in two pieces.
    pub fn newest_slices(&self, count: usize) -> (&[T], &[T]) {
        let skip = self.len().saturating_sub(count);
        let (head, tail) = self.as_slices();
        (
            &head[skip.min(head.len())..],
            &tail[skip.saturating_sub(head.len())..],
        )
    }

    /// The newest `count` items, oldest first, copied.
    pub fn newest(&self, count: usize) -> Vec<T> {
        let (head, tail) = self.newest_slices(count);
        [head, tail].concat()
    }

    /// Changes how many items can be held; the oldest go when there are too many.
    pub fn resize(&mut self, capacity: usize) {
        self.capacity = capacity.max(1);
        let excess = self.items.len().saturating_sub(self.capacity);
        self.items.drain(..excess);
        self.items.shrink_to(self.capacity);
    }

    /// Replaces the item at `index`, counted from the oldest.
    #[inline]
    pub fn set(&mut self, index: usize, item: T) {
        if let Some(slot) = self.items.get_mut(index) {
            *slot = item;
        }
    }

    /// Index of the first item for which `before` no longer holds; the items must be partitioned so.
    pub fn partition_point(&self, before: impl FnMut(&T) -> bool) -> usize {
        self.items.partition_point(before)
    }

    /// Puts the items from `start` on in the order that `indexes` says, each counted from `start`.
    pub fn reorder_tail(&mut self, start: usize, indexes: &[usize]) {
        let tail: Vec<T> = self.items.drain(start.min(self.items.len())..).collect();
        self.items
            .extend(indexes.iter().filter_map(|index| tail.get(*index).cloned()));
    }

    /// Replaces the items by those at `indexes`, in that order; the oldest go when there are too many.
    pub fn reorder(&mut self, indexes: &[usize]) {
        let skip = indexes.len().saturating_sub(self.capacity);
        self.items = indexes[skip..]
            .iter()
            .filter_map(|index| self.items.get(*index).cloned())
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Step {
        Push(u32),
        Extend(Vec<u32>),
        Resize(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![9 => any::<u32>().prop_map(Step::Push), 3 => proptest::collection::vec(any::<u32>(), 0..60).prop_map(Step::Extend), 1 => (1usize..40).prop_map(Step::Resize)]
    }

    proptest! {
        #[test]
        fn behaves_like_a_vector_that_drops_its_front(capacity in 1usize..40, steps in proptest::collection::vec(step(), 0..200)) {
            let mut ring = Ring::new(capacity);
            let mut model: Vec<u32> = Vec::new();
            let mut limit = capacity;
            for step in steps {
                match step {
                    Step::Push(item) => {
                        ring.push(item);
                        model.push(item);
                    }
                    Step::Extend(items) => {
                        ring.extend(items.iter().copied());
                        model.extend(items);
                    }
                    Step::Resize(capacity) => {
                        ring.resize(capacity);
                        limit = capacity;
                    }
                }
                model.drain(..model.len().saturating_sub(limit));
                prop_assert_eq!(ring.newest(usize::MAX), model.clone());
                prop_assert_eq!(ring.newest(3), model[model.len().saturating_sub(3)..].to_vec());
                prop_assert_eq!(ring.last(), model.last());
            }
        }
    }

    #[test]
    fn allocates_exactly_its_capacity_when_full() {
        for capacity in [1, 17, 1000, 65_537] {
            let mut ring = Ring::new(capacity);
            (0..capacity * 2).for_each(|i| ring.push(i as f64));
            assert_eq!(ring.allocated_bytes(), capacity * 8);
        }
    }

    #[test]
    fn reorders_and_keeps_the_newest() {
        let mut ring = Ring::new(3);
        (0..3).for_each(|i| ring.push(i));
        ring.reorder(&[2, 0, 1]);
        assert_eq!(ring.newest(9), [2, 0, 1]);
        ring.reorder_tail(1, &[1, 0]);
        ring.set(0, 7);
        assert_eq!(ring.newest(9), [7, 1, 0]);
        assert_eq!(ring.partition_point(|x| *x > 0), 2);
    }
}
