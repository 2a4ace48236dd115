//! Recorded sessions with the presets of exchanges, after their documentation.

use super::*;
use crate::protocol::tests::talk::{accepted, own, refused};

#[test]
fn binance_names_the_stream_of_each_message() {
    let mut talk = Talk::open_script(&shipped("binance"));
    talk.asks(0, &json!({ "streams": "btcusdt@trade, ethusdt@trade" }));
    talk.asks(1, &json!({ "streams": "bnbusdt@trade" }));
    talk.asks(2, &json!({ "streams": "nonsense" }));
    talk.until(2_000.0);
    assert_eq!(
        talk.said()[0],
        r#"{"method":"SUBSCRIBE","params":["btcusdt@trade","ethusdt@trade"],"id":1}"#
    );
    talk.hears(r#"{"result":null,"id":1}"#);
    talk.hears(r#"{"error":{"code":2,"msg":"Invalid request: invalid stream"},"id":3}"#);
    talk.hears(r#"{"result":null,"id":2}"#);
    assert_eq!(
        talk.control(),
        [
            accepted(0),
            refused(2, "Invalid request: invalid stream (code 2)"),
            accepted(1)
        ]
    );
    talk.hears(r#"{"stream":"ethusdt@trade","data":{"p":"1"}}"#);
    talk.hears(r#"{"stream":"bnbusdt@trade","data":{"p":"2"}}"#);
    talk.hears(r#"{"stream":"xrpusdt@trade","data":{"p":"3"}}"#);
    assert_eq!(
        talk.payloads(),
        [own(0, r#"{"p":"1"}"#), own(1, r#"{"p":"2"}"#)]
    );
    talk.leaves(1);
    assert_eq!(
        talk.said(),
        [r#"{"method":"UNSUBSCRIBE","params":["bnbusdt@trade"],"id":4}"#]
    );
    talk.hears(r#"{"result":null,"id":4}"#);
    assert_eq!(talk.payloads(), []);
}

/// What is said from now on, with when, until nothing has been said for a minute.
fn said_over_time(talk: &mut Talk) -> Vec<(f64, String)> {
    let mut said = Vec::new();
    let mut quiet_since = talk.now;
    while talk.now < quiet_since + 60_000.0 {
        for text in talk.said() {
            quiet_since = talk.now;
            said.push((talk.now, text));
        }
        let next = talk.timeout().unwrap_or(f64::MAX);
        talk.until(next.min(talk.now + 60_000.0));
    }
    said
}

/// The most that came within one second.
fn most_in_a_second(said: &[(f64, String)]) -> usize {
    let within = |from: f64| {
        said.iter()
            .filter(move |(at, _)| (from..from + 1_000.0).contains(at))
    };
    let counts = said.iter().map(|(from, _)| within(*from).count());
    counts.max().unwrap_or(0)
}

#[test]
fn exchanges_are_asked_no_faster_than_they_allow() {
    let queries = [
        ("binance", "streams", 5, ""),
        ("deribit", "channel", 12, r#"{"id":1,"result":"ok"}"#),
        ("coinbase", "products", 19, ""),
    ];
    for (preset, param, most, greeting) in queries {
        let mut talk = Talk::closed(&shipped(preset), &json!({}));
        let params = |n: u32| match preset {
            "coinbase" => json!({ param: format!("P-{n}"), "channel": "ticker" }),
            _ => json!({ param: format!("s{n}@trade") }),
        };
        for n in 0..40 {
            talk.asks(n, &params(n));
        }
        talk.opens();
        if !greeting.is_empty() {
            talk.hears(greeting);
        }
        // The silence of the server would end the conversation meanwhile.
        let mut said = Vec::new();
        while talk.now < 21_000.0 {
            talk.hears(r#"{"is":"noise"}"#);
            talk.until(talk.now + 10.0);
            said.extend(talk.said().into_iter().map(|text| (talk.now, text)));
        }
        let all: Vec<_> = said
            .iter()
            .filter(|(_, text)| text.contains("ubscribe") || text.contains("UBSCRIBE"))
            .collect();
        assert_eq!(all.len(), 40, "{preset}");
        let fastest = most_in_a_second(&said);
        assert!(fastest <= most, "{preset}: {fastest} messages in a second");
        for n in 0..40 {
            talk.leaves(n);
        }
        let said = said_over_time(&mut talk);
        let fastest = most_in_a_second(&said);
        assert!(fastest <= most, "{preset}: {fastest} messages in a second");
        let back = said
            .iter()
            .filter(|(_, text)| text.to_lowercase().contains("unsubscribe"));
        assert_eq!(back.count(), 40, "{preset}: all are taken back");
    }
}

#[test]
fn what_waits_for_its_turn_is_asked_for_in_time_or_not_at_all() {
    let mut talk = Talk::open_script(&shipped("binance"));
    for (id, stream) in ["a@t", "b@t", "c@t", "b@t", "d@t"].iter().enumerate() {
        talk.asks(id as u32, &json!({ "streams": stream }));
    }
    assert_eq!(talk.said().len(), 1);
    assert!(talk.waits_for_answers());
    // What was not asked for is not taken back; what was goes before what may be the same.
    talk.leaves(2);
    talk.leaves(0);
    talk.asks(5, &json!({ "streams": "a@t" }));
    talk.until(2_100.0);
    assert_eq!(
        talk.said(),
        [
            r#"{"method":"UNSUBSCRIBE","params":["a@t"],"id":2}"#,
            r#"{"method":"SUBSCRIBE","params":["b@t"],"id":3}"#,
            r#"{"method":"SUBSCRIBE","params":["b@t"],"id":4}"#,
            r#"{"method":"SUBSCRIBE","params":["d@t"],"id":5}"#,
        ]
    );
    // The time for an answer is counted from when it was asked for.
    talk.until(2_250.0);
    assert_eq!(
        talk.said(),
        [r#"{"method":"SUBSCRIBE","params":["a@t"],"id":6}"#]
    );
    let controls = talk.until(12_249.0);
    assert_eq!(controls.len(), 3, "{controls:?}");
    assert_eq!(talk.until(12_250.0).len(), 1);
    talk.closes();
    assert_eq!(talk.timeout(), None);
}

#[test]
fn coinbase_channels_are_told_apart_by_the_types_of_their_messages() {
    let mut talk = Talk::open_script(&shipped("coinbase"));
    talk.asks(
        0,
        &json!({ "channel": "ticker", "products": "BTC-USD,ETH-USD" }),
    );
    talk.asks(
        1,
        &json!({ "channel": "level2_batch", "products": "BTC-USD" }),
    );
    talk.asks(2, &json!({ "channel": "ticker", "products": "X-Y" }));
    assert_eq!(
        talk.said()[0],
        r#"{"type":"subscribe","product_ids":["BTC-USD","ETH-USD"],"channels":["ticker","heartbeat"]}"#
    );
    talk.hears(
        r#"{"type":"subscriptions","channels":[{"name":"ticker","product_ids":["BTC-USD"]}]}"#,
    );
    talk.hears(r#"{"type":"subscriptions","channels":[]}"#);
    talk.hears(
        r#"{"type":"error","message":"Failed to subscribe","reason":"X-Y is not a valid product"}"#,
    );
    talk.hears(r#"{"type":"error","message":"x","reason":"too many messages"}"#);
    assert_eq!(
        talk.control(),
        [
            accepted(0),
            accepted(1),
            refused(2, "X-Y is not a valid product"),
            Control::Reported("too many messages".to_owned())
        ]
    );
    let ticker = r#"{"type":"ticker","product_id":"BTC-USD","price":"1"}"#;
    let update = r#"{"type":"l2update","product_id":"BTC-USD","changes":[]}"#;
    talk.hears(ticker);
    talk.hears(update);
    talk.hears(r#"{"type":"heartbeat","product_id":"BTC-USD"}"#);
    assert_eq!(talk.payloads(), [own(0, ticker), own(1, update)]);
    let words = "the server has sent nothing for 30 s, longer than its protocol allows".to_owned();
    assert_eq!(talk.until(31_000.0), [Control::Failed(words)]);
}

#[test]
fn kraken_answers_for_each_symbol() {
    let mut talk = Talk::closed(&shipped("kraken"), &json!({}));
    talk.asks(0, &json!({ "channel": "ticker", "symbol": "BTC/USD" }));
    talk.asks(
        1,
        &json!({ "channel": "book", "symbol": "BTC/USD", "depth": "10" }),
    );
    talk.asks(2, &json!({ "channel": "ticker", "symbol": "A/B" }));
    talk.opens();
    assert_eq!(talk.said(), Vec::<String>::new(), "the server speaks first");
    talk.hears(r#"{"channel":"status","type":"update","data":[{"api_version":"v2","connection_id":1,"system":"online","version":"2.0.0"}]}"#);
    assert_eq!(
        talk.said()[1],
        r#"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10},"req_id":2}"#
    );
    talk.hears(r#"{"method":"subscribe","req_id":1,"result":{"channel":"ticker","symbol":"BTC/USD"},"success":true}"#);
    talk.hears(r#"{"error":"Currency pair not supported A/B","method":"subscribe","req_id":3,"success":false,"symbol":"A/B"}"#);
    talk.hears(r#"{"method":"subscribe","req_id":2,"result":{"channel":"book","symbol":"BTC/USD"},"success":true}"#);
    talk.hears(r#"{"channel":"status","type":"update","data":[{"system":"maintenance"}]}"#);
    assert_eq!(
        talk.control(),
        [
            accepted(0),
            refused(2, "Currency pair not supported A/B"),
            accepted(1),
            Control::Reported("maintenance".to_owned())
        ]
    );
    talk.hears(r#"{"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","last":1}]}"#);
    talk.hears(r#"{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[]}]}"#);
    talk.hears(r#"{"channel":"heartbeat"}"#);
    assert_eq!(
        talk.payloads(),
        [
            own(0, r#"{"symbol":"BTC/USD","last":1}"#),
            own(1, r#"{"symbol":"BTC/USD","bids":[]}"#)
        ]
    );
    talk.until(31_000.0);
    assert_eq!(talk.said(), [r#"{"method":"ping","req_id":4}"#]);
    talk.hears(r#"{"method":"pong","req_id":4,"time_in":"x","time_out":"y"}"#);
    talk.leaves(1);
    assert_eq!(
        talk.said(),
        [
            r#"{"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10},"req_id":5}"#
        ]
    );
}

#[test]
fn kraken_candles_of_two_intervals_are_two_subscriptions() {
    let mut talk = Talk::open_script(&shipped("kraken"));
    talk.hears(r#"{"channel":"status","type":"update","data":[{"system":"online"}]}"#);
    let candles = |interval: Value| match interval {
        Value::Null => json!({ "channel": "ohlc", "symbol": "BTC/USD" }),
        interval => json!({ "channel": "ohlc", "symbol": "BTC/USD", "interval": interval }),
    };
    // Without an interval it is one minute.
    for (id, interval) in [json!("1"), json!(60), Value::Null, json!("60")]
        .into_iter()
        .enumerate()
    {
        talk.asks(id as u32, &candles(interval));
    }
    assert_eq!(
        talk.said(),
        [
            r#"{"method":"subscribe","params":{"channel":"ohlc","symbol":["BTC/USD"],"interval":1},"req_id":1}"#,
            r#"{"method":"subscribe","params":{"channel":"ohlc","symbol":["BTC/USD"],"interval":60},"req_id":2}"#,
        ]
    );
    talk.hears(r#"{"method":"subscribe","req_id":1,"result":{"channel":"ohlc","symbol":"BTC/USD","interval":1},"success":true}"#);
    talk.hears(r#"{"method":"subscribe","req_id":2,"result":{"channel":"ohlc","symbol":"BTC/USD","interval":60},"success":true}"#);
    let minute = r#"{"symbol":"BTC/USD","close":1,"interval":1}"#;
    let hour = r#"{"symbol":"BTC/USD","close":2,"interval":60}"#;
    for candle in [minute, hour] {
        talk.hears(format!(
            r#"{{"channel":"ohlc","type":"update","data":[{candle}]}}"#
        ));
    }
    assert_eq!(
        talk.payloads(),
        [own(0, minute), own(2, minute), own(1, hour), own(3, hour)]
    );
    talk.leaves(0);
    talk.leaves(1);
    talk.leaves(2);
    assert_eq!(
        talk.said(),
        [r#"{"method":"unsubscribe","params":{"channel":"ohlc","symbol":["BTC/USD"]},"req_id":3}"#],
        "the candles of an hour are still read, and need no second request"
    );
}

#[test]
fn polygon_logs_in_and_sends_several_events_in_one_message() {
    let mut talk = Talk::closed(&shipped("polygon"), &json!({}));
    talk.asks(0, &json!({ "event": "T", "symbol": "AAPL" }));
    talk.asks(1, &json!({ "event": "Q", "symbol": "MSFT" }));
    talk.asks(2, &json!({ "event": "XT", "symbol": "BTC-USD" }));
    talk.opens();
    talk.hears(r#"[{"ev":"status","status":"connected","message":"Connected Successfully"}]"#);
    assert_eq!(talk.said(), [r#"{"action":"auth","params":"s3cret"}"#]);
    talk.hears(r#"[{"ev":"status","status":"auth_success","message":"authenticated"}]"#);
    assert_eq!(
        talk.said()[0],
        r#"{"action":"subscribe","params":"T.AAPL"}"#
    );
    talk.hears(r#"[{"ev":"status","status":"success","message":"subscribed to: T.AAPL"}]"#);
    talk.hears(
        r#"[{"ev":"status","status":"error","message":"not authorized to subscribe to Q.MSFT"}]"#,
    );
    talk.hears(r#"[{"ev":"status","status":"success","message":"subscribed to: XT.BTC-USD"}]"#);
    assert_eq!(
        talk.control(),
        [
            accepted(0),
            refused(1, "not authorized to subscribe to Q.MSFT"),
            accepted(2)
        ]
    );
    talk.hears(
        r#"[{"ev":"T","sym":"AAPL","p":1},{"ev":"T","sym":"X","p":2},{"ev":"XT","pair":"BTC-USD","p":3},{"ev":"T","sym":"AAPL","p":4}]"#,
    );
    assert_eq!(
        talk.payloads(),
        [
            own(0, r#"{"ev":"T","sym":"AAPL","p":1}"#),
            own(2, r#"{"ev":"XT","pair":"BTC-USD","p":3}"#),
            own(0, r#"{"ev":"T","sym":"AAPL","p":4}"#)
        ]
    );
    let mut talk = Talk::open_script(&shipped("polygon"));
    talk.hears(r#"[{"ev":"status","status":"connected"}]"#);
    talk.hears(r#"[{"ev":"status","status":"auth_failed","message":"authentication failed"}]"#);
    let words = "the server refused the handshake: authentication failed".to_owned();
    assert_eq!(talk.control(), [Control::TokenRefused(words)]);
}

/// The script that the documentation shows for it.
fn advanced_trade() -> Value {
    let docs = include_str!("../../../../docs/protocols.md");
    let (_, behind) = docs.split_once("**Coinbase Advanced Trade**").unwrap();
    let block = behind.split("```").nth(1).unwrap();
    serde_json::from_str(block.strip_prefix("json").unwrap()).unwrap()
}

#[test]
fn coinbase_advanced_trade_is_spoken_as_the_documentation_shows() {
    let mut talk = Talk::open_script(&advanced_trade());
    talk.asks(0, &json!({ "channel": "ticker", "products": "BTC-USD" }));
    talk.asks(1, &json!({ "channel": "level2", "products": "ETH-USD" }));
    talk.until(2_000.0);
    assert_eq!(
        talk.said(),
        [
            r#"{"type":"subscribe","channel":"heartbeats","jwt":"s3cret"}"#,
            r#"{"type":"subscribe","channel":"ticker","product_ids":["BTC-USD"],"jwt":"s3cret"}"#,
            r#"{"type":"subscribe","channel":"level2","product_ids":["ETH-USD"],"jwt":"s3cret"}"#,
        ]
    );
    talk.hears(
        r#"{"channel":"subscriptions","events":[{"subscriptions":{"ticker":["BTC-USD"]}}]}"#,
    );
    talk.hears(r#"{"channel":"heartbeats","events":[{"heartbeat_counter":1}]}"#);
    talk.hears(r#"{"type":"error","message":"authentication failure"}"#);
    talk.hears(
        r#"{"channel":"ticker","sequence_num":1,"events":[{"type":"update","tickers":[{"product_id":"BTC-USD","price":"1"}]}]}"#,
    );
    talk.hears(r#"{"channel":"l2_data","events":[{"type":"snapshot","product_id":"ETH-USD","updates":[]}]}"#);
    assert_eq!(
        talk.payloads(),
        [
            own(
                0,
                r#"{"type":"update","tickers":[{"product_id":"BTC-USD","price":"1"}]}"#
            ),
            own(
                1,
                r#"{"type":"snapshot","product_id":"ETH-USD","updates":[]}"#
            ),
        ]
    );
    let failure = Control::Reported("authentication failure".to_owned());
    assert_eq!(talk.control(), [failure]);
    talk.leaves(0);
    assert_eq!(
        talk.said(),
        [r#"{"type":"unsubscribe","channel":"ticker","product_ids":["BTC-USD"],"jwt":"s3cret"}"#]
    );
}
