//! A query that would show what a connection delivers, and why each part of it is there.
//!
//! In goes a [`Session`] with the messages that its journal has kept, and the query as it is; out comes a [`Suggestion`].
//! The [`Catalogue`] says which places there are and what they are like; which of them make a row together, and what repeats
//! in rows, is seen in a [preview](crate::stream::preview) of all of them. What is suggested was read over the same
//! messages before, and gave rows. `wasm` calls this when an editor asks.

mod chooser;
mod deletions;
mod draft;
mod kinds;
mod names;
mod roles;
mod rows;
mod sample;

use crate::feed::FeedPlace;
use crate::feed::catalogue::Catalogue;
use crate::feed::reading::FeedReading;
use crate::query::{Query, QuerySpec};
use crate::session::Session;
use crate::stream::preview::RowState;
use crate::table::Millis;

pub use draft::{Draft, DraftCondition, DraftField, DraftReason};
use sample::SampleRows;

/// How often texts in texts are opened.
const MOST_NESTED: usize = 3;

/// Texts that hold JSON and are opened.
const MOST_PARSED: usize = 8;

/// A query that would show what was seen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Suggestion {
    /// Options to set in the stored query; none where nothing was seen.
    pub query: Option<Draft>,
    /// Why, in the order of the query's options.
    pub reasons: Vec<DraftReason>,
}

impl Suggestion {
    /// For the messages that `session` has for the query of `spec`, at `wall`, in milliseconds since the epoch.
    pub fn of(session: &Session, spec: &QuerySpec, wall: Millis) -> Self {
        let mut draft = Draft::default();
        let Some(catalogue) = catalogue(session, spec, &mut draft, wall) else {
            let hindrance = session.hindrance(&Query::usable(spec));
            return Self::nothing(hindrance.as_deref().unwrap_or(
                "No message has arrived yet. Keep the panel open until the feed sends some.",
            ));
        };
        let all: Vec<_> = candidates(&catalogue).collect();
        for group in rows::by_worth(&all) {
            let sample = SampleRows::take(session, spec, &draft, rows::of_group(&all, group), wall);
            let mut draft = draft.clone();
            draft.reasons.extend(rows::reason(group));
            let rows = kinds::main(&sample, group, &mut draft);
            roles::choose(&sample, group, &rows, &mut draft);
            names::name_apart(&mut draft);
            for draft in [draft.without_filter(), draft].into_iter().rev() {
                if !draft.fields.is_empty() && draft.gives_rows(session, spec, wall) {
                    return Self::from(draft);
                }
            }
        }
        // What the engine finds by itself.
        draft.fields.clear();
        draft.because(
            "fields",
            "No structure was recognised: every value is shown.",
        );
        match draft.gives_rows(session, spec, wall) {
            true => Self::from(draft),
            false => Self::nothing("None of the messages contains a value."),
        }
    }

    /// Nothing reads the feed.
    pub fn unread() -> Self {
        Self::nothing("Nothing reads this feed at the moment. Run the query first.")
    }

    fn nothing(why: &str) -> Self {
        Self {
            query: None,
            reasons: vec![DraftReason::new("fields", why)],
        }
    }
}

impl From<Draft> for Suggestion {
    fn from(mut draft: Draft) -> Self {
        let reasons = draft.take_reasons();
        Self {
            query: Some(draft),
            reasons,
        }
    }
}

impl Draft {
    /// Whether it can be run, and makes rows of the messages that are kept.
    fn gives_rows(&self, session: &Session, spec: &QuerySpec, wall: Millis) -> bool {
        let Ok(query) = Query::parse(&self.over(spec)) else {
            return false;
        };
        session.preview(&query, 1, wall).count(RowState::Shown) > 0
    }
}

/// Each place once: what repeats, as all there is of it together. The items of a list of plain values say nothing of what
/// they are but their index, so each of them is a place by itself.
fn candidates(catalogue: &Catalogue) -> impl Iterator<Item = &FeedPlace> {
    let alone = catalogue.places.iter().filter(|place| match &place.each {
        Some(each) => is_plain_item(each),
        None => true,
    });
    let together = catalogue.repeated.iter();
    let all = alone.chain(together.filter(|place| !is_plain_item(&place.path)));
    // Items of an array that is the whole message are messages too, where others come alone.
    let is_message = |place: &&FeedPlace| {
        let item = place.path.strip_prefix("$[");
        let rest = item.and_then(|item| item.split_once(']'));
        rest.is_some_and(|(_, rest)| {
            let alone = format!("${rest}");
            catalogue.places.iter().any(|other| other.path == alone)
        })
    };
    all.filter(move |place| !is_message(place))
}

/// Whether a path goes over the items of a list, which are plain values, and over nothing else.
fn is_plain_item(path: &str) -> bool {
    let list = path.strip_suffix("[*]");
    list.is_some_and(|list| list != "$" && rows::group(list).is_empty())
}

/// The places of the messages, with the texts opened that hold JSON, which go to `draft`; `None` when there is no message.
fn catalogue(
    session: &Session,
    spec: &QuerySpec,
    draft: &mut Draft,
    wall: Millis,
) -> Option<Catalogue> {
    for left in (0..=MOST_NESTED).rev() {
        let query = Query::usable(&draft.bare(spec));
        let reading = FeedReading::of(session, &query, wall)?;
        if reading.messages.is_empty() {
            return None;
        }
        let catalogue = Catalogue::of(reading.messages.iter());
        let nested = candidates(&catalogue).filter(|place| place.holds_json);
        let known = draft.parse.len();
        let nested: Vec<String> = nested.map(|place| place.path.clone()).collect();
        for path in nested {
            if left > 0 && draft.parse.len() < MOST_PARSED && !draft.parse.contains(&path) {
                let why = format!("`{path}` is text that contains JSON: its values can be chosen.");
                draft.because(&format!("parse[{}]", draft.parse.len()), &why);
                draft.parse.push(path);
            }
        }
        if draft.parse.len() == known {
            return Some(catalogue);
        }
    }
    None
}

#[cfg(test)]
mod tests;
