//! Which arrays and objects hold the same again and again, so that a path may go over all of it.
//!
//! In goes a [`PlaceTree`]; out comes for each place whether its items, or its members, repeat. An object whose members do
//! is a map: they are objects of much the same members, or their names are data.

use std::collections::HashMap;

use super::tree::{JsonType, PlaceTree, TreeNode, TreeStep};

/// Arrays of one length that is no more than this may be tuples.
const LONGEST_TUPLE: usize = 16;

/// Names beyond which those that change from object to object are data.
const MANY_NAMES: usize = 16;

/// What a path may go over at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeating {
    /// Nothing: its members or items differ.
    None,
    /// The items of an array.
    Items,
    /// The members of a map.
    Members,
}

/// What repeats at each place of a tree.
pub(super) fn all(tree: &PlaceTree) -> Vec<Repeating> {
    let nodes = tree.nodes.iter();
    nodes.map(|node| of(tree, node)).collect()
}

fn of(tree: &PlaceTree, node: &TreeNode) -> Repeating {
    let seen = &node.sightings;
    match (seen.shape(JsonType::Array), seen.shape(JsonType::Object)) {
        (1.., 0) if !node.is_record && !is_tuple(tree, node) => Repeating::Items,
        (0, 1..) if is_map(tree, node) => Repeating::Members,
        _ => Repeating::None,
    }
}

fn children<'t>(tree: &'t PlaceTree, node: &'t TreeNode) -> impl Iterator<Item = &'t TreeNode> {
    let children = node.children.iter().chain(&node.others);
    children.map(|child| &tree.nodes[*child])
}

/// Whether all arrays have the same few items, each of which means something else: they are of different types, or the
/// array is one of many in an array.
fn is_tuple(tree: &PlaceTree, node: &TreeNode) -> bool {
    let Some((least, most)) = node.lengths else {
        return false;
    };
    if least != most || !(2..=LONGEST_TUPLE).contains(&most) {
        return false;
    }
    let mut shapes = children(tree, node).map(|item| item.sightings.usual());
    let first = shapes.next();
    let differ = shapes.any(|shape| Some(shape) != first);
    let is_item = matches!(node.step, TreeStep::Index(_) | TreeStep::Others);
    let are_scalars = !matches!(first, Some(JsonType::Object | JsonType::Array));
    differ || (is_item && are_scalars)
}

fn is_map(tree: &PlaceTree, node: &TreeNode) -> bool {
    let members: Vec<&TreeNode> = children(tree, node)
        .filter(|member| member.sightings.known() > 0)
        .collect();
    let Some(first) = members.first().map(|member| member.sightings.usual()) else {
        return false;
    };
    let are_alike = |member: &&TreeNode| {
        let seen = &member.sightings;
        seen.usual() == first && seen.shape(first) == seen.known()
    };
    if !members.iter().all(are_alike) {
        return false;
    }
    let objects = node.sightings.shape(JsonType::Object);
    let usual = members.iter().map(|m| m.sightings.count).sum::<usize>() / objects.max(1);
    let change = members.len() > MANY_NAMES && members.len() > 2 * usual;
    let are_data = || {
        let names = || {
            node.children
                .iter()
                .filter_map(|child| name(&tree.nodes[*child]))
        };
        names().next().is_some() && names().all(is_data)
    };
    match first {
        JsonType::Object => {
            let are_several = members.len() > 1 && (usual > 1 || are_data());
            (are_several || change || are_data()) && have_same_members(tree, &members)
        }
        _ => change || (members.len() > 2 && are_data()),
    }
}

fn name(node: &TreeNode) -> Option<&str> {
    match &node.step {
        TreeStep::Name(name) => Some(name),
        _ => None,
    }
}

/// Whether a name is more likely data than a word of a program: a number, an address, a key with a number in it.
fn is_data(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let is_joined = name.bytes().any(|byte| b"-:/.@ ".contains(&byte));
    let is_hexadecimal = name.len() >= 8 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits > 0 && (digits == name.len() || is_joined || is_hexadecimal)
}

/// Whether objects have half of their members, at least, in common with most of the others.
fn have_same_members(tree: &PlaceTree, objects: &[&TreeNode]) -> bool {
    let mut counts: HashMap<&str, usize, foldhash::fast::FixedState> = HashMap::default();
    let names = |object: &'_ TreeNode| {
        let names = object.children.iter();
        names
            .filter_map(|child| name(&tree.nodes[*child]))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let all: Vec<Vec<String>> = objects.iter().map(|object| names(object)).collect();
    for name in all.iter().flatten() {
        *counts.entry(name).or_default() += 1;
    }
    all.iter().all(|names| {
        let common = names
            .iter()
            .filter(|name| 2 * counts[name.as_str()] >= objects.len() && counts[name.as_str()] > 1);
        let is_lone = objects.len() == 1;
        !names.is_empty() && (is_lone || 2 * common.count() >= names.len())
    })
}
