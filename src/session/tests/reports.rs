//! Errors that a server reports of one subscription among others, which goes on.

use super::*;

const GRAPHQL: &str = r#"{"preset":"graphql-transport-ws"}"#;

fn reads(sensor: &str) -> String {
    let text = format!("subscription {{ tick(sensor: \\\"{sensor}\\\") {{ v w }} }}");
    format!(
        r#"{{"params":{{"query":"{text}"}},"fields":[{{"path":"$.tick.v"}},{{"path":"$.tick.w"}}]}}"#
    )
}

#[test]
fn an_error_beside_data_is_shown_where_it_was_asked_for_and_the_data_are_rows() {
    let (mut stage, a) = Stage::open(GRAPHQL, &reads("a"));
    let b = stage.attach(&query(&reads("b")));
    stage.text(r#"{"type":"connection_ack"}"#);
    let next =
        |id: u32, payload: &str| format!(r#"{{"id":"{id}","type":"next","payload":{payload}}}"#);
    stage.text(&next(1, r#"{"data":{"tick":{"v":1,"w":2}}}"#));
    stage.text(&next(
        2,
        r#"{"data":{"tick":{"v":3,"w":null}},"errors":[{"message":"w has no value"}]}"#,
    ));
    let said = |text: &str| vec![format!("The server reported: {text}")];
    assert_eq!(stage.notices(a), Vec::<String>::new());
    assert_eq!(stage.notices(b), said("w has no value"));
    stage.text(&next(
        2,
        r#"{"data":null,"errors":[{"message":"the sensor is gone"}]}"#,
    ));
    assert_eq!(stage.notices(b), said("the sensor is gone"));
    stage.text(&next(1, r#"{"data":{"tick":{"v":1,"w":2}}}"#));
    assert_eq!(
        stage.notices(b),
        said("the sensor is gone"),
        "another's data"
    );
    stage.text(&next(2, r#"{"data":{"tick":{"v":4,"w":5}}}"#));
    assert_eq!(stage.notices(b), Vec::<String>::new(), "it goes on without");
    assert_eq!(
        (stage.values(a), stage.values(b)),
        (vec![1.0, 1.0], vec![3.0, 4.0])
    );
    stage.text(r#"{"id":"2","type":"error","payload":[{"message":"no such field"}]}"#);
    let told = stage.notices(b);
    assert!(
        told[0].contains("The server refused the subscription: no such field"),
        "{told:?}"
    );
    assert_eq!(stage.notices(a), Vec::<String>::new());
    stage.closed();
    stage.until(1_000.0);
    stage.opened();
    stage.text(r#"{"type":"connection_ack"}"#);
    assert_eq!(stage.notices(b), Vec::<String>::new(), "that was before");
}

#[test]
fn of_messages_that_come_together_the_last_one_tells() {
    let (mut stage, _) = Stage::open(GRAPHQL, &reads("a"));
    let b = stage.attach(&query(&reads("b")));
    stage.text(r#"{"type":"connection_ack"}"#);
    let bad = r#"{"id":"2","type":"next","payload":{"data":{"tick":{"v":1,"w":null}},"errors":[{"message":"no w"}]}}"#;
    let good = r#"{"id":"2","type":"next","payload":{"data":{"tick":{"v":2,"w":3}}}}"#;
    for (batch, count) in [([bad, good], 0), ([good, bad], 1)] {
        let texts = batch.join("\u{1e}");
        let now = stage.now;
        assert!(
            stage
                .session
                .receive_texts(texts.as_bytes(), &[now, now], now)
        );
        assert_eq!(stage.notices(b).len(), count, "{texts}");
    }
}

#[test]
fn a_report_of_the_connection_says_how_old_it_is_and_goes_after_some_minutes() {
    let script = r#"{"control":[{"when":{"$.type":"notice"},"action":"notice","reason":"$.why"}]}"#;
    let (mut stage, reader) = Stage::open(script, "{}");
    stage.text(r#"{"v":1}"#);
    stage.text(r#"{"type":"notice","why":"maintenance"}"#);
    assert_eq!(stage.notices(reader), ["The server reported: maintenance"]);
    stage.reports.clear();
    stage.until(stage.now + 60_000.0);
    assert_eq!(stage.reports, [Report::Changed], "so that panels show it");
    assert_eq!(
        stage.notices(reader),
        ["The server reported 1 min ago: maintenance"]
    );
    stage.until(stage.now + 150_000.0);
    assert_eq!(
        stage.notices(reader),
        ["The server reported 3 min ago: maintenance"]
    );
    stage.text(r#"{"type":"notice","why":"maintenance"}"#);
    assert_eq!(
        stage.notices(reader),
        ["The server reported: maintenance"],
        "again"
    );
    stage.until(stage.now + 299_999.0);
    assert_eq!(
        stage.notices(reader),
        ["The server reported 4 min ago: maintenance"]
    );
    stage.reports.clear();
    stage.until(stage.now + 1.0);
    assert_eq!(stage.notices(reader), Vec::<String>::new());
    assert_eq!(stage.reports, [Report::Changed]);
    assert_eq!(stage.session.server_report(), None);
    assert_eq!(stage.session.poll_timeout(), None, "nothing is left to do");
}
