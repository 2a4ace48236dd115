//! Data sources that speak STOMP, in a session.

use super::*;

const PRESET: &str = r#"{"preset":"stomp","lingerMs":1000,"options":{"login":"a"}}"#;
const CONNECTED: &str = "CONNECTED\nversion:1.2\n\n\0";

fn reads(destination: &str) -> String {
    format!(r#"{{"params":{{"destination":"{destination}"}},"fields":[{{"path":"$.payload"}}]}}"#)
}

fn subscribe(destination: &str, id: u32) -> String {
    format!("SUBSCRIBE\nid:{id}\ndestination:{destination}\nack:auto\nreceipt:{id}\n\n\0")
}

fn message(destination: &str, id: u32, payload: &str) -> String {
    format!("MESSAGE\nsubscription:{id}\ndestination:{destination}\n\n{payload}\0\n")
}

/// A session that has logged in, with a reader of `/topic/a` as subscription 0.
fn logged_in() -> (Stage, ReaderId) {
    let (mut stage, reader) = Stage::open(PRESET, &reads("/topic/a"));
    let connect = "CONNECT\naccept-version:1.2,1.1\nhost:/\nheart-beat:120000,30000\nlogin:a\n\n\0";
    assert_eq!(stage.taken(), [Transmit::Connect, text(connect)]);
    stage.text(CONNECTED);
    assert_eq!(stage.taken(), [text(&subscribe("/topic/a", 0))]);
    (stage, reader)
}

#[test]
fn destinations_share_a_socket_until_nobody_reads_them() {
    let (mut stage, a) = logged_in();
    let b = stage.attach(&query(&reads("/topic/b")));
    assert_eq!(stage.taken(), [text(&subscribe("/topic/b", 1))]);
    stage.text("RECEIPT\nreceipt-id:0\n\n\0RECEIPT\nreceipt-id:1\n\n\0");
    stage.text(&[message("/topic/a", 0, "1"), message("/topic/b", 1, "2")].concat());
    stage.text(&message("/topic/x", 7, "3"));
    assert_eq!((stage.values(a), stage.values(b)), (vec![1.0], vec![2.0]));
    stage.release(a);
    stage.until(1_500.0);
    assert_eq!(stage.taken(), [text("UNSUBSCRIBE\nid:0\n\n\0")]);
    stage.release(b);
    stage.until(3_000.0);
    let last = text("UNSUBSCRIBE\nid:1\n\n\0DISCONNECT\n\n\0");
    assert_eq!(stage.taken(), [last, Transmit::Disconnect]);
}

#[test]
fn a_refused_destination_stays_refused_on_the_next_socket_and_the_others_run_on() {
    let (mut stage, a) = logged_in();
    let b = stage.attach(&query(&reads("/queue/closed")));
    stage.text("RECEIPT\nreceipt-id:0\n\n\0");
    stage.text("ERROR\nmessage:access_refused\n\n\0");
    let refused = ["The server refused the subscription: access_refused"];
    assert_eq!(stage.notices(b), refused);
    stage.closed();
    stage.until(1_000.0);
    stage.opened();
    stage.taken();
    stage.text(CONNECTED);
    assert_eq!(stage.taken(), [text(&subscribe("/topic/a", 0))]);
    stage.text(&message("/topic/a", 0, "4"));
    assert_eq!(stage.values(a), [4.0]);
    assert!(stage.notices(a).is_empty(), "{:?}", stage.notices(a));
    assert_eq!(stage.notices(b), refused);
}

#[test]
fn the_subprotocols_are_those_of_stomp() {
    assert_eq!(settings(PRESET).offered(), ["v12.stomp", "v11.stomp"]);
    let json = r#"{"params":{"destination":"/a\u0000"}}"#;
    let error = SessionKey::new(&settings(PRESET), &query(json)).unwrap_err();
    assert_eq!(error.field(), "params.destination");
}
