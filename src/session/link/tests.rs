//! Tests of the life of a connection.

use super::*;
use proptest::prelude::*;

fn link(policy: Policy) -> Link {
    Link::new(policy, 1, 0.0)
}

fn dropped() -> Close {
    Close::abnormal("")
}

fn attempts(max_attempts: u32) -> Policy {
    Policy {
        backoff: Backoff {
            max_attempts: Some(max_attempts),
            ..Backoff::default()
        },
        ..Policy::default()
    }
}

#[test]
fn reconnects_after_a_drop_and_counts_it() {
    let mut link = link(Policy::default());
    assert!(link.opened(10.0));
    assert!(link.closed(dropped(), 10_000.0));
    assert_eq!(link.state().name(), "waiting");
    let until = link.deadline(None).unwrap();
    assert!((10_250.0..=10_500.0).contains(&until), "{until}");
    assert_eq!(link.timeout(None, until - 1.0), None);
    assert_eq!(link.timeout(None, until), Some(Action::Connect));
    assert!(link.opened(until + 1.0));
    assert_eq!((link.state().name(), link.reconnects()), ("open", 1));
}

#[test]
fn a_server_that_hangs_up_at_once_is_not_hammered() {
    let mut link = link(Policy::default());
    let mut now = 0.0;
    for longest in [500.0, 1000.0, 2000.0, 4000.0] {
        link.opened(now);
        link.closed(dropped(), now + 1.0);
        let until = link.deadline(None).unwrap();
        let wait = until - now - 1.0;
        assert!(wait >= longest / 2.0 && wait <= longest, "{wait}");
        now = until;
        link.timeout(None, now);
    }
}

#[test]
fn silence_beyond_the_idle_timeout_replaces_the_socket() {
    let mut link = link(Policy {
        idle_timeout_ms: Some(1000.0),
        ..Policy::default()
    });
    link.opened(0.0);
    assert_eq!(link.deadline(None), Some(1000.0));
    assert_eq!(link.deadline(Some(900.0)), Some(1900.0));
    assert_eq!(link.timeout(Some(900.0), 1000.0), None);
    assert_eq!(link.timeout(Some(900.0), 1900.0), Some(Action::Drop));
    let close = link.last_close().unwrap();
    assert_eq!(close.reason, "no message arrived within idleTimeoutMs");
}

#[test]
fn a_handshake_without_answer_is_given_up() {
    let mut link = link(Policy::default());
    assert_eq!(link.timeout(None, CONNECT_TIMEOUT_MS), Some(Action::Drop));
    assert_eq!(link.state().name(), "waiting");
}

#[test]
fn gives_up_when_told_to() {
    let mut once = link(attempts(1));
    once.closed(dropped(), 1.0);
    once.timeout(None, 1_000.0);
    once.closed(dropped(), 1_001.0);
    let LinkState::Failed { reason } = once.state() else {
        panic!("{:?}", once.state());
    };
    assert!(reason.starts_with("gave up after 1 retry ("), "{reason}");
    let mut never = link(attempts(0));
    never.closed(dropped(), 1.0);
    assert_eq!(never.state().name(), "failed");
    assert_eq!(never.deadline(None), None);
}

#[test]
fn the_network_coming_back_ends_the_wait_and_a_retry_the_failure() {
    let mut waiting = link(Policy::default());
    waiting.closed(dropped(), 0.0);
    assert_eq!(waiting.retry(1.0), None);
    assert_eq!(waiting.online(1.0), Some(Action::Connect));
    let mut failed = link(attempts(0));
    failed.closed(dropped(), 0.0);
    assert_eq!(failed.online(1.0), None);
    assert_eq!(failed.deadline(None), None, "nobody has asked");
    assert_eq!(failed.retry(1.0), None);
    let at = failed.deadline(None).unwrap();
    assert!((5_000.0..5_500.0).contains(&at), "{at}");
    assert_eq!(failed.timeout(None, at - 1.0), None);
    assert_eq!(failed.timeout(None, at), Some(Action::Connect));
}

#[test]
fn late_events_of_a_socket_that_is_gone_change_nothing() {
    let mut link = link(Policy::default());
    assert_eq!(link.stop(), Some(Action::Drop));
    assert!(!link.opened(1.0) && !link.closed(dropped(), 2.0));
    assert_eq!(link.stop(), None);
    assert_eq!(link.state(), &LinkState::Closed);
}

#[derive(Debug, Clone)]
enum Happens {
    Opened,
    Closed,
    Broken,
    Timeout(Option<f64>),
    Offline,
    Online,
    Retry,
    Restart,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        Just(Happens::Opened),
        Just(Happens::Closed),
        Just(Happens::Broken),
        proptest::option::of(0.0f64..1e6).prop_map(Happens::Timeout),
        Just(Happens::Offline),
        Just(Happens::Online),
        Just(Happens::Retry),
        Just(Happens::Restart),
    ]
}

proptest! {
    /// Whatever happens, there is never a second socket, and a link that is wanted and has none
    /// has a deadline.
    #[test]
    fn is_never_stuck(events in proptest::collection::vec((happens(), 0.0f64..30_000.0), 0..60), seed: u64) {
        let policy = Policy { idle_timeout_ms: Some(5_000.0), ..Policy::default() };
        let mut link = Link::new(policy, seed, 0.0);
        let mut socket = true;
        let mut now = 0.0;
        for (event, step) in events {
            now += step;
            let action = match event {
                Happens::Opened => { link.opened(now); None }
                Happens::Closed => { if link.closed(dropped(), now) { socket = false; } None }
                Happens::Broken => link.broken("test", now),
                Happens::Timeout(heard) => link.timeout(heard, now),
                Happens::Offline => {
                    link.offline(now);
                    None
                }
                Happens::Online => link.online(now),
                Happens::Retry => link.retry(now),
                Happens::Restart => {
                    socket = true;
                    prop_assert!(link.restart("test", now));
                    None
                }
            };
            match action {
                Some(Action::Connect) => {
                    prop_assert!(!socket);
                    socket = true;
                }
                Some(Action::Drop) => {
                    prop_assert!(socket);
                    socket = false;
                }
                None => {}
            }
            prop_assert_eq!(socket, link.state().has_socket());
            prop_assert!(link.deadline(None).is_some(), "stuck in {:?}", link.state());
        }
    }

    #[test]
    fn chance_is_between_0_and_1(seed: u64) {
        let mut jitter = Jitter(seed);
        for _ in 0..100 {
            let number = jitter.next();
            prop_assert!((0.0..1.0).contains(&number));
        }
    }
}
