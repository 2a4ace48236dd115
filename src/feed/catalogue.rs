//! Every place at which values stand in some messages.
//!
//! In go messages that were [read](super::reading); out come [`FeedPlace`]s, each with its path and what its values are
//! like. The view of a feed shows them, and what suggests a query chooses among them. To see the places of one kind of
//! message alone, make a catalogue of these messages.

use std::collections::HashMap;

use super::place::{FeedPlace, SeenKind, SeenRole};
use super::reading::ReadMessage;
use super::repeats::{self, Repeating};
use super::times;
use super::tree::{JsonType, PlaceTree, Sightings, TreeStep};
use super::units::{self, Measured};
use super::values;
use super::{walk, written};
use crate::digest::AsTheyAre;

/// Members of a map, and items of an array, that are listed by themselves.
const OWN_MEMBERS: usize = 8;

/// The places of some messages.
#[derive(Debug)]
pub struct Catalogue {
    /// Each by itself, in the order in which the messages have them. Of a map with many members only the first are.
    pub places: Vec<FeedPlace>,
    /// What repeats: for each [`each`](FeedPlace::each) and each [`names`](FeedPlace::names) one with that as its path,
    /// and what is known of all values there together.
    pub repeated: Vec<FeedPlace>,
    pub(super) tree: PlaceTree,
    pub(super) repeating: Vec<Repeating>,
}

/// How a place is reached.
#[derive(Debug, Clone)]
struct Way {
    path: String,
    each: String,
    names: Option<String>,
    /// The last name of `path`, and of `each`.
    name: String,
    each_name: String,
    /// The name of what it is a member of.
    parent: String,
    /// A unit that stands beside it.
    unit: Option<String>,
    /// Whether `each` goes over something.
    repeats: bool,
    /// Whether the place is listed by itself.
    is_own: bool,
}

/// Places that have the same path when it goes over all that repeats.
#[derive(Debug)]
struct SamePlaces {
    way: Way,
    sightings: Sightings,
}

/// Lists the places of a tree.
struct Lister<'t> {
    tree: &'t PlaceTree,
    repeats: &'t [Repeating],
    own: Vec<(Way, usize)>,
    alike: Vec<SamePlaces>,
    /// Where in `alike` each path is.
    known: HashMap<u64, usize, AsTheyAre>,
}

impl Catalogue {
    /// The places of messages, which come oldest first.
    pub fn of<'m>(messages: impl DoubleEndedIterator<Item = &'m ReadMessage>) -> Self {
        let mut tree = PlaceTree::new();
        for message in messages.rev() {
            tree.begin(message.at);
            for document in message.documents.iter().rev() {
                tree.add(document, message.are_records);
            }
        }
        let repeats = repeats::all(&tree);
        let mut lister = Lister {
            tree: &tree,
            repeats: &repeats,
            own: Vec::new(),
            alike: Vec::new(),
            known: HashMap::default(),
        };
        lister.visit(PlaceTree::ROOT, &Way::root());
        let (own, alike, known) = (lister.own, lister.alike, lister.known);
        let repeated: Vec<FeedPlace> = alike.iter().map(repeated).collect();
        let own = own.iter().map(|(way, node)| {
            let place = place(way, &tree.nodes[*node].sightings);
            let together = place
                .each
                .as_ref()
                .and_then(|each| known.get(&walk::hash(each)));
            match together.and_then(|index| repeated.get(*index)) {
                // What a place fits for is seen in all that is alike.
                Some(other) if other.kind == place.kind => FeedPlace {
                    role: other.role,
                    unit: place.unit.or(other.unit),
                    ..place
                },
                _ => place,
            }
        });
        let mut catalogue = Self {
            places: own.collect(),
            repeated,
            tree,
            repeating: repeats,
        };
        catalogue.choose_time();
        catalogue
    }

    /// Of all times the first that is most like that of a row is it.
    fn choose_time(&mut self) {
        let times = self
            .places
            .iter()
            .filter(|place| place.kind == SeenKind::Time);
        let best = times.min_by_key(|place| values::time_rank(&place.name));
        let Some(best) = best.map(|place| (place.path.clone(), place.each.clone())) else {
            return;
        };
        let all: [&mut [FeedPlace]; 2] = [&mut self.places, &mut self.repeated];
        for place in all.into_iter().flatten() {
            let is_each =
                best.1.is_some() && (place.each == best.1 || best.1.as_ref() == Some(&place.path));
            if place.kind == SeenKind::Time && (place.path == best.0 || is_each) {
                place.role = SeenRole::Time;
            }
        }
    }
}

impl Way {
    fn root() -> Self {
        Self {
            path: "$".to_owned(),
            each: "$".to_owned(),
            names: None,
            name: "value".to_owned(),
            each_name: "value".to_owned(),
            parent: String::new(),
            unit: None,
            repeats: false,
            is_own: true,
        }
    }

    /// The way on to what `step` leads to, which goes over all there where `repeat` says so.
    fn step(&self, step: &TreeStep, repeat: Repeating) -> Self {
        let mut way = self.clone();
        way.unit = None;
        way.repeats |= repeat != Repeating::None;
        match step {
            TreeStep::Name(name) => {
                written::name(&mut way.path, name);
                way.parent = std::mem::replace(&mut way.name, name.to_string());
            }
            TreeStep::Index(index) => {
                written::index(&mut way.path, *index);
                way.name = index.to_string();
                way.parent.clone_from(&self.each_name);
            }
            TreeStep::Root | TreeStep::Others => way.is_own = false,
        }
        match (repeat, step) {
            (Repeating::Items, _) => way.each.push_str("[*]"),
            (Repeating::Members, _) => {
                way.names = Some(format!("{}.*~", way.each));
                way.each.push_str(".*");
            }
            (Repeating::None, TreeStep::Name(name)) => {
                written::name(&mut way.each, name);
                way.each_name.clone_from(&way.name);
            }
            (Repeating::None, TreeStep::Index(index)) => {
                written::index(&mut way.each, *index);
                way.each_name.clone_from(&way.name);
            }
            (Repeating::None, _) => {}
        }
        way
    }
}

impl Lister<'_> {
    fn visit(&mut self, index: usize, way: &Way) {
        let node = &self.tree.nodes[index];
        let sightings = &node.sightings;
        let is_container = matches!(sightings.usual(), JsonType::Object | JsonType::Array);
        if sightings.count > 0 && !(index == PlaceTree::ROOT && is_container) {
            self.list(index, way);
        }
        let repeat = self.repeats[index];
        if repeat == Repeating::Members {
            self.list_names(index, way);
        }
        let unit = self.unit_beside(index);
        for (place, child) in self.tree.all_children(index).into_iter().enumerate() {
            let step = &self.tree.nodes[child].step;
            if *step == TreeStep::Others && repeat == Repeating::None {
                continue;
            }
            let mut below = way.step(step, repeat);
            below.is_own &= repeat != Repeating::Members || place < OWN_MEMBERS;
            below.unit.clone_from(&unit);
            self.visit(child, &below);
        }
    }

    fn list(&mut self, index: usize, way: &Way) {
        if way.repeats {
            self.add(way, &self.tree.nodes[index].sightings);
        }
        if way.is_own {
            self.own.push((way.clone(), index));
        }
    }

    /// Adds what was seen to what is alike.
    fn add(&mut self, way: &Way, sightings: &Sightings) {
        let key = walk::hash(&way.each);
        let known = self.known.get(&key).copied();
        if let Some(alike) = known.and_then(|known| self.alike.get_mut(known)) {
            return alike.sightings.add(sightings);
        }
        self.known.insert(key, self.alike.len());
        self.alike.push(SamePlaces {
            way: way.clone(),
            sightings: sightings.clone(),
        });
    }

    /// The names of a map's members are values as well.
    fn list_names(&mut self, index: usize, way: &Way) {
        let node = &self.tree.nodes[index];
        let mut sightings = Sightings::default();
        for child in &node.children {
            let member = &self.tree.nodes[*child];
            if let TreeStep::Name(name) = &member.step {
                sightings.add_name(name, &member.sightings);
            }
        }
        let each = format!("{}.*~", way.each);
        let names = Way {
            each_name: "name".to_owned(),
            names: Some(each.clone()),
            each,
            repeats: true,
            ..way.clone()
        };
        self.add(&names, &sightings);
    }

    /// The text of a member that names a unit, always the same.
    fn unit_beside(&self, index: usize) -> Option<String> {
        let mut found = units::UNIT_NAMES
            .iter()
            .filter_map(|name| self.tree.find(index, name));
        let seen = found.next().map(|unit| &self.tree.nodes[unit].sightings)?;
        let is_one = seen.distinct.len() == 1 && seen.usual() == JsonType::Text;
        seen.values
            .first()
            .filter(|_| is_one)
            .map(|(_, text)| text.clone())
    }
}

/// What is known of one place.
fn place(way: &Way, sightings: &Sightings) -> FeedPlace {
    let each = way.repeats.then(|| way.each.clone());
    describe(way, way.path.clone(), &way.name, each, sightings)
}

/// What is known of all places that are alike.
fn repeated(alike: &SamePlaces) -> FeedPlace {
    let way = &alike.way;
    describe(
        way,
        way.each.clone(),
        &way.each_name,
        None,
        &alike.sightings,
    )
}

fn describe(
    way: &Way,
    path: String,
    name: &str,
    each: Option<String>,
    sightings: &Sightings,
) -> FeedPlace {
    let (kind, time) = values::kind(name, sightings);
    let measured = Measured {
        name,
        parent: &way.parent,
        unit: way.unit.as_deref(),
        range: values::range(sightings),
    };
    let texts = sightings.values.iter().rev().map(|(_, text)| text.clone());
    FeedPlace {
        path,
        each,
        names: way.names.clone(),
        name: name.to_owned(),
        kind,
        time_format: time.and_then(|time| time.format),
        time_zone: time.and_then(|time| time.ahead).map(times::zone_name),
        unit: units::guess(measured).filter(|_| kind == SeenKind::Number),
        role: values::role(name, kind, sightings),
        seen: sightings.seen,
        distinct: sightings.distinct.len(),
        values: texts.collect(),
        count: sightings.count,
        nulls: sightings.shape(JsonType::Null),
        rises: values::rise(kind, time, sightings),
        repeats: values::repeat(kind, sightings),
        holds_json: values::hold_json(sightings),
    }
}
