//! Messages of several kinds on one connection, of which a query shows one.

use super::chooser::Chooser;
use super::draft::{Draft, DraftCondition};
use super::sample::{SampleColumn, SampleRows};
use crate::extract::option_value::OptionValue;
use crate::feed::SeenKind;

/// What feeds call the kind of a message.
const NAMES: [&str; 17] = [
    "type",
    "ev",
    "event",
    "e",
    "kind",
    "msg_type",
    "msgtype",
    "messagetype",
    "message_type",
    "op",
    "action",
    "channel",
    "measurement",
    "method",
    "table",
    "cmd",
    "class",
];

/// Kinds that are told apart.
const MOST_KINDS: usize = 20;

/// The rows of the kind that has most to show, where there are several; a condition for it goes to `draft`.
/// Messages that take something away belong to those that brought it.
pub(super) fn main(sample: &SampleRows<'_>, group: &str, draft: &mut Draft) -> Vec<usize> {
    let all = Chooser {
        sample,
        group,
        rows: &sample.rows,
    };
    let columns = NAMES.iter().flat_map(|known| {
        let columns = sample.columns.iter();
        columns.filter(|column| known.eq_ignore_ascii_case(&column.place.name))
    });
    for column in columns {
        let distinct = sample.distinct(column, &sample.rows);
        if column.place.kind == SeenKind::String
            && (2..=MOST_KINDS).contains(&distinct)
            && let Some((value, rows)) = main_of(sample, column)
            && all.deletion_by_word(column).is_none()
        {
            let others = sample.rows.len() - rows.len();
            let (name, path) = (column.said(), column.place.path.clone());
            let why = format!(
                "Messages of {distinct} kinds are mixed, told apart by `{name}`: those with {value} have the most to show. {others} other rows are left out."
            );
            draft.because("filter[0]", &why);
            draft.filter.push(DraftCondition {
                path,
                op: "==",
                value: Some(OptionValue::Text(value)),
            });
            return rows;
        }
    }
    sample.rows.clone()
}

/// The value of the kind with most numbers, and its rows, if other kinds have other places.
fn main_of(sample: &SampleRows<'_>, by: &SampleColumn<'_>) -> Option<(String, Vec<usize>)> {
    let mut kinds: Vec<(&str, Vec<usize>)> = Vec::new();
    for row in &sample.rows {
        let Some(value) = sample.cell(by, *row) else {
            continue;
        };
        match kinds.iter_mut().find(|(kind, _)| *kind == value) {
            Some((_, rows)) => rows.push(*row),
            None => kinds.push((value, vec![*row])),
        }
    }
    let numbers = |rows: &[usize]| {
        let columns = sample
            .columns
            .iter()
            .filter(|column| sample.is_number(column, rows));
        columns
            .map(|column| sample.known(column, rows))
            .sum::<usize>()
    };
    let mut best = 0;
    for (index, (_, rows)) in kinds.iter().enumerate() {
        if numbers(rows) > numbers(&kinds[best].1) {
            best = index;
        }
    }
    let (value, rows) = kinds.get(best)?;
    let own = held(sample, rows);
    let differs = |other: &[usize]| {
        let other = held(sample, other);
        let both = own.iter().filter(|index| other.contains(index)).count();
        let any = own.len() + other.len() - both;
        // Fields that are left out now and then make no other kind.
        4 * both < 3 * any
    };
    let others = || kinds.iter().enumerate().filter(|(index, _)| *index != best);
    let alike = others().filter(|(_, (_, rows))| !differs(rows)).count();
    let differ = others().count() - alike;
    (differ > 0 && alike == 0).then(|| ((*value).to_owned(), rows.clone()))
}

/// The columns that at least half of the rows have.
fn held(sample: &SampleRows<'_>, rows: &[usize]) -> Vec<usize> {
    let columns = sample.columns.iter().enumerate();
    let columns = columns.filter(|(_, column)| 2 * sample.known(column, rows) >= rows.len());
    columns.map(|(index, _)| index).collect()
}
