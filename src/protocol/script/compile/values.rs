//! What the parts of a script are made of: conditions, words, bindings, keys and durations.

use serde_json::Value;

use super::Compiler;
use crate::error::Error;
use crate::protocol::script::condition::{JsonLiteral, MessageCondition, ValueTest};
use crate::protocol::script::members::Members;
use crate::protocol::script::places::PlaceId;
use crate::protocol::script::rules::{Binding, DelayRule, KeyRule, PayloadPlace, Words, WordsFrom};
use crate::protocol::script::template::MessageTemplate;

impl Compiler {
    pub(super) fn condition_at(
        &mut self,
        members: &Members<'_>,
        name: &str,
    ) -> Result<Option<MessageCondition>, Error> {
        let found = members.get(name);
        found
            .map(|(field, value)| self.condition(&field, value))
            .transpose()
    }

    /// An object whose members all have to hold, or a list of them of which one has to.
    pub(super) fn condition(
        &mut self,
        field: &str,
        value: &Value,
    ) -> Result<MessageCondition, Error> {
        let alternatives = match value {
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let mut any = Vec::new();
        for alternative in alternatives {
            let members = Members::new(field, alternative)?;
            let mut all = Vec::new();
            for (path, test) in members.members {
                let place = self.place(field, &Value::from(path.as_str()))?;
                all.push((place, self.test(&format!("{field}[\"{path}\"]"), test)?));
            }
            any.push(all);
        }
        Ok(MessageCondition(any))
    }

    fn test(&mut self, field: &str, value: &Value) -> Result<ValueTest, Error> {
        let Value::Object(members) = value else {
            let template = self.compiled(field, value)?;
            return Ok(match template.uses(|_| true) {
                true => ValueTest::Becomes(template),
                false => ValueTest::Is(JsonLiteral::new(value.clone())),
            });
        };
        let mut entries = members.iter();
        let (Some((operator, operand)), None) = (entries.next(), entries.next()) else {
            return Err(Error::new(
                field,
                value,
                "give one operator, such as exists",
            ));
        };
        let wrong = |problem: &str| Error::new(format!("{field}.{operator}"), operand, problem);
        let text = || {
            let text = operand.as_str().map(str::to_owned);
            text.ok_or_else(|| wrong("must be a text"))
        };
        let number = || operand.as_f64().ok_or_else(|| wrong("must be a number"));
        Ok(match operator.as_str() {
            "equals" => ValueTest::Is(JsonLiteral::new(operand.clone())),
            "$json" => ValueTest::Becomes(self.compiled(field, value)?),
            "exists" => match operand {
                Value::Bool(exists) => ValueTest::Exists(*exists),
                _ => return Err(wrong("must be true or false")),
            },
            "in" => match operand {
                Value::Array(items) => {
                    ValueTest::In(items.iter().cloned().map(JsonLiteral::new).collect())
                }
                _ => return Err(wrong("must be a list")),
            },
            "not" => ValueTest::Not(Box::new(self.test(field, operand)?)),
            "startsWith" => ValueTest::StartsWith(text()?),
            "contains" => ValueTest::Contains(text()?),
            "below" => ValueTest::Below(number()?),
            "above" => ValueTest::Above(number()?),
            _ => {
                let problem = "is not an operator; use equals, exists, in, not, startsWith, contains, below or above";
                return Err(wrong(problem));
            }
        })
    }

    pub(super) fn words(&mut self, members: &Members<'_>) -> Result<Option<Words>, Error> {
        let code = members.get("code");
        let code = code
            .map(|(field, path)| self.place(&field, path))
            .transpose()?;
        let Some((field, value)) = members.get("reason") else {
            let empty = WordsFrom::Constant(String::new());
            return Ok(code.map(|code| Words {
                text: empty,
                code: Some(code),
            }));
        };
        let text = match value.as_str() {
            Some(path) if path.starts_with("$.") || path.starts_with("$[") => {
                self.words_at(&field, path)?
            }
            Some(text) => WordsFrom::Constant(text.to_owned()),
            None => {
                return Err(Error::new(
                    field,
                    value,
                    "must be a text, or a path such as $.error",
                ));
            }
        };
        Ok(Some(Words { text, code }))
    }

    /// `$.path`, or `$.path?text` for what is shown where nothing stands there.
    fn words_at(&mut self, field: &str, path: &str) -> Result<WordsFrom, Error> {
        let whole = self.place(field, &Value::from(path));
        match (whole, path.split_once('?')) {
            (Err(_), Some((path, otherwise))) => {
                let place = self.place(field, &Value::from(path))?;
                Ok(WordsFrom::At(place, otherwise.to_owned()))
            }
            (whole, _) => Ok(WordsFrom::At(whole?, String::new())),
        }
    }

    pub(super) fn bindings(&mut self, members: &Members<'_>) -> Result<Vec<Binding>, Error> {
        let Some(bind) = members.object("bind")? else {
            return Ok(Vec::new());
        };
        let mut bindings = Vec::new();
        for (name, value) in bind.members {
            let field = bind.name(name);
            let (place, times) = self.scaled(&field, value)?;
            bindings.push(Binding {
                name: name.clone(),
                place,
                times,
            });
        }
        Ok(bindings)
    }

    /// A path, or `{ "path", "times" }` for a number there times another.
    fn scaled(&mut self, field: &str, value: &Value) -> Result<(PlaceId, f64), Error> {
        let Value::Object(_) = value else {
            return Ok((self.place(field, value)?, 1.0));
        };
        let parts = Members::new(field, value)?;
        parts.only(&["path", "times"])?;
        let (path_field, path) = parts.required("path", "write a path such as $.id")?;
        let times = match parts.get("times") {
            None => 1.0,
            Some((field, value)) => value
                .as_f64()
                .ok_or_else(|| Error::new(field, value, "must be a number"))?,
        };
        Ok((self.place(&path_field, path)?, times))
    }

    /// `retryAfterMs`: milliseconds, or where they stand in the message.
    pub(super) fn delay(
        &mut self,
        rule: &Members<'_>,
        may_wait: bool,
    ) -> Result<Option<DelayRule>, Error> {
        let Some((field, value)) = rule.get("retryAfterMs") else {
            return Ok(None);
        };
        if !may_wait {
            let problem = "only belongs to the actions reconnect and notice";
            return Err(Error::new(field, value, problem));
        }
        Ok(Some(match value {
            Value::Number(_) => DelayRule::Constant(rule.millis("retryAfterMs")?),
            _ => {
                let (place, times) = self.scaled(&field, value)?;
                DelayRule::At(place, times)
            }
        }))
    }

    /// Where payloads stand; with `[*]` behind the path, each item there is one.
    pub(super) fn payloads(&mut self, field: &str, path: &Value) -> Result<PayloadPlace, Error> {
        let list = path.as_str().and_then(|text| text.strip_suffix("[*]"));
        Ok(PayloadPlace {
            is_each: list.is_some(),
            place: match list {
                Some(list) => self.place(field, &Value::from(list))?,
                None => self.place(field, path)?,
            },
        })
    }

    /// Milliseconds: a number, a `${…}`, or a list to be added up.
    pub(super) fn amount(
        &mut self,
        members: &Members<'_>,
        name: &str,
    ) -> Result<Option<MessageTemplate>, Error> {
        let Some((field, value)) = members.get(name) else {
            return Ok(None);
        };
        let parts = match value {
            Value::Array(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        for part in parts {
            let is_right = match part {
                Value::Number(number) => number.as_f64().is_some_and(|ms| ms >= 1.0),
                Value::String(text) => text.starts_with("${"),
                _ => false,
            };
            if !is_right {
                return Err(Error::new(
                    field,
                    part,
                    "must be a number of milliseconds above 0",
                ));
            }
        }
        Ok(Some(self.compiled(&field, value)?))
    }

    /// `key` and `is`, which are one value each or lists of the same length.
    pub(super) fn key(&mut self, rule: &Members<'_>) -> Result<Option<usize>, Error> {
        let Some((key_field, key)) = rule.get("key") else {
            return match rule.get("is") {
                Some((field, value)) => Err(Error::new(
                    field,
                    value,
                    "needs key: where this stands in a message",
                )),
                None => Ok(None),
            };
        };
        let (is_field, is) = rule.required(
            "is",
            "say what a subscription has there, such as ${params.topic}",
        )?;
        let (paths, templates) = match (key, is) {
            (Value::Array(paths), Value::Array(templates)) if paths.len() == templates.len() => {
                (paths.as_slice(), templates.as_slice())
            }
            (Value::String(_), _) => (std::slice::from_ref(key), std::slice::from_ref(is)),
            _ => {
                return Err(Error::new(
                    is_field,
                    is,
                    "must have one entry for each in key",
                ));
            }
        };
        let mut parts = Vec::new();
        for (path, template) in paths.iter().zip(templates) {
            parts.push((
                self.place(&key_field, path)?,
                self.compiled(&is_field, template)?,
            ));
        }
        let rule = KeyRule(parts);
        let known = self.keys.iter().position(|known| *known == rule);
        Ok(Some(known.unwrap_or_else(|| {
            self.keys.push(rule);
            self.keys.len() - 1
        })))
    }
}
