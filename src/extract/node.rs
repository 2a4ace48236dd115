//! The places in a message that a [`Program`](super::program::Program) knows, and the steps between them.

use std::rc::Rc;

use super::path::Segment;

/// Index of a [`Node`] in its program.
pub(crate) type NodeId = u32;

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
    /// Indexes of `edges`, ordered by name.
    by_name: Vec<u32>,
    /// First the edge that came first in the last object, at index n the one that came after
    /// edge n - 1, where that is not the n-th.
    follows: Vec<u32>,
    /// Elements counted from the start, or from the end where negative.
    pub(crate) indexes: Vec<(i64, NodeId)>,
    pub(crate) wildcard: Option<NodeId>,
    /// The other segments that may select several values.
    pub(crate) multi: Vec<(Rc<Segment>, NodeId)>,
    /// Whether a step from here goes back in the message: `multi`, or an index from the end.
    pub(crate) seeks: bool,
    /// Columns that take the value found here.
    pub(crate) columns: Vec<usize>,
    /// Columns that take the name of the member found here.
    pub(crate) name_columns: Vec<usize>,
    /// Whether all of `columns` want a number, be it in quotes.
    pub(crate) numeric: bool,
    /// Whether a segment that may select several values lies below, not counting those below
    /// another one: then the values held here are repeated for the rows found there.
    pub(crate) splits: bool,
    /// No further column is made of a scalar found here: there is one, or a path claims the place.
    pub(crate) settled: bool,
    /// Only chosen paths go on from here, in an open program too.
    pub(crate) closed: bool,
    /// The dotted names from the row to here, for columns found on the way.
    pub(crate) name: Box<str>,
}

impl Node {
    /// A place with those dotted names.
    pub(crate) fn named(name: String) -> Self {
        Self {
            name: name.into_boxed_str(),
            ..Self::default()
        }
    }

    /// Whether some path goes on into the items of an array here.
    pub(crate) fn enters_arrays(&self) -> bool {
        !self.indexes.is_empty() || self.wildcard.is_some() || !self.multi.is_empty()
    }

    /// Adds the member `name`, which is none yet.
    pub(crate) fn add_edge(&mut self, name: &str, node: NodeId) {
        match self.rank(name) {
            Err(rank) => self.by_name.insert(rank, self.edges.len() as u32),
            Ok(_) => debug_assert!(false, "{name} is an edge already"),
        }
        self.edges.push(Edge {
            name: name.into(),
            token: token(name),
            node,
        });
    }

    pub(crate) fn is_leaf(&self) -> bool {
        self.edges.is_empty() && !self.enters_arrays()
    }

    /// Where `name` is, or would be, in `by_name`.
    fn rank(&self, name: &str) -> Result<usize, usize> {
        self.by_name
            .binary_search_by(|edge| (*self.edges[*edge as usize].name).cmp(name))
    }

    /// The edge that is likely to come next, when `expected` - 1 came before: members come in the
    /// same order each time.
    #[inline]
    pub(crate) fn likely(&self, expected: usize) -> usize {
        self.follows
            .get(expected)
            .map_or(expected, |edge| *edge as usize)
    }

    /// Remembers that `edge` came when `expected` would have been next.
    #[cold]
    pub(crate) fn remember(&mut self, expected: usize, edge: usize) {
        let known = self.follows.len() as u32;
        self.follows.extend(known..=expected as u32);
        self.follows[expected] = edge as u32;
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
        self.rank(name).ok().map(|rank| self.by_name[rank] as usize)
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
