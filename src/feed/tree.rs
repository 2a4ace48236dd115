//! Everything that stands in some messages, merged into one tree of places.
//!
//! In go JSON texts, the newest first; out comes for each place how often something stood there, what, and the newest
//! values. What is remembered is bounded: places, values, and items of arrays, of which all but the first share a place.

use std::collections::HashMap;

use super::{cut, walk};
use crate::decode::DecodeError;
use crate::decode::json::Scanner;
use crate::decode::text;
use crate::digest::AsTheyAre;
use crate::table::Millis;

/// Places that are remembered.
const MOST_PLACES: usize = 4096;

/// Items of an array with a place of their own.
const OWN_ITEMS: usize = 8;

/// Members of an object with a place of their own.
const OWN_MEMBERS: usize = 256;

/// Values that are kept of a place.
const MOST_VALUES: usize = 30;

/// Bytes of a value that are kept.
const VALUE_BYTES: usize = 100;

/// Different values that are told apart.
const MOST_DISTINCT: usize = 100;

/// What a value is, as JSON has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonType {
    Null,
    Boolean,
    Number,
    Text,
    Object,
    Array,
}

impl JsonType {
    pub(super) const ALL: [Self; 6] = [
        Self::Null,
        Self::Boolean,
        Self::Number,
        Self::Text,
        Self::Object,
        Self::Array,
    ];

    /// Of a value that begins with `byte`.
    pub(super) fn of(byte: u8) -> Self {
        match byte {
            b'{' => Self::Object,
            b'[' => Self::Array,
            b'"' => Self::Text,
            b't' | b'f' => Self::Boolean,
            b'n' => Self::Null,
            _ => Self::Number,
        }
    }
}

/// A step from a place to one in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TreeStep {
    Root,
    Name(Box<str>),
    Index(usize),
    /// All others of an array or object that has too many.
    Others,
}

/// What was seen, at one place or at several together.
#[derive(Debug, Clone, Default)]
pub(super) struct Sightings {
    /// How many values.
    pub(super) count: usize,
    /// In how many messages.
    pub(super) seen: usize,
    /// How many of each [`JsonType`].
    shapes: [usize; JsonType::ALL.len()],
    /// Hashes of different values.
    pub(super) distinct: Vec<u64>,
    /// The newest values and when they came, newest first.
    pub(super) values: Vec<(Millis, String)>,
}

impl Sightings {
    pub(super) fn shape(&self, shape: JsonType) -> usize {
        self.shapes[shape as usize]
    }

    /// How many were not null.
    pub(super) fn known(&self) -> usize {
        self.count - self.shape(JsonType::Null)
    }

    /// The most frequent shape but null.
    pub(super) fn usual(&self) -> JsonType {
        let shapes = JsonType::ALL.into_iter().skip(1);
        let usual = shapes.max_by_key(|shape| self.shape(*shape));
        usual
            .filter(|shape| self.shape(*shape) > 0)
            .unwrap_or(JsonType::Null)
    }

    pub(super) fn add_value(&mut self, hash: u64, at: Millis, text: impl FnOnce() -> String) {
        if self.distinct.len() < MOST_DISTINCT && !self.distinct.contains(&hash) {
            self.distinct.push(hash);
        }
        if self.values.len() < MOST_VALUES {
            self.values.push((at, text()));
        }
    }

    /// Adds the name of a member that was seen.
    pub(super) fn add_name(&mut self, name: &str, member: &Self) {
        let hash = walk::hash(name);
        self.count += member.count;
        self.shapes[JsonType::Text as usize] += member.count;
        self.seen = self.seen.max(member.seen);
        let at = member.values.first().map_or(0.0, |(at, _)| *at);
        self.add_value(hash, at, || cut::text(name, VALUE_BYTES).to_owned());
    }

    /// Takes over what was seen at another place.
    pub(super) fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.seen = self.seen.max(other.seen);
        for (own, more) in self.shapes.iter_mut().zip(other.shapes) {
            *own += more;
        }
        for hash in &other.distinct {
            if self.distinct.len() < MOST_DISTINCT && !self.distinct.contains(hash) {
                self.distinct.push(*hash);
            }
        }
        self.values.extend_from_slice(&other.values);
        if self.values.len() > MOST_VALUES {
            self.keep_newest();
        }
    }

    fn keep_newest(&mut self) {
        let mut order: Vec<usize> = (0..self.values.len()).collect();
        crate::order::sort(&mut order, &|a, b| {
            self.values[b].0.total_cmp(&self.values[a].0)
        });
        let newest = order.into_iter().take(MOST_VALUES);
        self.values = newest.map(|index| self.values[index].clone()).collect();
    }
}

/// A place.
#[derive(Debug)]
pub(super) struct TreeNode {
    pub(super) step: TreeStep,
    /// Places in it, in the order in which they were met.
    pub(super) children: Vec<usize>,
    /// The place that all other items or members share.
    pub(super) others: Option<usize>,
    pub(super) sightings: Sightings,
    /// Of arrays that stood here the shortest and the longest length.
    pub(super) lengths: Option<(usize, usize)>,
    /// Its arrays are rows.
    pub(super) is_record: bool,
    last_seen: usize,
}

/// The places of some messages.
#[derive(Debug)]
pub(super) struct PlaceTree {
    pub(super) nodes: Vec<TreeNode>,
    known: HashMap<u64, usize, AsTheyAre>,
    message: usize,
    at: Millis,
}

impl PlaceTree {
    pub(super) const ROOT: usize = 0;

    pub(super) fn new() -> Self {
        let mut tree = Self {
            nodes: Vec::new(),
            known: HashMap::default(),
            message: 0,
            at: 0.0,
        };
        tree.push(TreeStep::Root);
        tree
    }

    /// A message comes, with the texts that follow.
    pub(super) fn begin(&mut self, at: Millis) {
        self.message += 1;
        self.at = at;
    }

    /// Adds a JSON text of the message.
    pub(super) fn add(&mut self, document: &str, is_record: bool) {
        self.nodes[Self::ROOT].is_record |= is_record;
        let mut scanner = Scanner::new(document.as_bytes());
        let added = self.value(&mut scanner, Self::ROOT, 0);
        debug_assert!(added.is_ok(), "only JSON is added");
    }

    fn value(
        &mut self,
        scanner: &mut Scanner<'_>,
        node: usize,
        depth: u32,
    ) -> Result<(), DecodeError> {
        let shape = JsonType::of(scanner.peek()?);
        let start = scanner.offset();
        if matches!(shape, JsonType::Object | JsonType::Array) {
            self.children(scanner, node, depth, shape)?;
        } else {
            scanner.skip(depth)?;
        }
        let bytes = scanner.bytes().get(start..scanner.offset());
        let text = std::str::from_utf8(bytes.unwrap_or_default()).unwrap_or_default();
        let hash = walk::hash(text);
        let here = &mut self.nodes[node];
        let sightings = &mut here.sightings;
        sightings.count += 1;
        sightings.shapes[shape as usize] += 1;
        if here.last_seen != self.message {
            here.last_seen = self.message;
            sightings.seen += 1;
        }
        if shape != JsonType::Null {
            sightings.add_value(hash, self.at, || shown(text, shape));
        }
        Ok(())
    }

    fn children(
        &mut self,
        scanner: &mut Scanner<'_>,
        node: usize,
        depth: u32,
        shape: JsonType,
    ) -> Result<(), DecodeError> {
        let count = walk::each(scanner, depth, &mut |scanner, name, index, depth| {
            let child = match name {
                Some(name) => self.member(node, name, index),
                None => self.item(node, index),
            };
            match child {
                Some(child) => self.value(scanner, child, depth),
                None => scanner.skip(depth),
            }
        })?;
        if shape == JsonType::Array {
            let lengths = &mut self.nodes[node].lengths;
            let (least, most) = lengths.unwrap_or((count, count));
            *lengths = Some((least.min(count), most.max(count)));
        }
        Ok(())
    }

    fn is(&self, node: usize, name: &str) -> bool {
        matches!(&self.nodes[node].step, TreeStep::Name(own) if **own == *name)
    }

    /// The place of a member, for which there may be no room; `expected` of them came before it.
    fn member(&mut self, node: usize, name: &str, expected: usize) -> Option<usize> {
        let likely = self.nodes[node].children.get(expected).copied();
        if let Some(likely) = likely.filter(|likely| self.is(*likely, name)) {
            return Some(likely);
        }
        if let Some(known) = self.find(node, name) {
            return Some(known);
        }
        if self.nodes[node].children.len() >= OWN_MEMBERS {
            return self.other(node);
        }
        let child = self.child(node, TreeStep::Name(name.into()))?;
        self.known.insert(key(node, name), child);
        Some(child)
    }

    /// The places in a place, that of all others last.
    pub(super) fn all_children(&self, node: usize) -> Vec<usize> {
        let mut children = self.nodes[node].children.clone();
        children.extend(self.nodes[node].others);
        children
    }

    /// The place of a member, if it has one.
    pub(super) fn find(&self, node: usize, name: &str) -> Option<usize> {
        let known = self.known.get(&key(node, name)).copied();
        known.filter(|known| self.is(*known, name))
    }

    fn item(&mut self, node: usize, index: usize) -> Option<usize> {
        if index >= OWN_ITEMS && !self.nodes[node].is_record {
            return self.other(node);
        }
        let known = self.find_item(node, index);
        known.or_else(|| self.child(node, TreeStep::Index(index)))
    }

    /// The place of an item, if it has one.
    pub(super) fn find_item(&self, node: usize, index: usize) -> Option<usize> {
        let is_it = |child: &usize| self.nodes[*child].step == TreeStep::Index(index);
        let children = &self.nodes[node].children;
        let likely = children.get(index).copied().filter(is_it);
        likely.or_else(|| children.iter().copied().find(is_it))
    }

    fn other(&mut self, node: usize) -> Option<usize> {
        if self.nodes[node].others.is_none() && self.nodes.len() < MOST_PLACES {
            self.nodes[node].others = Some(self.push(TreeStep::Others));
        }
        self.nodes[node].others
    }

    fn child(&mut self, node: usize, step: TreeStep) -> Option<usize> {
        if self.nodes.len() >= MOST_PLACES {
            return None;
        }
        let child = self.push(step);
        self.nodes[node].children.push(child);
        Some(child)
    }

    fn push(&mut self, step: TreeStep) -> usize {
        self.nodes.push(TreeNode {
            step,
            children: Vec::new(),
            others: None,
            sightings: Sightings::default(),
            lengths: None,
            is_record: false,
            last_seen: 0,
        });
        self.nodes.len() - 1
    }
}

fn key(node: usize, name: &str) -> u64 {
    walk::joined(node as u64, walk::hash(name))
}

/// A value as text.
fn shown(json: &str, shape: JsonType) -> String {
    let mut value = String::new();
    let inner = json
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    match inner.filter(|_| shape == JsonType::Text) {
        Some(inner) if inner.contains('\\') => text::unescape(inner, &mut value),
        Some(inner) => value.push_str(cut::text(inner, VALUE_BYTES)),
        None => value.push_str(cut::text(json, VALUE_BYTES)),
    }
    value.truncate(cut::text(&value, VALUE_BYTES).len());
    value
}
