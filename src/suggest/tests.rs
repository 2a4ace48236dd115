//! Suggestions for feeds that were made up. Those that exist are in `tests/suggest.rs`.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
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
    let why = "`sensor` has 3 values that come again: a label, so that each gets its series.";
    assert_eq!(reason(&reasons, "fields[1]"), why);
    let options: Vec<_> = reasons
        .iter()
        .map(|reason| reason.option.as_str())
        .collect();
    assert_eq!(options, ["fields[0]", "fields[1]", "fields[2]"]);
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
        value: "trade".to_owned(),
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
    assert!(reason(&reasons, "parse[0]").contains("holds JSON"));
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
    assert!(reason(&reasons, "fields").starts_with("`q` is how much was traded"));
}

#[test]
fn a_zone_is_set_where_times_say_none_and_come_at_once() {
    // 2023-11-14T22:13:20Z and on.
    let reading =
        |i: u32| json!({ "time": format!("2023-11-15 00:13:{}", 21 + i), "v": f64::from(i) * 1.5 });
    let (draft, reasons) = suggest(&(0..8).map(reading).collect::<Vec<_>>());
    assert_eq!(draft.fields[0].time_zone.as_deref(), Some("+02:00"));
    assert!(reason(&reasons, "fields[0]").contains("is that of `+02:00`"));
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

#[test]
fn without_messages_nothing_is_set() {
    let suggestion = suggest_over(json!({}), &[]);
    assert_eq!(suggestion.query, None);
    assert!(
        suggestion.reasons[0]
            .text
            .starts_with("No message has come yet.")
    );
    let empty = suggest_over(json!({}), &[json!({}), json!([])]);
    assert_eq!(empty.query, None);
    assert!(empty.reasons[0].text.contains("holds a value"));
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
