//! Rows that outlive a reload of the page.

use super::super::keep::{KeptRows, MAX_AGE_MS, READ_TIMEOUT_MS, SAVE_MS};
use super::*;

const QUERY: &str = r#"{"keepRows":true,"fields":[{"path":"$.v"}]}"#;
const UNKEPT: &str = r#"{"fields":[{"path":"$.v"}]}"#;
/// When the page that is gone was there.
const BEFORE: f64 = -100_000.0;

fn named(json: &str) -> Query {
    Query {
        kept_as: "name".to_owned(),
        ..query(json)
    }
}

/// A session whose query keeps its rows, open, that has asked for them.
fn open(json: &str) -> (Stage, ReaderId, StreamId) {
    open_with("{}", json)
}

fn open_with(jsondata: &str, json: &str) -> (Stage, ReaderId, StreamId) {
    let query = named(json);
    let mut stage = Stage::new(jsondata, &query);
    let reader = stage.attach(&query);
    stage.opened();
    let asked: Vec<StreamId> = stage.taken().into_iter().filter_map(asked).collect();
    let [id] = asked[..] else {
        panic!("rows are asked for once: {asked:?}");
    };
    (stage, reader, id)
}

fn asked(transmit: Transmit) -> Option<StreamId> {
    match transmit {
        Transmit::ReadKept { id, name } => {
            assert_eq!(name, "name");
            Some(id)
        }
        _ => None,
    }
}

fn answer(stage: &mut Stage, id: StreamId, answer: Result<Option<KeptRows>, String>) {
    let wall = stage.now;
    stage.handle(Event::KeptRead { id, answer, wall });
}

fn rows(values: &[u32]) -> KeptRows {
    let rows: Vec<String> = values
        .iter()
        .map(|v| format!("{{\"t\":{},\"c0\":{v}}}", BEFORE + f64::from(*v)))
        .collect();
    KeptRows {
        text: format!("[\"field 0\"]\n[{}]", rows.join(",")),
        saved: BEFORE,
    }
}

/// What was to be kept or deleted since the last call: the values, or nothing.
fn kept(stage: &mut Stage) -> Vec<Option<String>> {
    let kept = stage.taken().into_iter().filter_map(|sent| match sent {
        Transmit::Keep { name, rows } => {
            assert_eq!(name, "name");
            let values = rows.split("\"c0\":").skip(1);
            let values = values.filter_map(|rest| rest.split('.').next());
            Some(Some(values.collect::<Vec<_>>().join(",")))
        }
        Transmit::Forget(name) => {
            assert_eq!(name, "name");
            Some(None)
        }
        _ => None,
    });
    kept.collect()
}

fn some(values: &str) -> Option<String> {
    Some(values.to_owned())
}

#[test]
fn rows_from_before_stand_before_those_that_came_meanwhile_and_the_first_packet_waits() {
    let (mut stage, reader, id) = open(QUERY);
    stage.text(r#"{"v":7}"#);
    assert!(!stage.session.look(reader).unwrap().is_ready);
    answer(&mut stage, id, Ok(Some(rows(&[1, 2]))));
    assert!(stage.session.look(reader).unwrap().is_ready);
    stage.text(r#"{"v":8}"#);
    assert_eq!(stage.values(reader), [1.0, 2.0, 7.0, 8.0]);
    assert_eq!(stage.notices(reader), [""; 0]);
    // A second answer changes nothing.
    answer(&mut stage, id, Ok(Some(rows(&[3]))));
    assert_eq!(stage.values(reader), [1.0, 2.0, 7.0, 8.0]);
}

#[test]
fn rows_are_written_while_they_change_and_no_more_often_than_said() {
    let (mut stage, _, id) = open(QUERY);
    stage.text(r#"{"v":1}"#);
    stage.until(READ_TIMEOUT_MS - 1.0);
    assert_eq!(kept(&mut stage), [], "not before what was there is known");
    answer(&mut stage, id, Ok(None));
    stage.until(stage.now + SAVE_MS - 1.0);
    assert_eq!(kept(&mut stage), []);
    stage.until(stage.now + 1.0);
    assert_eq!(kept(&mut stage), [some("1")]);
    stage.until(stage.now + 10.0 * SAVE_MS);
    assert_eq!(kept(&mut stage), [], "nothing has changed");
    stage.text(r#"{"v":2}"#);
    stage.text(r#"{"v":3}"#);
    stage.until(stage.now + SAVE_MS);
    assert_eq!(kept(&mut stage), [some("1,2,3")]);
}

#[test]
fn what_was_kept_is_not_written_again_unless_something_comes() {
    let (mut stage, _, id) = open(QUERY);
    answer(&mut stage, id, Ok(Some(rows(&[1, 2]))));
    stage.until(3.0 * SAVE_MS);
    stage.handle(Event::VisibilityChanged);
    assert_eq!(kept(&mut stage), []);
    stage.text(r#"{"v":3}"#);
    stage.handle(Event::VisibilityChanged);
    assert_eq!(kept(&mut stage), [some("1,2,3")], "at once");
    stage.handle(Event::VisibilityChanged);
    assert_eq!(kept(&mut stage), []);
}

#[test]
fn the_last_rows_are_written_when_nobody_reads_them_any_more() {
    let (mut stage, reader, id) = open_with(r#"{"lingerMs":1000}"#, QUERY);
    answer(&mut stage, id, Ok(None));
    stage.text(r#"{"v":1}"#);
    stage.release(reader);
    assert_eq!(kept(&mut stage), []);
    stage.until(SAVE_MS - 1.0);
    assert!(stage.reports.contains(&Report::Ended));
    assert_eq!(kept(&mut stage), [some("1")]);
}

#[test]
fn rows_that_are_too_old_are_not_shown() {
    for (saved, values) in [
        (-MAX_AGE_MS, vec![1.0]),
        (-MAX_AGE_MS - 1.0, vec![]),
        (MAX_AGE_MS + 1.0, vec![]),
    ] {
        let (mut stage, reader, id) = open(QUERY);
        let old = KeptRows {
            saved,
            ..rows(&[1])
        };
        answer(&mut stage, id, Ok(Some(old)));
        assert_eq!(stage.values(reader), values, "{saved}");
    }
}

#[test]
fn a_browser_that_keeps_nothing_is_told_once_and_asked_no_more_and_the_stream_goes_on() {
    let (mut stage, reader, id) = open(QUERY);
    answer(&mut stage, id, Err("it is switched off".to_owned()));
    stage.text(r#"{"v":1}"#);
    stage.until(10.0 * SAVE_MS);
    stage.handle(Event::VisibilityChanged);
    assert_eq!(kept(&mut stage), []);
    assert_eq!(stage.values(reader), [1.0]);
    assert!(stage.session.look(reader).unwrap().is_ready);
    assert_eq!(
        stage.notices(reader),
        ["The rows of this query may be lost when the page is reloaded: it is switched off."]
    );
}

#[test]
fn a_browser_that_does_not_answer_is_given_up_and_rows_that_come_later_are_not_merged() {
    let (mut stage, reader, id) = open(QUERY);
    stage.text(r#"{"v":5}"#);
    stage.until(READ_TIMEOUT_MS);
    assert!(stage.session.look(reader).unwrap().is_ready);
    assert_eq!(stage.notices(reader).len(), 1);
    assert!(stage.notices(reader)[0].contains("did not answer within 3 s"));
    answer(&mut stage, id, Ok(Some(rows(&[1]))));
    assert_eq!(stage.values(reader), [5.0]);
}

#[test]
fn rows_that_could_not_be_written_are_told_until_they_are() {
    let (mut stage, reader, id) = open(QUERY);
    answer(&mut stage, id, Ok(None));
    stage.text(r#"{"v":1}"#);
    let result = |stage: &mut Stage, result| {
        let name = "name".to_owned();
        stage.handle(Event::Kept { name, result });
    };
    result(&mut stage, Err("there is no room".to_owned()));
    let notices = stage.notices(reader);
    assert!(
        notices[0].ends_with("reloaded: there is no room."),
        "{notices:?}"
    );
    result(&mut stage, Ok(()));
    assert_eq!(stage.notices(reader), [""; 0]);
}

#[test]
fn what_was_kept_and_cannot_be_read_is_told_and_written_anew() {
    let (mut stage, reader, id) = open(QUERY);
    let broken = KeptRows {
        text: "{".to_owned(),
        saved: 0.0,
    };
    answer(&mut stage, id, Ok(Some(broken)));
    assert!(stage.notices(reader)[0].contains("what was kept cannot be read"));
    stage.text(r#"{"v":1}"#);
    stage.until(SAVE_MS);
    assert_eq!(kept(&mut stage), [some("1")]);
}

#[test]
fn a_query_that_is_not_to_be_kept_asks_for_nothing() {
    for query in [named(UNKEPT), query(QUERY)] {
        let mut stage = Stage::new("{}", &query);
        let reader = stage.attach(&query);
        stage.opened();
        stage.text(r#"{"v":1}"#);
        stage.until(10.0 * SAVE_MS);
        stage.handle(Event::VisibilityChanged);
        stage.release(reader);
        stage.until(20.0 * SAVE_MS);
        let touched = |sent: &Transmit| {
            matches!(
                sent,
                Transmit::Keep { .. } | Transmit::ReadKept { .. } | Transmit::Forget(_)
            )
        };
        assert!(!stage.taken().iter().any(touched));
    }
}

#[test]
fn a_query_that_is_switched_off_deletes_what_it_kept_in_whatever_order_it_comes_and_goes() {
    for comes_first in [true, false] {
        let (mut stage, keeping, id) = open(QUERY);
        answer(&mut stage, id, Ok(Some(rows(&[1]))));
        stage.text(r#"{"v":2}"#);
        if comes_first {
            stage.attach(&named(UNKEPT));
            assert_eq!(kept(&mut stage), []);
            stage.release(keeping);
        } else {
            stage.release(keeping);
            assert_eq!(kept(&mut stage), []);
            stage.attach(&named(UNKEPT));
        }
        assert_eq!(kept(&mut stage), [None]);
        stage.until(10.0 * SAVE_MS);
        assert_eq!(kept(&mut stage), [], "and nothing is written after it");
    }
}

#[test]
fn a_query_that_is_switched_on_again_is_kept_again() {
    let (mut stage, keeping, id) = open(QUERY);
    answer(&mut stage, id, Ok(None));
    stage.text(r#"{"v":2}"#);
    let other = stage.attach(&named(UNKEPT));
    stage.release(keeping);
    assert_eq!(kept(&mut stage), [None]);
    stage.attach(&named(QUERY));
    stage.release(other);
    stage.until(SAVE_MS);
    assert_eq!(kept(&mut stage), [some("2")]);
}

#[test]
fn two_panels_of_one_query_ask_once_and_another_query_has_rows_of_its_own() {
    let (mut stage, first, id) = open(QUERY);
    answer(&mut stage, id, Ok(None));
    stage.text(r#"{"v":1}"#);
    let second = stage.attach(&named(QUERY));
    assert_eq!(first, second);
    let other = Query {
        kept_as: "other".to_owned(),
        ..query(QUERY)
    };
    stage.attach(&other);
    let names = stage.taken().into_iter().filter_map(|sent| match sent {
        Transmit::ReadKept { name, .. } => Some(name),
        _ => None,
    });
    assert_eq!(names.collect::<Vec<_>>(), ["other"]);
}

#[test]
fn a_token_that_the_server_sends_back_is_not_kept() {
    let jsondata = r#"{"query":{"key":"${token}"},"token":{"path":"/auth"}}"#;
    let (mut stage, _) = token::stage("https://h", jsondata, r#"{"path":"/live"}"#);
    stage.handle(token::answer(200, "tok-secret"));
    stage.opened();
    stage.attach(&named(QUERY));
    let id = stage.taken().into_iter().find_map(asked).unwrap();
    answer(&mut stage, id, Ok(None));
    stage.text(r#"{"v":"Bearer tok-secret"}"#);
    stage.handle(Event::VisibilityChanged);
    let kept = stage.taken().into_iter().find_map(|sent| match sent {
        Transmit::Keep { rows, .. } => Some(rows),
        _ => None,
    });
    let kept = kept.unwrap();
    assert!(kept.contains("Bearer ***"), "{kept}");
}
