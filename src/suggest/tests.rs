//! Suggestions for feeds that were made up. Those that exist are in `tests/suggest.rs`.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::extract::option_value::OptionValue;
use crate::format::tests::any_json;
use crate::session::{Event, SessionKey};
use crate::source::{Settings, SettingsSpec};

const NOW: Millis = 1_700_000_000_000.0;

/// A session that has received those messages, a second apart.
fn received(messages: &[String]) -> (Session, Millis) {
    let query = Query::parse(&QuerySpec::default()).unwrap();
    let settings = Settings::parse("ws://feed", &SettingsSpec::default()).unwrap();
    let key = SessionKey::new(&settings, &query).unwrap();
    let mut session = Session::new(key, 7, 0.0);
    session.attach(&query, 0.0);
    session.handle(
        Event::Opened {
            subprotocol: String::new(),
            wall: NOW,
        },
        0.0,
    );
    let mut at = NOW;
    for message in messages {
        at += 1000.0;
        assert!(session.receive_texts(message.as_bytes(), &[at], at - NOW));
    }
    (session, at)
}

fn suggest_over(target: Value, messages: &[Value]) -> Suggestion {
    let texts: Vec<String> = messages.iter().map(Value::to_string).collect();
    let (session, wall) = received(&texts);
    let spec: QuerySpec = serde_json::from_value(target).unwrap();
    Suggestion::of(&session, &spec, wall)
}

fn suggest(messages: &[Value]) -> (Draft, Vec<DraftReason>) {
    let suggestion = suggest_over(json!({}), messages);
    (suggestion.query.unwrap(), suggestion.reasons)
}

/// The fields as `role path name`.
fn fields(draft: &Draft) -> Vec<String> {
    let text = |field: &DraftField| {
        let role = field.role.unwrap_or("value");
        let name = field.name.as_deref().unwrap_or_default();
        format!("{role} {} {name}", field.path).trim().to_owned()
    };
    draft.fields.iter().map(text).collect()
}

fn reason<'r>(reasons: &'r [DraftReason], option: &str) -> &'r str {
    let found = reasons.iter().find(|reason| reason.option == option);
    found.map_or("", |reason| reason.text.as_str())
}

fn sensors(count: u32) -> Vec<Value> {
    let message = |i: u32| {
        let sensor = ["a", "b", "c"][(i % 3) as usize];
        json!({ "time": NOW + f64::from(i), "sensor": sensor, "temp": 20.5 + f64::from(i % 7), "unit": "C" })
    };
    (0..count).map(message).collect()
}

#[test]
fn numbers_over_time_are_series_of_what_they_are_of() {
    let (draft, reasons) = suggest(&sensors(12));
    let expected = ["time $.time", "label $.sensor", "value $.temp"];
    assert_eq!(fields(&draft), expected);
    assert_eq!((draft.mode, draft.view), ("append", "timeseries"));
    let why = "`sensor` repeats with 3 values: used as a label, one series each.";
    assert_eq!(reason(&reasons, "fields[1]"), why);
    let options: Vec<_> = reasons
        .iter()
        .map(|reason| reason.option.as_str())
        .collect();
    assert_eq!(options, ["fields[0]", "fields[1]", "fields[2]"]);
}

#[test]
fn who_asks_after_the_first_messages_gets_the_label_by_its_name() {
    for seen in [1, 2, 3] {
        let (draft, reasons) = suggest(&sensors(12)[..seen]);
        let expected = ["time $.time", "label $.sensor", "value $.temp"];
        assert_eq!(fields(&draft), expected, "{seen} messages");
        let why = "`sensor` says what the values belong to: a label, so that others get their own series.";
        assert_eq!(reason(&reasons, "fields[1]"), why, "{seen} messages");
    }
}

#[test]
fn names_that_are_another_in_each_of_many_messages_are_no_label() {
    let message = |i: u32| json!({ "name": format!("n{i}"), "temp": 20.5 + f64::from(i % 7) });
    let messages: Vec<Value> = (0..12).map(message).collect();
    assert_eq!(fields(&suggest(&messages).0), ["value $.temp"]);
}

#[test]
fn states_of_things_are_a_table_with_one_row_for_each() {
    let states: Vec<Value> = (0..12)
        .map(|i| json!({ "device": format!("door {}", i % 3), "state": (if i % 5 > 2 { "open" } else { "shut" }) }))
        .collect();
    let (draft, reasons) = suggest(&states);
    assert_eq!(fields(&draft), ["label $.device", "value $.state"]);
    assert_eq!((draft.mode, draft.view), ("upsert", "table"));
    assert_eq!(draft.keys, ["$.device"]);
    assert!(reason(&reasons, "mode").contains("`device` comes again"));
    assert!(!reason(&reasons, "view").is_empty());
}

#[test]
fn of_mixed_messages_those_with_most_to_show_are_kept() {
    let message = |i: u32| match i % 3 {
        0 => json!({ "type": "book", "symbol": "X", "price": 1, "depth": [[1, 2]], "ask": 2.5 }),
        _ => {
            json!({ "type": "trade", "symbol": "X", "price": f64::from(i) + 0.5, "size": f64::from(i) * 1.5, "ts": NOW })
        }
    };
    let (draft, reasons) = suggest(&(0..12).map(message).collect::<Vec<_>>());
    let condition = DraftCondition {
        path: "$.type".to_owned(),
        op: "==",
        value: Some(OptionValue::Text("trade".to_owned())),
    };
    assert_eq!(draft.filter, [condition]);
    assert!(reason(&reasons, "filter[0]").contains("told apart by `type`"));
    assert!(fields(&draft).contains(&"value $.price".to_owned()));
}

#[test]
fn a_text_that_holds_json_is_opened() {
    let message = |i: u32| json!({ "topic": format!("t{}", i % 2), "payload": json!({ "v": f64::from(i) + 0.5 }).to_string() });
    let (draft, reasons) = suggest(&(0..8).map(message).collect::<Vec<_>>());
    assert_eq!(draft.parse, ["$.payload"]);
    assert_eq!(fields(&draft), ["label $.topic", "value $.payload.v"]);
    assert!(reason(&reasons, "parse[0]").contains("contains JSON"));
}

#[test]
fn what_was_traded_is_not_drawn_on_the_scale_of_its_price() {
    let trade = |i: u32| {
        let p = format!("{}", 67_000.5 + f64::from(i));
        let q = format!("{}", 0.05 * f64::from(i % 5));
        json!({ "s": "BTCUSDT", "T": NOW + f64::from(i), "p": p, "q": q })
    };
    let (draft, reasons) = suggest(&(0..12).map(trade).collect::<Vec<_>>());
    assert_eq!(fields(&draft), ["time $.T", "label $.s", "value $.p"]);
    assert!(reason(&reasons, "fields").starts_with("`q` is the amount traded"));
}

#[test]
fn a_zone_is_set_where_times_say_none_and_come_at_once() {
    // 2023-11-14T22:13:20Z and on.
    let reading =
        |i: u32| json!({ "time": format!("2023-11-15 00:13:{}", 21 + i), "v": f64::from(i) * 1.5 });
    let (draft, reasons) = suggest(&(0..8).map(reading).collect::<Vec<_>>());
    assert_eq!(draft.fields[0].time_zone.as_deref(), Some("+02:00"));
    assert!(reason(&reasons, "fields[0]").contains("its offset is `+02:00`"));
}

#[test]
fn deliveries_that_come_twice_are_known_by_their_ids() {
    let message = |i: u32| json!({ "id": format!("m{}", i / 2), "v": f64::from(i / 2) * 1.5 });
    let (draft, reasons) = suggest(&(0..12).map(message).collect::<Vec<_>>());
    assert_eq!(fields(&draft), ["id $.id", "value $.v"]);
    assert!(reason(&reasons, "fields[0]").contains("come again"));
}

#[test]
fn lines_of_a_log_are_shown_as_such() {
    let message = |i: u32| json!({ "ts": "2024-01-01T00:00:00Z", "level": (if i.is_multiple_of(4) { "error" } else { "info" }), "msg": format!("request {i} done"), "ms": i });
    let (draft, _) = suggest(&(0..8).map(message).collect::<Vec<_>>());
    assert_eq!(draft.view, "logs");
    let expected = ["time $.ts", "value $.msg", "value $.level"];
    assert_eq!(fields(&draft), expected);
}

#[test]
fn fields_that_share_a_name_get_others() {
    let message = |i: u32| {
        let v = f64::from(i) + 0.5;
        json!({ "in": { "v": v }, "out": { "v": v * 2.0 }, "load": [v, v + 1.0] })
    };
    let (draft, _) = suggest(&(0..8).map(message).collect::<Vec<_>>());
    let expected = [
        "value $.in.v in v",
        "value $.out.v out v",
        "value $.load[0] load 1",
        "value $.load[1] load 2",
    ];
    assert_eq!(fields(&draft), expected);
}

#[test]
fn a_bucket_that_would_be_in_the_way_goes() {
    let states: Vec<Value> = (0..8)
        .map(|i| json!({ "device": format!("d{}", i % 2), "state": format!("s{}", i % 3) }))
        .collect();
    let target =
        json!({ "bucket": { "interval": "1s" }, "fields": [{ "path": "$.gone" }], "capacity": 5 });
    let draft = suggest_over(target.clone(), &states).query.unwrap();
    let spec: QuerySpec = serde_json::from_value(target).unwrap();
    assert_eq!(Query::check(&draft.over(&spec)), []);
    assert_eq!(
        serde_json::to_value(&draft).unwrap()["bucket"],
        json!({ "interval": "" })
    );
}

/// The conditions for a removal as they are stored.
fn removals(draft: &Draft) -> Value {
    serde_json::to_value(draft).unwrap()["deleteWhen"].clone()
}

/// How many rows the panel shows in the end.
fn rows_shown(messages: &[Value]) -> usize {
    let texts: Vec<String> = messages.iter().map(Value::to_string).collect();
    let (session, wall) = received(&texts);
    let spec = QuerySpec::default();
    let draft = Suggestion::of(&session, &spec, wall).query.unwrap();
    let query = Query::parse(&draft.over(&spec)).unwrap();
    session.preview(&query, 100, wall).count(RowState::Shown)
}

#[test]
fn an_amount_of_nothing_removes_the_level_of_an_order_book() {
    let level = |side: &str, price: f64, size: &str| json!({ "ts": NOW, "side": side, "price": price, "size": size });
    let book = [
        level("buy", 99.5, "1.5"),
        level("sell", 100.5, "2.0"),
        level("buy", 99.0, "3.5"),
        level("buy", 99.5, "0.00"),
        level("sell", 101.5, "0.5"),
        level("sell", 100.5, "1.0"),
    ];
    let (draft, reasons) = suggest(&book);
    let expected = ["time $.ts", "label $.side", "value $.price", "value $.size"];
    assert_eq!(fields(&draft), expected);
    assert_eq!((draft.mode, draft.view), ("upsert", "table"));
    assert_eq!(draft.keys, ["$.side", "$.price"]);
    let condition = json!([{ "path": "$.size", "op": "==", "value": 0.0 }]);
    assert_eq!(removals(&draft), condition);
    let why = "`size` is 0 at a `price` that was there before: such a message removes its row.";
    assert_eq!(reason(&reasons, "deleteWhen[0]"), why);
    assert!(reason(&reasons, "mode").contains("`side`, `price`"));
    assert_eq!(rows_shown(&book), 3);
}

#[test]
fn levels_that_are_lists_are_known_by_their_price() {
    let update = |levels: Value| json!({ "type": "l2update", "changes": levels });
    let book = [
        update(json!([["buy", "99.5", "1.5"], ["sell", "100.5", "2.0"]])),
        update(json!([["buy", "99.5", "0.0"], ["buy", "99.0", "1.0"]])),
        update(json!([["sell", "100.5", "1.25"]])),
    ];
    let (draft, _) = suggest(&book);
    assert_eq!(draft.keys, ["$.changes[*][0]", "$.changes[*][1]"]);
    let condition = json!([{ "path": "$.changes[*][2]", "op": "==", "value": 0.0 }]);
    assert_eq!(removals(&draft), condition);
    assert_eq!(rows_shown(&book), 2);
}

#[test]
fn a_word_that_takes_away_what_was_there_removes_its_row() {
    let messages = |word: &str| {
        [
            json!({ "op": "subscribed" }),
            json!({ "op": "insert", "id": 1, "task": "wash the car", "hours": 2 }),
            json!({ "op": "insert", "id": 2, "task": "mow the lawn", "hours": 1 }),
            json!({ "op": "update", "id": 1, "task": "wash the car", "hours": 3 }),
            json!({ "op": word, "id": 2 }),
            json!({ "op": "insert", "id": 3, "task": "buy milk", "hours": 1 }),
        ]
    };
    for word in ["delete", "REMOVED"] {
        let messages = messages(word);
        let (draft, reasons) = suggest(&messages[1..]);
        let expected = ["label $.id", "value $.hours", "value $.task"];
        assert_eq!(fields(&draft), expected);
        assert_eq!((draft.mode, draft.view), ("upsert", "table"));
        assert_eq!(draft.keys, ["$.id"]);
        assert!(draft.filter.is_empty());
        let condition = json!([{ "path": "$.op", "op": "==", "value": word }]);
        assert_eq!(removals(&draft), condition);
        let why = format!(
            "`op` is `{word}` in messages about what was there: such a message removes its row."
        );
        assert_eq!(reason(&reasons, "deleteWhen[0]"), why);
        assert_eq!(rows_shown(&messages[1..]), 2);
    }
    // What is not asked of all: the feed says that it has begun.
    let messages = messages("delete");
    let (draft, _) = suggest(&messages);
    assert_eq!(draft.keys, ["$.id"]);
    assert_eq!(rows_shown(&messages), 2);
}

#[test]
fn several_words_are_one_condition_and_a_set_is_no_kind_by_itself() {
    let messages = [
        json!({ "action": "set", "device": "a", "v": 1.5 }),
        json!({ "action": "set", "device": "b", "v": 2.5 }),
        json!({ "action": "delete", "device": "a" }),
        json!({ "action": "set", "device": "c", "v": 3.5 }),
        json!({ "action": "removed", "device": "b" }),
    ];
    let (draft, _) = suggest(&messages);
    assert_eq!(draft.keys, ["$.device"]);
    assert!(draft.filter.is_empty());
    let condition = json!([{ "path": "$.action", "op": "matches", "value": "^(delete|removed)$" }]);
    assert_eq!(removals(&draft), condition);
    assert_eq!(rows_shown(&messages), 1);
}

#[test]
fn a_state_that_is_null_removes_its_row() {
    let state = |device: &str, state: Option<&str>| json!({ "device": device, "state": state });
    let mut messages = vec![
        state("door", Some("open")),
        state("gate", Some("shut")),
        state("door", Some("shut")),
        state("gate", None),
        state("door", Some("open")),
    ];
    let (draft, reasons) = suggest(&messages);
    assert_eq!((draft.mode, draft.view), ("upsert", "table"));
    let condition = json!([{ "path": "$.state", "op": "==" }]);
    assert_eq!(removals(&draft), condition);
    assert!(reason(&reasons, "deleteWhen[0]").starts_with("`state` is null"));
    assert_eq!(rows_shown(&messages), 1);
    // Nothing is known for a while, as sensors have it.
    messages.push(state("gate", Some("open")));
    let (draft, _) = suggest(&messages);
    assert_eq!((draft.mode, removals(&draft)), ("upsert", json!([])));
}

#[test]
fn an_object_that_is_null_removes_the_row_of_what_it_was() {
    let state = |id: &str, data: Value| json!({ "topic": id, "data": data });
    let messages = [
        state("a", json!({ "state": "on" })),
        state("b", json!({ "state": "off" })),
        state("a", json!({ "state": "off" })),
        state("b", Value::Null),
        state("a", json!({ "state": "on" })),
    ];
    let (draft, _) = suggest(&messages);
    let condition = json!([{ "path": "$.data", "op": "==" }]);
    assert_eq!(removals(&draft), condition);
    assert_eq!(rows_shown(&messages), 1);
}

#[test]
fn what_only_looks_like_a_deletion_is_none() {
    let cases = [
        // Stock may be nothing.
        (0..12)
            .map(|i| json!({ "sku": format!("s{}", i % 3), "qty": i % 4 }))
            .collect(),
        // What went was never there.
        (0..12)
            .map(|i| json!({ "op": (if i % 2 == 0 { "set" } else { "delete" }), "id": i, "v": 1.5 }))
            .collect(),
        // Nothing was traded at a price that is the same.
        (0..12)
            .map(|i| json!({ "symbol": "X", "price": 5.5, "volume": i % 2 }))
            .collect(),
        // A word that is a state like any other: the same things come back.
        (0..12)
            .map(|i| json!({ "action": (if i % 2 == 0 { "loaded" } else { "removed" }), "device": "press", "v": i }))
            .collect(),
        // An offer of nothing, on one side of a quote.
        (0..12)
            .map(|i| json!({ "bidPrice": 5.5, "bidQty": i % 2, "askPrice": 6.5, "askQty": i }))
            .collect::<Vec<_>>(),
    ];
    for messages in cases {
        let (draft, _) = suggest(&messages);
        assert_eq!(removals(&draft), json!([]), "{messages:?}");
    }
}

/// What Home Assistant sends: what is there, then what changes, mostly one entity at a time.
fn entities(ids: &[&str], states: impl Fn(usize) -> String) -> Vec<Value> {
    let changed = NOW / 1000.0;
    let state = |i: usize| json!({ "s": states(i), "lc": changed + i as f64 + 0.25, "c": format!("{:03}", i) });
    let all = ids.iter().enumerate();
    let all: serde_json::Map<_, _> = all.map(|(i, id)| ((*id).to_owned(), state(i))).collect();
    let changes = (0..12).map(|i| json!({ "c": { ids[i % ids.len()]: { "+": state(i) } } }));
    [json!({ "a": all })].into_iter().chain(changes).collect()
}

#[test]
fn members_of_a_map_are_rows_with_their_key_as_label() {
    let ids = [
        "sensor.kitchen_temperature",
        "sensor.hall_temperature",
        "sensor.cellar",
    ];
    let (draft, reasons) = suggest(&entities(&ids, |i| format!("{}.5", 20 + i)));
    assert_eq!(
        fields(&draft),
        ["time $.c.*['+'].lc", "label $.c.*~", "value $.c.*['+'].s"],
        "{reasons:#?}"
    );
    assert_eq!(draft.view, "timeseries");
    // Not all of them are sensors: a table of what is on.
    let ids = ["sensor.kitchen_temperature", "light.hall", "cover.garage"];
    let state = |i: usize| match i % 3 {
        0 => format!("{}.5", 20 + i),
        _ => ["on", "off"][i % 2].to_owned(),
    };
    let (draft, reasons) = suggest(&entities(&ids, state));
    assert_eq!(
        fields(&draft),
        ["time $.c.*['+'].lc", "label $.c.*~", "value $.c.*['+'].s"],
        "{reasons:#?}"
    );
    assert_eq!((draft.view, draft.mode), ("table", "upsert"));
}

#[test]
fn members_whose_names_have_dots_are_no_map_where_they_are_values() {
    let messages: Vec<Value> = (0..8)
        .map(|i| json!({ "load.cpu": f64::from(i) + 0.5, "load.disk": 50.5 - f64::from(i) }))
        .collect();
    let (draft, _) = suggest(&messages);
    let paths: Vec<_> = draft.fields.iter().map(|field| &*field.path).collect();
    assert_eq!(paths, ["$['load.cpu']", "$['load.disk']"]);
}

#[test]
fn places_of_the_same_name_are_told_apart_in_reasons() {
    let message = |i: u32| json!({ "in": { "v": f64::from(i) + 0.5 }, "out": { "v": f64::from(i) + 1.5 }, "w": i + 7 });
    let (_, reasons) = suggest(&(0..8).map(message).collect::<Vec<_>>());
    let texts: Vec<_> = reasons.iter().map(|reason| &*reason.text).collect();
    assert!(
        texts.contains(&"`$.in.v` is a number that changes."),
        "{texts:?}"
    );
    assert!(
        texts.contains(&"`$.out.v` is a number that changes."),
        "{texts:?}"
    );
}

#[test]
fn objects_among_numbers_are_left_out() {
    let message = |i: u32| {
        let value = match i % 4 {
            0 => json!({ "longitude": f64::from(i), "latitude": 54.5 }),
            _ => json!(f64::from(i) + 0.25),
        };
        let path = [
            "navigation.position",
            "navigation.speed",
            "navigation.course",
            "navigation.log",
        ];
        json!({ "values": [{ "path": path[(i % 4) as usize], "value": value }] })
    };
    let messages: Vec<Value> = (0..16).map(message).collect();
    let (draft, reasons) = suggest(&messages);
    assert_eq!(
        fields(&draft),
        ["label $.values[*].path", "value $.values[*].value"]
    );
    assert_eq!(draft.filter.len(), 1);
    assert!(reason(&reasons, "filter[0]").starts_with("`value` is not always a number"));
    assert_eq!(rows_shown(&messages), 12);
    // Other numbers beside it need no filter.
    let beside = |i: u32| json!({ "v": (if i == 3 { json!({ "x": 1 }) } else { json!(i) }), "w": f64::from(i) + 0.5 });
    let (draft, _) = suggest(&(0..12).map(beside).collect::<Vec<_>>());
    assert_eq!(
        (fields(&draft), draft.filter.len()),
        (vec!["value $.w".to_owned()], 0)
    );
}

#[test]
fn without_messages_nothing_is_set() {
    let suggestion = suggest_over(json!({}), &[]);
    assert_eq!(suggestion.query, None);
    assert!(
        suggestion.reasons[0]
            .text
            .starts_with("No message has arrived yet.")
    );
    let empty = suggest_over(json!({}), &[json!({}), json!([])]);
    assert_eq!(empty.query, None);
    assert!(empty.reasons[0].text.contains("contains a value"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn whatever_comes_the_suggestion_can_be_run_and_gives_rows(
        messages in prop::collection::vec(
            prop_oneof![
                3 => any_json().prop_map(|value| value.to_string()),
                1 => "\\PC{0,20}",
            ],
            0..12,
        ),
        again in 1usize..4,
    ) {
        let messages: Vec<String> = std::iter::repeat_n(messages, again).flatten().collect();
        let (session, wall) = received(&messages);
        let spec = QuerySpec::default();
        let suggestion = Suggestion::of(&session, &spec, wall);
        prop_assert!(!suggestion.reasons.is_empty());
        if let Some(draft) = suggestion.query {
            let suggested = draft.over(&spec);
            prop_assert_eq!(Query::check(&suggested), []);
            let query = Query::parse(&suggested).unwrap();
            let preview = session.preview(&query, 10, wall);
            prop_assert!(preview.count(RowState::Shown) > 0);
            let mut names: Vec<String> = draft.fields.iter().map(DraftField::shown_name).collect();
            names.sort();
            names.dedup();
            prop_assert_eq!(names.len(), draft.fields.len());
        }
    }
}
