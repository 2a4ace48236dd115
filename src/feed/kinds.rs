//! Kinds of messages: those that have the same names and types.
//!
//! In go messages and the [`Catalogue`] of them; out comes the kind of each. Items of an array count once each way they
//! are, and so do members of a map, whose names are data. Where null or an empty array stands, what else stands there counts.

use super::catalogue::Catalogue;
use super::reading::ReadMessage;
use super::repeats::Repeating;
use super::titles::{self, KindFacts};
use super::tree::{JsonType, PlaceTree, TreeStep};
use super::view::FeedKind;
use super::walk;
use crate::decode::DecodeError;
use crate::decode::json::Scanner;
use crate::order;

/// Kinds that are told apart.
const MOST_KINDS: usize = 50;

/// The kind of messages that hold nothing that can be read.
const UNREADABLE: u32 = 0;

/// The kind of messages without a value: blank ones.
const BLANK: u32 = 1;

/// The kind of all others, where there are too many.
const OTHERS: u32 = 2;

/// The kinds of some messages.
#[derive(Debug)]
pub struct Kinds {
    /// The `id` of each message's kind, in the order of the messages.
    pub of: Vec<u32>,
    /// The kinds, the most frequent first.
    pub all: Vec<FeedKind>,
}

impl Kinds {
    /// The kinds of the messages that `catalogue` is of.
    pub fn of(catalogue: &Catalogue, messages: &[ReadMessage]) -> Self {
        let signer = Signer::new(&catalogue.tree, &catalogue.repeating);
        let mut found: Vec<(u32, KindFacts)> = Vec::new();
        let of = messages.iter().map(|message| {
            let id = signer.id(message);
            let known = found.iter().position(|(known, _)| *known == id);
            let index = known.unwrap_or_else(|| {
                let id = if found.len() < MOST_KINDS { id } else { OTHERS };
                let same = found.iter().position(|(known, _)| *known == id);
                same.unwrap_or_else(|| {
                    found.push((id, facts(id, message)));
                    found.len() - 1
                })
            });
            let (id, kind) = &mut found[index];
            kind.count(message.documents.first().map(String::as_str));
            *id
        });
        let of = of.collect();
        let facts: Vec<&KindFacts> = found.iter().map(|(_, facts)| facts).collect();
        let mut order: Vec<usize> = (0..found.len()).collect();
        order::sort(&mut order, &|a, b| facts[b].count.cmp(&facts[a].count));
        let titles = titles::all(&facts);
        let all = order.into_iter().map(|index| FeedKind {
            id: found[index].0,
            title: titles[index].clone(),
            count: facts[index].count,
        });
        Self {
            of,
            all: all.collect(),
        }
    }
}

fn facts(id: u32, message: &ReadMessage) -> KindFacts {
    match id {
        UNREADABLE => KindFacts::titled("unreadable"),
        BLANK => KindFacts::titled("blank"),
        OTHERS => KindFacts::titled("other kinds"),
        _ => KindFacts::of(message.documents.first().map_or("", String::as_str)),
    }
}

/// Makes numbers that are the same for the same structure.
struct Signer<'t> {
    tree: &'t PlaceTree,
    repeating: &'t [Repeating],
    /// Of each place what usually stands there.
    usual: Vec<u64>,
}

impl<'t> Signer<'t> {
    fn new(tree: &'t PlaceTree, repeating: &'t [Repeating]) -> Self {
        let mut signer = Self {
            tree,
            repeating,
            usual: vec![0; tree.nodes.len()],
        };
        // What is in a place was met after it.
        for node in (0..tree.nodes.len()).rev() {
            signer.usual[node] = signer.usually(node);
        }
        signer
    }

    fn id(&self, message: &ReadMessage) -> u32 {
        if message.documents.is_empty() {
            return match message.problem {
                Some(_) => UNREADABLE,
                None => BLANK,
            };
        }
        let mut documents = Vec::new();
        for document in &message.documents {
            let mut scanner = Scanner::new(document.as_bytes());
            let signature = self.value(&mut scanner, Some(PlaceTree::ROOT), 0);
            debug_assert!(signature.is_ok(), "only JSON is read");
            include(&mut documents, signature.unwrap_or_default());
        }
        let signature = set(&documents);
        (signature as u32 ^ (signature >> 32) as u32).max(OTHERS + 1)
    }

    /// What usually stands at a place, when that is known of the places in it.
    fn usually(&self, node: usize) -> u64 {
        let here = &self.tree.nodes[node];
        let kind = here.sightings.usual();
        if !matches!(kind, JsonType::Object | JsonType::Array) {
            return scalar(kind);
        }
        let children = self.tree.all_children(node);
        if self.repeating[node] != Repeating::None {
            return {
                let mut all = Vec::new();
                children
                    .iter()
                    .for_each(|child| include(&mut all, self.usual[*child]));
                set(&all)
            };
        }
        children.into_iter().fold(0u64, |all, child| {
            let value = self.usual[child];
            all.wrapping_add(match &self.tree.nodes[child].step {
                TreeStep::Name(name) => walk::joined(walk::hash(name), value),
                TreeStep::Index(index) => walk::joined(*index as u64, value),
                TreeStep::Root | TreeStep::Others => 0,
            })
        })
    }

    fn value(
        &self,
        scanner: &mut Scanner<'_>,
        node: Option<usize>,
        depth: u32,
    ) -> Result<u64, DecodeError> {
        let kind = JsonType::of(scanner.peek()?);
        if matches!(kind, JsonType::Object | JsonType::Array) {
            return self.container(scanner, node, depth, kind);
        }
        scanner.skip(depth)?;
        let usual = node.filter(|_| kind == JsonType::Null);
        Ok(usual.map_or(scalar(kind), |node| self.usual[node]))
    }

    fn container(
        &self,
        scanner: &mut Scanner<'_>,
        node: Option<usize>,
        depth: u32,
        kind: JsonType,
    ) -> Result<u64, DecodeError> {
        // Beyond the places that are known an object is none of names that are data, and an array none of a fixed length.
        let repeats = match node {
            Some(node) => self.repeating[node] != Repeating::None,
            None => kind == JsonType::Array,
        };
        let (mut different, mut sum) = (Vec::new(), 0u64);
        let count = walk::each(scanner, depth, &mut |scanner, name, index, depth| {
            let child = node.and_then(|node| {
                let known = match name {
                    Some(name) => self.tree.find(node, name),
                    None => self.tree.find_item(node, index),
                };
                known.or(self.tree.nodes[node].others)
            });
            let value = self.value(scanner, child, depth)?;
            if repeats {
                include(&mut different, value);
            } else {
                let step = name.map_or(index as u64, walk::hash);
                sum = sum.wrapping_add(walk::joined(step, value));
            }
            Ok(())
        })?;
        let may_hold_more = repeats || kind == JsonType::Array;
        Ok(match node {
            Some(node) if count == 0 && may_hold_more => self.usual[node],
            _ if repeats => set(&different),
            _ => sum,
        })
    }
}

/// Of some that differ, in any order.
fn set(different: &[u64]) -> u64 {
    let hashes = different.iter().map(|one| walk::joined(1, *one));
    hashes.fold(1, u64::wrapping_add)
}

fn scalar(kind: JsonType) -> u64 {
    walk::joined(0, kind as u64)
}

/// Adds one that is not there yet.
fn include(signatures: &mut Vec<u64>, one: u64) {
    if !signatures.contains(&one) {
        signatures.push(one);
    }
}
