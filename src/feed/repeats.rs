//! Which arrays and objects hold the same again and again, so that a path may go over all of it.
//!
//! In goes a [`PlaceTree`]; out comes for each place whether its items, or its members, repeat. An object whose members do
//! is a map: they are objects of much the same members, or their names are data.

use super::tree::{JsonType, PlaceTree, TreeNode, TreeStep};

/// Arrays of one length that is no more than this may be tuples.
const LONGEST_TUPLE: usize = 16;

/// Names beyond which those that change from object to object are data.
const MANY_NAMES: usize = 16;

/// Objects that are compared to find out whether they are alike.
const COMPARED: usize = 16;

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
    (0..tree.nodes.len()).map(|node| of(tree, node)).collect()
}

fn of(tree: &PlaceTree, index: usize) -> Repeating {
    let node = &tree.nodes[index];
    let seen = &node.sightings;
    match (seen.shape(JsonType::Array), seen.shape(JsonType::Object)) {
        (1.., 0) if !node.is_record && !is_tuple(tree, index) => Repeating::Items,
        (0, 1..) if is_map(tree, index) => Repeating::Members,
        _ => Repeating::None,
    }
}

/// Whether all arrays have the same few items, each of which means something else: they are of different types, or the
/// array is one of many in an array.
fn is_tuple(tree: &PlaceTree, index: usize) -> bool {
    let node = &tree.nodes[index];
    let Some((least, most)) = node.lengths else {
        return false;
    };
    if least != most || !(2..=LONGEST_TUPLE).contains(&most) {
        return false;
    }
    let items = tree.all_children(index).into_iter();
    let mut shapes = items.map(|item| tree.nodes[item].sightings.usual());
    let first = shapes.next();
    let differ = shapes.any(|shape| Some(shape) != first);
    let is_item = matches!(node.step, TreeStep::Index(_) | TreeStep::Others);
    let are_scalars = !matches!(first, Some(JsonType::Object | JsonType::Array));
    differ || (is_item && are_scalars)
}

fn is_map(tree: &PlaceTree, index: usize) -> bool {
    let node = &tree.nodes[index];
    let seen = |member: &usize| &tree.nodes[*member].sightings;
    let mut members = tree.all_children(index);
    members.retain(|member| seen(member).known() > 0);
    let Some(first) = members.first().map(|member| seen(member).usual()) else {
        return false;
    };
    let are_alike = |member: &usize| {
        let seen = seen(member);
        seen.usual() == first && seen.shape(first) == seen.known()
    };
    if !members.iter().all(are_alike) {
        return false;
    }
    let objects = node.sightings.shape(JsonType::Object);
    let usual = members
        .iter()
        .map(|member| seen(member).count)
        .sum::<usize>()
        / objects.max(1);
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
            let are_joined = || {
                let mut names = node.children.iter();
                names.all(|child| name(&tree.nodes[*child]).is_some_and(is_joined))
            };
            let are_several = members.len() > 1 && (usual > 1 || are_data() || are_joined());
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

/// Whether a name is made of several, as those of things in a system are: `sensor.kitchen`, `plant/line/press`.
fn is_joined(name: &str) -> bool {
    let mut parts = name.split(['.', ':', '/', '@']);
    parts.all(|part| !part.is_empty()) && name.contains(['.', ':', '/', '@'])
}

/// Whether objects have half of their members, at least, in common with most of the others.
fn have_same_members(tree: &PlaceTree, objects: &[usize]) -> bool {
    let has = |object: &usize, name: &str| tree.find(*object, name).is_some();
    // Many are like the first ones.
    let some = &objects[..objects.len().min(COMPARED)];
    some.iter().all(|object| {
        let members = &tree.nodes[*object].children;
        let names = members.iter().filter_map(|child| name(&tree.nodes[*child]));
        let (mut all, mut common) = (0, 0);
        for name in names {
            let others = some.iter().filter(|other| has(other, name)).count();
            all += 1;
            common += usize::from(others > 1 && 2 * others >= some.len());
        }
        all > 0 && (some.len() == 1 || 2 * common >= all)
    })
}
