//! JSON with `${…}` in it: what a script has sent, and what it compares with.
//!
//! A text that is nothing but one `${…}` becomes that value with its type; among other characters it becomes their
//! part. `?` behind a name leaves the member out where there is no value, `?text` puts that text there, `|json` reads a text as JSON, `|list` makes a
//! list of a text with commas, `{"$json": …}` is the text that its value has as JSON, `{"$merge": […]}` is one object with
//! the members of several, and `{"$switch": …, "cases": {…}}` is the case of the name that a value is, or that value where
//! there is no such case.

use serde_json::{Map, Value};

use super::places::{PlaceId, Placed, Places};
use crate::protocol::Params;

/// The bounds of times that are filled in.
const LEAST_MS: f64 = 10.0;
const MOST_MS: f64 = 1e9;

/// What may stand in a `${…}`.
pub(super) const ORIGINS: &str = "use id, token, now, params.name, options.name, conn.name, sub.name, resume.name, or a path such as $.id";

/// JSON with places for values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct MessageTemplate(Shape);

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Constant(Value),
    Variable(Variable),
    Text(Vec<Piece>),
    List(Vec<Shape>),
    Object(Vec<(String, Shape)>),
    /// A text that holds this as JSON.
    JsonText(Box<Shape>),
    /// The members of all of these; the last of a name counts.
    Merged(Vec<Shape>),
    /// The case of the name that `of` is, or `of`.
    Switch {
        of: Box<Shape>,
        cases: Vec<(String, Shape)>,
    },
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    Variable(Variable),
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origins {
    /// Counted for each connection.
    Id,
    /// The secret of the connection.
    Token,
    /// Milliseconds since the epoch.
    Now,
    /// What the query says.
    Param(String),
    /// What the data source says.
    Option(String),
    /// Bound from the handshake.
    Connection(String),
    /// Bound from the answer to the subscription; `id` is that of its message.
    Subscription(String),
    /// Kept from what came for the subscription, also on sockets before.
    Resume(String),
    /// What the message says that is answered.
    Message(PlaceId),
}

/// What is made of a value that is a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Conversion {
    None,
    Json,
    List,
}

/// A value that is filled in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) origin: Origins,
    pub(super) conversion: Conversion,
    pub(super) is_optional: bool,
    /// What stands for a value that is missing.
    default: Option<String>,
}

/// What there is to fill in.
#[derive(Debug, Clone, Copy)]
pub(super) struct FillValues<'v> {
    pub(super) id: Option<&'v Value>,
    pub(super) token: Option<&'v str>,
    pub(super) now: f64,
    pub(super) params: &'v Params,
    pub(super) options: &'v Params,
    pub(super) connection: &'v Params,
    pub(super) subscription: &'v Params,
    pub(super) resume: &'v Params,
    pub(super) message: Option<Placed<'v>>,
}

/// The name of what has no value and is not optional.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoValue(pub(super) String);

impl MessageTemplate {
    /// Compiles JSON; paths of the message that is answered become places.
    ///
    /// # Errors
    /// The `${…}` that cannot be used, and why.
    pub(super) fn compile(json: &Value, places: &mut Places) -> Result<Self, (String, String)> {
        Ok(Self(Shape::compile(json, places)?))
    }

    /// What it becomes; `None` when it is one optional value that is missing.
    ///
    /// # Errors
    /// When a value is missing that is not optional.
    pub(super) fn fill(&self, values: &FillValues<'_>) -> Result<Option<Value>, NoValue> {
        self.0.fill(values)
    }

    /// The message that it becomes: a text as it is, anything else as JSON.
    ///
    /// # Errors
    /// When a value is missing that is not optional.
    pub(super) fn message(&self, values: &FillValues<'_>) -> Result<Option<String>, NoValue> {
        let filled = self.fill(values)?;
        Ok(filled.map(|value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        }))
    }

    /// The number of milliseconds that it becomes; a list is their sum. Servers say some of them: what would flood
    /// them, or is longer than timers can wait, becomes what is possible.
    pub(super) fn millis(&self, values: &FillValues<'_>) -> Option<f64> {
        let number = |value: &Value| match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let sum = match self.fill(values).ok()?? {
            Value::Array(parts) => parts.iter().map(number).sum::<Option<f64>>()?,
            one => number(&one)?,
        };
        (sum > 0.0).then(|| sum.clamp(LEAST_MS, MOST_MS))
    }

    /// Every value that is filled in.
    pub(super) fn variables<'t>(&'t self, out: &mut Vec<&'t Variable>) {
        self.0.variables(out);
    }

    /// Whether one of them comes from there.
    pub(super) fn uses(&self, is_it: impl Fn(&Origins) -> bool) -> bool {
        let mut all = Vec::new();
        self.variables(&mut all);
        all.iter().any(|variable| is_it(&variable.origin))
    }
}

impl Shape {
    fn compile(json: &Value, places: &mut Places) -> Result<Self, (String, String)> {
        Ok(match json {
            Value::String(text) => Self::compile_text(text, places)?,
            Value::Array(items) => {
                let items = items.iter().map(|item| Self::compile(item, places));
                let items: Vec<Self> = items.collect::<Result<_, _>>()?;
                match items.iter().all(Self::is_constant) {
                    true => Self::Constant(json.clone()),
                    false => Self::List(items),
                }
            }
            Value::Object(members) if members.len() == 1 && members.contains_key("$json") => {
                Self::JsonText(Box::new(Self::compile(&members["$json"], places)?))
            }
            Value::Object(members) if members.len() == 1 && members.contains_key("$merge") => {
                let Value::Array(parts) = &members["$merge"] else {
                    let problem = "must be a list of objects".to_owned();
                    return Err((members["$merge"].to_string(), problem));
                };
                let parts = parts.iter().map(|part| Self::compile(part, places));
                Self::Merged(parts.collect::<Result<_, _>>()?)
            }
            Value::Object(members) if members.contains_key("$switch") => {
                Self::compile_switch(json, members, places)?
            }
            Value::Object(members) => {
                let compiled = members
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), Self::compile(value, places)?)));
                let compiled: Vec<(String, Self)> =
                    compiled.collect::<Result<_, (String, String)>>()?;
                match compiled.iter().all(|(_, shape)| shape.is_constant()) {
                    true => Self::Constant(json.clone()),
                    false => Self::Object(compiled),
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::Constant(json.clone()),
        })
    }

    fn compile_switch(
        json: &Value,
        members: &Map<String, Value>,
        places: &mut Places,
    ) -> Result<Self, (String, String)> {
        let (Some(of), Some(Value::Object(cases)), 2) =
            (members.get("$switch"), members.get("cases"), members.len())
        else {
            let problem = "must be { \"$switch\": a value, \"cases\": { name: value } }";
            return Err((json.to_string(), problem.to_owned()));
        };
        let of = Box::new(Self::compile(of, places)?);
        let mut compiled = Vec::new();
        for (name, value) in cases {
            compiled.push((name.clone(), Self::compile(value, places)?));
        }
        Ok(Self::Switch {
            of,
            cases: compiled,
        })
    }

    fn compile_text(text: &str, places: &mut Places) -> Result<Self, (String, String)> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            let Some((inner, after)) = until_brace(behind) else {
                return Err((text.to_owned(), "close the ${ with a }".to_owned()));
            };
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            let variable = Variable::parse(inner, places);
            pieces.push(Piece::Variable(
                variable.map_err(|problem| (format!("${{{inner}}}"), problem))?,
            ));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(match pieces.as_slice() {
            [] | [Piece::Text(_)] => Self::Constant(Value::String(text.to_owned())),
            [Piece::Variable(variable)] => Self::Variable(variable.clone()),
            _ => Self::Text(pieces),
        })
    }

    fn is_constant(&self) -> bool {
        matches!(self, Self::Constant(_))
    }

    fn fill(&self, values: &FillValues<'_>) -> Result<Option<Value>, NoValue> {
        Ok(Some(match self {
            Self::Constant(value) => value.clone(),
            Self::Variable(variable) => return variable.value(values),
            Self::Text(pieces) => {
                let mut out = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => out.push_str(text),
                        Piece::Variable(variable) => match variable.value(values)? {
                            Some(Value::String(text)) => out.push_str(&text),
                            Some(other) => out.push_str(&other.to_string()),
                            None => {}
                        },
                    }
                }
                Value::String(out)
            }
            Self::List(items) => {
                let filled = items.iter().map(|item| item.fill(values));
                // An item that were left out would move those behind it.
                let filled = filled.map(|item| item.map(Option::unwrap_or_default));
                Value::Array(filled.collect::<Result<_, _>>()?)
            }
            Self::Object(members) => {
                let mut filled = Map::new();
                for (name, shape) in members {
                    if let Some(value) = shape.fill(values)? {
                        filled.insert(name.clone(), value);
                    }
                }
                Value::Object(filled)
            }
            Self::JsonText(shape) => match shape.fill(values)? {
                Some(value) => Value::String(value.to_string()),
                None => return Ok(None),
            },
            Self::Merged(parts) => {
                let mut merged = Map::new();
                for part in parts {
                    // What is left out, or is no object, has no members.
                    if let Some(Value::Object(members)) = part.fill(values)? {
                        merged.extend(members);
                    }
                }
                Value::Object(merged)
            }
            Self::Switch { of, cases } => {
                let Some(value) = of.fill(values)? else {
                    return Ok(None);
                };
                let mut cases = cases.iter();
                match cases.find(|(name, _)| value.as_str() == Some(name)) {
                    Some((_, case)) => return case.fill(values),
                    None => value,
                }
            }
        }))
    }

    fn variables<'t>(&'t self, out: &mut Vec<&'t Variable>) {
        match self {
            Self::Constant(_) => {}
            Self::Variable(variable) => out.push(variable),
            Self::Text(pieces) => out.extend(pieces.iter().filter_map(|piece| match piece {
                Piece::Variable(variable) => Some(variable),
                Piece::Text(_) => None,
            })),
            Self::List(items) | Self::Merged(items) => {
                items.iter().for_each(|item| item.variables(out));
            }
            Self::Object(members) => members.iter().for_each(|(_, shape)| shape.variables(out)),
            Self::JsonText(shape) => shape.variables(out),
            Self::Switch { of, cases } => {
                of.variables(out);
                cases.iter().for_each(|(_, case)| case.variables(out));
            }
        }
    }
}

/// What stands before the brace that closes `${`, and behind it; a default may have pairs of its own.
fn until_brace(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

impl Variable {
    fn parse(inner: &str, places: &mut Places) -> Result<Self, String> {
        let (inner, is_optional, default) = match inner.split_once('?') {
            Some((inner, "")) => (inner, true, None),
            Some((inner, default)) => (inner, true, Some(default.to_owned())),
            None => (inner, false, None),
        };
        let (name, conversion) = match inner.rsplit_once('|') {
            Some((name, "json")) => (name, Conversion::Json),
            Some((name, "list")) => (name, Conversion::List),
            Some((_, other)) => {
                return Err(format!("\"{other}\" is not a conversion; use json or list"));
            }
            None => (inner, Conversion::None),
        };
        let name = name.trim();
        let owned = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        let origin = match name.split_once('.') {
            _ if name == "id" => Some(Origins::Id),
            _ if name == "token" => Some(Origins::Token),
            _ if name == "now" => Some(Origins::Now),
            _ if name.starts_with('$') => Some(Origins::Message(places.add(name)?)),
            Some(("params", name)) => owned(name).map(Origins::Param),
            Some(("options", name)) => owned(name).map(Origins::Option),
            Some(("conn", name)) => owned(name).map(Origins::Connection),
            Some(("sub", name)) => owned(name).map(Origins::Subscription),
            Some(("resume", name)) => owned(name).map(Origins::Resume),
            _ => None,
        };
        let origin = origin.ok_or(ORIGINS)?;
        Ok(Self {
            name: name.to_owned(),
            origin,
            conversion,
            is_optional,
            default,
        })
    }

    fn value(&self, values: &FillValues<'_>) -> Result<Option<Value>, NoValue> {
        let given = |params: &Params, name: &str| {
            let value = params.get(name).cloned();
            // What an empty text field stores.
            value.filter(|value| !value.is_null() && value.as_str() != Some(""))
        };
        let value = match &self.origin {
            Origins::Id => values.id.cloned(),
            Origins::Token => values.token.map(Value::from),
            Origins::Now => Some(Value::from(values.now as u64)),
            Origins::Param(name) => given(values.params, name),
            Origins::Option(name) => given(values.options, name),
            Origins::Connection(name) => values.connection.get(name).cloned(),
            Origins::Subscription(name) => values.subscription.get(name).cloned(),
            Origins::Resume(name) => values.resume.get(name).cloned(),
            Origins::Message(place) => values.message.and_then(|message| message.value(*place)),
        };
        let value = value.or_else(|| self.default.clone().map(Value::from));
        match value {
            Some(value) => Ok(Some(self.converted(value))),
            None if self.is_optional => Ok(None),
            None => Err(NoValue(self.name.clone())),
        }
    }

    /// What is wrong with a value that a person wrote.
    pub(super) fn fault(&self, value: &Value) -> Option<String> {
        match (self.conversion, value) {
            (Conversion::Json, Value::String(text)) => {
                let error = serde_json::from_str::<Value>(text).err()?;
                Some(format!("must be JSON: {error}"))
            }
            _ => None,
        }
    }

    fn converted(&self, value: Value) -> Value {
        match (self.conversion, value) {
            (Conversion::Json, Value::String(text)) => {
                // Checked where it came in.
                serde_json::from_str(&text).unwrap_or(Value::String(text))
            }
            (Conversion::List, Value::String(text)) => {
                let items = text.split(',').map(str::trim);
                let items = items.filter(|item| !item.is_empty());
                items.map(Value::from).collect()
            }
            (_, value) => value,
        }
    }
}
