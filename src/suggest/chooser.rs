//! What the rows of one kind are like: which column is their time, which tell series apart, which change.
//!
//! In go the columns of one kind and the rows of them in a preview; out come the columns that suit a purpose, best first.
//! [`roles`](super::roles), [`kinds`](super::kinds) and [`deletions`](super::deletions) choose with this.

use std::collections::HashMap;

use super::names;
use super::rows;
use super::sample::{SampleColumn, SampleRows, count_distinct, is_number};
use crate::digest::AsTheyAre;
use crate::extract::time;
use crate::feed::{SeenKind, SeenRole};
use crate::order;

/// Fields with numbers, and with texts.
const MOST_VALUES: usize = 8;
const MOST_TEXTS: usize = 4;

/// Labels, and the series that each may make.
const MOST_LABELS: usize = 2;
const MOST_SERIES: usize = 100;

/// Rows from which on a label has to repeat. Of fewer, its name alone tells: who asks at once has seen each topic once.
const REPEATS_FROM: usize = 8;

/// Looks at the rows of one kind.
pub(super) struct Chooser<'s, 'p> {
    pub(super) sample: &'s SampleRows<'p>,
    /// What the rows go over.
    pub(super) group: &'s str,
    pub(super) rows: &'s [usize],
}

impl<'s, 'p> Chooser<'s, 'p> {
    #[inline(never)]
    pub(super) fn known(&self, column: &SampleColumn<'_>) -> usize {
        self.sample.known(column, self.rows)
    }

    #[inline(never)]
    pub(super) fn distinct(&self, column: &SampleColumn<'_>) -> usize {
        self.sample.distinct(column, self.rows)
    }

    #[inline(never)]
    pub(super) fn is_number(&self, column: &SampleColumn<'_>) -> bool {
        self.sample.is_number(column, self.rows)
    }

    /// Whether something else stands now and then where most values are numbers.
    pub(super) fn is_mixed(&self, column: &SampleColumn<'_>) -> bool {
        let mut cells = self.sample.cells(column, self.rows);
        cells.any(|text| !is_number(text))
    }

    /// Whether texts name something else, each another: codes of one length with digits in them.
    fn is_code(&self, column: &SampleColumn<'_>) -> bool {
        let known = self.known(column);
        let mut cells = self.sample.cells(column, self.rows);
        let len = cells.next().map_or(0, str::len);
        let is_code = |text: &str| {
            text.len() == len
                && text.bytes().any(|byte| byte.is_ascii_digit())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        known > 2 && self.distinct(column) == known && cells.all(is_code)
    }

    /// The time of the rows: what most of them have, and is most like it.
    pub(super) fn time(&self) -> Option<&'s SampleColumn<'p>> {
        let times = self.sample.columns.iter();
        times
            .filter(|column| column.place.kind == SeenKind::Time)
            .filter(|column| 2 * self.known(column) > self.rows.len())
            .min_by_key(|column| {
                let rank = order::unranked_last(time::name_rank(&column.place.name));
                let depth = rows::group(&column.place.path).len();
                (
                    self.group.len() - depth.min(self.group.len()),
                    column.place.role != SeenRole::Time,
                    rank,
                )
            })
    }

    /// The time at which bars of prices begin, which come again until they are closed.
    pub(super) fn bars(&self) -> Option<&'s SampleColumn<'p>> {
        let columns = self.sample.columns.iter();
        let edge = |column: &&SampleColumn<'_>| {
            names::bar_edge(&column.place.name).filter(|_| self.is_number(column))
        };
        let mut edges = 0u8;
        for column in columns.clone() {
            edges |= edge(&column).map_or(0, |edge| 1 << edge);
        }
        let open = columns.clone().find(|column| edge(column) == Some(0))?;
        if edges.count_ones() < 4 {
            return None;
        }
        let times = columns.filter(|column| column.place.kind == SeenKind::Time);
        let times = times
            .filter(|column| rows::parent(&column.place.path) == rows::parent(&open.place.path));
        let first = |column: &SampleColumn<'_>| {
            let first = self.sample.cells(column, self.rows).next();
            first.map(str::to_owned)
        };
        // The end of a bar is behind its beginning.
        let begin = times.min_by_key(|column| first(column))?;
        (2 * self.distinct(begin) <= self.known(begin)).then_some(begin)
    }

    /// A column by which rows are known that come twice, equal in all.
    pub(super) fn id_of_repeats(&self) -> Option<&'s SampleColumn<'p>> {
        let all: Vec<&SampleColumn<'_>> = self.sample.columns.iter().collect();
        let different = self.distinct_rows(&all);
        // Things that say the same again and again are not delivered again.
        if different == self.rows.len() || 2 * different < self.rows.len() {
            return None;
        }
        let mut columns = self.sample.columns.iter();
        columns.find(|column| {
            column.place.kind != SeenKind::Time
                && self.known(column) == self.rows.len()
                && self.distinct(column) == different
                && different > 2
                && match column.place.role {
                    SeenRole::Id => true,
                    SeenRole::Label => names::is_id(&column.place.name),
                    SeenRole::Value | SeenRole::Time => column.place.rises,
                }
        })
    }

    /// The text of log lines and their level, where the rows are such.
    pub(super) fn log(
        &self,
        left: &[&'s SampleColumn<'p>],
    ) -> Option<(&'s SampleColumn<'p>, Option<&'s SampleColumn<'p>>)> {
        let level = left.iter().copied().find(|column| {
            names::is_level(&column.place.name) && column.place.kind == SeenKind::String
        });
        let texts = left.iter().copied().filter(|column| {
            let mut cells = self.sample.cells(column, self.rows);
            column.place.kind == SeenKind::String && cells.any(|text| text.trim().contains(' '))
        });
        let body = texts
            .min_by_key(|column| order::unranked_last(names::body_rank(&column.place.name)))?;
        let has_numbers = left
            .iter()
            .any(|column| self.is_number(column) && self.distinct(column) > 1);
        let is_line = match level {
            Some(_) => names::body_rank(&body.place.name).is_some() || !has_numbers,
            None => !has_numbers && 2 * self.distinct(body) > self.known(body),
        };
        is_line.then_some((body, level))
    }

    /// What tells series apart: the names of members, else the same few texts that come again and again.
    pub(super) fn labels(&self, left: &[&'s SampleColumn<'p>]) -> Vec<&'s SampleColumn<'p>> {
        let rank = |column: &SampleColumn<'_>| match column.place.path.ends_with('~') {
            true => Some(0),
            false => names::thing_rank(&column.place.name).map(|rank| rank + 1),
        };
        let is_label = |column: &&SampleColumn<'p>| {
            let (known, distinct) = (self.known(column), self.distinct(column));
            let name = &column.place.name;
            let repeats = distinct < known
                || column.place.path.ends_with('~')
                || (known < REPEATS_FROM && rank(column).is_some());
            let few = distinct <= MOST_SERIES && repeats;
            let fits = match column.place.kind {
                SeenKind::String => column.place.role != SeenRole::Id && !names::is_level(name),
                SeenKind::Number => column.place.role == SeenRole::Label,
                _ => false,
            };
            let is_text = !self.is_number(column) || column.place.role == SeenRole::Label;
            fits && is_text
                && few
                && 2 * known > self.rows.len()
                && (rank(column).is_some() || column.place.role == SeenRole::Label)
        };
        let found: Vec<_> = left
            .iter()
            .copied()
            .filter(|column| is_label(column))
            .collect();
        let rank_of = |index: usize| order::unranked_last(rank(found[index]));
        let mut order: Vec<usize> = (0..found.len()).collect();
        order::sort(&mut order, &|a, b| rank_of(a).cmp(&rank_of(b)));
        let found: Vec<_> = order.into_iter().map(|index| found[index]).collect();
        let has_named = found
            .iter()
            .any(|column| rank(column).is_some() && self.distinct(column) > 1);
        let mut labels: Vec<&SampleColumn<'p>> = Vec::new();
        for column in found {
            let is_one = self.distinct(column) == 1;
            let is_other = match (rank(column), is_one) {
                (Some(_), true) => labels.is_empty() && !has_named,
                // The members of a map are the things: what else they have is a property, whatever its name.
                (Some(_), false) => !labels.iter().any(|label| label.place.path.ends_with('~')),
                // What is no thing but a property of it, such as a side, only where there is nothing better.
                (None, is_one) => labels.is_empty() && !is_one,
            };
            if is_other && labels.len() < MOST_LABELS && !self.follows(column, &labels) {
                labels.push(column);
            }
        }
        labels
    }

    /// Whether a column says nothing that the labels do not say.
    fn follows(&self, column: &SampleColumn<'_>, labels: &[&SampleColumn<'_>]) -> bool {
        let with: Vec<_> = labels.iter().copied().chain([column]).collect();
        !labels.is_empty() && self.distinct_rows(labels) == self.distinct_rows(&with)
    }

    /// How many rows there are that differ in some columns.
    fn distinct_rows(&self, columns: &[&SampleColumn<'_>]) -> usize {
        let rows = self.rows.iter();
        count_distinct(rows.map(|row| self.sample.hash_of(columns, *row)))
    }

    /// Whether rows of the same labels come again.
    pub(super) fn come_again(&self, labels: &[&SampleColumn<'_>]) -> bool {
        self.distinct_rows(labels) < self.rows.len()
    }

    /// The numbers to show: of the rows themselves before those that are repeated in them, and those that change before
    /// those that do not.
    pub(super) fn numbers(
        &self,
        left: &[&'s SampleColumn<'p>],
        labels: &[&SampleColumn<'_>],
        are_bars: bool,
    ) -> Vec<&'s SampleColumn<'p>> {
        let numbers = left.iter().copied().filter(|column| self.is_number(column));
        let mut numbers: Vec<_> = numbers.collect();
        let mut prefer = |fits: &dyn Fn(&SampleColumn<'_>) -> bool| {
            let preferred = numbers.iter().copied().filter(|column| fits(column));
            let preferred: Vec<_> = preferred.collect();
            if !preferred.is_empty() {
                numbers = preferred;
            }
        };
        prefer(&|column| !self.is_count(column, labels));
        prefer(&|column| rows::group(&column.place.path) == self.group);
        prefer(&|column| self.distinct(column) > 1);
        if are_bars {
            prefer(&|column| {
                let name = &column.place.name;
                names::bar_edge(name).is_some() || names::is_volume(name)
            });
        }
        numbers.truncate(MOST_VALUES);
        numbers
    }

    /// Whether a number counts messages or names one, and says nothing of what the feed is about.
    fn is_count(&self, column: &SampleColumn<'_>, labels: &[&SampleColumn<'_>]) -> bool {
        let name = &column.place.name;
        if column.place.role == SeenRole::Id || names::is_fraction(name) {
            return true;
        }
        let mut cells = self.sample.cells(column, self.rows);
        if !names::may_count(name)
            || cells.any(|text| text.contains('.'))
            || self.distinct(column) < 3
        {
            return false;
        }
        let value = |row: usize| {
            let text = self.sample.cell(column, row).unwrap_or_default();
            text.trim().parse().unwrap_or(f64::NAN)
        };
        let mut last: HashMap<u64, usize, AsTheyAre> = HashMap::default();
        let rises = self.rows.iter().all(|row| {
            let before = last.insert(self.sample.hash_of(labels, *row), *row);
            before.is_none_or(|before| value(*row) > value(before))
        });
        rises || (column.are_texts && self.distinct(column) == self.known(column))
    }

    /// Texts and booleans to show: those that change before those that do not.
    pub(super) fn texts(
        &self,
        left: &[&'s SampleColumn<'p>],
        labels: &[&SampleColumn<'_>],
    ) -> Vec<&'s SampleColumn<'p>> {
        let fits = |column: &&SampleColumn<'_>| {
            let is_text = matches!(column.place.kind, SeenKind::String | SeenKind::Boolean);
            is_text && column.place.role != SeenRole::Id && !self.is_number(column)
        };
        let mut texts: Vec<_> = left.iter().copied().filter(fits).collect();
        if texts.iter().any(|column| !self.is_code(column)) {
            texts.retain(|column| !self.is_code(column));
        }
        let says_more =
            |column: &SampleColumn<'_>| self.distinct(column) > 1 && !self.follows(column, labels);
        if texts.iter().any(|column| says_more(column)) {
            texts.retain(|column| says_more(column));
        }
        texts.truncate(MOST_TEXTS);
        texts
    }

    /// What stands beside a time in whole seconds and has the rest of it: in which unit, and that of the time.
    pub(super) fn fraction_of(
        &self,
        time: &SampleColumn<'_>,
    ) -> Option<(&'s SampleColumn<'p>, &'static str, &'static str)> {
        let parent = |path: &str| path.rfind('.').map(|end| path[..end].to_owned());
        let mut columns = self.sample.columns.iter();
        let beside = columns.find(|column| {
            names::is_fraction(&column.place.name)
                && parent(&column.place.path) == parent(&time.place.path)
        })?;
        let mut seconds = self.sample.cells(time, self.rows);
        let is_whole = seconds.all(|text| {
            text.parse::<u64>()
                .is_ok_and(|seconds| seconds < 100_000_000_000)
        });
        let unit = if beside.place.name.eq_ignore_ascii_case("usec") {
            "us"
        } else {
            "ns"
        };
        is_whole.then_some((beside, unit, "s"))
    }
}
