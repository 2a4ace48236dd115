//! Timers that fire late, because the page was blocked or frozen or the machine slept.

use super::*;

const CABLE: &str = r#"{"preset":"action-cable"}"#;
const PING: &str = r#"{"type":"ping","message":1}"#;

/// A session whose server has to send something at least every 9 s, and has at 0 s.
fn cable() -> Stage {
    let (mut stage, _) = Stage::open(CABLE, r#"{"params":{"channel":"C"}}"#);
    stage.text(r#"{"type":"welcome"}"#);
    assert!(stage.session.poll_timeout().is_some());
    stage.taken();
    stage
}

/// The timer fires.
fn fires(stage: &mut Stage, now: Millis) -> Vec<Transmit> {
    stage.now = now;
    stage.session.handle_timeout(now);
    stage.collect();
    stage.taken()
}

#[test]
fn a_timer_that_fires_late_lets_the_messages_that_wait_come_first() {
    let mut stage = cable();
    assert_eq!(fires(&mut stage, 15_000.0), [Transmit::LookAgain]);
    assert_eq!(stage.session.poll_timeout(), None, "a timer would not wait");
    stage.text(PING);
    assert_eq!(fires(&mut stage, 15_001.0), []);
    assert!(stage.session.link().is_open());
    assert_eq!(stage.session.poll_timeout(), Some(24_000.0));
}

#[test]
fn a_server_that_was_silent_all_the_while_is_dropped_after_that() {
    let mut stage = cable();
    assert_eq!(fires(&mut stage, 15_000.0), [Transmit::LookAgain]);
    assert_eq!(fires(&mut stage, 15_001.0), [Transmit::Disconnect]);
    assert!(matches!(
        stage.session.link().state(),
        LinkState::Waiting { .. }
    ));
    assert!(stage.session.poll_timeout().is_some());
}

#[test]
fn a_timer_in_time_is_not_doubted() {
    let mut stage = cable();
    let at = stage.session.poll_timeout().unwrap();
    assert_eq!(fires(&mut stage, at + LATE_MS), [Transmit::Disconnect]);
}

#[test]
fn an_idle_time_out_and_a_handshake_are_judged_as_late() {
    let (mut stage, _) = Stage::open(r#"{"idleTimeoutMs":1000}"#, "{}");
    stage.taken();
    assert_eq!(fires(&mut stage, 5_000.0), [Transmit::LookAgain]);
    stage.text("1");
    assert_eq!(fires(&mut stage, 5_000.0), []);
    assert!(stage.session.link().is_open());

    let reads = query("{}");
    let mut stage = Stage::new("{}", &reads);
    stage.attach(&reads);
    stage.taken();
    assert_eq!(fires(&mut stage, 60_000.0), [Transmit::LookAgain]);
    stage.opened();
    assert_eq!(fires(&mut stage, 60_000.0), []);
    assert!(stage.session.link().is_open());
}

#[test]
fn what_ends_meanwhile_is_not_looked_at_again() {
    let mut stage = cable();
    assert_eq!(fires(&mut stage, 15_000.0), [Transmit::LookAgain]);
    stage.closed();
    // The timer is set by what looks again, which is on its way.
    assert_eq!(stage.session.poll_timeout(), None);
    assert_eq!(fires(&mut stage, 15_001.0), []);
    assert!(stage.session.poll_timeout().is_some());
    stage.handle(Event::Stop);
    assert_eq!(fires(&mut stage, 90_000.0), []);
}
