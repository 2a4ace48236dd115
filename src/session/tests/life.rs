//! The life of a connection: opening, subscribing, losing, leaving.

use super::*;
use crate::stream::history_tables::{HistoryColumn, HistoryTable};

const ASKS: &str = r#"{"subscribe":"sub","unsubscribe":"unsub","fields":[{"path":"$.v"}]}"#;

#[test]
fn subscribes_when_open_again_after_a_reconnect_and_unsubscribes_before_it_closes() {
    let (mut stage, reader) = Stage::open("{}", ASKS);
    assert_eq!(stage.taken(), [Transmit::Connect, text("sub")]);
    stage.closed();
    stage.until(1_000.0);
    assert_eq!(stage.taken(), [Transmit::Connect]);
    stage.opened();
    assert_eq!(stage.taken(), [text("sub")]);
    stage.release(reader);
    stage.until(30_999.0);
    assert_eq!(stage.taken(), []);
    stage.until(31_000.0);
    assert_eq!(stage.taken(), [text("unsub"), Transmit::Disconnect]);
    assert_eq!(stage.reports.last(), Some(&Report::Ended));
    assert_eq!(stage.session.poll_timeout(), None);
}

#[test]
fn whoever_comes_back_within_the_linger_time_finds_rows_and_socket() {
    let (mut stage, reader) = Stage::open(r#"{"lingerMs":1000}"#, ASKS);
    stage.text(r#"{"v":1}"#);
    stage.release(reader);
    stage.until(900.0);
    stage.text(r#"{"v":2}"#);
    let again = stage.attach(&query(ASKS));
    assert_eq!(again, reader);
    stage.until(100_000.0);
    assert_eq!(stage.values(again), [1.0, 2.0]);
    assert!(!stage.reports.contains(&Report::Ended));
}

#[test]
fn the_last_of_several_readers_ends_the_connection() {
    let (mut stage, first) = Stage::open(r#"{"lingerMs":1000}"#, ASKS);
    let second = stage.attach(&query(r#"{"subscribe":"sub","fields":[{"path":"$.w"}]}"#));
    assert_ne!(first, second);
    assert_eq!(stage.taken(), [Transmit::Connect, text("sub")]);
    stage.release(first);
    stage.until(5_000.0);
    assert_eq!(stage.taken(), []);
    assert_eq!(stage.session.leases(), 1);
    stage.release(second);
    stage.until(6_000.0);
    // The query of the one that leaves last says what is sent then: nothing.
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
}

#[test]
fn without_a_linger_time_the_connection_ends_with_its_last_reader() {
    let (mut stage, reader) = Stage::open(r#"{"lingerMs":0}"#, "{}");
    stage.release(reader);
    assert_eq!(stage.taken(), [Transmit::Connect, Transmit::Disconnect]);
    assert_eq!(stage.reports.last(), Some(&Report::Ended));
}

#[test]
fn what_wants_most_rows_says_how_many_are_held() {
    let (mut stage, few) = Stage::open(r#"{"lingerMs":0}"#, r#"{"capacity":2}"#);
    let many = stage.attach(&query(r#"{"capacity":4}"#));
    for _ in 0..5 {
        stage.text("1");
    }
    assert_eq!(stage.values(few).len(), 4);
    stage.release(many);
    assert_eq!(stage.values(few).len(), 2);
}

#[test]
fn a_refused_connection_is_tried_again_when_somebody_asks() {
    let query = query("{}");
    let mut stage = Stage::new("{}", &query);
    let reader = stage.attach(&query);
    stage.handle(Event::Refused("no".to_owned()));
    assert_eq!(
        stage.session.failure().as_deref(),
        Some("Not connected to ws://h: no.")
    );
    assert!(stage.session.look(reader).unwrap().is_failed);
    stage.taken();
    stage.attach(&query);
    assert_eq!(stage.taken(), [Transmit::Connect]);
    assert_eq!(stage.session.failure(), None);
}

#[test]
fn says_how_it_is_with_the_connection() {
    let query = query("{}");
    let mut stage = Stage::new("{}", &query);
    let reader = stage.attach(&query);
    assert!(stage.notices(reader).is_empty());
    stage.until(4_000.0);
    assert_eq!(
        stage.notices(reader),
        ["Still connecting to ws://h: the server has not answered yet."]
    );
    stage.opened();
    assert!(stage.notices(reader).is_empty());
    stage.until(8_000.0);
    assert!(stage.notices(reader)[0].starts_with("Connected to ws://h for 4 s, but no message"));
    stage.text("1");
    assert!(stage.notices(reader).is_empty());
    stage.until(20_000.0);
    stage.closed();
    let notices = stage.notices(reader);
    assert!(
        notices[0].starts_with("Not connected to ws://h (code 1006,")
            && notices[0].ends_with(
                "Retrying in 1 s (attempt 1). Open the query and press Diagnose to find out why."
            ),
        "{notices:?}"
    );
    stage.until(21_000.0);
    let notices = stage.notices(reader);
    assert!(
        notices[0].ends_with(
            "Retrying now (attempt 1). Open the query and press Diagnose to find out why."
        ),
        "{notices:?}"
    );
}

#[test]
fn an_end_whose_cause_is_known_needs_no_diagnosis() {
    let query = query("{}");
    let mut stage = Stage::new("{}", &query);
    let reader = stage.attach(&query);
    for close in [
        Close::abnormal("too late"),
        Close {
            code: 1011,
            reason: String::new(),
        },
    ] {
        stage.opened();
        stage.handle(Event::Closed(close));
        let notices = stage.notices(reader);
        assert!(notices[0].starts_with("Not connected"), "{notices:?}");
        assert!(!notices[0].contains("Diagnose"), "{notices:?}");
        stage.until(60_000.0);
    }
}

#[test]
fn a_connection_that_was_given_up_in_the_dark_can_be_diagnosed() {
    let query = query("{}");
    let mut stage = Stage::new(r#"{"reconnect":{"maxAttempts":0}}"#, &query);
    stage.attach(&query);
    stage.closed();
    let failure = stage.session.failure().unwrap();
    assert!(
        failure.ends_with("Open the query and press Diagnose to find out why."),
        "{failure}"
    );
}

#[test]
fn silence_is_advised_on_by_what_the_query_says() {
    for (settings, target, advice) in [
        (
            "{}",
            "{}",
            "Check the path, and whether the feed needs a subscribe message; the feed may also be idle.",
        ),
        (
            r#"{"preset":"binance"}"#,
            r#"{"params":{"streams":"btcusdt@trade"}}"#,
            "Check Streams; or nothing is being published there at the moment.",
        ),
        (
            r#"{"preset":"coinbase"}"#,
            r#"{"params":{"channel":"ticker","products":"BTC-USD"}}"#,
            "Check Channel and Products; or nothing is being published there at the moment.",
        ),
        (
            r#"{"preset":"loki"}"#,
            "{}",
            "Check LogQL query, Entries at the start, Start and Delay; or nothing is being published there at the moment.",
        ),
    ] {
        let query = query(target);
        let mut stage = Stage::new(settings, &query);
        stage.attach(&query);
        stage.opened();
        assert_eq!(stage.session.advice_on_silence(), advice, "{settings}");
    }
}

#[test]
fn silence_is_measured_from_the_last_message_not_from_its_reading() {
    let (mut stage, _) = Stage::open(r#"{"idleTimeoutMs":1000}"#, "{}");
    stage.until(900.0);
    assert!(stage.session.receive_texts(b"1", &[900.0], 500.0));
    stage.until(1_499.0);
    assert_eq!(stage.taken(), [Transmit::Connect]);
    stage.until(1_500.0);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
}

#[test]
fn an_option_that_is_not_carried_out_is_named() {
    let notice = |jsondata: &str, json: &str| {
        let (stage, reader) = Stage::open(jsondata, json);
        stage.notices(reader)
    };
    assert_eq!(
        notice(r#"{"preset":"mqqt"}"#, "{}"),
        ["The data source sets preset, which is not supported in this version and is ignored."]
    );
    assert_eq!(
        notice(
            r#"{"preset":"nats","heartbeat":{"send":"x"},"ignore":{"$":1}}"#,
            r#"{"params":{"subject":"a"}}"#
        ),
        [
            "The data source sets heartbeat and ignore, which are not supported in this version and are ignored."
        ]
    );
}

#[test]
fn what_could_not_be_sent_is_counted() {
    let (mut stage, _) = Stage::open("{}", ASKS);
    stage.handle(Event::NotSent);
    assert_eq!(stage.stat("Connection: messages not sent"), 1.0);
}

#[test]
fn a_session_that_was_stopped_bears_leases_that_end_later() {
    let (mut stage, reader) = Stage::open("{}", ASKS);
    stage.taken();
    stage.handle(Event::Stop);
    assert_eq!(stage.taken(), [Transmit::Disconnect]);
    stage.release(reader);
    stage.until(100_000.0);
    stage.opened();
    assert_eq!(stage.taken(), []);
    assert_eq!(
        stage
            .reports
            .iter()
            .filter(|r| **r == Report::Ended)
            .count(),
        1
    );
}

const WITH_HISTORY: &str =
    r#"{"fields":[{"path":"$.v"},{"path":"$.t","role":"time"}],"backfill":{"url":"/history"}}"#;

fn answered(stage: &mut Stage, answer: Result<&str, &str>) {
    let fetch = stage
        .taken()
        .into_iter()
        .find_map(|transmit| match transmit {
            Transmit::Fetch { id, address } => Some((id, address)),
            _ => None,
        });
    let (id, address) = fetch.expect("a fetch");
    assert_eq!(address, "http://h/history");
    let arrival = stage.now;
    stage.handle(Event::HistoryAnswered {
        id,
        answer: answer
            .map(|body| body.as_bytes().to_vec())
            .map_err(str::to_owned),
        arrival,
    });
}

#[test]
fn a_history_is_asked_for_once_the_connection_is_open_and_merged() {
    let query = query(WITH_HISTORY);
    let mut stage = Stage::new("{}", &query);
    let reader = stage.attach(&query);
    assert_eq!(stage.taken(), [Transmit::Connect]);
    assert!(!stage.session.look(reader).unwrap().is_ready);
    stage.until(100.0);
    stage.opened();
    stage.text(r#"{"t":1700000002000,"v":2}"#);
    assert!(stage.notices(reader)[0].starts_with("The history is still loading"));
    answered(
        &mut stage,
        Ok(r#"[{"t":1700000001000,"v":1},{"t":1700000002000,"v":2}]"#),
    );
    assert!(stage.session.look(reader).unwrap().is_ready);
    assert_eq!(
        stage.rows(reader),
        [(1_700_000_001_000.0, 1.0), (1_700_000_002_000.0, 2.0)]
    );
    assert!(stage.notices(reader).is_empty());
}

#[test]
fn a_feed_that_is_down_does_not_keep_its_history_back_and_one_that_is_late_is_given_up() {
    let query = query(WITH_HISTORY);
    let mut stage = Stage::new("{}", &query);
    let reader = stage.attach(&query);
    stage.taken();
    stage.until(history::CONNECTION_PATIENCE_MS);
    let asked = stage.taken();
    assert!(matches!(asked[..], [Transmit::Fetch { .. }]), "{asked:?}");
    stage.until(history::CONNECTION_PATIENCE_MS + history::FETCH_TIMEOUT_MS);
    let late = stage.taken();
    assert!(
        late.iter()
            .any(|transmit| matches!(transmit, Transmit::AbortFetch(_))),
        "{late:?}"
    );
    assert!(stage.session.look(reader).unwrap().is_ready);
}

#[test]
fn why_there_is_no_history_stays_and_a_second_answer_changes_nothing() {
    let (mut stage, reader) = Stage::open("{}", WITH_HISTORY);
    answered(&mut stage, Err("returned 500"));
    assert!(stage.session.look(reader).unwrap().is_ready);
    let stream = stage.session.stream(reader).unwrap();
    let projection = query(WITH_HISTORY).projection;
    let notices = stream.borrow().notices(&projection);
    assert!(
        notices
            .iter()
            .any(|notice| notice.text == "History not loaded: http://h/history returned 500."),
        "{notices:?}"
    );
}

#[test]
fn a_reader_that_leaves_takes_its_fetch_along() {
    let (mut stage, reader) = Stage::open(r#"{"lingerMs":0}"#, WITH_HISTORY);
    stage.attach(&query("{}"));
    stage.taken();
    stage.release(reader);
    let left = stage.taken();
    assert!(matches!(left[..], [Transmit::AbortFetch(_)]), "{left:?}");
}

#[test]
fn the_first_message_is_remembered_for_the_test_of_the_connection() {
    let (mut stage, _) = Stage::open("{}", "{}");
    let mut probe = probe::Probe::new(2_000.0, 0.0);
    assert_eq!(
        probe.poll(&stage.session, 10.0),
        probe::ProbeStep::Wait(2_010.0)
    );
    stage.session.receive_texts(b"1\x1e2", &[20.0, 20.0], 20.0);
    let probe::ProbeStep::Done(report) = probe.poll(&stage.session, 30.0) else {
        panic!("there is a message");
    };
    assert_eq!((report.state, report.messages), ("open", 2));
    assert_eq!(report.opened_ms, Some(10.0));
    assert_eq!(
        (report.first_message.as_deref(), report.first_message_ms),
        (Some("1"), Some(20.0))
    );
}

#[test]
fn a_test_tells_a_silent_feed_a_refusal_and_a_handshake_without_answer_apart() {
    let query = query("{}");
    let tested = |jsondata: &str| {
        let key = SessionKey::new(&probe::settings(&settings(jsondata)), &query).unwrap();
        Session::new(key, 1, 0.0)
    };
    let done = |step| match step {
        probe::ProbeStep::Done(report) => report,
        probe::ProbeStep::Wait(until) => panic!("waits until {until}"),
    };
    let mut silent = tested("{}");
    let mut probe = probe::Probe::new(2_000.0, 0.0);
    silent.handle(
        Event::Opened {
            subprotocol: "v1".to_owned(),
            wall: 0.0,
        },
        5.0,
    );
    assert_eq!(probe.poll(&silent, 5.0), probe::ProbeStep::Wait(2_005.0));
    let report = done(probe.poll(&silent, 2_005.0));
    assert_eq!(
        (
            report.state,
            report.protocol.as_deref(),
            report.first_message
        ),
        ("open", Some("v1"), None)
    );

    let mut refused = tested("{}");
    refused.handle(
        Event::Closed(Close {
            code: 1008,
            reason: "no key".to_owned(),
        }),
        5.0,
    );
    let report = done(probe::Probe::new(2_000.0, 0.0).poll(&refused, 6.0));
    assert_eq!((report.state, report.close_code), ("failed", Some(1008)));
    assert_eq!(report.close_reason.as_deref(), Some("no key"));
    assert!(report.error.unwrap().contains("policy violation"));

    let unanswered = tested("{}");
    let mut probe = probe::Probe::new(2_000.0, 0.0);
    assert_eq!(
        probe.poll(&unanswered, 9_999.0),
        probe::ProbeStep::Wait(probe::OPEN_TIMEOUT_MS)
    );
    let report = done(probe.poll(&unanswered, probe::OPEN_TIMEOUT_MS));
    assert!(report.error.unwrap().contains("within 10 s"));
}

const WITH_OTHER: &str = r#"{"fields":[{"path":"$.v"},{"path":"$.t","role":"time"}],
    "backfill":{"datasource":{"uid":"archive","name":"Archive"},"query":{"anything":1},"key":"1"}}"#;

fn table(rows: &str) -> HistoryTable {
    let column = |name: &str, is_time| HistoryColumn {
        names: vec![name.to_owned()],
        is_time,
    };
    HistoryTable {
        columns: vec![column("when", true), column("v", false)],
        rows: rows.to_owned(),
    }
}

#[test]
fn another_data_source_is_asked_once_the_connection_is_open_and_its_rows_are_merged() {
    let query = query(WITH_OTHER);
    let mut stage = Stage::new("{}", &query);
    let reader = stage.attach(&query);
    assert_eq!(stage.taken(), [Transmit::Connect]);
    let id = stage.session.asks_for(reader).unwrap();
    assert!(stage.session.awaits_history(id));
    stage.opened();
    assert_eq!(stage.taken(), [Transmit::Ask(id)]);
    stage.text(r#"{"t":1700000002000,"v":2}"#);
    assert!(stage.notices(reader)[0].starts_with("The history is still loading"));
    // Whoever joins now does not ask again.
    assert_eq!(stage.attach(&query), reader);
    assert_eq!(stage.taken(), []);
    let arrival = stage.now;
    let answer = Ok(vec![table("[[1700000001000,1],[1700000002000,2]]")]);
    stage.handle(Event::TablesAnswered {
        id,
        answer,
        arrival,
    });
    assert_eq!(
        stage.rows(reader),
        [(1_700_000_001_000.0, 1.0), (1_700_000_002_000.0, 2.0)]
    );
    assert!(stage.session.look(reader).unwrap().is_ready);
    assert_eq!(stage.session.asks_for(reader), None);
    assert!(!stage.session.awaits_history(id));
}

#[test]
fn what_another_data_source_says_is_a_notice_and_one_that_is_silent_is_given_up() {
    let told = |stage: &Stage, reader| {
        let stream = stage.session.stream(reader).unwrap();
        let notices = stream.borrow().notices(&query(WITH_OTHER).projection);
        notices
            .into_iter()
            .map(|notice| notice.text)
            .collect::<Vec<_>>()
    };
    let (mut stage, reader) = Stage::open("{}", WITH_OTHER);
    let id = stage.session.asks_for(reader).unwrap();
    stage.handle(Event::TablesAnswered {
        id,
        answer: Err("Archive answered: no such table.".to_owned()),
        arrival: 0.0,
    });
    stage.text(r#"{"t":1700000002000,"v":2}"#);
    assert_eq!(stage.values(reader), [2.0]);
    let expected = "History not loaded: Archive answered: no such table.";
    assert!(told(&stage, reader).contains(&expected.to_owned()));

    let (mut stage, reader) = Stage::open("{}", WITH_OTHER);
    let id = stage.session.asks_for(reader).unwrap();
    stage.until(history::FETCH_TIMEOUT_MS);
    assert!(stage.taken().contains(&Transmit::AbortFetch(id)));
    let expected = "History not loaded: the data source Archive did not answer within 30 s.";
    assert!(told(&stage, reader).contains(&expected.to_owned()));
}

#[test]
fn another_question_to_another_data_source_is_another_history() {
    let (mut stage, reader) = Stage::open("{}", WITH_OTHER);
    let other = query(&WITH_OTHER.replace(r#""key":"1""#, r#""key":"2""#));
    let second = stage.attach(&other);
    assert_ne!(reader, second);
    let asked = stage.taken().into_iter();
    assert_eq!(asked.filter(|t| matches!(t, Transmit::Ask(_))).count(), 2);
}
