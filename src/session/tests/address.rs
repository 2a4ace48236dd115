//! Addresses in which params of queries stand.

use super::*;
use crate::error::Error;

const LOKI: &str = r#"{"preset":"loki"}"#;

fn key(jsondata: &str, json: &str) -> Result<SessionKey, Error> {
    SessionKey::new(&settings(jsondata), &query(json))
}

fn leads_to(key: SessionKey) -> String {
    Session::new(key, 7, 0.0).endpoint().url
}

#[test]
fn a_log_query_stands_in_the_address_of_a_socket_of_its_own() {
    let tail = |logql: &str| key(LOKI, &format!(r#"{{"params":{{"query":"{logql}"}}}}"#)).unwrap();
    let web = tail("{app=~`w+`}");
    assert_eq!(
        leads_to(web.clone()),
        "ws://h/loki/api/v1/tail?query=%7Bapp%3D~%60w%2B%60%7D"
    );
    assert_eq!(web.url, "ws://h/loki/api/v1/tail");
    assert_eq!(web, tail("{app=~`w+`}"), "those who ask for the same share");
    assert_ne!(web, tail("{app=`db`}"));
}

#[test]
fn a_query_in_the_path_is_not_said_twice() {
    let json = r#"{"path":"/loki/api/v1/tail?query=%7Ba%3D%22b%22%7D","params":{"limit":"5"}}"#;
    assert_eq!(
        leads_to(key(LOKI, json).unwrap()),
        "ws://h/loki/api/v1/tail?query=%7Ba%3D%22b%22%7D&limit=5"
    );
}

#[test]
fn any_data_source_may_have_params_in_its_address() {
    let jsondata = r#"{"query":{"s":"${params.symbol}","n":"${params.n?}","v":2}}"#;
    let one = key(
        jsondata,
        r#"{"subscribe":"hi","params":{"symbol":"A&B","n":3}}"#,
    );
    assert_eq!(leads_to(one.unwrap()), "ws://h?s=A%26B&n=3&v=2");
    assert_eq!(
        leads_to(key(jsondata, r#"{"params":{"symbol":"C"}}"#).unwrap()),
        "ws://h?s=C&v=2"
    );
    let missing = key(jsondata, r#"{"params":{"n":3}}"#).unwrap_err();
    assert_eq!(missing.field(), "params.symbol");
    let unknown = key(jsondata, r#"{"params":{"symbol":"C","sybmol":1}}"#).unwrap_err();
    assert_eq!(unknown.field(), "params.sybmol");
    let asked = settings(jsondata).asks().into_iter();
    let asked: Vec<_> = asked.map(|param| (param.name, param.is_required)).collect();
    assert_eq!(
        asked,
        [("symbol".to_owned(), true), ("n".to_owned(), false)]
    );
}

#[test]
fn nothing_is_sent_of_what_only_the_address_says() {
    let jsondata = r#"{"query":{"s":"${params.s}"}}"#;
    let (mut stage, reader) = Stage::open(
        jsondata,
        r#"{"params":{"s":"a"},"fields":[{"path":"$.v"}]}"#,
    );
    assert_eq!(stage.taken(), [Transmit::Connect]);
    stage.text(r#"{"v":1}"#);
    assert_eq!(stage.values(reader), [1.0]);
}

#[test]
fn subscriptions_share_a_socket_only_where_the_address_is_the_same() {
    let jsondata = r#"{"preset":"nats","query":{"tenant":"${params.tenant}"}}"#;
    let of = |subject: &str, tenant: &str| {
        let json = format!(r#"{{"params":{{"subject":"{subject}","tenant":"{tenant}"}}}}"#);
        key(jsondata, &json).unwrap()
    };
    assert_eq!(of("a", "x"), of("b", "x"));
    assert_ne!(of("a", "x"), of("a", "y"));
    let unknown = key(
        jsondata,
        r#"{"params":{"subject":"a","tenant":"x","tenants":1}}"#,
    );
    assert_eq!(unknown.unwrap_err().field(), "params.tenants");
}

#[test]
fn queries_whose_messages_cannot_be_told_apart_have_sockets_of_their_own() {
    let of = |preset: &str, params: &str| {
        let jsondata = format!(r#"{{"preset":"{preset}"}}"#);
        key(&jsondata, &format!(r#"{{"params":{params}}}"#)).unwrap()
    };
    let book = |depth: &str| {
        of(
            "kraken",
            &format!(r#"{{"channel":"book","symbol":"A/B"{depth}}}"#),
        )
    };
    assert_ne!(book(""), book(r#","depth":"1000""#));
    assert_ne!(book(r#","depth":"10""#), book(r#","depth":"1000""#));
    assert_eq!(book(""), book(r#","depth":null"#), "it says nothing");
    let ticker = of("kraken", r#"{"channel":"ticker","symbol":"C/D"}"#);
    assert_eq!(book(""), ticker);
    let joins = |payload: &str| of("phoenix", &format!(r#"{{"topic":"a"{payload}}}"#));
    assert_ne!(joins(""), joins(r#","payload":{"k":1}"#));
    assert_eq!(joins(r#","event":"x""#), joins(""));
}

#[test]
fn a_script_may_use_what_stands_in_the_address_as_well() {
    let jsondata =
        r#"{"query":{"room":"${params.room}"},"subscribe":{"send":{"join":"${params.room}"}}}"#;
    let (mut stage, _) = Stage::open(jsondata, r#"{"params":{"room":"a"}}"#);
    let sent = stage.taken();
    assert_eq!(
        sent[1],
        Transmit::Send(Outgoing::Text(r#"{"join":"a"}"#.to_owned()))
    );
    assert_eq!(stage.session.endpoint().url, "ws://h?room=a");
}

#[test]
fn the_next_connection_goes_on_behind_the_last_line_that_came() {
    const TAIL: &str = r#"{"params":{"query":"{a=`b`}","start":"5","limit":"9"},"fields":[{"path":"$.values[0][1]"}]}"#;
    let starts = |stage: &Stage| {
        let url = stage.session.endpoint().url;
        let (_, pairs) = url.split_once('?').unwrap();
        let starts = pairs
            .split('&')
            .filter_map(|pair| pair.strip_prefix("start="));
        starts.map(str::to_owned).collect::<Vec<_>>()
    };
    let (mut stage, _) = Stage::open(LOKI, TAIL);
    assert_eq!(starts(&stage), ["5"]);
    stage.text(r#"{"streams":[{"stream":{},"values":[["1700000000000000007","1"],["1700000000000000008","2"]]}]}"#);
    stage.text(r#"{"streams":[],"dropped_entries":[{"timestamp":"1800000000000000000"}]}"#);
    stage.closed();
    assert_eq!(starts(&stage), ["1700000000000000009"]);
    assert!(stage.session.endpoint().url.contains("limit=9"));
    // A connection on which nothing comes leaves it there.
    stage.until(60_000.0);
    stage.opened();
    stage.closed();
    assert_eq!(starts(&stage), ["1700000000000000009"]);
}

#[test]
fn a_parameter_that_the_address_does_not_have_is_added() {
    let jsondata = r#"{"query":{"room":"a"},"resume":{"after":"$.n"}}"#;
    let (mut stage, _) = Stage::open(jsondata, "{}");
    assert_eq!(stage.session.endpoint().url, "ws://h?room=a");
    stage.text(r#"{"n":41}"#);
    assert_eq!(stage.session.endpoint().url, "ws://h?room=a&after=42");
}

#[test]
fn a_data_source_is_tested_without_what_queries_say() {
    let key = SessionKey::without_query(&settings(LOKI)).unwrap();
    assert_eq!(leads_to(key), "ws://h/loki/api/v1/tail");
}
