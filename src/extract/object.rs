//! The members of a JSON object as names and texts.

use super::coerce::CellSource;
use super::program::Program;
use super::rows::Rows;
use super::walk::walk;

/// The members of the object, nested ones with dotted names; `None` when the text is no object.
/// Null members are left out.
pub(crate) fn members(text: &str) -> Option<Vec<(String, String)>> {
    if !text.starts_with('{') {
        return None;
    }
    let mut program = Program::inferred(&[]);
    let mut rows = Rows::default();
    rows.reset(0);
    walk(text.as_bytes(), 0, &mut program, &mut rows).ok()?;
    let source = CellSource::new(text.as_bytes());
    let mut scratch = String::new();
    let names = program.names().iter().enumerate();
    let mut members = Vec::new();
    for (column, name) in names {
        if let Some(text) = source.text(rows.cell(0, column), &mut scratch) {
            members.push((name.clone(), text.to_owned()));
        }
    }
    Some(members)
}

#[cfg(test)]
mod tests {
    use super::members;

    #[test]
    fn members_are_names_and_texts() {
        let text = r#"{"app":"x","n":1.50,"no":null,"pod":{"name":"a\"b"}}"#;
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        let expected = [
            pair("app", "x"),
            pair("n", "1.50"),
            pair("pod.name", "a\"b"),
        ];
        assert_eq!(members(text).unwrap_or_default(), expected);
        assert_eq!(members("[1]"), None);
    }
}
