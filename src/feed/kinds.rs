//! Kinds of messages: those that have the same names and types.
//!
//! In go messages and the [`Catalogue`] of them; out comes the kind of each. Items of an array count once each way they
//! are, and so do members of a map, whose names are data. Where null or an empty array stands, what else stands there counts.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::catalogue::Catalogue;
use super::reading::ReadMessage;
use super::repeats::Repeating;
use super::titles::{self, KindFacts};
use super::tree::{JsonType, PlaceTree, TreeStep};
use super::view::FeedKind;
use crate::decode::DecodeError;
use crate::decode::json::Scanner;
use crate::extract::position::name;
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
    hasher: FixedState,
}

impl<'t> Signer<'t> {
    fn new(tree: &'t PlaceTree, repeating: &'t [Repeating]) -> Self {
        let mut signer = Self {
            tree,
            repeating,
            usual: vec![0; tree.nodes.len()],
            hasher: FixedState::default(),
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
        let signature = self.set(&documents);
        (signature as u32 ^ (signature >> 32) as u32).max(OTHERS + 1)
    }

    /// Of some that differ, in any order.
    fn set(&self, different: &[u64]) -> u64 {
        let hashes = different
            .iter()
            .map(|one| self.hasher.hash_one((1u64, *one)));
        hashes.fold(1, u64::wrapping_add)
    }

    fn scalar(&self, kind: JsonType) -> u64 {
        self.hasher.hash_one(kind as u64)
    }

    fn member(&self, name: &str, value: u64) -> u64 {
        self.hasher.hash_one((name, value))
    }

    /// What usually stands at a place, when that is known of the places in it.
    fn usually(&self, node: usize) -> u64 {
        let here = &self.tree.nodes[node];
        let kind = here.sightings.usual();
        if !matches!(kind, JsonType::Object | JsonType::Array) {
            return self.scalar(kind);
        }
        let children = self.tree.all_children(node);
        if self.repeating[node] != Repeating::None {
            return {
                let mut all = Vec::new();
                children
                    .iter()
                    .for_each(|child| include(&mut all, self.usual[*child]));
                self.set(&all)
            };
        }
        children.into_iter().fold(0u64, |all, child| {
            let value = self.usual[child];
            all.wrapping_add(match &self.tree.nodes[child].step {
                TreeStep::Name(name) => self.member(name, value),
                TreeStep::Index(index) => self.hasher.hash_one((*index as u64, value)),
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
        match kind {
            JsonType::Object => self.members(scanner, node, depth),
            JsonType::Array => self.items(scanner, node, depth),
            _ => {
                scanner.skip(depth)?;
                let usual = node.filter(|_| kind == JsonType::Null);
                Ok(usual.map_or(self.scalar(kind), |node| self.usual[node]))
            }
        }
    }

    fn members(
        &self,
        scanner: &mut Scanner<'_>,
        node: Option<usize>,
        depth: u32,
    ) -> Result<u64, DecodeError> {
        let depth = scanner.deeper(depth)?;
        let is_map = node.is_some_and(|node| self.repeating[node] == Repeating::Members);
        let (mut all, mut sum) = (Vec::new(), 0u64);
        let mut more = scanner.enter(b'}')?;
        while more {
            let key = scanner.key()?;
            let key = name(scanner.bytes(), key);
            let child = node.and_then(|node| {
                let known = self.tree.find(node, &key);
                known.or(self.tree.nodes[node].others)
            });
            let value = self.value(scanner, child, depth)?;
            if is_map {
                include(&mut all, value);
            } else {
                sum = sum.wrapping_add(self.member(&key, value));
            }
            more = scanner.more(b'}')?;
        }
        Ok(match node {
            Some(node) if is_map && all.is_empty() => self.usual[node],
            _ if is_map => self.set(&all),
            _ => sum,
        })
    }

    fn items(
        &self,
        scanner: &mut Scanner<'_>,
        node: Option<usize>,
        depth: u32,
    ) -> Result<u64, DecodeError> {
        let depth = scanner.deeper(depth)?;
        let is_tuple = node.is_some_and(|node| self.repeating[node] == Repeating::None);
        let (mut all, mut sum) = (Vec::new(), 0u64);
        let mut index = 0;
        let mut more = scanner.enter(b']')?;
        while more {
            let child = node.and_then(|node| {
                let known = self.tree.find_item(node, index);
                known.or(self.tree.nodes[node].others)
            });
            let value = self.value(scanner, child, depth)?;
            if is_tuple {
                sum = sum.wrapping_add(self.hasher.hash_one((index as u64, value)));
            } else {
                include(&mut all, value);
            }
            index += 1;
            more = scanner.more(b']')?;
        }
        Ok(match node {
            Some(node) if index == 0 => self.usual[node],
            _ if is_tuple => sum,
            _ => self.set(&all),
        })
    }
}

/// Adds one that is not there yet.
fn include(signatures: &mut Vec<u64>, one: u64) {
    if !signatures.contains(&one) {
        signatures.push(one);
    }
}
