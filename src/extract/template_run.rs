//! Runs of rows that follow the templates of those before.
//!
//! In go the bytes of a batch and an offset, out come the cells of as many rows as follow one of the few
//! [`Templates`] that the place remembers. [`walk`](super::walk) calls this before it walks a row itself, and gives
//! what it recorded back to be remembered.

use std::ops::Range;

use super::rows::{Cell, Rows};
use super::scalar::number_cell;
use super::template::{OneRow, Template};
use crate::decode::json::Scanner;
use crate::decode::number;

/// Rows that room is made for at once, at first: an array in a message may be short.
const ROOM: usize = 4;
/// The same at most: a run of messages is long.
const MAX_ROOM: usize = 64;

/// Rows one after the other that followed no template, after which the next one becomes it.
const PATIENCE: u32 = 8;

/// A run of rows that followed templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TemplateRun {
    /// The row after the last one that followed.
    pub(crate) row: usize,
    /// Where that last one ends in the message.
    pub(crate) end: usize,
    /// The template that it followed.
    pub(crate) template: usize,
}

/// What came of following templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Followed {
    /// Some rows did.
    Rows(TemplateRun),
    /// The first row was compared with every template and follows none.
    None,
    /// No row did, but one of the templates was not tried, or what is behind the row is the reason.
    Undecided,
}

impl Followed {
    /// The rows that followed.
    #[inline]
    pub(crate) fn rows(self) -> Option<TemplateRun> {
        match self {
            Self::Rows(run) => Some(run),
            Self::None | Self::Undecided => None,
        }
    }

    /// Undecided, where nothing has followed.
    #[inline]
    fn or_undecided(self) -> Self {
        match self {
            Self::Rows(_) => self,
            Self::None | Self::Undecided => Self::Undecided,
        }
    }
}

/// What stands between the rows of a run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Between {
    /// Nothing: it is one row.
    Nothing,
    /// The commas of an array.
    Items,
    /// A byte; what has something else behind it is no row. Neither is an array, when its items are rows.
    Messages { separator: u8, items: bool },
}

/// What follows a row in a run.
enum After {
    Another,
    Last,
    NoRow,
}

impl Between {
    /// Whether arrays are no rows, but their items are.
    #[inline]
    fn parts_arrays(self) -> bool {
        matches!(self, Self::Messages { items: true, .. })
    }

    /// What the byte behind a row says.
    #[inline(always)]
    fn tell(self, next: Option<u8>) -> After {
        match (self, next) {
            (Self::Items, Some(b',')) => After::Another,
            (Self::Messages { separator, .. }, Some(byte)) if byte == separator => After::Another,
            (Self::Messages { .. }, Some(_)) => After::NoRow,
            _ => After::Last,
        }
    }
}

/// How far a run has come.
struct Progress {
    /// The next row, and where it begins in the message.
    row: usize,
    pos: usize,
    /// Where the last one ended.
    end: usize,
    /// How many rows room is made for at once.
    room: usize,
}

impl Progress {
    /// The cells of the next row, unless there are too many.
    #[inline(always)]
    fn cells<'r>(&mut self, rows: &'r mut Rows) -> Option<&'r mut [Cell]> {
        if self.row >= rows.len() {
            if rows.is_vast() {
                return None;
            }
            rows.grow_to(self.row + self.room);
            self.room = (self.room * 2).min(MAX_ROOM);
        }
        Some(rows.row_mut(self.row))
    }

    /// Goes on behind what ends at `end`, which is a row by what follows it; says whether another one does.
    #[inline(always)]
    fn pass(&mut self, end: usize, between: Between, bytes: &[u8]) -> bool {
        let after = between.tell(bytes.get(end).copied());
        if matches!(after, After::NoRow) {
            return self.pass_behind_space(end, between, bytes);
        }
        self.go_on(end, after)
    }

    /// Many servers end each message with a line break.
    #[inline(never)]
    fn pass_behind_space(&mut self, end: usize, between: Between, bytes: &[u8]) -> bool {
        let end = behind_space(bytes, end);
        let after = between.tell(bytes.get(end).copied());
        !matches!(after, After::NoRow) && self.go_on(end, after)
    }

    #[inline(always)]
    fn go_on(&mut self, end: usize, after: After) -> bool {
        self.row += 1;
        self.end = end;
        self.pos = end + 1;
        matches!(after, After::Another)
    }
}

/// Where white space that begins at `start` ends.
#[cold]
fn behind_space(bytes: &[u8], start: usize) -> usize {
    let mut scanner = Scanner::at(bytes, start);
    // At the end of the bytes there is nothing to peek at, and that is where it has come to.
    let _ = scanner.peek();
    scanner.offset()
}

/// Why rows are no longer read by a template.
#[derive(PartialEq, Eq)]
enum Stop {
    /// The next one does not follow it.
    Unlike,
    /// There is no next one.
    End,
}

/// In which order templates are tried, by their indexes.
pub(crate) struct Order {
    first: Option<usize>,
    others: Range<usize>,
    /// Not among the others.
    but: usize,
}

impl Iterator for Order {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        let but = self.but;
        self.first
            .take()
            .or_else(|| self.others.find(|index| *index != but))
    }
}

/// Templates that a place remembers: a feed sends a few kinds of messages in turn.
const MAX_TEMPLATES: usize = 4;

/// The templates of a place, and how well they have fitted lately.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    templates: Vec<Template>,
    /// The one that was followed last.
    likely: usize,
    misses: u32,
    /// The one to be forgotten next.
    oldest: usize,
}

impl Templates {
    /// The templates' indexes, the likely one first.
    #[inline]
    pub(crate) fn order(&self) -> Order {
        Order {
            first: (!self.templates.is_empty()).then_some(self.likely),
            ..self.others(self.likely)
        }
    }

    /// The templates' indexes but for one.
    #[inline]
    fn others(&self, but: usize) -> Order {
        Order {
            first: None,
            others: 0..self.templates.len(),
            but,
        }
    }

    #[inline]
    pub(crate) fn template(&self, index: usize) -> Option<&Template> {
        self.templates.get(index)
    }

    /// Reads the row `row`, which begins at `start`, and those behind it as long as they follow templates.
    /// Rows that are there already are zipped with: they get the cells of the template and keep the others.
    #[inline]
    pub(crate) fn follow(
        &self,
        bytes: &[u8],
        start: usize,
        rows: &mut Rows,
        row: usize,
        between: Between,
        depth: u32,
    ) -> Followed {
        let before = rows.len();
        let room = match between {
            Between::Nothing => 1,
            Between::Items | Between::Messages { .. } => ROOM,
        };
        let mut progress = Progress {
            row,
            pos: start,
            end: start,
            room,
        };
        let mut followed = Followed::None;
        let mut order = self.order();
        while let Some(template) = order.next() {
            if between.parts_arrays() && self.templates[template].takes_arrays() {
                followed = followed.or_undecided();
                continue;
            }
            let from = progress.row;
            let stop =
                self.templates[template].follow_rows(bytes, rows, depth, between, &mut progress);
            let some = progress.row > from;
            if some {
                let Progress { row, end, .. } = progress;
                followed = Followed::Rows(TemplateRun { row, end, template });
            }
            if stop == Stop::End {
                // A value that fits and has something behind it.
                followed = followed.or_undecided();
                break;
            }
            if some {
                order = self.others(template);
            }
        }
        // Room that was not needed, and a row that did not follow, are no rows.
        rows.truncate(before.max(progress.row));
        followed
    }

    /// Whether the row that is about to be walked should become a template.
    pub(crate) fn wants_another(&mut self) -> bool {
        self.misses += 1;
        self.templates.len() < MAX_TEMPLATES || self.misses > PATIENCE
    }

    /// A row followed the template.
    #[inline]
    pub(crate) fn fitted(&mut self, template: usize) {
        self.likely = template;
        self.misses = 0;
    }

    /// Remembers a template, or that there is none to remember.
    pub(crate) fn learn(&mut self, template: Option<Template>) {
        self.misses = 0;
        let Some(template) = template else { return };
        if self.templates.len() < MAX_TEMPLATES {
            self.likely = self.templates.len();
            self.templates.push(template);
        } else {
            self.likely = self.oldest;
            self.templates[self.oldest] = template;
            self.oldest = (self.oldest + 1) % MAX_TEMPLATES;
        }
    }
}

impl Template {
    /// Reads rows as long as they follow the template, and moves `progress` behind them.
    ///
    /// One of its kind in the wasm, since it is large.
    #[inline(never)]
    fn follow_rows(
        &self,
        bytes: &[u8],
        rows: &mut Rows,
        depth: u32,
        between: Between,
        progress: &mut Progress,
    ) -> Stop {
        if let Some(column) = self.bare_column()
            && follow_numbers(column, bytes, rows, between, progress) == Some(Stop::End)
        {
            return Stop::End;
        }
        loop {
            let Some(cells) = progress.cells(rows) else {
                return Stop::Unlike;
            };
            let Some(end) = self.follow(bytes, progress.pos, depth, &mut OneRow(cells)) else {
                return Stop::Unlike;
            };
            if !progress.pass(end, between, bytes) {
                return Stop::End;
            }
        }
    }
}

/// Reads rows that are nothing but a number for `column`, as long as they are: the way through a template would cost more
/// than the number. What comes then may follow the template still.
#[inline(never)]
fn follow_numbers(
    column: usize,
    bytes: &[u8],
    rows: &mut Rows,
    between: Between,
    progress: &mut Progress,
) -> Option<Stop> {
    loop {
        let cell = progress.cells(rows)?.get_mut(column)?;
        let pos = progress.pos;
        let number = number::read_in_place(bytes, pos).ok()?;
        *cell = number_cell(pos, number);
        if !progress.pass(number.end, between, bytes) {
            return Some(Stop::End);
        }
    }
}
