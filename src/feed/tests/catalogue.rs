//! The places that are found in messages.

use proptest::prelude::*;

use super::messages;
use crate::extract::path::Path;
use crate::extract::program::Program;
use crate::extract::rows::{Cell, Rows};
use crate::extract::walk::walk;
use crate::feed::catalogue::Catalogue;
use crate::feed::place::{FeedPlace, SeenKind, SeenRole};
use crate::format::tests::any_json;

fn of(texts: &[&str]) -> Catalogue {
    Catalogue::of(messages(texts).iter())
}

/// A place in a line: its path, each, names, kind, role and unit.
fn line(place: &FeedPlace) -> String {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let (each, names) = (or(&place.each), or(&place.names));
    let (kind, role, unit) = (place.kind, place.role, place.unit.unwrap_or("-"));
    format!("{} {each} {names} {kind:?} {role:?} {unit}", place.path)
}

fn lines(texts: &[&str]) -> Vec<String> {
    of(texts).places.iter().map(line).collect()
}

#[test]
fn places_are_named_typed_and_given_a_role() {
    let texts = [
        r#"{"ts":1600000000,"device":"a","temp":21.5,"price":"3.10","on":true,"note":null,"odd key":"x","raw":{}}"#,
        r#"{"ts":1600000001,"device":"b","temp":21.6,"price":"3.20","on":false,"note":null,"odd key":"x","raw":{}}"#,
        r#"{"ts":1600000002,"device":"a","temp":21.7,"price":"3.30","on":false,"note":null,"odd key":"x","raw":{}}"#,
    ];
    let expected = [
        "$.ts - - Time Time -",
        "$.device - - String Label -",
        "$.temp - - Number Value celsius",
        "$.price - - Number Value -",
        "$.on - - Boolean Value -",
        "$.note - - Null Value -",
        "$['odd key'] - - String Label -",
        "$.raw - - Json Value -",
    ];
    assert_eq!(lines(&texts), expected);
    let places = of(&texts).places;
    let device = &places[1];
    assert_eq!((device.seen, device.count, device.distinct), (3, 3, 2));
    assert_eq!(device.values, ["a", "b", "a"]);
    assert!(places[0].rises && places[2].rises && !device.rises);
}

#[test]
fn items_and_members_that_repeat_have_a_path_for_each() {
    let updates = [
        r#"{"updates":[{"path":"nav.speed","value":3.2},{"path":"nav.depth","value":9.1}]}"#,
        r#"{"updates":[{"path":"nav.speed","value":3.3}]}"#,
    ];
    let catalogue = of(&updates);
    let paths: Vec<&str> = catalogue.places.iter().map(|p| p.path.as_str()).collect();
    assert!(paths.contains(&"$.updates[1].value"), "{paths:?}");
    let value = catalogue
        .places
        .iter()
        .find(|p| p.path == "$.updates[0].value");
    assert_eq!(value.unwrap().each.as_deref(), Some("$.updates[*].value"));
    let path = catalogue
        .repeated
        .iter()
        .find(|p| p.path == "$.updates[*].path");
    let path = path.unwrap();
    assert_eq!((path.count, path.distinct, path.seen), (3, 2, 2));
    assert_eq!((path.role, path.name.as_str()), (SeenRole::Label, "path"));

    let sensors = [
        r#"{"sensors":{"kitchen":{"temp":21,"hum":40},"attic":{"temp":15,"hum":60}}}"#,
        r#"{"sensors":{"kitchen":{"temp":22,"hum":41},"attic":{"temp":16,"hum":61}}}"#,
    ];
    assert!(lines(&sensors).contains(
        &"$.sensors.kitchen.temp $.sensors.*.temp $.sensors.*~ Number Value celsius".to_owned()
    ));
    let catalogue = of(&sensors);
    let names = catalogue.repeated.iter().find(|p| p.path == "$.sensors.*~");
    let names = names.unwrap();
    assert_eq!((names.count, names.distinct, names.repeats), (4, 2, true));
    assert_eq!(names.role, SeenRole::Label);
}

#[test]
fn objects_whose_members_differ_are_no_maps_and_tuples_no_lists() {
    let texts = [
        r#"{"temp":21,"hum":40,"rain":0,"bids":[["1.5","3"],["1.4","9"]],"at":[1,"x",true],"data":{"a":1,"b":2}}"#,
        r#"{"temp":22,"hum":41,"rain":0,"bids":[["1.5","3"],["1.4","9"]],"at":[2,"x",true],"data":{"a":1,"b":2}}"#,
    ];
    let eaches = of(&texts).repeated.into_iter().map(|place| place.path);
    let eaches: Vec<String> = eaches.collect();
    assert_eq!(eaches, ["$.bids[*]", "$.bids[*][0]", "$.bids[*][1]"]);
}

#[test]
fn names_that_are_data_make_a_map() {
    let texts: Vec<String> = (0..40)
        .map(|n| format!(r#"{{"prices":{{"k{n}":{n},"k{}":1}}}}"#, n + 1))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let catalogue = of(&texts);
    let eaches: Vec<&str> = catalogue.repeated.iter().map(|p| p.path.as_str()).collect();
    assert_eq!(eaches, ["$.prices.*~", "$.prices.*"]);
    assert!(catalogue.places.len() < 12, "most are not listed");
    let ids = [r#"{"1001":3,"1002":4,"1003":5}"#];
    assert_eq!(of(&ids).repeated[0].path, "$.*~");
}

#[test]
fn a_unit_may_stand_beside_a_value_and_one_time_is_that_of_a_row() {
    let texts = [
        r#"{"t":{"value":21,"unit":"°C"},"E":1700000000000,"time":1700000000,"seq":7}"#,
        r#"{"t":{"value":22,"unit":"°C"},"E":1700000001000,"time":1700000001,"seq":8}"#,
    ];
    let expected = [
        "$.t - - Json Value -",
        "$.t.value - - Number Value celsius",
        "$.t.unit - - String Label -",
        "$.E - - Time Value -",
        "$.time - - Time Time -",
        "$.seq - - Number Id -",
    ];
    assert_eq!(lines(&texts), expected);
}

#[test]
fn texts_of_digits_stay_texts_and_json_in_texts_is_told() {
    let catalogue = of(&[
        r#"{"plate":"007","p":"{\"a\":1}","mixed":1}"#,
        r#"{"plate":"008","p":"{\"a\":2}","mixed":"x"}"#,
    ]);
    let kinds: Vec<SeenKind> = catalogue.places.iter().map(|p| p.kind).collect();
    assert_eq!(kinds, [SeenKind::String; 3]);
    assert!(catalogue.places[1].holds_json && !catalogue.places[0].holds_json);
}

/// Whether the engine finds something at `path` of `message`, where an array is one message.
fn selects(path: &str, message: &str) -> bool {
    let path = Path::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut program = Program::new(std::slice::from_ref(&path)).taking_records(true);
    let mut rows = Rows::default();
    rows.reset(program.width());
    walk(message.as_bytes(), 0, &mut program, &mut rows).unwrap();
    rows.iter().flatten().any(|cell| *cell != Cell::Missing)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_path_meets_something(values in proptest::collection::vec(any_json(), 1..4)) {
        let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let catalogue = of(&texts);
        for place in catalogue.places.iter().chain(&catalogue.repeated) {
            let paths = [Some(&place.path), place.each.as_ref(), place.names.as_ref()];
            for path in paths.into_iter().flatten() {
                prop_assert!(texts.iter().any(|text| selects(path, text)), "{} in {:?}", path, texts);
            }
            let last_name = Path::parse(&place.path).unwrap().last_name();
            prop_assert_eq!(&place.name, &last_name, "{}", place.path);
            prop_assert!(place.seen <= texts.len() && place.seen <= place.count);
            prop_assert!(place.values.len() <= 30 && place.distinct <= 100);
            prop_assert!(place.values.iter().all(|value| value.len() <= 100));
        }
    }
}

#[test]
fn what_is_remembered_is_bounded() {
    let wide = |n: usize| {
        (0..2_000)
            .map(|k| format!("\"k{}\":{{\"v\":{k}}}", n * 2_000 + k))
            .collect::<Vec<_>>()
            .join(",")
    };
    let texts: Vec<String> = (0..20).map(|n| format!("{{{}}}", wide(n))).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let catalogue = of(&texts);
    assert!(catalogue.places.len() <= 4_096);
    let deep = format!("{}1{}", "[".repeat(128), "]".repeat(128));
    assert_eq!(of(&[&deep]).places.len(), 128);
}
