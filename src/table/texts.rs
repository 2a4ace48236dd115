//! A ring of texts that stores each distinct text once.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::frame::Text;
use crate::ring::Ring;

/// Stands for null in [`Texts::ids`].
pub(crate) const NULL: u32 = u32::MAX;

/// The texts of a column. Labels and states repeat, so a row is a number that refers to its text.
#[derive(Debug)]
pub(crate) struct Texts {
    ids: Ring<u32>,
    distinct: Vec<Text>,
    by_text: HashMap<Text, u32, RandomState>,
    /// How many distinct texts to reach before those that no row uses any more are dropped.
    sweep_at: usize,
}

/// Fewest distinct texts worth sweeping.
const MIN_SWEEP: usize = 64;

impl Texts {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            ids: Ring::new(capacity),
            distinct: Vec::new(),
            by_text: HashMap::default(),
            sweep_at: MIN_SWEEP,
        }
    }

    pub(crate) fn push(&mut self, text: Option<&[u8]>) {
        let id = text.map_or(NULL, |text| {
            self.same(text).unwrap_or_else(|| self.intern(text))
        });
        self.ids.push(id);
    }

    pub(crate) fn set(&mut self, index: usize, text: Option<&[u8]>) {
        let id = text.map_or(NULL, |text| self.intern(text));
        self.ids.set(index, id);
    }

    /// The text of the row before, if it is this one: states often last.
    #[inline]
    fn same(&self, text: &[u8]) -> Option<u32> {
        let id = *self.ids.last()?;
        let there = self.distinct.get(id as usize)?;
        (there.as_bytes() == text).then_some(id)
    }

    fn intern(&mut self, text: &[u8]) -> u32 {
        if let Some(id) = self.by_text.get(text) {
            return *id;
        }
        if self.distinct.len() >= self.sweep_at {
            self.sweep();
        }
        let id = self.distinct.len() as u32;
        let shared = Text::new(text);
        self.distinct.push(shared.clone());
        self.by_text.insert(shared, id);
        id
    }

    /// Drops the texts that no row refers to. Runs after as many new texts as
    /// were kept the last time, so its cost per text stays constant.
    fn sweep(&mut self) {
        let (distinct, ids) = self.compact(usize::MAX);
        let capacity = self.ids.capacity();
        self.ids = Ring::new(capacity);
        ids.into_iter().for_each(|id| self.ids.push(id));
        self.by_text = distinct
            .iter()
            .enumerate()
            .map(|(id, text)| (text.clone(), id as u32))
            .collect();
        self.sweep_at = (distinct.len() * 2).max(MIN_SWEEP);
        self.distinct = distinct;
    }

    /// The newest `limit` rows as the distinct texts in them and, for each row, which it is.
    pub(crate) fn compact(&self, limit: usize) -> (Vec<Text>, Vec<u32>) {
        let mut renamed = vec![NULL; self.distinct.len()];
        let mut distinct = Vec::new();
        let mut ids = self.ids.newest(limit);
        for id in &mut ids {
            let Some(slot) = renamed.get_mut(*id as usize) else {
                continue;
            };
            if *slot == NULL {
                *slot = distinct.len() as u32;
                distinct.push(self.distinct[*id as usize].clone());
            }
            *id = *slot;
        }
        (distinct, ids)
    }

    pub(crate) fn at(&self, index: usize) -> Option<&str> {
        self.distinct
            .get(*self.ids.at(index)? as usize)
            .map(Text::as_str)
    }

    /// Which of the distinct texts the row holds; [`NULL`] for none.
    pub(crate) fn id_at(&self, index: usize) -> u32 {
        self.ids.at(index).copied().unwrap_or(NULL)
    }

    pub(crate) fn resize(&mut self, capacity: usize) {
        self.ids.resize(capacity);
    }

    pub(crate) fn reorder(&mut self, order: &[usize]) {
        self.ids.reorder(order);
    }

    pub(crate) fn reorder_tail(&mut self, start: usize, order: &[usize]) {
        self.ids.reorder_tail(start, order);
    }

    pub(crate) fn allocated_bytes(&self) -> usize {
        self.ids.allocated_bytes()
            + self
                .distinct
                .iter()
                .map(|text| text.as_bytes().len() + size_of::<Text>())
                .sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn holds_the_newest_texts(texts in proptest::collection::vec(proptest::option::of("[a-z]{0,2}"), 0..400)) {
            let mut ring = Texts::new(50);
            texts.iter().for_each(|text| ring.push(text.as_deref().map(str::as_bytes)));
            let kept = &texts[texts.len().saturating_sub(50)..];
            for (index, text) in kept.iter().enumerate() {
                prop_assert_eq!(ring.at(index), text.as_deref());
            }
            let (distinct, ids) = ring.compact(usize::MAX);
            let read: Vec<Option<String>> = ids.iter().map(|id| distinct.get(*id as usize).map(|t| t.to_string())).collect();
            prop_assert_eq!(&read, kept);
        }
    }

    #[test]
    fn forgets_texts_that_have_left() {
        let mut ring = Texts::new(100);
        (0..100_000).for_each(|i| ring.push(Some(format!("line {i}").as_bytes())));
        assert!(ring.distinct.len() <= 300, "{}", ring.distinct.len());
    }
}
