//! What is asked of the server again when a panel is refreshed: a subscription that it refused or ended, and how soon.

use super::*;

/// Refreshes a panel every five seconds for so long, and says at which times something was carried out.
pub(super) fn refreshed(
    stage: &mut Stage,
    asks: &Query,
    reader: &mut ReaderId,
    time: Millis,
) -> Vec<Millis> {
    let mut times = Vec::new();
    let end = stage.now + time;
    while stage.now < end {
        let next = stage.attach(asks);
        stage.release(std::mem::replace(reader, next));
        if !stage.taken().is_empty() {
            times.push(stage.now);
        }
        let until = stage.now + 5_000.0;
        while stage.now < until {
            let at = stage.session.poll_timeout().unwrap_or(until).min(until);
            stage.until(at);
            if !stage.taken().is_empty() {
                times.push(stage.now);
            }
        }
    }
    times
}

const READS_A: &str = r#"{"params":{"c":"a"},"fields":[{"path":"$.v"}]}"#;

fn asks_for_a() -> Transmit {
    text(r#"{"sub":"a"}"#)
}

/// A session with a subscription that was refused.
fn refused() -> (Stage, ReaderId) {
    let (mut stage, reader) = Stage::open(CHANNELS_SCRIPT, READS_A);
    assert_eq!(stage.taken(), [Transmit::Connect, asks_for_a()]);
    refuse(&mut stage);
    (stage, reader)
}

fn refuse(stage: &mut Stage) {
    stage.text(r#"{"no":"a","why":"not allowed"}"#);
}

#[test]
fn a_refused_subscription_is_asked_for_again_when_its_panel_is_refreshed() {
    let (mut stage, reader) = refused();
    let told = stage.notices(reader);
    assert!(
        told[0].starts_with("The server refused the subscription: "),
        "{told:?}"
    );
    stage.until(600_000.0);
    assert_eq!(stage.taken(), [], "not before somebody asks");
    let again = stage.attach(&query(READS_A));
    assert_eq!(again, reader);
    assert_eq!(stage.taken(), [asks_for_a()]);
    assert_eq!(stage.notices(reader), Vec::<String>::new());
    stage.text(r#"{"ok":"a"}"#);
    stage.text(r#"{"c":"a","v":7}"#);
    assert_eq!(stage.values(reader), [7.0]);
    stage.attach(&query(READS_A));
    assert_eq!(stage.taken(), [], "it is there");
}

#[test]
fn a_panel_that_is_refreshed_at_once_is_told_when_its_subscription_is_asked_for_again() {
    let (mut stage, reader) = refused();
    stage.attach(&query(READS_A));
    stage.attach(&query(READS_A));
    assert_eq!(stage.taken(), []);
    let told = stage.notices(reader);
    assert!(told[0].ends_with(" Asking again in 1 s."), "{told:?}");
    stage.until(1_000.0);
    assert_eq!(stage.taken(), [asks_for_a()]);
    refuse(&mut stage);
    stage.until(600_000.0);
    assert_eq!(stage.taken(), [], "once");
}

#[test]
fn a_dashboard_that_refreshes_itself_does_not_besiege_the_server() {
    let (mut stage, mut reader) = refused();
    let asks = query(READS_A);
    let mut times = Vec::new();
    for _ in 0..3_600 / 5 {
        let asked = refreshed(&mut stage, &asks, &mut reader, 5_000.0);
        if !asked.is_empty() {
            refuse(&mut stage);
        }
        times.extend(asked);
    }
    assert!(
        (10..150).contains(&times.len()),
        "{} in an hour",
        times.len()
    );
    let gaps: Vec<f64> = times.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(gaps.last() > gaps.first(), "{gaps:?}");
}

#[test]
fn one_that_was_ended_is_asked_for_again_and_a_reconnect_forgets_the_wait() {
    let (mut stage, reader) = Stage::open(CHANNELS_SCRIPT, READS_A);
    stage.text(r#"{"ok":"a"}"#);
    stage.taken();
    stage.until(120_000.0);
    stage.text(r#"{"type":"over","c":"a"}"#);
    let told = stage.notices(reader);
    assert!(
        told[0].starts_with("The server has ended the subscription"),
        "{told:?}"
    );
    stage.until(stage.now + 1_000.0);
    stage.attach(&query(READS_A));
    assert_eq!(stage.taken(), [asks_for_a()]);
    stage.text(r#"{"ok":"a"}"#);
    stage.text(r#"{"c":"a","v":5}"#);
    assert_eq!(stage.values(reader), [5.0]);
    stage.text(r#"{"type":"over","c":"a"}"#);
    stage.attach(&query(READS_A));
    assert_eq!(stage.taken(), [], "a pause");
    assert!(
        stage.notices(reader)[0].contains("Asking again in 2 s"),
        "it ended at once"
    );
    stage.closed();
    stage.until(stage.now + 500.0);
    stage.opened();
    assert_eq!(stage.taken(), [Transmit::Connect, asks_for_a()]);
    stage.text(r#"{"ok":"a"}"#);
    stage.until(stage.now + 60_000.0);
    assert_eq!(
        stage.taken(),
        [],
        "it was asked for when the connection opened"
    );
}

#[test]
fn a_reader_that_comes_for_one_that_was_refused_asks_again_too() {
    let (mut stage, _) = refused();
    stage.until(2_000.0);
    let other = r#"{"params":{"c":"a"},"fields":[{"path":"$.w"}]}"#;
    let other = stage.attach(&query(other));
    assert_eq!(stage.taken(), [asks_for_a()]);
    stage.text(r#"{"ok":"a"}"#);
    stage.text(r#"{"c":"a","w":7}"#);
    assert_eq!(stage.values(other), [7.0]);
}
