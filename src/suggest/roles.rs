//! What each place is for in the rows that a query shows.
//!
//! In go the rows of one kind; the fields, the mode, the keys and the view go to the draft, each with why.

use super::chooser::Chooser;
use super::deletions::Deletion;
use super::draft::{Draft, DraftCondition, DraftField};
use super::names;
use super::sample::{SampleColumn, SampleRows};
use crate::extract::option_value::OptionValue;
use crate::feed::SeenKind;

/// Chooses among the columns of `sample`, of which only `rows` count.
pub(super) fn choose(sample: &SampleRows<'_>, group: &str, rows: &[usize], draft: &mut Draft) {
    let all = Chooser {
        sample,
        group,
        rows,
    };
    let time = all.time();
    let bars = all.bars();
    let time = bars.or(time);
    let id = all.id_of_repeats();
    let mut left: Vec<&SampleColumn<'_>> = sample.columns.iter().collect();
    left.retain(|column| {
        let is_chosen = [time, id]
            .iter()
            .flatten()
            .any(|chosen| std::ptr::eq(*chosen, *column));
        !is_chosen && column.place.kind != SeenKind::Time && all.known(column) > 0
    });
    let deletion = all.deletion().filter(|_| bars.is_none());
    if let Some(deletion) = deletion {
        return all.add_things(time, deletion, left, draft);
    }
    let log = all.log(&left);
    if let Some((body, _)) = log {
        left.retain(|column| !std::ptr::eq(body, *column));
    }
    let labels = all.labels(&left);
    left.retain(|column| !labels.iter().any(|label| std::ptr::eq(*label, *column)));
    let numbers = all.numbers(&left, &labels, bars.is_some());
    let (numbers, amounts) = without_amounts(numbers);
    let numbers = all.without_mixed(numbers, draft);
    let texts = all.texts(&left, &labels);
    if let Some(time) = time {
        all.add_time(time, draft);
    }
    for label in &labels {
        all.add_label(label, draft);
    }
    if let Some((body, level)) = log {
        return all.add_log(body, level, draft);
    }
    if let Some(id) = id {
        let why = format!(
            "Rows come again with the same `{}`: it becomes their ID, so that each is kept once.",
            id.said()
        );
        draft.add(all.field(id, Some("id")), &why);
    }
    // Of one row alone nobody knows whether its numbers change.
    let is_flat = numbers.iter().all(|number| all.distinct(number) == 1);
    let is_flat = is_flat && (numbers.is_empty() || rows.len() > 1);
    let is_table = bars.is_none() && is_flat && !texts.is_empty();
    if !is_table {
        all.add_numbers(&numbers, draft);
    }
    if let Some(amount) = amounts.first() {
        let why = format!(
            "`{}` is the amount traded, which has a different scale from the price and is left out. Click it in a message to add it.",
            amount.said()
        );
        draft.because("fields", &why);
    }
    if bars.is_some() {
        let why = "Each bar is repeated until it closes: the newest version replaces it.";
        all.upsert(time, &labels, why, draft);
    } else if is_table {
        all.add_texts(&labels, &texts, draft);
    }
}

/// Numbers to show, and those that are how much was traded at the prices among them: no graph shows both, since the one
/// scale leaves the smaller of them flat.
fn without_amounts<'c, 'p>(
    numbers: Vec<&'c SampleColumn<'p>>,
) -> (Vec<&'c SampleColumn<'p>>, Vec<&'c SampleColumn<'p>>) {
    let has_price = numbers
        .iter()
        .any(|number| names::is_price(&number.place.name));
    numbers
        .into_iter()
        .partition(|number| !has_price || !names::is_amount(&number.place.name))
}

/// Why a zone is set, to go on with after a sentence.
fn zone_reason(zone: &str) -> String {
    match zone {
        "UTC" => " It names no zone; judging by when messages arrive, it is UTC.".to_owned(),
        offset => format!(
            " It names no zone; judging by when messages arrive, its offset is `{offset}`. The name of a zone, such as `Europe/Berlin`, would be right in summer and winter."
        ),
    }
}

/// What is a number as JSON and CSV write it.
const NUMBER: &str = r"^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$";

impl<'s, 'p> Chooser<'s, 'p> {
    /// Numbers as values.
    fn add_numbers(&self, numbers: &[&SampleColumn<'_>], draft: &mut Draft) {
        for number in numbers {
            let changes = if self.distinct(number) > 1 {
                "a number that changes"
            } else {
                "a number"
            };
            let why = format!("`{}` is {changes}.", number.said());
            draft.add(self.field(number, None), &why);
        }
    }

    /// A table of texts, with one row for each of the labels where the same ones come again.
    fn add_texts(
        &self,
        labels: &[&'s SampleColumn<'p>],
        texts: &[&'s SampleColumn<'p>],
        draft: &mut Draft,
    ) {
        for text in texts {
            let why = format!("`{}` is text, which a table shows.", text.said());
            draft.add(self.field(text, None), &why);
        }
        draft.view = "table";
        draft.because(
            "view",
            "No number changes, so a graph would be flat; a table shows the texts.",
        );
        if labels.is_empty() || !self.come_again(labels) {
            return;
        }
        let keys: Vec<_> = labels.iter().map(|label| label.said()).collect();
        let why = format!(
            "The same `{}` comes again with other values, as states do: one row for each, the newest.",
            keys.join("`, `")
        );
        self.upsert(None, labels, &why, draft);
        if let Some(deletion) = self.deletion_by_null(labels, texts) {
            draft.delete(deletion.condition, &deletion.why);
        }
    }

    /// Numbers without those places at which something else stands now and then, since a panel would say so of each. Where
    /// there are no others, the rows of the first that are something else are left out.
    fn without_mixed(
        &self,
        mut numbers: Vec<&'s SampleColumn<'p>>,
        draft: &mut Draft,
    ) -> Vec<&'s SampleColumn<'p>> {
        let Some(mixed) = numbers.iter().copied().find(|column| self.is_mixed(column)) else {
            return numbers;
        };
        let path = &mixed.place.path;
        // What an object has that stands there is no value of its own.
        let is_below = |column: &SampleColumn<'_>| {
            let rest = column.place.path.strip_prefix(path.as_str());
            rest.is_some_and(|rest| rest.starts_with(['.', '[']))
        };
        numbers.retain(|column| !self.is_mixed(column) && !is_below(column));
        if numbers.is_empty() {
            let why = format!(
                "`{}` is not always a number: rows in which it is something else are left out.",
                mixed.said()
            );
            draft.because(&format!("filter[{}]", draft.filter.len()), &why);
            draft.filter.push(DraftCondition {
                path: path.clone(),
                op: "matches",
                value: Some(OptionValue::Text(NUMBER.to_owned())),
            });
            numbers.push(mixed);
        }
        numbers
    }

    fn field(&self, column: &SampleColumn<'_>, role: Option<&'static str>) -> DraftField {
        let is_number = role.is_none() && column.are_texts && self.is_number(column);
        DraftField {
            path: column.place.path.clone(),
            name: None,
            role,
            kind: is_number.then_some("number"),
            unit: column.place.unit.filter(|_| role.is_none()),
            time_format: None,
            time_zone: None,
        }
    }

    fn add_time(&self, column: &SampleColumn<'_>, draft: &mut Draft) {
        let name = column.said();
        let rest = self.fraction_of(column);
        let format = rest.map(|(_, _, whole)| whole).or(column.place.time_format);
        let written = format.map(|format| format!(", written as `{format}`"));
        let zone = column.place.time_zone.clone();
        let zoned = zone.as_deref().map(zone_reason);
        let why = format!(
            "`{name}` tells the time of each row{}.{}",
            written.unwrap_or_default(),
            zoned.unwrap_or_default()
        );
        let field = DraftField {
            time_format: format,
            time_zone: zone,
            ..self.field(column, Some("time"))
        };
        draft.add(field, &why);
        if let Some((rest, unit, _)) = rest {
            let field = DraftField {
                time_format: Some(unit),
                ..self.field(rest, Some("time"))
            };
            let why = format!(
                "`{}` is the fraction of a second of that time.",
                rest.said()
            );
            draft.add(field, &why);
        }
    }

    fn add_label(&self, column: &SampleColumn<'_>, draft: &mut Draft) {
        let (name, distinct) = (column.said(), self.distinct(column));
        let repeats = (2..self.known(column)).contains(&distinct);
        let why = match (column.place.path.ends_with('~'), repeats) {
            (true, _) => {
                "The names of the members are a label, so that each gets its own series.".to_owned()
            }
            (false, false) => format!(
                "`{name}` says what the values belong to: a label, so that others get their own series."
            ),
            (false, true) => format!(
                "`{name}` repeats with {distinct} values: used as a label, one series each."
            ),
        };
        draft.add(self.field(column, Some("label")), &why);
    }

    fn add_log(
        &self,
        body: &SampleColumn<'_>,
        level: Option<&SampleColumn<'_>>,
        draft: &mut Draft,
    ) {
        let mut field = self.field(body, None);
        if names::body_rank(&field.shown_name()).is_none() {
            field.name = Some("body".to_owned());
        }
        field.kind = Some("string");
        draft.add(field, &format!("`{}` is the text of a line.", body.said()));
        if let Some(level) = level {
            let field = self.field(level, None);
            draft.add(field, &format!("`{}` is the severity.", level.said()));
        }
        draft.view = "logs";
        draft.because("view", "The messages are lines of a log.");
    }

    /// A table of the things that are there, of which some go.
    fn add_things(
        &self,
        time: Option<&'s SampleColumn<'p>>,
        deletion: Deletion<'s, 'p>,
        mut left: Vec<&'s SampleColumn<'p>>,
        draft: &mut Draft,
    ) {
        if let Some(time) = time {
            self.add_time(time, draft);
        }
        let keys = &deletion.keys;
        let (mut values, labels): (Vec<_>, Vec<_>) =
            keys.iter().copied().partition(|key| self.is_level(key));
        for label in &labels {
            let why = format!("`{}` is part of the key.", label.said());
            draft.add(self.field(label, Some("label")), &why);
        }
        let told_by = deletion.told_by;
        values.extend(Some(told_by).filter(|told_by| self.is_number(told_by)));
        left.retain(|column| {
            let mut known = keys.iter().chain([&told_by]);
            !known.any(|known| std::ptr::eq(*known, *column))
        });
        values.extend(self.numbers(&left, &labels, false));
        values.extend(self.texts(&left, &labels));
        if values.is_empty() {
            values.push(told_by);
        }
        for value in values {
            let why = format!("`{}` is a value of each.", value.said());
            draft.add(self.field(value, None), &why);
        }
        draft.view = "table";
        draft.because(
            "view",
            "Things come and go, which a graph cannot show: a table lists those that are there.",
        );
        let names: Vec<_> = keys.iter().map(|key| key.said()).collect();
        let why = format!(
            "The same `{}` comes again: one row for each, the newest.",
            names.join("`, `")
        );
        self.upsert(None, keys, &why, draft);
        draft.delete(deletion.condition, &deletion.why);
    }

    /// Has one row for each of the labels and the time.
    fn upsert(
        &self,
        time: Option<&SampleColumn<'_>>,
        labels: &[&SampleColumn<'_>],
        why: &str,
        draft: &mut Draft,
    ) {
        let keys = labels.iter().copied().chain(time);
        draft.upsert(keys.map(|column| column.place.path.clone()).collect());
        draft.because("mode", why);
    }
}
