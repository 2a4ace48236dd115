//! The name under which the browser keeps the rows of a query.
//!
//! In go the data source and the target, from the boundary; out comes a name that is the same after a reload of the page
//! and another for everything that makes other rows. What a query asks for may be confidential, so the name holds a digest
//! of it.

use serde_json::Value;

use crate::order;

/// What of a stored query determines its rows. `key` is an old name of `keys`.
const DETERMINES: [&str; 17] = [
    "path",
    "event",
    "subscribe",
    "params",
    "format",
    "csv",
    "parse",
    "fields",
    "filter",
    "mode",
    "key",
    "keys",
    "deleteWhen",
    "clearWhen",
    "dropOnReconnect",
    "expireAfter",
    "view",
];

/// What of a field only says how it is shown.
const SHOWN: [&str; 2] = ["name", "unit"];

/// Goes up when the text that is kept is written another way.
const WRITTEN_AS: &str = "1";

/// The name for the target with this JSON, its variables replaced, of the data source `uid`, which is at `url` and has
/// these settings. `None` when the target is no object.
pub fn name(uid: &str, url: &str, settings: &str, target: &str) -> Option<String> {
    let Ok(Value::Object(target)) = serde_json::from_str(target) else {
        return None;
    };
    let mut digest = Digest::default();
    for text in [WRITTEN_AS, url, settings] {
        digest.text(text);
    }
    for member in DETERMINES {
        digest.text(member);
        match target.get(member) {
            Some(Value::Array(fields)) if member == "fields" => fields
                .iter()
                .for_each(|field| digest.members(field, &SHOWN)),
            Some(value) => digest.value(value),
            None => digest.value(&Value::Null),
        }
    }
    Some(format!("{uid}/{:032x}", digest.0))
}

/// FNV-1a of 128 bits (draft-eastlake-fnv): the same in every version of the engine, and for each page.
struct Digest(u128);

impl Default for Digest {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Digest {
    fn bytes(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 ^= u128::from(*byte);
            self.0 = self.0.wrapping_mul(0x0100_0000_0000_0000_0000_013b);
        }
    }

    /// A text, and where it ends; UTF-8 never contains that byte.
    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
        self.bytes(&[0xff]);
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.bytes(&[0xf8]),
            Value::Bool(value) => self.bytes(&[0xf9, u8::from(*value)]),
            Value::Number(number) => {
                self.bytes(&[0xfa]);
                self.bytes(&number.as_f64().unwrap_or_default().to_le_bytes());
            }
            Value::String(text) => self.text(text),
            Value::Array(items) => {
                self.bytes(&[0xfb]);
                items.iter().for_each(|item| self.value(item));
                self.bytes(&[0xfc]);
            }
            Value::Object(_) => self.members(value, &[]),
        }
    }

    /// An object, whatever the order of its members, without some of them; what is null is not set.
    fn members(&mut self, value: &Value, without: &[&str]) {
        let Value::Object(members) = value else {
            return self.value(value);
        };
        let members: Vec<(&String, &Value)> = members
            .iter()
            .filter(|(name, value)| !without.contains(&name.as_str()) && !value.is_null())
            .collect();
        let mut places: Vec<usize> = (0..members.len()).collect();
        order::sort(&mut places, &|a, b| members[a].0.cmp(members[b].0));
        self.bytes(&[0xfd]);
        for (name, value) in places.into_iter().map(|place| members[place]) {
            self.text(name);
            self.value(value);
        }
        self.bytes(&[0xfe]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: &str = r#"{"refId":"A","path":"/p","params":{"topic":"t","qos":1},"fields":[{"path":"$.a","name":"x"},{"path":"$.b"}],
        "subscribe":"s3cret","capacity":10}"#;

    fn of(target: &str) -> String {
        name("uid", "ws://h", "{}", target).unwrap()
    }

    #[test]
    fn a_name_is_the_data_source_and_a_digest_that_never_changes() {
        assert_eq!(of("{}"), "uid/04982b7e638fd671f4787aae0d9df2af");
        let name = of(TARGET);
        assert!(!name.contains("s3cret") && !name.contains("/p"), "{name}");
        assert_eq!(name.len(), "uid/".len() + 32);
    }

    #[test]
    fn what_shows_rows_another_way_and_how_an_object_is_written_leave_it_as_it_is() {
        for (text, other) in [
            (
                r#""refId":"A""#,
                r#""refId":"B","hide":false,"datasource":{"uid":"x"}"#,
            ),
            (
                r#""capacity":10"#,
                r#""capacity":20,"maxRate":1,"window":"5m","keepRows":true"#,
            ),
            (r#""name":"x""#, r#""name":"y","unit":"m""#),
            (r#""name":"x""#, r#""role":null"#),
            (r#"{"topic":"t","qos":1}"#, r#"{"qos":1.0,"topic":"t"}"#),
            (
                r#""path":"/p""#,
                r#""path":"/p","backfill":{"url":"h"},"maxSeries":1"#,
            ),
        ] {
            let changed = TARGET.replacen(text, other, 1);
            assert_ne!(changed, TARGET, "{text}");
            assert_eq!(of(&changed), of(TARGET), "{other}");
        }
    }

    #[test]
    fn everything_that_makes_other_rows_makes_another_name() {
        let mut names = vec![
            of(TARGET),
            name("uid2", "ws://h", "{}", TARGET).unwrap(),
            name("uid", "ws://i", "{}", TARGET).unwrap(),
            name("uid", "ws://h", r#"{"preset":"mqtt"}"#, TARGET).unwrap(),
        ];
        for (text, other) in [
            ("/p", "/q"),
            (r#""topic":"t""#, r#""topic":"u""#),
            (r#""qos":1"#, r#""qos":"1""#),
            (r#""qos":1"#, r#""qos":true"#),
            (r#"{"path":"$.b"}"#, r#"{"path":"$.b","role":"label"}"#),
            (r#"{"path":"$.b"}"#, r#"{"path":"$.b","type":"string"}"#),
            (r#",{"path":"$.b"}"#, ""),
            ("s3cret", "other"),
            (r#""refId":"A""#, r#""event":"e""#),
            (r#""refId":"A""#, r#""format":"csv""#),
            (r#""refId":"A""#, r#""format":"csv","csv":{"header":true}"#),
            (
                r#""refId":"A""#,
                r#""filter":[{"path":"$.a","op":"exists"}]"#,
            ),
            (r#""refId":"A""#, r#""mode":"upsert""#),
            (r#""refId":"A""#, r#""mode":"upsert","keys":["$.a"]"#),
            (r#""refId":"A""#, r#""mode":"upsert","keys":["$.a","$.b"]"#),
            (
                r#""refId":"A""#,
                r#""mode":"upsert","keys":["$.a"],"deleteWhen":[{"path":"$.a"}]"#,
            ),
            (
                r#""refId":"A""#,
                r#""mode":"upsert","keys":["$.a"],"expireAfter":"5s""#,
            ),
            (r#""refId":"A""#, r#""view":"table""#),
            (r#""refId":"A""#, r#""parse":["$.a"]"#),
            (r#""refId":"A""#, r#""clearWhen":[{"path":"$.a"}]"#),
            (r#""refId":"A""#, r#""dropOnReconnect":true"#),
        ] {
            names.push(of(&TARGET.replacen(text, other, 1)));
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn what_is_no_query_has_no_name() {
        for target in ["", "null", "[]", "{"] {
            assert_eq!(name("uid", "ws://h", "{}", target), None);
        }
    }
}
