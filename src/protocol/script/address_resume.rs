//! Where the next connection resumes, for servers that are told so in the query string of the address.
//!
//! In go the messages that hold rows; out come the parameters of the next address.
//! [`ScriptClient`](super::ScriptClient) keeps them, and the session asks it for them before it connects again.

use serde_json::Value;

use super::places::{Found, PlaceId, Placed, Places, items};
use crate::extract::path::{Path, Segment};
use crate::protocol::Params;

/// A parameter that is one more than the greatest number that came.
#[derive(Debug)]
pub(super) struct AddressResumeRule {
    name: String,
    /// The way to the numbers: each part but the last leads to a list, and the next one begins at its items.
    way: Vec<(Places, PlaceId)>,
}

impl AddressResumeRule {
    /// For the parameter `name`, with the numbers at `path`: names, indexes and `[*]`.
    ///
    /// # Errors
    /// What is wrong with the path.
    pub(super) fn compile(name: &str, path: &str) -> Result<Self, String> {
        let path = Path::parse(path).map_err(|error| error.to_string())?;
        let parts = path.segments().split(|part| *part == Segment::Wildcard);
        let way = parts.map(|part| {
            let mut places = Places::default();
            let place = places.add_segments(part)?;
            Ok((places, place))
        });
        let way: Option<_> = way.collect::<Result<_, ()>>().ok();
        Ok(Self {
            name: name.to_owned(),
            way: way.ok_or("use names, indexes and [*] only, such as $.data[*].id")?,
        })
    }

    /// Keeps in `params` where the next connection resumes after `message`.
    pub(super) fn learn(&self, message: &[u8], params: &mut Params) {
        let Some(came) = greatest(&self.way, message) else {
            return;
        };
        let next = came.saturating_add(1);
        let known = params.get(&self.name).and_then(Value::as_u64);
        if known.is_none_or(|known| known < next) {
            params.insert(self.name.clone(), Value::from(next));
        }
    }
}

/// The greatest of the whole numbers to which a way leads. Nanoseconds since the epoch fit, which no float holds.
fn greatest(way: &[(Places, PlaceId)], text: &[u8]) -> Option<u64> {
    let ((places, place), rest) = way.split_first()?;
    let mut found = Found::default();
    places.find(text, &mut found).ok()?;
    let placed = Placed {
        text,
        found: &found,
    };
    if rest.is_empty() {
        return placed.words(*place)?.parse().ok();
    }
    let list = placed.get(*place)?;
    let items = items(list).into_iter();
    items
        .filter_map(|item| greatest(rest, list.get(item)?))
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where it resumes after those messages.
    fn after(path: &str, messages: &[&str]) -> Option<u64> {
        let rule = AddressResumeRule::compile("start", path).unwrap();
        let mut params = Params::new();
        for message in messages {
            rule.learn(message.as_bytes(), &mut params);
        }
        params.get("start").map(|next| next.as_u64().unwrap())
    }

    #[test]
    fn it_resumes_behind_the_greatest_number_that_came() {
        const PATH: &str = "$.streams[*].values[*][0]";
        let two = r#"{"streams":[{"values":[["1700000000000000001","a"],["1700000000000000003","b"]]},{"values":[["1700000000000000002","c"]]}]}"#;
        assert_eq!(after(PATH, &[two]), Some(1_700_000_000_000_000_004));
        let older = r#"{"streams":[{"values":[["5","late"]]}]}"#;
        assert_eq!(after(PATH, &[two, older]), Some(1_700_000_000_000_000_004));
        assert_eq!(after(PATH, &[older]), Some(6));
        assert_eq!(after("$.id", &[r#"{"id":7}"#, r#"{"id":"9"}"#]), Some(10));
        assert_eq!(after("$", &["3"]), Some(4));
        assert_eq!(after("$[*]", &["[3,8,5]"]), Some(9));
        let most = u64::MAX.to_string();
        assert_eq!(after("$", &[&most]), Some(u64::MAX));
    }

    #[test]
    fn what_is_no_whole_number_says_nothing() {
        for message in [
            "{}",
            r#"{"a":[]}"#,
            r#"{"a":{"b":1}}"#,
            r#"{"a":[{"b":null},{"b":-1},{"b":1.5},{"b":"x"},7]}"#,
            r#"{"a":[{"b":18446744073709551616}]}"#,
        ] {
            assert_eq!(after("$.a[*].b", &[message]), None, "{message}");
        }
    }
}
