//! Where values stand in a message: all that a script asks for, found in one reading.
//!
//! A script adds its paths while it is compiled; the client has each message looked through, and conditions, routes
//! and templates then take their values by number. Nothing is copied and no tree is built.

use std::ops::Range;

use crate::decode::json::Scanner;
use crate::decode::{DecodeError, text};
use crate::extract::path::{Path, Segment};

/// A value that a script looks at, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PlaceId(usize);

/// The paths of a script, as a tree.
#[derive(Debug, Default)]
pub(super) struct Places {
    root: Branch,
    count: usize,
}

/// What is looked at in one value.
#[derive(Debug, Default)]
struct Branch {
    place: Option<PlaceId>,
    members: Vec<(String, Branch)>,
    items: Vec<(usize, Branch)>,
}

/// Where the places are in one message. Kept from message to message for its memory.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// For each place; empty where the message has none.
    ranges: Vec<Range<usize>>,
}

/// A message, and where its places are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'m> {
    pub(super) text: &'m [u8],
    pub(super) found: &'m Found,
}

impl Places {
    /// The place that `path` names: names and indexes from the start, RFC 9535.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn add(&mut self, path: &str) -> Result<PlaceId, String> {
        let parsed = Path::parse(path).map_err(|error| error.to_string())?;
        let place = self.add_segments(parsed.segments());
        place.map_err(|()| "name one value with names and indexes, such as $.data[0].id".to_owned())
    }

    /// The same of a path that is read already.
    ///
    /// # Errors
    /// When it holds anything but names and indexes.
    pub(super) fn add_segments(&mut self, segments: &[Segment]) -> Result<PlaceId, ()> {
        let mut branch = &mut self.root;
        for segment in segments {
            branch = branch.child(segment).ok_or(())?;
        }
        let place = *branch.place.get_or_insert(PlaceId(self.count));
        self.count = self.count.max(place.0 + 1);
        Ok(place)
    }

    /// Finds the places in `text`. Objects and arrays in which there is none are passed over, unchecked but for their
    /// ends: a payload is checked where it is read.
    ///
    /// # Errors
    /// When it is no JSON text as far as that.
    pub(super) fn find(&self, text: &[u8], found: &mut Found) -> Result<(), DecodeError> {
        found.ranges.clear();
        found.ranges.resize(self.count, 0..0);
        let mut scanner = Scanner::new(text);
        self.root.find(&mut scanner, 0, found)?;
        scanner.finish()
    }
}

impl Branch {
    fn child(&mut self, segment: &Segment) -> Option<&mut Self> {
        match segment {
            Segment::Name(name) => Some(child(&mut self.members, name.clone())),
            Segment::Index(index) => Some(child(&mut self.items, usize::try_from(*index).ok()?)),
            Segment::Wildcard
            | Segment::Slice(_)
            | Segment::Filter(_)
            | Segment::Descend
            | Segment::Several(_)
            | Segment::MemberName => None,
        }
    }

    fn find(
        &self,
        scanner: &mut Scanner<'_>,
        depth: u32,
        found: &mut Found,
    ) -> Result<(), DecodeError> {
        let first = scanner.peek()?;
        let start = scanner.offset();
        match first {
            b'{' if !self.members.is_empty() => self.find_members(scanner, depth, found)?,
            b'[' if !self.items.is_empty() => self.find_items(scanner, depth, found)?,
            _ => scanner.pass()?,
        }
        if let Some(PlaceId(place)) = self.place {
            found.ranges[place] = start..scanner.offset();
        }
        Ok(())
    }

    fn find_members(
        &self,
        scanner: &mut Scanner<'_>,
        depth: u32,
        found: &mut Found,
    ) -> Result<(), DecodeError> {
        let depth = scanner.deeper(depth)?;
        let mut more = scanner.enter(b'}')?;
        while more {
            let span = scanner.key()?;
            let name = scanner.bytes().get(span.start..span.end);
            let name = name.unwrap_or_default();
            let mut members = self.members.iter();
            let member = members.find(|(known, _)| match span.escaped {
                false => known.as_bytes() == name,
                true => unescaped(name).as_deref() == Some(known),
            });
            match member {
                Some((_, branch)) => branch.find(scanner, depth, found)?,
                None => scanner.pass()?,
            }
            more = scanner.more(b'}')?;
        }
        Ok(())
    }

    fn find_items(
        &self,
        scanner: &mut Scanner<'_>,
        depth: u32,
        found: &mut Found,
    ) -> Result<(), DecodeError> {
        let depth = scanner.deeper(depth)?;
        let mut more = scanner.enter(b']')?;
        let mut index = 0;
        while more {
            match self.items.iter().find(|(known, _)| *known == index) {
                Some((_, branch)) => branch.find(scanner, depth, found)?,
                None => scanner.pass()?,
            }
            index += 1;
            more = scanner.more(b']')?;
        }
        Ok(())
    }
}

fn child<K: PartialEq>(children: &mut Vec<(K, Branch)>, key: K) -> &mut Branch {
    let known = children.iter().position(|(known, _)| *known == key);
    let index = known.unwrap_or_else(|| {
        children.push((key, Branch::default()));
        children.len() - 1
    });
    &mut children[index].1
}

/// What a checked string stands for, without its quotes.
fn unescaped(escaped: &[u8]) -> Option<String> {
    let mut out = String::new();
    text::unescape(str::from_utf8(escaped).ok()?, &mut out);
    Some(out)
}

impl<'m> Placed<'m> {
    /// The JSON text of a value, if the message has it.
    pub(super) fn get(self, PlaceId(place): PlaceId) -> Option<&'m [u8]> {
        let range = self.found.ranges.get(place)?;
        self.text.get(range.clone()).filter(|text| !text.is_empty())
    }

    /// Where it stands.
    pub(super) fn offset(self, PlaceId(place): PlaceId) -> usize {
        self.found.ranges.get(place).map_or(0, |range| range.start)
    }

    /// The same, read.
    pub(super) fn value(self, place: PlaceId) -> Option<serde_json::Value> {
        serde_json::from_slice(self.get(place)?).ok()
    }

    /// A value as words: a string without its quotes, anything else as JSON.
    pub(super) fn words(self, place: PlaceId) -> Option<String> {
        let json = self.get(place)?;
        match json {
            [b'"', inner @ .., b'"'] => unescaped(inner),
            _ => Some(String::from_utf8_lossy(json).into_owned()),
        }
    }
}

/// The items of a JSON array, with where each begins; none of what is not one.
pub(super) fn items(text: &[u8]) -> Vec<Range<usize>> {
    let mut scanner = Scanner::new(text);
    let mut items = Vec::new();
    let mut read = || -> Result<(), DecodeError> {
        if scanner.peek()? != b'[' {
            return Ok(());
        }
        let mut more = scanner.enter(b']')?;
        while more {
            scanner.peek()?;
            let start = scanner.offset();
            scanner.pass()?;
            items.push(start..scanner.offset());
            more = scanner.more(b']')?;
        }
        Ok(())
    };
    // Callers have had it checked; of what is no JSON the items before the fault are its items.
    let _ = read();
    items
}
