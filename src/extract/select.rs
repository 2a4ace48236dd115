//! Finding the values that a segment selects (RFC 9535 §2.3 and §2.5) by their positions in a message.
//!
//! This goes back and forth where [`walk`](super::walk) cannot go straight through: counting from
//! the end, slices, filters, descent. What that may cost is bounded for each message.

use super::descent::Descent;
use super::path::{FilterQuery, FoundRegex, Segment};
use super::position::{Position, element_index, name};
use crate::decode::json::Scanner;
use crate::decode::text::Span;
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::order;
use std::borrow::Cow;

/// How often each byte of a message may be passed, on average.
const PASSES: usize = 64;

/// What any message may cost, in bytes passed, so that small ones may be deep.
const BASE: usize = 4 << 20;

/// What a selected value costs beside its bytes, since it may become a row.
const SELECTION: usize = 64;

/// An element of an array or a member of an object.
#[derive(Debug)]
pub(crate) struct Child<'a> {
    /// A member's name; empty for an element.
    pub(crate) name: Cow<'a, str>,
    pub(crate) position: Position,
}

/// The children of an array or object.
#[derive(Debug, Default)]
pub(crate) struct Children<'a> {
    /// In document order; of members with the same name the last one, in the place of the first, as
    /// `JSON.parse` has it.
    pub(crate) list: Vec<Child<'a>>,
    /// The byte after the array or object.
    pub(crate) end: usize,
}

/// Selects in one message.
#[derive(Debug)]
pub(crate) struct Selector<'a> {
    pub(super) bytes: &'a [u8],
    /// What `$` means in filters.
    root: Position,
    /// Bytes that may still be passed.
    budget: usize,
    /// What queries from the root have selected.
    known: Vec<(FilterQuery, Option<Position>)>,
    /// The same where all that they select was asked for.
    counted: Vec<(FilterQuery, Nodelist)>,
    /// The last regular expression that stood in the message.
    pub(super) found_regex: Option<FoundRegex>,
}

/// All that a query selects: how many values, and the first one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nodelist {
    pub(super) count: usize,
    first: Option<Position>,
}

impl Nodelist {
    /// The value, if it is the only one.
    pub(super) fn only(self) -> Option<Position> {
        self.first.filter(|_| self.count == 1)
    }
}

impl<'a> Selector<'a> {
    /// A selector in the message that stands in `bytes` from `start` on.
    pub(crate) fn new(bytes: &'a [u8], start: usize) -> Self {
        let len = bytes.len().saturating_sub(start);
        Self {
            bytes,
            root: Position {
                at: start,
                depth: 0,
            },
            budget: len.saturating_mul(PASSES).saturating_add(BASE),
            known: Vec::new(),
            counted: Vec::new(),
            found_regex: None,
        }
    }

    /// Makes `position` what `$` means.
    #[inline]
    pub(crate) fn root_at(&mut self, position: Position) {
        self.root = position;
        self.known.clear();
        self.counted.clear();
    }

    /// Accounts for `bytes` that were passed once more, at `at`.
    pub(crate) fn charge(&mut self, bytes: usize, at: usize) -> Result<(), DecodeError> {
        match self.budget.checked_sub(bytes) {
            Some(left) => {
                self.budget = left;
                Ok(())
            }
            None => Err(DecodeError::new(DecodeErrorKind::TooCostly, at)),
        }
    }

    /// The children of what stands at `position`; none of a scalar.
    pub(crate) fn children(&mut self, position: Position) -> Result<Children<'a>, DecodeError> {
        let mut list = Vec::new();
        let bytes = self.bytes;
        let end = self.scan(position, |key, position| {
            let name = key.map_or(Cow::Borrowed(""), |key| name(bytes, key));
            list.push(Child { name, position });
        })?;
        if self.bytes.get(end.saturating_sub(1)) == Some(&b'}') {
            drop_repeated(&mut list);
        }
        Ok(Children { list, end })
    }

    /// Shows each child of what stands at `position`, and says where that ends.
    fn scan(
        &mut self,
        position: Position,
        mut each: impl FnMut(Option<Span>, Position),
    ) -> Result<usize, DecodeError> {
        let mut scanner = Scanner::at(self.bytes, position.at);
        let close = match scanner.peek()? {
            b'{' => b'}',
            b'[' => b']',
            _ => return Ok(position.at),
        };
        let depth = scanner.deeper(position.depth)?;
        let mut more = scanner.enter(close)?;
        while more {
            let key = if close == b'}' {
                Some(scanner.key()?)
            } else {
                None
            };
            scanner.peek()?;
            let at = scanner.offset();
            each(key, Position { at, depth });
            scanner.skip(depth)?;
            more = scanner.more(close)?;
        }
        self.charge(scanner.offset() - position.at, position.at)?;
        Ok(scanner.offset())
    }

    /// What `segment` selects of the value at `position`, in the order of RFC 9535.
    pub(crate) fn selected(
        &mut self,
        segment: &Segment,
        position: Position,
    ) -> Result<Vec<Position>, DecodeError> {
        let positions = match segment {
            Segment::Name(name) => self.member(name, position)?.into_iter().collect(),
            Segment::Index(index) => self.element(*index, position)?.into_iter().collect(),
            Segment::Wildcard => self.child_positions(position)?,
            Segment::Slice(slice) => {
                let elements = self.elements(position)?;
                let picked = slice.indexes(elements.len());
                picked.filter_map(|i| elements.get(i).copied()).collect()
            }
            Segment::Filter(filter) => {
                let mut positions = Vec::new();
                for child in self.child_positions(position)? {
                    if self.holds(&filter.0, child)? {
                        positions.push(child);
                    }
                }
                positions
            }
            Segment::Descend => self.containers(position)?,
            Segment::Several(selectors) => {
                let mut positions = Vec::new();
                for selector in &**selectors {
                    positions.extend(self.selected(selector, position)?);
                }
                return Ok(positions);
            }
            Segment::MemberName => {
                debug_assert!(false, "a name is no value that stands somewhere");
                Vec::new()
            }
        };
        self.charge(positions.len().saturating_mul(SELECTION), position.at)?;
        Ok(positions)
    }

    fn child_positions(&mut self, position: Position) -> Result<Vec<Position>, DecodeError> {
        let children = self.children(position)?;
        Ok(children.list.iter().map(|child| child.position).collect())
    }

    /// The elements of an array; none of anything else.
    fn elements(&mut self, position: Position) -> Result<Vec<Position>, DecodeError> {
        let mut elements = Vec::new();
        self.scan(position, |key, position| {
            elements.extend(key.is_none().then_some(position))
        })?;
        Ok(elements)
    }

    fn element(&mut self, index: i64, position: Position) -> Result<Option<Position>, DecodeError> {
        let elements = self.elements(position)?;
        let index = element_index(index, elements.len());
        Ok(index.and_then(|index| elements.get(index).copied()))
    }

    fn member(
        &mut self,
        wanted: &str,
        position: Position,
    ) -> Result<Option<Position>, DecodeError> {
        let mut found = None;
        let bytes = self.bytes;
        self.scan(position, |key, position| {
            if key.is_some_and(|key| name(bytes, key) == wanted) {
                found = Some(position);
            }
        })?;
        Ok(found)
    }

    /// The arrays and objects at or below `position`, each before those in it. Scalars are left out:
    /// the selector that follows a descent selects nothing of them.
    fn containers(&mut self, position: Position) -> Result<Vec<Position>, DecodeError> {
        let mut descent = Descent::new(self.bytes, position);
        let found = descent.run(position.depth)?;
        let passed = descent.scanner.offset() - position.at;
        self.charge(passed, position.at)?;
        if descent.may_repeat {
            return self.containers_by_children(position);
        }
        Ok(found)
    }

    /// The same where members may have the same name, of which only one counts.
    #[cold]
    fn containers_by_children(&mut self, position: Position) -> Result<Vec<Position>, DecodeError> {
        let mut found = Vec::new();
        let mut waiting = vec![position];
        while let Some(position) = waiting.pop() {
            if matches!(self.first_byte(position)?, b'{' | b'[') {
                found.push(position);
                let children = self.child_positions(position)?;
                waiting.extend(children.into_iter().rev());
            }
        }
        Ok(found)
    }

    fn first_byte(&self, position: Position) -> Result<u8, DecodeError> {
        Scanner::at(self.bytes, position.at).peek()
    }

    /// The first value that a query of a filter selects, asked about the value at `position`.
    pub(super) fn first(
        &mut self,
        query: &FilterQuery,
        position: Position,
    ) -> Result<Option<Position>, DecodeError> {
        if !query.absolute {
            return self.first_of(&query.segments, position);
        }
        // The answer is the same for every value that is asked about.
        if let Some((_, known)) = self.known.iter().find(|(known, _)| known == query) {
            return Ok(*known);
        }
        let found = self.first_of(&query.segments, self.root)?;
        self.known.push((query.clone(), found));
        Ok(found)
    }

    /// All that a query of a filter selects, asked about the value at `position`.
    pub(super) fn nodes(
        &mut self,
        query: &FilterQuery,
        position: Position,
    ) -> Result<Nodelist, DecodeError> {
        let start = if query.absolute { self.root } else { position };
        let mut counted = self.counted.iter().filter(|_| query.absolute);
        if let Some((_, known)) = counted.find(|(known, _)| known == query) {
            return Ok(*known);
        }
        let mut positions = vec![start];
        for segment in &query.segments {
            let mut next = Vec::new();
            for position in positions {
                next.extend(self.selected(segment, position)?);
            }
            positions = next;
        }
        let nodes = Nodelist {
            count: positions.len(),
            first: positions.first().copied(),
        };
        if query.absolute {
            self.counted.push((query.clone(), nodes));
        }
        Ok(nodes)
    }

    fn first_of(
        &mut self,
        mut segments: &[Segment],
        mut position: Position,
    ) -> Result<Option<Position>, DecodeError> {
        while let Some((segment, rest)) = segments.split_first() {
            let one = match segment {
                Segment::Name(name) => self.member(name, position)?,
                Segment::Index(index) => self.element(*index, position)?,
                several => return self.first_below(several, rest, position),
            };
            let Some(next) = one else { return Ok(None) };
            (segments, position) = (rest, next);
        }
        Ok(Some(position))
    }

    fn first_below(
        &mut self,
        segment: &Segment,
        rest: &[Segment],
        position: Position,
    ) -> Result<Option<Position>, DecodeError> {
        for position in self.selected(segment, position)? {
            let found = self.first_of(rest, position)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

/// The indices of the members in the order of their names; those of equal names, as elements of an
/// array are, stay in document order.
#[inline(never)]
pub(super) fn by_name(members: &[Child<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order::sort(&mut order, &|a, b| members[a].name.cmp(&members[b].name));
    order
}

/// Of members with the same name leaves the last one, in the place of the first.
fn drop_repeated(members: &mut Vec<Child<'_>>) {
    let order = by_name(members);
    let mut replaced = Vec::new();
    let mut repeated = vec![false; members.len()];
    for run in order.chunk_by(|a, b| members[*a].name == members[*b].name) {
        if let [first, .., last] = *run {
            replaced.push((first, members[last].position));
            run[1..].iter().for_each(|index| repeated[*index] = true);
        }
    }
    if replaced.is_empty() {
        return;
    }
    for (first, position) in replaced {
        members[first].position = position;
    }
    let mut repeated = repeated.into_iter();
    members.retain(|_| repeated.next() != Some(true));
}
