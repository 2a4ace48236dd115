//! Paths compiled into one trie, so that a message is walked once for all of them.
//!
//! In go the paths of all readings that share a pass; out comes the [`Program`] that [`walk`](super::walk) follows through a
//! message. Whoever reads rows makes one: the passes of streams, histories, and the feed view's search for paths that meet
//! nothing.

use super::node::{Node, NodeId};
use super::path::{Path, Segment};
use super::rows::Cell;
use super::template_run::Templates;
use std::rc::Rc;

/// Most columns that a reading finds by itself; beyond, the names are data, not a schema.
pub const MAX_INFERRED_COLUMNS: usize = 200;

/// Most places that a reading remembers while it finds columns; bounds what hostile names can cost.
const MAX_INFERRED_NODES: usize = 8 * MAX_INFERRED_COLUMNS;

/// What to take from each message of a reading. One that finds columns by itself grows with what it meets; every other
/// stays as it was compiled, and only what was learned of the messages beside it changes.
#[derive(Debug)]
pub struct Program {
    nodes: Vec<Node>,
    /// For each node what rows that began there looked like, if any did.
    templates: Vec<Templates>,
    names: Vec<String>,
    /// How many columns, the first ones, are those of chosen paths.
    pub(crate) chosen: usize,
    /// Columns are found in the messages instead of being chosen.
    pub(crate) open: bool,
    /// The items of a top-level array are read as if each were a message.
    pub(crate) array_is_rows: bool,
    /// A column was not added because there are too many.
    full: bool,
    /// Where a walk keeps values until their rows are known.
    pub(super) held: Vec<(usize, Cell)>,
}

impl Program {
    /// A program that takes one column per path, in that order.
    pub fn new(paths: &[Path]) -> Self {
        Self::with(paths.iter().map(|path| (path, true)), false)
    }

    /// A program that finds columns by itself: every scalar is one, named by its place. They follow
    /// those of the `chosen` paths, which are singular. Where a path comes with `true` it claims its
    /// place: a scalar there does not become a column once more.
    pub fn inferred(chosen: &[(Path, bool)]) -> Self {
        Self::with(chosen.iter().map(|(path, claims)| (path, *claims)), true)
    }

    /// Says that a text that is an array is one row, and its items are columns named by their index.
    pub fn taking_records(mut self, records: bool) -> Self {
        self.array_is_rows &= !records;
        self
    }

    /// Says which columns want nothing but numbers, so that a number in quotes may be read as one.
    pub fn expect_numbers(mut self, wanted: impl Fn(usize) -> bool) -> Self {
        for node in &mut self.nodes {
            let mut columns = node.columns.iter();
            node.numeric = !node.columns.is_empty() && columns.all(|column| wanted(*column));
        }
        self
    }

    fn with<'p>(chosen: impl Iterator<Item = (&'p Path, bool)> + Clone, open: bool) -> Self {
        let names: Vec<String> = chosen.clone().map(|(path, _)| path.last_name()).collect();
        let mut program = Self {
            nodes: vec![Node::default()],
            templates: vec![Templates::default()],
            chosen: names.len(),
            names,
            open,
            array_is_rows: !chosen.clone().any(|(path, _)| path.begins_in_array()),
            full: false,
            held: Vec::new(),
        };
        for (column, (path, claims)) in chosen.enumerate() {
            program.add(path, column, claims);
        }
        program.mark_splits(Self::ROOT);
        program
    }

    pub(crate) const ROOT: NodeId = 0;

    /// How many columns it fills.
    pub fn width(&self) -> usize {
        self.names.len()
    }

    /// The columns' names: chosen ones by the last name of their path, found ones dotted.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether a column was found but not added, beyond [`MAX_INFERRED_COLUMNS`].
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Whether a name that no message had before may become a column.
    pub(crate) fn may_grow(&mut self) -> bool {
        let room = self.width() < MAX_INFERRED_COLUMNS && self.nodes.len() < MAX_INFERRED_NODES;
        self.full |= self.open && !room;
        self.open && room
    }

    #[inline]
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    /// The node, to be told what was seen.
    pub(crate) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    /// What rows that began at `id` looked like.
    #[inline]
    pub(crate) fn templates(&self, id: NodeId) -> &Templates {
        &self.templates[id as usize]
    }

    /// The same, to be told what was seen.
    #[inline]
    pub(crate) fn templates_mut(&mut self, id: NodeId) -> &mut Templates {
        &mut self.templates[id as usize]
    }

    fn push(&mut self, name: String) -> NodeId {
        self.nodes.push(Node::named(name));
        self.templates.push(Templates::default());
        (self.nodes.len() - 1) as NodeId
    }

    fn add(&mut self, path: &Path, column: usize, claims: bool) {
        let mut at = Self::ROOT;
        for segment in path.segments() {
            if *segment == Segment::MemberName {
                // The value there is another matter, and may become a column of its own.
                self.nodes[at as usize].name_columns.push(column);
                return;
            }
            at = self.step(at, segment);
        }
        let node = &mut self.nodes[at as usize];
        node.columns.push(column);
        node.settled |= claims;
    }

    fn step(&mut self, from: NodeId, segment: &Segment) -> NodeId {
        let here = self.node(from);
        let known = match segment {
            Segment::Name(name) => here.edge(name, 0).map(|edge| here.edges[edge].node),
            Segment::Index(index) => {
                let same = here.indexes.iter().find(|(known, _)| known == index);
                same.map(|(_, node)| *node)
            }
            Segment::Wildcard => here.wildcard,
            other => {
                let same = here.multi.iter().find(|(known, _)| **known == *other);
                same.map(|(_, node)| *node)
            }
        };
        known.unwrap_or_else(|| self.add_step(from, segment))
    }

    fn add_step(&mut self, from: NodeId, segment: &Segment) -> NodeId {
        if let Segment::Name(name) = segment {
            return self.add_edge(from, name);
        }
        let node = match segment {
            // The items of a row that is itself an array are found as columns named by their index.
            Segment::Index(index @ 0..) if from == Self::ROOT => self.push(index.to_string()),
            _ => self.push_closed(),
        };
        let here = &mut self.nodes[from as usize];
        match segment {
            Segment::Wildcard => here.wildcard = Some(node),
            Segment::Index(index) => {
                here.indexes.push((*index, node));
                here.seeks |= *index < 0;
            }
            other => {
                here.multi.push((Rc::new(other.clone()), node));
                here.seeks = true;
            }
        }
        node
    }

    /// A place in an array, which has no name that a found column could take.
    fn push_closed(&mut self) -> NodeId {
        let node = self.push(String::new());
        self.nodes[node as usize].closed = true;
        node
    }

    /// Adds the member `name` below `from`.
    pub(crate) fn add_edge(&mut self, from: NodeId, name: &str) -> NodeId {
        let parent = self.node(from);
        let node = match &*parent.name {
            _ if parent.closed => self.push_closed(),
            "" => self.push(name.to_owned()),
            dotted => self.push(format!("{dotted}.{name}")),
        };
        self.nodes[from as usize].add_edge(name, node);
        node
    }

    /// Gives the node a column of its own, named by its place.
    pub(crate) fn add_column(&mut self, node: NodeId) -> Option<usize> {
        if self.names.len() >= MAX_INFERRED_COLUMNS {
            self.full = true;
            return None;
        }
        let name = &self.node(node).name;
        let name = if name.is_empty() {
            "value".to_owned()
        } else {
            name.to_string()
        };
        let column = self.names.len();
        self.names.push(name);
        self.nodes[node as usize].columns.push(column);
        self.nodes[node as usize].settled = true;
        Some(column)
    }

    /// Marks the nodes of one scope from which a step to several values can be reached.
    fn mark_splits(&mut self, id: NodeId) -> bool {
        let node = self.node(id);
        let edges = node.edges.iter().map(|edge| edge.node);
        let steps: Vec<NodeId> = edges.chain(node.indexes.iter().map(|(_, n)| *n)).collect();
        let several = node.multi.iter().map(|(_, n)| *n);
        let scopes: Vec<NodeId> = several.chain(node.wildcard).collect();
        let mut splits = !scopes.is_empty();
        for step in steps {
            splits |= self.mark_splits(step);
        }
        for scope in scopes {
            self.mark_splits(scope);
        }
        self.nodes[id as usize].splits = splits;
        splits
    }
}
