//! One message to rows: which values the selectors mean, and how they line up.
//!
//! A [`Path`](path::Path) is compiled once per query into a [`Program`](program::Program), a
//! trie that [`walk`] follows while the scanner moves forward. The result is a
//! batch of [`Rows`](rows::Rows) that still refer to the message's bytes;
//! [`coerce`] turns their cells into values of a column.

pub mod coerce;
pub mod condition;
mod descent;
mod evaluate;
mod exact_number;
pub mod excerpt;
pub(crate) mod key;
pub(crate) mod nested;
mod node;
mod numeral;
pub(crate) mod object;
pub mod option_value;
pub mod path;
pub(crate) mod position;
pub mod program;
mod regex_pattern;
pub mod rows;
mod scalar;
mod seen;
mod select;
mod template;
mod template_run;
pub mod time;
pub mod walk;
