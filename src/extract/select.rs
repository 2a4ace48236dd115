//! Finding the values that a segment selects (RFC 9535 §2.3 and §2.5) by their places in a message.
//!
//! This goes back and forth where [`walk`](super::walk) cannot go straight through: counting from
//! the end, slices, filters, descent. What that may cost is bounded for each message.

use super::descent::Descent;
use super::filter::Query;
use super::path::Segment;
use crate::decode::json::Scanner;
use crate::decode::text::{self, Span};
use crate::decode::{DecodeError, DecodeErrorKind};
use crate::order;
use std::borrow::Cow;

/// How often each byte of a message may be passed, on average.
const PASSES: usize = 64;

/// What any message may cost, in bytes passed, so that small ones may be deep.
const BASE: usize = 4 << 20;

/// What a selected value costs beside its bytes, since it may become a row.
const SELECTION: usize = 64;

/// Where a value begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its first byte, or white space before it.
    pub(crate) at: usize,
    /// How many arrays and objects it stands in.
    pub(crate) depth: u32,
}

/// An element of an array or a member of an object.
#[derive(Debug)]
pub(crate) struct Child<'a> {
    /// A member's name; empty for an element.
    pub(crate) name: Cow<'a, str>,
    pub(crate) place: Place,
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
    root: Place,
    /// Bytes that may still be passed.
    budget: usize,
    /// What queries from the root have selected.
    known: Vec<(Query, Option<Place>)>,
}

impl<'a> Selector<'a> {
    /// A selector in the message that stands in `bytes` from `start` on.
    pub(crate) fn new(bytes: &'a [u8], start: usize) -> Self {
        let len = bytes.len().saturating_sub(start);
        Self {
            bytes,
            root: Place {
                at: start,
                depth: 0,
            },
            budget: len.saturating_mul(PASSES).saturating_add(BASE),
            known: Vec::new(),
        }
    }

    /// Makes `place` what `$` means.
    #[inline]
    pub(crate) fn root_at(&mut self, place: Place) {
        self.root = place;
        self.known.clear();
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

    /// The children of what stands at `place`; none of a scalar.
    pub(crate) fn children(&mut self, place: Place) -> Result<Children<'a>, DecodeError> {
        let mut list = Vec::new();
        let bytes = self.bytes;
        let end = self.scan(place, |key, place| {
            let name = key.map_or(Cow::Borrowed(""), |key| name(bytes, key));
            list.push(Child { name, place });
        })?;
        if self.bytes.get(end.saturating_sub(1)) == Some(&b'}') {
            drop_repeated(&mut list);
        }
        Ok(Children { list, end })
    }

    /// Shows each child of what stands at `place`, and says where that ends.
    fn scan(
        &mut self,
        place: Place,
        mut each: impl FnMut(Option<Span>, Place),
    ) -> Result<usize, DecodeError> {
        let mut scanner = Scanner::at(self.bytes, place.at);
        let close = match scanner.peek()? {
            b'{' => b'}',
            b'[' => b']',
            _ => return Ok(place.at),
        };
        let depth = scanner.deeper(place.depth)?;
        let mut more = scanner.enter(close)?;
        while more {
            let key = if close == b'}' {
                Some(scanner.key()?)
            } else {
                None
            };
            scanner.peek()?;
            let at = scanner.position();
            each(key, Place { at, depth });
            scanner.skip(depth)?;
            more = scanner.more(close)?;
        }
        self.charge(scanner.position() - place.at, place.at)?;
        Ok(scanner.position())
    }

    /// What `segment` selects of the value at `place`, in the order of RFC 9535.
    pub(crate) fn selected(
        &mut self,
        segment: &Segment,
        place: Place,
    ) -> Result<Vec<Place>, DecodeError> {
        let places = match segment {
            Segment::Name(name) => self.member(name, place)?.into_iter().collect(),
            Segment::Index(index) => self.element(*index, place)?.into_iter().collect(),
            Segment::Wildcard => self.child_places(place)?,
            Segment::Slice(slice) => {
                let elements = self.elements(place)?;
                let picked = slice.indexes(elements.len());
                picked.filter_map(|i| elements.get(i).copied()).collect()
            }
            Segment::Filter(filter) => {
                let mut places = Vec::new();
                for child in self.child_places(place)? {
                    if self.holds(&filter.0, child)? {
                        places.push(child);
                    }
                }
                places
            }
            Segment::Descend => self.containers(place)?,
        };
        self.charge(places.len().saturating_mul(SELECTION), place.at)?;
        Ok(places)
    }

    fn child_places(&mut self, place: Place) -> Result<Vec<Place>, DecodeError> {
        let children = self.children(place)?;
        Ok(children.list.iter().map(|child| child.place).collect())
    }

    /// The elements of an array; none of anything else.
    fn elements(&mut self, place: Place) -> Result<Vec<Place>, DecodeError> {
        let mut elements = Vec::new();
        self.scan(place, |key, place| {
            elements.extend(key.is_none().then_some(place))
        })?;
        Ok(elements)
    }

    fn element(&mut self, index: i64, place: Place) -> Result<Option<Place>, DecodeError> {
        let elements = self.elements(place)?;
        let index = element_index(index, elements.len());
        Ok(index.and_then(|index| elements.get(index).copied()))
    }

    fn member(&mut self, wanted: &str, place: Place) -> Result<Option<Place>, DecodeError> {
        let mut found = None;
        let bytes = self.bytes;
        self.scan(place, |key, place| {
            if key.is_some_and(|key| name(bytes, key) == wanted) {
                found = Some(place);
            }
        })?;
        Ok(found)
    }

    /// The arrays and objects at or below `place`, each before those in it. Scalars are left out:
    /// the selector that follows a descent selects nothing of them.
    fn containers(&mut self, place: Place) -> Result<Vec<Place>, DecodeError> {
        let mut descent = Descent::new(self.bytes, place);
        let found = descent.run(place.depth)?;
        let passed = descent.scanner.position() - place.at;
        self.charge(passed, place.at)?;
        if descent.may_repeat {
            return self.containers_by_children(place);
        }
        Ok(found)
    }

    /// The same where members may have the same name, of which only one counts.
    #[cold]
    fn containers_by_children(&mut self, place: Place) -> Result<Vec<Place>, DecodeError> {
        let mut found = Vec::new();
        let mut waiting = vec![place];
        while let Some(place) = waiting.pop() {
            if matches!(self.first_byte(place)?, b'{' | b'[') {
                found.push(place);
                let children = self.child_places(place)?;
                waiting.extend(children.into_iter().rev());
            }
        }
        Ok(found)
    }

    fn first_byte(&self, place: Place) -> Result<u8, DecodeError> {
        Scanner::at(self.bytes, place.at).peek()
    }

    /// The first value that a query of a filter selects, asked about the value at `place`.
    pub(super) fn first(
        &mut self,
        query: &Query,
        place: Place,
    ) -> Result<Option<Place>, DecodeError> {
        if !query.absolute {
            return self.first_of(&query.segments, place);
        }
        // The answer is the same for every value that is asked about.
        if let Some((_, known)) = self.known.iter().find(|(known, _)| known == query) {
            return Ok(*known);
        }
        let found = self.first_of(&query.segments, self.root)?;
        self.known.push((query.clone(), found));
        Ok(found)
    }

    fn first_of(
        &mut self,
        mut segments: &[Segment],
        mut place: Place,
    ) -> Result<Option<Place>, DecodeError> {
        while let Some((segment, rest)) = segments.split_first() {
            let one = match segment {
                Segment::Name(name) => self.member(name, place)?,
                Segment::Index(index) => self.element(*index, place)?,
                several => return self.first_below(several, rest, place),
            };
            let Some(next) = one else { return Ok(None) };
            (segments, place) = (rest, next);
        }
        Ok(Some(place))
    }

    fn first_below(
        &mut self,
        segment: &Segment,
        rest: &[Segment],
        place: Place,
    ) -> Result<Option<Place>, DecodeError> {
        for place in self.selected(segment, place)? {
            let found = self.first_of(rest, place)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

/// The element of an array of `len` that `index` means, which is negative from the end (RFC 9535 §2.3.3.2).
pub(crate) fn element_index(index: i64, len: usize) -> Option<usize> {
    let from_start = if index < 0 {
        index.checked_add(i64::try_from(len).ok()?)?
    } else {
        index
    };
    usize::try_from(from_start).ok()
}

/// A member's name without its escapes.
pub(crate) fn name(bytes: &[u8], key: Span) -> Cow<'_, str> {
    // Messages are UTF-8 and a name ends at an ASCII quote, so this always succeeds.
    let raw = bytes.get(key.start..key.end).unwrap_or_default();
    let raw = std::str::from_utf8(raw).unwrap_or_default();
    if !key.escaped {
        return Cow::Borrowed(raw);
    }
    let mut name = String::with_capacity(raw.len());
    text::unescape(raw, &mut name);
    Cow::Owned(name)
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
            replaced.push((first, members[last].place));
            run[1..].iter().for_each(|index| repeated[*index] = true);
        }
    }
    if replaced.is_empty() {
        return;
    }
    for (first, place) in replaced {
        members[first].place = place;
    }
    let mut repeated = repeated.into_iter();
    members.retain(|_| repeated.next() != Some(true));
}
