//! Things that go: which messages say so, and of what.
//!
//! In go the rows of one kind; out comes a [`Deletion`] where what some messages brought was taken away by others. A name
//! alone is none: a thing has to have been there when it was deleted. [`roles`](super::roles) makes a table of what is
//! left, and [`kinds`](super::kinds) leaves such messages together.

use std::collections::HashMap;

use super::chooser::Chooser;
use super::draft::DraftCondition;
use super::names;
use super::rows;
use super::sample::SampleColumn;
use crate::digest::AsTheyAre;
use crate::extract::option_value::OptionValue;
use crate::feed::SeenKind;

/// Numbers of a level of an order book that is a list: price and amount, and what some exchanges put behind them.
const NUMBERS_OF_LEVEL: std::ops::RangeInclusive<usize> = 2..=4;

/// How things are told apart, and how it is told that one goes.
pub(super) struct Deletion<'s, 'p> {
    /// What things are known by.
    pub(super) keys: Vec<&'s SampleColumn<'p>>,
    /// What a message says that takes one away.
    pub(super) condition: DraftCondition,
    /// Where it says so.
    pub(super) told_by: &'s SampleColumn<'p>,
    /// Why it is thought so.
    pub(super) why: String,
}

/// How often things went.
#[derive(Default)]
struct Departures {
    /// Of those that were there.
    gone: usize,
    /// Of those that had gone before.
    again: usize,
    /// How many of those that had gone came back.
    returned: usize,
}

impl Departures {
    /// Whether things do go: nothing goes twice, or that would be a value like any other.
    fn are_real(&self) -> bool {
        self.gone > self.again
    }
}

impl<'s, 'p> Chooser<'s, 'p> {
    /// Deletions that are told by a word or by an amount of nothing: what makes a feed one of things that come and go.
    pub(super) fn deletion(&self) -> Option<Deletion<'s, 'p>> {
        let mut columns = self.sample.columns.iter();
        let by_word = columns.find_map(|column| self.deletion_by_word(column));
        by_word.or_else(|| self.deletion_by_amount())
    }

    /// Deletions that are told by a word, such as `"op": "delete"`, in this column.
    pub(super) fn deletion_by_word(
        &self,
        column: &'s SampleColumn<'p>,
    ) -> Option<Deletion<'s, 'p>> {
        if column.place.kind != SeenKind::String || !names::is_action(&column.place.name) {
            return None;
        }
        let mut words: Vec<&str> = Vec::new();
        for word in self.sample.cells(column, self.rows) {
            if names::is_deletion(word) && !words.contains(&word) {
                words.push(word);
            }
        }
        let first = words.first()?;
        let cell = |row| self.sample.cell(column, row);
        let said = self.rows_where(&|row| cell(row).is_some());
        let goes = |row| cell(row).is_some_and(names::is_deletion);
        let keys = self.keys_of(column, &said, &goes)?;
        let condition = match words.as_slice() {
            [word] => condition(column, "==", Some(OptionValue::Text((*word).to_owned()))),
            // Letters only.
            words => {
                let any = format!("^({})$", words.join("|"));
                condition(column, "matches", Some(OptionValue::Text(any)))
            }
        };
        let why = format!(
            "`{}` is `{first}` in messages about what was there: such a message removes its row.",
            column.said()
        );
        Some(Deletion {
            keys,
            condition,
            told_by: column,
            why,
        })
    }

    /// What the things are known by that go: an identifier, the price of a level, else a name that does not come back.
    fn keys_of(
        &self,
        told_by: &SampleColumn<'_>,
        said: &[usize],
        goes: &dyn Fn(usize) -> bool,
    ) -> Option<Vec<&'s SampleColumn<'p>>> {
        let mut columns: Vec<&'s SampleColumn<'p>> = self.sample.columns.iter().collect();
        let gone: Vec<usize> = said.iter().copied().filter(|row| goes(*row)).collect();
        columns.retain(|column| {
            let may_be = matches!(column.place.kind, SeenKind::String | SeenKind::Number);
            // What a server says of the connection is about no thing.
            let is_said = 2 * self.sample.known(column, said) > said.len()
                && self.sample.known(column, &gone) == gone.len();
            may_be && is_said && !std::ptr::eq(*column, told_by)
        });
        for id in columns.iter().copied() {
            if names::is_key(&id.place.name) && self.departures(&[id], said, goes).are_real() {
                return Some(vec![id]);
            }
        }
        for price in columns.iter().copied() {
            let keys = self.keys_of_level(price);
            if names::is_price(&price.place.name) && self.departures(&keys, said, goes).are_real() {
                return Some(keys);
            }
        }
        columns.retain(|thing| {
            let departures = self.departures(&[*thing], said, goes);
            let stay_away = 2 * departures.returned <= departures.gone;
            names::thing_rank(&thing.place.name).is_some() && departures.are_real() && stay_away
        });
        let thing = columns
            .into_iter()
            .min_by_key(|thing| names::thing_rank(&thing.place.name));
        thing.map(|thing| vec![thing])
    }

    /// Deletions that are told by an amount of 0 at a price, as in order books.
    fn deletion_by_amount(&self) -> Option<Deletion<'s, 'p>> {
        for price in &self.sample.columns {
            let Some(amount) = self.amount_at(price) else {
                continue;
            };
            let value = |column, row| -> f64 {
                let text = self.sample.cell(column, row).unwrap_or_default();
                text.trim().parse().unwrap_or(f64::NAN)
            };
            let said = self.rows_where(&|row| value(price, row) > 0.0 && value(amount, row) >= 0.0);
            if said.len() != self.known(amount) {
                continue;
            }
            let keys = self.keys_of_level(price);
            let goes = |row| value(amount, row) == 0.0;
            if self.departures(&keys, &said, &goes).are_real() {
                let why = format!(
                    "`{}` is 0 at a `{}` that was there before: such a message removes its row.",
                    amount.said(),
                    price.said()
                );
                return Some(Deletion {
                    keys,
                    condition: condition(amount, "==", Some(OptionValue::Number(0.0))),
                    told_by: amount,
                    why,
                });
            }
        }
        None
    }

    /// How much there is at a price, if that is what the two are: the only price and the only amount in an object, or the
    /// first two numbers of a list.
    fn amount_at(&self, price: &SampleColumn<'_>) -> Option<&'s SampleColumn<'p>> {
        let parent = rows::parent(&price.place.path);
        let columns = self.sample.columns.iter();
        let beside: Vec<_> = columns
            .filter(|column| rows::parent(&column.place.path) == parent && self.is_number(column))
            .collect();
        let is_list = price.place.path.ends_with(']') && price.place.name.parse::<usize>().is_ok();
        if is_list {
            let is_first = beside
                .first()
                .is_some_and(|first| std::ptr::eq(*first, price));
            let is_level = is_first && NUMBERS_OF_LEVEL.contains(&beside.len());
            return beside.get(1).copied().filter(|_| is_level);
        }
        let only = |is_it: fn(&str) -> bool| {
            let mut found = beside.iter().filter(|column| is_it(&column.place.name));
            found.next().copied().filter(|_| found.next().is_none())
        };
        only(names::is_price).filter(|only| std::ptr::eq(*only, price))?;
        only(names::is_amount_at_price)
    }

    /// What a level of an order book is known by: what is traded, the side and the price.
    fn keys_of_level(&self, price: &'s SampleColumn<'p>) -> Vec<&'s SampleColumn<'p>> {
        let parent = rows::parent(&price.place.path);
        let is_list = price.place.name.parse::<usize>().is_ok();
        let is_side = |column: &SampleColumn<'_>| {
            let is_item = is_list && rows::parent(&column.place.path) == parent;
            (is_item || names::is_side(&column.place.name)) && self.distinct(column) <= 2
        };
        let is_thing = |column: &SampleColumn<'_>| {
            let name = &column.place.name;
            names::thing_rank(name).is_some() && !names::is_key(name)
        };
        let columns = self.sample.columns.iter().filter(|column| {
            let is_text = column.place.kind == SeenKind::String && !self.is_number(column);
            is_text
                && self.known(column) >= self.known(price)
                && (is_side(column) || is_thing(column))
        });
        columns.chain([price]).collect()
    }

    /// The value of which null says that a thing has gone, where things are known by `keys`: each that had none was there
    /// before, and none came back. Sensors that say nothing for a while do.
    pub(super) fn deletion_by_null(
        &self,
        keys: &[&'s SampleColumn<'p>],
        shown: &[&'s SampleColumn<'p>],
    ) -> Option<Deletion<'s, 'p>> {
        let columns = self.sample.columns.iter();
        let holders = columns.filter(|column| {
            let holds = |shown: &&SampleColumn<'_>| {
                let below = shown.place.path.strip_prefix(&column.place.path);
                below.is_some_and(|below| below.starts_with(['.', '[']))
            };
            column.place.kind == SeenKind::Json && shown.iter().any(holds)
        });
        let said = self.rows_where(&|row| self.has_all(keys, row));
        let mut candidates = holders.chain(shown.iter().copied());
        let told_by = candidates.find(|column| {
            let goes = |row: usize| self.sample.cell(column, row).is_none();
            let departures = self.departures(keys, &said, &goes);
            let without = said.iter().filter(|row| goes(**row)).count();
            // A value that is left out is no null.
            departures.are_real() && departures.returned == 0 && column.place.nulls >= without
        })?;
        let why = format!(
            "`{}` is null in messages about what was there: such a message removes its row.",
            told_by.said()
        );
        Some(Deletion {
            keys: keys.to_vec(),
            condition: condition(told_by, "==", None),
            told_by,
            why,
        })
    }

    fn has_all(&self, columns: &[&SampleColumn<'_>], row: usize) -> bool {
        let mut columns = columns.iter();
        columns.all(|column| self.sample.cell(column, row).is_some())
    }

    /// Whether a key is the price of a level, which is shown as a number.
    pub(super) fn is_level(&self, key: &SampleColumn<'_>) -> bool {
        let name = &key.place.name;
        self.is_number(key) && !names::is_key(name) && names::thing_rank(name).is_none()
    }

    /// Those of the rows for which something holds.
    fn rows_where(&self, holds: &dyn Fn(usize) -> bool) -> Vec<usize> {
        let rows = self.rows.iter().copied();
        rows.filter(|row| holds(*row)).collect()
    }

    /// Follows what is known by `keys` through `rows`; `goes` tells those that say that it goes.
    fn departures(
        &self,
        keys: &[&SampleColumn<'_>],
        rows: &[usize],
        goes: &dyn Fn(usize) -> bool,
    ) -> Departures {
        let mut departures = Departures::default();
        let mut are_there: HashMap<u64, bool, AsTheyAre> = HashMap::default();
        for row in rows.iter().copied().filter(|row| self.has_all(keys, *row)) {
            let goes = goes(row);
            let before = are_there.insert(self.sample.hash_of(keys, row), !goes);
            match (before, goes) {
                (Some(true), true) => departures.gone += 1,
                (Some(false), true) => departures.again += 1,
                (Some(false), false) => departures.returned += 1,
                _ => {}
            }
        }
        departures
    }
}

fn condition(
    column: &SampleColumn<'_>,
    op: &'static str,
    value: Option<OptionValue>,
) -> DraftCondition {
    DraftCondition {
        path: column.place.path.clone(),
        op,
        value,
    }
}
