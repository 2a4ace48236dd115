//! JSON values of a given form: made of a fuzzer's bytes, and turned back into bytes for seeds.

use serde_json::{Map, Value};

use crate::bytes::{Bytes, Writer};

/// The form of a value that may be left out.
#[derive(Debug)]
pub enum Shape {
    /// One of these texts, or any other.
    Text(&'static [&'static str]),
    /// One of these numbers, or any other.
    Number(&'static [f64]),
    /// `true` or `false`.
    Flag,
    /// A text, one of these or any other, a number, or a boolean.
    Scalar(&'static [&'static str]),
    /// At most so many values of a form.
    List(&'static Shape, usize),
    /// Members by name.
    Object(&'static [(&'static str, Shape)]),
}

impl Shape {
    /// A value of this form, or none.
    pub fn read(&self, bytes: &mut Bytes<'_>) -> Option<Value> {
        match self {
            Self::Text(known) => Some(match bytes.below(known.len() + 2) {
                0 => return None,
                index if index <= known.len() => known[index - 1].into(),
                _ => bytes.text().into(),
            }),
            Self::Number(known) => Some(match bytes.below(known.len() + 2) {
                0 => return None,
                index if index <= known.len() => number(known[index - 1]),
                _ => number(bytes.float()),
            }),
            Self::Flag => [None, Some(false), Some(true)][bytes.below(3)].map(Value::from),
            Self::Scalar(known) => match bytes.below(4) {
                0 => None,
                1 => Self::Text(known).read(bytes),
                2 => Some(number(bytes.float())),
                _ => Self::Flag.read(bytes),
            },
            Self::List(item, max) => {
                let length = bytes.below(max + 1);
                let items = (0..length).filter_map(|_| item.read(bytes));
                Some(items.collect::<Vec<_>>().into()).filter(|_| length > 0)
            }
            Self::Object(members) => (bytes.byte() % 2 == 1).then(|| {
                let read =
                    |(name, shape): &(&str, Shape)| Some(((*name).to_owned(), shape.read(bytes)?));
                members
                    .iter()
                    .filter_map(read)
                    .collect::<Map<_, _>>()
                    .into()
            }),
        }
    }

    /// Writes a value so that [`read`](Self::read) gives it. Members that the form lacks are left out.
    pub fn write(&self, value: &Value, to: &mut Writer) {
        if value.is_null() {
            return to.byte(0);
        }
        match self {
            Self::Text(known) => write_text(known, value, to),
            Self::Number(known) => write_number(known, value, to),
            Self::Flag => to.byte(1 + usize::from(value == true)),
            Self::Scalar(known) => match value {
                Value::Number(_) => {
                    to.byte(2);
                    to.float(value.as_f64().expect("a number"));
                }
                Value::Bool(_) => {
                    to.byte(3);
                    Self::Flag.write(value, to);
                }
                _ => {
                    to.byte(1);
                    write_text(known, value, to);
                }
            },
            Self::List(item, max) => {
                let items = value.as_array().expect("a list");
                assert!(items.len() <= *max, "more than {max} items: {value}");
                to.byte(items.len());
                items.iter().for_each(|value| item.write(value, to));
            }
            Self::Object(members) => {
                to.byte(1);
                members
                    .iter()
                    .for_each(|(name, shape)| shape.write(&value[name], to));
            }
        }
    }
}

/// A number as JSON writes it; null when it is none.
fn number(value: f64) -> Value {
    let whole = value as i64;
    if whole as f64 == value && whole.abs() < 1 << 53 {
        whole.into()
    } else {
        value.into()
    }
}

fn write_text(known: &[&str], value: &Value, to: &mut Writer) {
    let text = value.as_str().expect("a text");
    match known.iter().position(|known| *known == text) {
        Some(index) => to.byte(index + 1),
        None => {
            to.byte(known.len() + 1);
            to.slice(text.as_bytes());
        }
    }
}

fn write_number(known: &[f64], value: &Value, to: &mut Writer) {
    let number = value.as_f64().expect("a number");
    match known.iter().position(|known| *known == number) {
        Some(index) => to.byte(index + 1),
        None => {
            to.byte(known.len() + 1);
            to.float(number);
        }
    }
}
