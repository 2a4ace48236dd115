//! Paths compiled into one trie, so that a message is walked once for all of them.

use super::path::{Path, Segment};
use super::shape::Memory;

/// Index of a [`Node`] in its [`Program`].
pub(crate) type NodeId = u32;

/// Most columns that a reading finds by itself; beyond, the names are data, not a schema.
pub const MAX_INFERRED_COLUMNS: usize = 200;

/// Most places that a reading remembers while it finds columns; bounds what hostile names can cost.
const MAX_INFERRED_NODES: usize = 8 * MAX_INFERRED_COLUMNS;

/// Edges beyond which a binary search beats comparing them one by one.
const LINEAR_EDGES: usize = 8;

/// A step by name from an object to a member.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(crate) name: Box<str>,
    /// `"name":` as compact JSON writes it, or empty where escapes would be needed.
    pub(crate) token: Box<[u8]>,
    pub(crate) node: NodeId,
}

/// A place in a message that some path goes through or ends at.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) edges: Vec<Edge>,
    /// Places in `edges`, ordered by name.
    by_name: Vec<u32>,
    pub(crate) indexes: Vec<(u32, NodeId)>,
    pub(crate) wildcard: Option<NodeId>,
    /// Columns that take the value found here.
    pub(crate) columns: Vec<usize>,
    /// Whether a wildcard lies below, not counting those below another wildcard:
    /// then the values held here are repeated for the rows found there.
    pub(crate) splits: bool,
    /// What rows that begin here looked like, where they begin here.
    pub(crate) memory: Memory,
    /// The dotted names from the row to here, for columns found on the way.
    pub(crate) name: Box<str>,
}

impl Node {
    pub(crate) fn is_leaf(&self) -> bool {
        self.edges.is_empty() && self.indexes.is_empty() && self.wildcard.is_none()
    }

    /// Where `name` is, or would be, in `by_name`.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.by_name
            .binary_search_by(|edge| (*self.edges[*edge as usize].name).cmp(name))
    }

    /// The edge named `name`; `expected` is tried first, since members come in the same order each time.
    #[inline]
    pub(crate) fn edge(&self, name: &str, expected: usize) -> Option<usize> {
        if self
            .edges
            .get(expected)
            .is_some_and(|edge| &*edge.name == name)
        {
            return Some(expected);
        }
        if self.edges.len() <= LINEAR_EDGES {
            return self.edges.iter().position(|edge| &*edge.name == name);
        }
        self.place(name)
            .ok()
            .map(|place| self.by_name[place] as usize)
    }
}

/// What to take from each message of a reading.
#[derive(Debug)]
pub struct Program {
    nodes: Vec<Node>,
    names: Vec<String>,
    /// Columns are found in the messages instead of being chosen.
    pub(crate) open: bool,
    /// The items of a top-level array are read as if each were a message.
    pub(crate) array_is_rows: bool,
    /// A column was not added because there are too many.
    full: bool,
}

impl Program {
    /// A program that takes one column per path, in that order.
    pub fn new(paths: &[Path]) -> Self {
        let mut program = Self {
            nodes: vec![Node::default()],
            names: paths.iter().map(Path::last_name).collect(),
            open: false,
            array_is_rows: !paths.iter().any(Path::begins_in_array),
            full: false,
        };
        for (column, path) in paths.iter().enumerate() {
            program.add(path, column);
        }
        program.mark_splits(Self::ROOT);
        program
    }

    /// A program that finds its columns by itself: every scalar is one, named by its place.
    pub fn inferred() -> Self {
        Self {
            nodes: vec![Node::default()],
            names: Vec::new(),
            open: true,
            array_is_rows: true,
            full: false,
        }
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

    /// What rows that begin at `id` looked like.
    #[inline]
    pub(crate) fn memory(&mut self, id: NodeId) -> &mut Memory {
        &mut self.nodes[id as usize].memory
    }

    fn push(&mut self, name: String) -> NodeId {
        self.nodes.push(Node {
            name: name.into_boxed_str(),
            ..Node::default()
        });
        (self.nodes.len() - 1) as NodeId
    }

    fn add(&mut self, path: &Path, column: usize) {
        let mut at = Self::ROOT;
        for segment in path.segments() {
            at = self.step(at, segment);
        }
        self.nodes[at as usize].columns.push(column);
    }

    fn step(&mut self, from: NodeId, segment: &Segment) -> NodeId {
        match segment {
            Segment::Name(name) => match self.node(from).edge(name, 0) {
                Some(edge) => self.node(from).edges[edge].node,
                None => self.add_edge(from, name),
            },
            Segment::Index(index) => match self.node(from).indexes.iter().find(|(i, _)| i == index)
            {
                Some((_, node)) => *node,
                None => {
                    let node = self.push(String::new());
                    self.nodes[from as usize].indexes.push((*index, node));
                    node
                }
            },
            Segment::Wildcard => match self.node(from).wildcard {
                Some(node) => node,
                None => {
                    let node = self.push(String::new());
                    self.nodes[from as usize].wildcard = Some(node);
                    node
                }
            },
        }
    }

    /// Adds the member `name` below `from`.
    pub(crate) fn add_edge(&mut self, from: NodeId, name: &str) -> NodeId {
        let parent = &self.node(from).name;
        let dotted = if parent.is_empty() {
            name.to_owned()
        } else {
            format!("{parent}.{name}")
        };
        let node = self.push(dotted);
        let parent = &mut self.nodes[from as usize];
        if let Err(place) = parent.place(name) {
            parent.by_name.insert(place, parent.edges.len() as u32);
        }
        parent.edges.push(Edge {
            name: name.into(),
            token: token(name),
            node,
        });
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
        Some(column)
    }

    /// Marks the nodes of one scope from which a wildcard can be reached.
    fn mark_splits(&mut self, id: NodeId) -> bool {
        let node = self.node(id);
        let wildcard = node.wildcard;
        let steps: Vec<NodeId> = node
            .edges
            .iter()
            .map(|e| e.node)
            .chain(node.indexes.iter().map(|(_, n)| *n))
            .collect();
        let mut splits = wildcard.is_some();
        for step in steps {
            splits |= self.mark_splits(step);
        }
        if let Some(inner) = wildcard {
            self.mark_splits(inner);
        }
        self.nodes[id as usize].splits = splits;
        splits
    }
}

/// `"name":` when compact JSON would write the name without escapes.
fn token(name: &str) -> Box<[u8]> {
    if name
        .bytes()
        .any(|b| b < 0x20 || b == b'"' || b == b'\\' || b == 0x7f || b >= 0x80)
    {
        return Box::default();
    }
    format!("\"{name}\":").into_bytes().into_boxed_slice()
}
