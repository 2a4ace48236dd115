//! Recordings that are played in place of a server.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::frame::{Notice, Severity};
use crate::protocol::SubscribeRequest;
use crate::recording::RecordingFile;

const WALL: Millis = 1_700_000_000_000.0;

/// A file of messages `{"v":0}`, `{"v":1}` and so on that came at these times.
fn file(times: &[Millis]) -> RecordingFile {
    let messages = times.iter().enumerate();
    let messages: Vec<Value> = messages
        .map(|(index, at)| json!({ "at": at, "text": format!("{{\"v\":{index}}}") }))
        .collect();
    let file = json!({ "query": { "fields": [{ "path": "$.v" }] }, "messages": messages });
    RecordingFile::read(&file.to_string()).unwrap()
}

/// A session that plays a file in place of what a query of this data source reads.
fn playing(jsondata: &str, query: &Query, file: RecordingFile, speed: f64) -> Stage {
    let key = SessionKey::new(&settings(jsondata), query).unwrap();
    let replay = Replay::new("plant.ndjson".to_owned(), file, speed);
    let now = 100.0;
    let mut stage = Stage {
        session: Session::replaying(key, &query.request, replay, 7, now, WALL + now),
        now,
        sent: Vec::new(),
        reports: Vec::new(),
    };
    stage.collect();
    stage
}

fn values_query() -> Query {
    query(r#"{"fields":[{"path":"$.v"}]}"#)
}

#[test]
fn at_once_everything_is_there_with_the_times_of_the_recording() {
    let query = values_query();
    let mut stage = playing("{}", &query, file(&[5e3, 9e3, 9e3]), f64::INFINITY);
    let reader = stage.attach(&query);
    assert_eq!(stage.rows(reader), [(5e3, 0.0), (9e3, 1.0), (9e3, 2.0)]);
    let state = stage.session.replay_state().unwrap();
    assert_eq!((state.messages, state.total), (3, 3));
    assert_eq!((state.from, state.to), (5e3, 9e3));
    assert_eq!(state.query, json!({ "fields": [{ "path": "$.v" }] }));
    assert_eq!(stage.stat("Replay: messages in the file"), 3.0);
    assert_eq!(stage.sent, [], "nothing is asked of a server");
}

#[test]
fn at_a_pace_messages_come_when_they_came_and_now() {
    let query = values_query();
    let mut stage = playing("{}", &query, file(&[5e3, 9e3, 15e3]), 2.0);
    let reader = stage.attach(&query);
    assert_eq!(stage.rows(reader), [(WALL + 100.0, 0.0)]);
    stage.until(2_099.0);
    assert_eq!(stage.values(reader), [0.0]);
    stage.reports.clear();
    stage.until(2_100.0);
    assert_eq!(stage.reports, [Report::Changed], "panels hear of it");
    assert_eq!(stage.rows(reader)[1..], [(WALL + 2_100.0, 1.0)]);
    assert_eq!(stage.session.replay_state().unwrap().messages, 2);
    stage.until(5_100.0);
    assert_eq!(stage.rows(reader)[2..], [(WALL + 5_100.0, 2.0)]);
    assert_eq!(stage.session.poll_timeout(), None, "it is over and stays");
    assert_eq!(stage.sent, []);
}

proptest! {
    #[test]
    fn every_message_comes_once_in_its_order_and_when_it_is_due(
        gaps in proptest::collection::vec(prop_oneof![Just(0.0), -50.0..2_000.0], 1..20),
        speed in prop_oneof![Just(1.0), Just(10.0), Just(f64::INFINITY), Just(f64::NAN), Just(0.0), 0.1..1_000.0],
        looks in proptest::collection::vec(0.0..3_000.0, 1..20),
    ) {
        let mut at = 1e6;
        let times: Vec<Millis> = gaps.iter().map(|gap| { at += gap; at }).collect();
        let query = values_query();
        let mut stage = playing("{}", &query, file(&times), speed);
        let reader = stage.attach(&query);
        let begun = stage.now;
        // The model: each is due so long after the first as it, or a message before it, came, by the speed.
        let pace = if speed > 0.0 { speed } else { f64::INFINITY };
        let mut latest = 0.0_f64;
        let due: Vec<Millis> = times.iter().map(|at| {
            latest = latest.max(at - times[0]);
            begun + latest / pace
        }).collect();
        for look in looks {
            // Timers may come late: only the last deadline is kept.
            let now = stage.now + look;
            stage.now = now;
            stage.session.handle_timeout(now);
            stage.collect();
            let expected = due.iter().filter(|at| **at <= now).count();
            let state = stage.session.replay_state().unwrap();
            prop_assert_eq!(state.messages, expected as u64);
            prop_assert_eq!(stage.session.messages_of(None).count(), expected);
            let next = stage.session.poll_timeout();
            prop_assert_eq!(next, due.get(expected).copied());
        }
        let end = due.last().copied().unwrap_or(begun).max(stage.now);
        stage.until(end);
        let arrivals = stage.session.messages_of(None).map(|message| message.at);
        let arrivals: Vec<Millis> = arrivals.collect();
        if pace.is_infinite() {
            prop_assert_eq!(arrivals, times.clone());
        } else {
            let now: Vec<Millis> = due.iter().map(|at| at + WALL).collect();
            let near = |(one, other): (&Millis, &Millis)| (one - other).abs() < 0.01;
            prop_assert!(arrivals.iter().zip(&now).all(near), "{:?} {:?}", arrivals, now);
        }
        let all: Vec<f64> = (0..times.len()).map(|index| index as f64).collect();
        let mut values = stage.values(reader);
        values.sort_by(f64::total_cmp);
        prop_assert_eq!(values, all);
    }
}

#[test]
fn what_was_recorded_gives_the_rows_that_it_gave() {
    let rows = r#"{"format":"csv","fields":[{"path":"$.t","role":"time","timeFormat":"ms"},{"path":"$.v"}]}"#;
    let (mut stage, reader) = Stage::open("{}", rows);
    let id = stage.session.begin_recording(reader, 100_000);
    for index in 0..50 {
        stage.now += 40.0;
        stage.text(&format!("t,v\n{},{}", 1_000 + index, index * index % 7));
    }
    stage
        .session
        .receive_binaries(b"t,v\n9000,3", &[10], &[stage.now], stage.now);
    let target: Value = serde_json::from_str(rows).unwrap();
    let text = stage.session.take_recording(id, "Plant", &target);
    let recorded = RecordingFile::read(&text).unwrap();
    assert_eq!(recorded.query, target);
    let query = query(rows);
    for speed in [f64::INFINITY, 1.0, 10.0] {
        let mut replayed = playing("{}", &query, recorded.clone(), speed);
        let other = replayed.attach(&query);
        replayed.until(10_000.0);
        assert_eq!(replayed.rows(other), stage.rows(reader), "{speed}");
        assert_eq!(replayed.rows(other).len(), 51);
    }
}

#[test]
fn the_payloads_of_a_protocol_are_replayed_without_it() {
    let asked = r#"{"params":{"subject":"a"},"fields":[{"path":"$.payload","type":"number"}]}"#;
    let (mut stage, reader) = Stage::open(r#"{"preset":"nats"}"#, asked);
    stage.text("INFO {}\r\n");
    stage.text("PONG\r\n");
    let id = stage.session.begin_recording(reader, 100_000);
    stage.text("MSG a 0 1\r\n4\r\nMSG a 0 1\r\n2\r\n");
    let target: Value = serde_json::from_str(asked).unwrap();
    let text = stage.session.take_recording(id, "Plant", &target);
    let (query, recorded) = (query(asked), RecordingFile::read(&text).unwrap());
    let mut replayed = playing(r#"{"preset":"nats"}"#, &query, recorded, f64::INFINITY);
    let other = replayed.attach(&query);
    assert_eq!(replayed.values(other), [4.0, 2.0]);
    assert_eq!(replayed.values(other), stage.values(reader));
    assert_eq!(replayed.sent, [], "no subscription, no pong");
}

#[test]
fn what_looks_like_a_protocol_is_a_payload_like_any_other() {
    let file = r#"{"messages":[{"at":1,"text":"INFO {}\r\n"},{"at":2,"text":"{\"v\":1}"}]}"#;
    let query = values_query();
    let recorded = RecordingFile::read(file).unwrap();
    let mut stage = playing("{}", &query, recorded, f64::INFINITY);
    let reader = stage.attach(&query);
    assert_eq!(stage.values(reader), [1.0]);
    assert_eq!(stage.sent, [], "nobody is greeted");
}

#[test]
fn it_stands_in_for_what_is_asked_of_that_connection_and_for_nothing_else() {
    let nats = r#"{"preset":"nats"}"#;
    let (a, b) = (
        r#"{"params":{"subject":"a"}}"#,
        r#"{"params":{"subject":"b"}}"#,
    );
    let (a, b) = (query(a), query(b));
    let key = SessionKey::new(&settings(nats), &a).unwrap();
    let replay = playing(nats, &a, file(&[1.0]), 1.0).session;
    assert!(replay.serves(&key, &a.request));
    assert!(!replay.serves(&key, &b.request));
    let elsewhere = SessionKey::new(&settings(r#"{"preset":"nats","lingerMs":7}"#), &a).unwrap();
    assert!(!replay.serves(&elsewhere, &a.request));
    // What a replay connects to, as it were, is no connection that another query could read.
    let played = replay.key().clone();
    assert!(!replay.serves(&played, &SubscribeRequest::default()));
    let live = Session::new(key.clone(), 7, 0.0);
    assert!(live.serves(&key, &a.request) && live.serves(&key, &b.request));
}

#[test]
fn no_socket_no_history_and_nothing_kept() {
    let asks = r#"{"path":"/p","subscribe":"go","unsubscribe":"stop","backfill":{"url":"/h"},"fields":[{"path":"$.v"}]}"#;
    let asks = Query {
        kept_as: "name".to_owned(),
        ..query(asks)
    };
    let source = r#"{"token":{"from":"viewer"},"idleTimeoutMs":1000,"maxConnectionAgeMs":6000,"query":{"k":"${token}"}}"#;
    let mut stage = playing(source, &asks, file(&[0.0, 20_000.0]), 1.0);
    let reader = stage.attach(&asks);
    stage.handle(Event::Online);
    stage.handle(Event::VisibilityChanged);
    stage.until(30_000.0);
    assert_eq!(stage.values(reader), [0.0, 1.0]);
    assert_eq!(stage.sent, []);
    assert_eq!(
        stage.session.look(reader).map(|look| look.is_ready),
        Some(true)
    );
}

#[test]
fn an_edited_query_reads_all_of_the_recording_whatever_the_journal_holds() {
    let query = values_query();
    let times: Vec<Millis> = (0..5_000).map(f64::from).collect();
    let mut stage = playing(r#"{"journalBytes":0}"#, &query, file(&times), f64::INFINITY);
    let other = self::query(r#"{"fields":[{"path":"$.v","name":"w"}],"capacity":10000}"#);
    let reader = stage.attach(&other);
    assert_eq!(stage.values(reader).len(), 5_000);
    assert_eq!(stage.session.preview(&other, 10, WALL).rows.len(), 10);
}

#[test]
fn a_panel_says_that_it_is_a_replay_and_when_that_has_ended() {
    let query = values_query();
    let mut stage = playing("{}", &query, file(&[0.0, 60_000.0]), 1.0);
    let reader = stage.attach(&query);
    stage.until(10_000.0);
    let notices = stage.session.notices(reader, stage.now);
    assert_eq!(
        notices,
        [Notice::new(
            Severity::Info,
            "This is a replay of plant.ndjson, not the live feed. Stop it in the query, under Recording."
        )]
    );
    assert_eq!(stage.session.state(), "replay");
    let counts = stage.session.counts(Vec::new(), stage.now);
    assert_eq!((counts.state, counts.is_open), ("replay", true));
    stage.handle(Event::Stop);
    assert_eq!(stage.reports.last(), Some(&Report::Ended));
    assert_eq!(
        stage.notices(reader),
        ["The replay of plant.ndjson has ended. Refresh the panel to see the live feed."]
    );
    stage.until(100_000.0);
    assert_eq!(stage.values(reader), [0.0], "nothing comes after its end");
    assert_eq!(stage.session.state(), "closed");
}

#[test]
fn it_waits_five_minutes_for_somebody_to_read_it_again() {
    let query = values_query();
    let mut stage = playing(r#"{"lingerMs":0}"#, &query, file(&[0.0]), 1.0);
    stage.until(1_000_000.0);
    let reader = stage.attach(&query);
    assert_eq!(stage.values(reader), [0.0], "who comes first is waited for");
    stage.release(reader);
    stage.until(stage.now + 299_999.0);
    assert!(!stage.reports.contains(&Report::Ended));
    stage.until(stage.now + 1.0);
    assert!(stage.reports.contains(&Report::Ended));
}

#[test]
fn it_begins_again_at_another_speed() {
    let query = values_query();
    let stage = playing("{}", &query, file(&[0.0, 1_000.0]), f64::INFINITY);
    let again = stage.session.replay().unwrap().again(1.0);
    let key = SessionKey::new(&settings("{}"), &query).unwrap();
    let session = Session::replaying(key, &query.request, again, 8, 0.0, WALL);
    let state = session.replay_state().unwrap();
    assert_eq!((state.messages, state.speed), (1, 1.0));
    assert_eq!(state.name, "plant.ndjson");
}
