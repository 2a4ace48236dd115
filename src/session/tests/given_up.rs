//! A connection that was given up is tried again when a panel is refreshed, but not as often as a dashboard may refresh itself.

use super::again::refreshed;
use super::*;

const GRAPHQL: &str = r#"{"preset":"graphql-transport-ws","lingerMs":1000}"#;
const READS: &str = r#"{"params":{"query":"subscription { v }"},"fields":[{"path":"$.v"}]}"#;

/// The server refuses the login.
fn refuses_login(stage: &mut Stage) {
    stage.opened();
    stage.handle(Event::Closed(Close {
        code: 4403,
        reason: "Forbidden".to_owned(),
    }));
}

#[test]
fn a_refused_login_is_not_repeated_with_every_refresh() {
    let asks = query(READS);
    let mut stage = Stage::new(GRAPHQL, &asks);
    let mut reader = stage.attach(&asks);
    refuses_login(&mut stage);
    assert!(stage.session.failure().is_some());
    stage.taken();
    let mut times = vec![stage.now];
    for _ in 0..86_400 / 5 {
        let tried = refreshed(&mut stage, &asks, &mut reader, 5_000.0);
        if !tried.is_empty() {
            refuses_login(&mut stage);
            stage.taken();
        }
        times.extend(tried);
    }
    assert!((50..200).contains(&times.len()), "{} in a day", times.len());
    let first: Vec<f64> = times
        .windows(2)
        .map(|two| two[1] - two[0])
        .take(6)
        .collect();
    assert!(first.is_sorted(), "{first:?}");
}

#[test]
fn who_refreshes_too_soon_is_told_when_it_is_tried() {
    let asks = query(READS);
    let mut stage = Stage::new(GRAPHQL, &asks);
    let reader = stage.attach(&asks);
    refuses_login(&mut stage);
    stage.taken();
    let failure = stage.session.failure().unwrap();
    assert!(failure.ends_with("Forbidden)."), "{failure}");
    assert_eq!(stage.session.poll_timeout(), None, "nobody has asked");
    stage.until(2_000.0);
    stage.attach(&asks);
    assert_eq!(stage.taken(), []);
    let told = stage.said(reader);
    assert!(told.contains("Trying again in 4 s"), "{told}");
    stage.until(4_999.0);
    stage.attach(&asks);
    assert_eq!(stage.taken(), []);
    stage.until(5_500.0);
    assert_eq!(stage.taken(), [Transmit::Connect]);
    // What is accepted begins anew.
    stage.opened();
    stage.text(r#"{"type":"connection_ack"}"#);
    stage.until(stage.now + 8_000.0);
    stage.handle(Event::Closed(Close {
        code: 4403,
        reason: String::new(),
    }));
    stage.taken();
    stage.until(stage.now + 5_500.0);
    stage.attach(&asks);
    assert_eq!(stage.taken(), [Transmit::Connect]);
}

#[test]
fn what_was_never_asked_of_the_server_is_tried_at_once() {
    let mut stage = Stage::new("{}", &query("{}"));
    stage.attach(&query("{}"));
    stage.handle(Event::Refused("a bad address".to_owned()));
    stage.taken();
    stage.attach(&query("{}"));
    assert_eq!(stage.taken(), [Transmit::Connect]);
}

#[test]
fn who_comes_after_all_attempts_are_used_up_waits_as_well() {
    let asks = query("{}");
    let mut stage = Stage::new(r#"{"reconnect":{"maxAttempts":0}}"#, &asks);
    let mut reader = stage.attach(&asks);
    stage.closed();
    stage.taken();
    let mut tries = 0;
    for _ in 0..3_600 / 5 {
        if !refreshed(&mut stage, &asks, &mut reader, 5_000.0).is_empty() {
            tries += 1;
            stage.closed();
        }
    }
    assert!((5..30).contains(&tries), "{tries} in an hour");
}
