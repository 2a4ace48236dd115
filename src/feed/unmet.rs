//! Paths of a query that meet nothing in the messages, and the places that they may have been meant for.
//!
//! Asked is what reads the messages of the query ([`walk`]), and not the list of places, which is not complete.

use super::catalogue::Catalogue;
use super::reading::ReadMessage;
use super::view::UnmetPath;
use crate::extract::path::Path;
use crate::extract::program::Program;
use crate::extract::rows::{Cell, Rows};
use crate::extract::walk::walk;
use crate::query::{ConditionSpec, QuerySpec};

/// The longest path that is compared with others.
const LONGEST: usize = 200;

/// A path of a query.
struct AskedPath {
    option: String,
    text: String,
    path: Path,
}

/// The paths of a query that meet nothing in `messages`, of which `catalogue` is. None where there is nothing to be met.
pub(super) fn of(
    spec: &QuerySpec,
    messages: &[ReadMessage],
    catalogue: &Catalogue,
) -> Vec<UnmetPath> {
    if messages.iter().all(|message| message.documents.is_empty()) {
        return Vec::new();
    }
    let fields: Vec<&str> = spec
        .fields
        .iter()
        .flatten()
        .map(|field| field.path.as_str())
        .collect();
    let mut rows = asked("fields", ".path", &fields);
    rows.extend(conditions("filter", &spec.filter));
    rows.extend(texts("keys", &spec.keys));
    rows.extend(conditions("deleteWhen", &spec.delete_when));
    let clear = conditions("clearWhen", &spec.clear_when);
    let parse = texts("parse", &spec.parse);
    let mut unmet = not_met(rows, messages, false);
    unmet.extend(not_met(clear, messages, false));
    // Texts are opened before an array is taken for several messages.
    unmet.extend(not_met(parse, messages, true));
    let found = unmet.into_iter().map(|asked| UnmetPath {
        nearest: nearest(&asked.text, catalogue),
        option: asked.option,
        path: asked.text,
    });
    found.collect()
}

/// The paths that are filled in and can be read; of the others the check of the query tells.
fn asked(option: &str, member: &str, texts: &[&str]) -> Vec<AskedPath> {
    let mut paths = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let text = text.trim();
        if let Ok(path) = Path::parse(text) {
            paths.push(AskedPath {
                option: format!("{option}[{index}]{member}"),
                text: text.to_owned(),
                path,
            });
        }
    }
    paths
}

fn texts(option: &str, texts: &Option<Vec<String>>) -> Vec<AskedPath> {
    let texts: Vec<&str> = texts.iter().flatten().map(String::as_str).collect();
    asked(option, "", &texts)
}

fn conditions(option: &str, specs: &Option<Vec<ConditionSpec>>) -> Vec<AskedPath> {
    let paths: Vec<&str> = specs
        .iter()
        .flatten()
        .map(|spec| spec.path.as_str())
        .collect();
    asked(option, ".path", &paths)
}

/// Those that meet nothing when all are read together, as they are for rows.
fn not_met(mut asked: Vec<AskedPath>, messages: &[ReadMessage], are_whole: bool) -> Vec<AskedPath> {
    let paths: Vec<Path> = asked.iter().map(|asked| asked.path.clone()).collect();
    let are_records = messages.iter().any(|message| message.are_records);
    let mut program = Program::new(&paths).taking_records(are_whole || are_records);
    let mut is_met = vec![false; paths.len()];
    let mut rows = Rows::default();
    let mut documents: Vec<&String> = messages
        .iter()
        .flat_map(|message| &message.documents)
        .collect();
    while let Some(document) = documents.pop().filter(|_| is_met.contains(&false)) {
        rows.reset(program.width());
        if walk(document.as_bytes(), 0, &mut program, &mut rows).is_err() {
            // It costs too much to find out, of which the panel tells.
            return Vec::new();
        }
        for row in rows.iter() {
            for (is_met, cell) in is_met.iter_mut().zip(row) {
                *is_met |= *cell != Cell::Missing;
            }
        }
    }
    let mut is_met = is_met.into_iter();
    asked.retain(|_| is_met.next() == Some(false));
    asked
}

/// The place that is written most like a path, if any is.
fn nearest(path: &str, catalogue: &Catalogue) -> Option<String> {
    let mut places = Vec::new();
    for place in &catalogue.places {
        places.extend(&place.each);
        places.push(&place.path);
    }
    places.extend(catalogue.repeated.iter().map(|place| &place.path));
    let wanted = path.to_lowercase();
    let most = (wanted.len() / 3).max(2);
    let mut best: Option<((usize, usize), &String)> = None;
    for place in places {
        let seen = place.to_lowercase();
        let written = distance(wanted.as_bytes(), seen.as_bytes());
        let meant = match last_name(&wanted) {
            Some(name) if Some(name) == last_name(&seen) => {
                1 + levels(&wanted).abs_diff(levels(&seen))
            }
            _ => written,
        };
        let apart = (written.min(meant), written);
        if apart.0 <= most && best.is_none_or(|(known, _)| apart < known) {
            best = Some((apart, place));
        }
    }
    best.map(|(_, place)| place.clone())
}

/// The last name that stands in a path.
fn last_name(path: &str) -> Option<&str> {
    let is_step = |step: &&str| !step.is_empty() && !matches!(*step, "*" | "$" | "~");
    path.rsplit(['.', '[', ']', '\'', '"'])
        .find(|step| is_step(step) && !step.bytes().all(|byte| byte.is_ascii_digit()))
}

fn levels(path: &str) -> usize {
    path.bytes()
        .filter(|byte| matches!(byte, b'.' | b'['))
        .count()
}

/// How many bytes have to be put in, taken out or changed (Levenshtein); very many for a path that is too long.
fn distance(a: &[u8], b: &[u8]) -> usize {
    if a.len().max(b.len()) > LONGEST {
        return LONGEST;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, x) in a.iter().enumerate() {
        let mut before = row[0];
        row[0] = line + 1;
        for (column, y) in b.iter().enumerate() {
            let change = before + usize::from(x != y);
            before = row[column + 1];
            row[column + 1] = change.min(before + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}
