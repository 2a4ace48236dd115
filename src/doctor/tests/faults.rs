//! One connection after the other, each with its fault.

use super::*;

const HTTP: &str = "http://feeds.example.org:9190/a";
const HTTPS: &str = "https://feeds.example.org:9190/a";

#[test]
fn settings_that_cannot_be_used_stop_at_the_first_step() {
    let mut bench = Bench::test("feeds", "{}");
    assert_eq!(bench.stops(), Some(StepName::Url));
    assert!(bench.message().contains("the scheme is missing"));
    let mut bench = Bench::diagnose(URL, "{}", r#"{"path":"../x"}"#);
    assert_eq!(bench.stops(), Some(StepName::Url));
    assert!(bench.message().starts_with("path is \"../x\""));
    let mut bench = Bench::diagnose(URL, r#"{"preset":"nats"}"#, "{}");
    assert_eq!(bench.stops(), Some(StepName::Url));
    assert!(bench.message().contains("params.subject"));
}

#[test]
fn a_feed_that_speaks_passes_every_step() {
    let mut bench = Bench::test(URL, "{}");
    bench.connect();
    bench.opens(34.6, "");
    assert_eq!(bench.state(StepName::Message), StepState::Running);
    assert_eq!(bench.says(120.2, "{\"value\":1}"), None);
    assert_eq!(bench.stops(), None);
    assert_eq!(bench.report().status, "success");
    assert_eq!(
        bench.message(),
        format!("Connected to {URL} in 35 ms. First message after 120 ms: {{\"value\":1}}")
    );
    assert_eq!(bench.step(StepName::Upgrade).ms, Some(34.6));
    assert_eq!(bench.state(StepName::Http), StepState::Skipped);
    assert_eq!(
        bench.step(StepName::Paths).text,
        "Fields found: Time, value."
    );
    let text = bench.report().text;
    assert!(
        text.contains("8. WebSocket upgrade: ok (35 ms). The WebSocket opens."),
        "{text}"
    );
}

#[test]
fn a_first_message_is_shown_with_subprotocol_kind_and_early_end() {
    let mut bench = Bench::test(URL, r#"{"subprotocols":["v2"]}"#);
    bench.connect();
    bench.opens(5.0, "v2");
    bench.now += 6.0;
    let (session, _) = bench.session.as_mut().unwrap();
    session.receive_binaries(b"\xff\xff", &[2], &[0.0], bench.now);
    let close = Close {
        code: 4001,
        reason: "bye".to_owned(),
    };
    session.handle(Event::Closed(close), bench.now);
    assert_eq!(bench.watch(), None);
    assert_eq!(
        bench.message(),
        format!(
            "Connected to {URL} in 5 ms, subprotocol v2. First message (binary) after 6 ms: 2 bytes of binary data Then the server closed the connection: code 4001, a server-specific code; it says \"bye\"."
        )
    );
    assert_eq!(bench.state(StepName::Subprotocol), StepState::Passed);
}

#[test]
fn silence_is_a_warning_that_says_when_it_is_right() {
    let mut bench = Bench::test(URL, "{}");
    bench.connect();
    bench.opens(5.0, "");
    bench.waits();
    assert_eq!(bench.now, 5.0 + PATIENCE);
    assert_eq!(bench.stops(), Some(StepName::Message));
    assert_eq!(bench.report().status, "warning");
    assert_eq!(
        bench.message(),
        format!(
            "Connected to {URL} in 5 ms. No message arrived within 4 s. That is expected if the feed needs a path or a subscribe message, which are set in the query; otherwise the feed is silent."
        )
    );
    let mut bench = Bench::diagnose(URL, "{}", r#"{"subscribe":"x"}"#);
    bench.connect();
    bench.opens(5.0, "");
    bench.waits();
    assert_eq!(bench.stops(), Some(StepName::Message));
    assert_eq!(bench.state(StepName::Subscription), StepState::Unknown);
    assert!(bench.advice().contains("subscribe message"));
}

#[test]
fn a_close_before_anything_came_has_its_code_and_what_to_do() {
    for (code, reason, meaning, advice) in [
        (
            1008,
            "",
            "code 1008, policy violation, often a missing permission.",
            "credentials",
        ),
        (
            1008,
            "go away",
            "often a missing permission; it says \"go away\".",
            "credentials",
        ),
        (
            1006,
            "",
            "code 1006, the connection was dropped or refused, or the handshake failed.",
            "protocol of the data source",
        ),
        (1013, "", "overloaded", "Try again later"),
        (
            4999,
            "",
            "code 4999, a server-specific code.",
            "subscribe message",
        ),
        (1002, "", "protocol error", "did not understand"),
    ] {
        let mut bench = Bench::test(URL, "{}");
        bench.connect();
        bench.opens(5.0, "");
        bench.closes(1.0, code, reason);
        assert_eq!(bench.stops(), Some(StepName::Message));
        assert_eq!(bench.report().status, "error");
        let begin = format!(
            "Connected to {URL} in 5 ms. The server closed the connection before it sent anything: code {code}, "
        );
        let message = bench.message();
        assert!(
            message.starts_with(&begin) && message.ends_with(meaning) || message.contains(meaning),
            "{message}"
        );
        assert!(bench.advice().contains(advice), "{}", bench.advice());
    }
}

#[test]
fn a_port_on_which_nobody_listens() {
    let mut bench = Bench::test(URL, "{}");
    bench.refused(12.0);
    bench.fetches(&[
        (HTTP, true, Fetched::Nothing),
        (HTTP, false, Fetched::Nothing),
        (HTTPS, false, Fetched::Nothing),
    ]);
    assert_eq!(bench.stops(), Some(StepName::Server));
    assert_eq!(
        bench.message(),
        "Cannot reach feeds.example.org:9190: the name is unknown, or nothing listens there. Check the host name and port, whether the server is running, and whether a firewall blocks this browser."
    );
    assert_eq!(bench.state(StepName::Policy), StepState::Passed);
    assert_eq!(bench.step(StepName::Server).ms, Some(12.0));
    assert_eq!(bench.step(StepName::Upgrade).ms, None);
    let mut slow = Bench::test(URL, "{}");
    slow.refused(5_000.0);
    slow.fetches(&[
        (HTTP, true, Fetched::Nothing),
        (HTTP, false, Fetched::Nothing),
        (HTTPS, false, Fetched::Nothing),
    ]);
    assert_eq!(slow.stops(), Some(StepName::Server));
    assert!(
        slow.message().contains("within 5 s. A firewall may drop"),
        "{}",
        slow.message()
    );
}

#[test]
fn a_server_that_speaks_with_or_without_encryption_unlike_the_url() {
    let cases = [
        (URL, "{}", "with TLS", "wss://"),
        (
            "wss://feeds.example.org:9190/a",
            "{}",
            "without TLS",
            "ws://",
        ),
        (HTTP, r#"{"transport":"sse"}"#, "with TLS", "https://"),
        (HTTPS, r#"{"transport":"http"}"#, "without TLS", "http://"),
    ];
    for (url, jsondata, speaks, right) in cases {
        let mut bench = Bench::test(url, jsondata);
        let (same, other) = if url.starts_with("wss") || url.starts_with("https") {
            (HTTPS, HTTP)
        } else {
            (HTTP, HTTPS)
        };
        if jsondata == "{}" {
            bench.refused(12.0);
            bench.fetches(&[(same, true, Fetched::Nothing)]);
        } else {
            bench.connect();
            let end = Event::RequestEnded {
                end: Err("the server could not be reached".to_owned()),
                arrival: 0.0,
            };
            assert_eq!(bench.after(5.0, end), None);
        }
        bench.fetches(&[
            (same, false, Fetched::Nothing),
            (other, false, Fetched::Opaque),
        ]);
        assert_eq!(bench.stops(), Some(StepName::Server), "{url}");
        assert!(bench.message().contains(speaks), "{}", bench.message());
        assert_eq!(bench.advice(), format!("Begin the URL with {right}."));
    }
}

#[test]
fn a_handshake_that_is_never_answered() {
    let mut bench = Bench::test(URL, "{}");
    bench.connect();
    bench.waits();
    assert_eq!(bench.now, 10_000.0);
    bench.fetches(&[
        (HTTP, true, Fetched::Nothing),
        (HTTP, false, Fetched::Opaque),
    ]);
    assert_eq!(bench.stops(), Some(StepName::Upgrade));
    assert!(
        bench
            .step(StepName::Upgrade)
            .text
            .contains("does not answer the handshake")
    );
}

#[test]
fn a_server_that_answers_and_does_not_tell_why() {
    let mut bench = Bench::test(URL, "{}");
    bench.refused(12.0);
    bench.fetches(&[
        (HTTP, true, Fetched::Nothing),
        (HTTP, false, Fetched::Opaque),
    ]);
    assert_eq!(bench.stops(), Some(StepName::Upgrade));
    assert_eq!(bench.state(StepName::Http), StepState::Unknown);
    assert_eq!(
        bench.message(),
        format!(
            "The server at feeds.example.org:9190 responds, but does not open a WebSocket at {URL}. The browser does not tell a page why. It may be 401 or 403, because the server requires credentials or another origin; 404, because the path is wrong or set only in the queries; it may require a subprotocol, and none is set; or a proxy in between may not support WebSockets."
        )
    );
}

#[test]
fn a_status_that_can_be_read_says_more() {
    let cases = [
        (
            500,
            StepName::Http,
            " An ordinary HTTP request to it returns status 500. The browser does not tell a page why.",
        ),
        (503, StepName::Http, "failed or is overloaded"),
        (
            401,
            StepName::Http,
            "status 401: it requires credentials or another origin. A browser cannot send headers",
        ),
        (
            403,
            StepName::Http,
            "status 403: it requires credentials or another origin. A browser cannot send headers",
        ),
        (
            404,
            StepName::Http,
            "status 404: that is expected if the path is set in the queries; otherwise the URL is wrong.",
        ),
        (
            429,
            StepName::Http,
            "status 429: it receives too many requests.",
        ),
        (
            426,
            StepName::Upgrade,
            "it does support WebSockets there, but refused this one. Possible reasons: it may require a subprotocol",
        ),
        (
            200,
            StepName::Upgrade,
            "returns status 200. The browser does not tell a page why.",
        ),
    ];
    for (status, step, says) in cases {
        let mut bench = Bench::test(URL, "{}");
        bench.refused(12.0);
        bench.fetches(&[(HTTP, true, Fetched::Status(status))]);
        assert_eq!(bench.stops(), Some(step), "{status}");
        assert!(bench.message().contains(says), "{}", bench.message());
        let is_harmless = status == 404;
        assert_eq!(bench.report().status == "warning", is_harmless, "{status}");
    }
    let mut bench = Bench::diagnose(URL, "{}", r#"{"path":"b"}"#);
    bench.refused(12.0);
    bench.fetches(&[(
        "http://feeds.example.org:9190/a/b",
        true,
        Fetched::Status(404),
    )]);
    assert_eq!(
        (bench.stops(), bench.report().status),
        (Some(StepName::Http), "error")
    );
    assert!(bench.advice().contains("the path of the query"));
}

#[test]
fn behind_the_proxy_statuses_are_those_of_grafana() {
    let url = "ws://localhost/api/datasources/proxy/uid/u";
    let cases = [
        (
            400,
            "the server behind it refused the request; Grafana also reports 401, wrong credentials, in this way.",
        ),
        (401, "you are no longer signed in to Grafana."),
        (
            403,
            "Grafana or the server denies access. Check permissions and the allowed origins.",
        ),
        (
            404,
            "the path does not exist, or the data source is not saved yet.",
        ),
        (
            502,
            "Grafana cannot reach the server. Check the URL as seen from the machine Grafana runs on.",
        ),
        (
            504,
            "Grafana cannot reach the server. Check the URL as seen from the machine Grafana runs on.",
        ),
        (
            426,
            "HTTP gets through, but the WebSocket does not. A proxy in front of Grafana may not forward the Upgrade header, or may change the Host header; or the server expects another path.",
        ),
    ];
    for (status, meaning) in cases {
        let mut bench = Bench::new(url, "{}", None, "http://localhost");
        bench.refused(12.0);
        let address = "http://localhost/api/datasources/proxy/uid/u";
        bench.fetches(&[(address, true, Fetched::Status(status))]);
        assert_eq!(
            bench.message(),
            format!(
                "Grafana's proxy did not open a WebSocket, and responds to an ordinary request with status {status}: {meaning}"
            )
        );
        assert!(bench.stops().is_some());
    }
}

#[test]
fn subprotocols_that_are_not_accepted_are_found_out() {
    let chosen = r#"{"subprotocols":["v1","v0"]}"#;
    let mut bench = Bench::test(URL, chosen);
    bench.refused(12.0);
    let Inquiry::Open(key) = bench.diagnosis.poll(bench.now) else {
        panic!("{:?}", bench.report());
    };
    assert!(key.settings.subprotocols.is_empty());
    let mut bare = Session::new(*key.clone(), 0, bench.now);
    let until = bench.diagnosis.watch_bare(&bare, bench.now);
    assert_eq!(
        bench.diagnosis.watch_bare(&bare, bench.now + 1.0),
        until,
        "it does not move"
    );
    let opened = Event::Opened {
        subprotocol: String::new(),
        wall: 0.0,
    };
    bare.handle(opened, bench.now + 2.0);
    assert_eq!(bench.diagnosis.watch_bare(&bare, bench.now + 2.0), None);
    assert_eq!(bench.stops(), Some(StepName::Subprotocol));
    assert_eq!(
        bench.message(),
        format!(
            "Wrong subprotocol: the server at {URL} accepts none of those offered (v1, v0). Without a subprotocol it connects. Correct or clear the list of subprotocols."
        )
    );
    let mut neither = Bench::test(URL, chosen);
    neither.refused(12.0);
    neither.diagnosis.poll(neither.now);
    let bare = Session::new(*key, 0, neither.now);
    let until = neither.diagnosis.watch_bare(&bare, neither.now);
    assert!(until.is_some_and(|until| until > neither.now));
    neither.now = until.unwrap();
    assert_eq!(neither.diagnosis.watch_bare(&bare, neither.now), None);
    neither.fetches(&[(HTTP, true, Fetched::Status(400))]);
    assert_eq!(neither.stops(), Some(StepName::Upgrade));
    let message = neither.message();
    assert!(
        message.contains("it may accept none of the subprotocols offered (v1, v0)"),
        "{message}"
    );
}

#[test]
fn the_policy_of_the_page() {
    let mut bench = Bench::test(URL, "{}");
    bench.connect();
    bench.diagnosis.blocked(URL);
    bench.closes(1.0, 1006, "");
    assert_eq!(bench.stops(), Some(StepName::Policy));
    assert_eq!(
        bench.message(),
        "The page's Content Security Policy does not allow a connection to feeds.example.org:9190. Add it to connect-src in Grafana's content_security_policy_template, or use the access mode \"Server (proxy)\"."
    );
}

#[test]
fn a_policy_that_concerns_others_is_not_blamed() {
    let mut bench = Bench::test(URL, "{}");
    bench.connect();
    for uri in ["https://elsewhere.example.org/", "inline", ""] {
        bench.diagnosis.blocked(uri);
    }
    bench.closes(1.0, 1006, "");
    // Nor one that turns down the request which only looks whether somebody is there.
    bench.diagnosis.poll(bench.now);
    bench.diagnosis.blocked(HTTP);
    bench.fetches(&[
        (HTTP, true, Fetched::Nothing),
        (HTTP, false, Fetched::Opaque),
    ]);
    assert_eq!(bench.stops(), Some(StepName::Upgrade));
}

#[test]
fn what_the_browser_refuses_to_try_is_in_its_words() {
    let mut bench = Bench::test(URL, r#"{"subprotocols":["a b"]}"#);
    bench.connect();
    let refused = Event::Refused("the browser refused to connect: a b".to_owned());
    assert_eq!(bench.after(1.0, refused), None);
    assert_eq!(bench.stops(), Some(StepName::Upgrade));
    assert_eq!(bench.message(), "the browser refused to connect: a b");
}

#[test]
fn streamed_responses_have_their_own_steps() {
    let sse = r#"{"transport":"sse"}"#;
    let head = |status, content_type: &str| {
        Event::Answered(ResponseHead {
            status,
            content_type: content_type.to_owned(),
            ..ResponseHead::default()
        })
    };
    let cases = [
        (401, "", StepName::Http, "credentials"),
        (404, "", StepName::Http, "nothing at this path"),
        (503, "", StepName::Http, "has failed"),
        (204, "", StepName::Http, "204"),
        (200, "text/html", StepName::ContentType, "a web page"),
    ];
    for (status, content_type, step, says) in cases {
        let mut bench = Bench::test(HTTP, sse);
        bench.connect();
        assert_eq!(
            bench.after(5.0, head(status, content_type)),
            None,
            "{status}"
        );
        assert_eq!(bench.stops(), Some(step), "{status}");
        assert!(
            bench.step(step).text.contains(says),
            "{:?}",
            bench.step(step)
        );
    }
    let mut fine = Bench::test(HTTP, sse);
    fine.connect();
    assert!(fine.after(5.0, head(200, "text/event-stream")).is_some());
    fine.now += 3.0;
    let (session, _) = fine.session.as_mut().unwrap();
    session.receive_bytes(b"data: {\"v\":1}\n\n", 0.0, fine.now);
    assert_eq!(fine.watch(), None);
    assert_eq!(fine.stops(), None);
    let texts: Vec<&str> = fine
        .report()
        .steps
        .iter()
        .map(|step| step.title.as_str())
        .collect();
    assert!(texts.contains(&"Content type") && !texts.contains(&"WebSocket upgrade"));
    let mut ended = Bench::test(HTTP, sse);
    ended.connect();
    assert!(ended.after(5.0, head(200, "text/event-stream")).is_some());
    let end = Event::RequestEnded {
        end: Ok(()),
        arrival: 0.0,
    };
    assert_eq!(ended.after(5.0, end), None);
    assert_eq!(ended.stops(), Some(StepName::Message));
    assert!(
        ended
            .message()
            .contains("No message arrived. The connection to http"),
        "{}",
        ended.message()
    );
}

#[test]
fn a_response_that_the_page_may_not_read() {
    let mut bench = Bench::test(HTTP, r#"{"transport":"http"}"#);
    bench.connect();
    let end = Event::RequestEnded {
        end: Err("the server could not be reached".to_owned()),
        arrival: 0.0,
    };
    assert_eq!(bench.after(5.0, end), None);
    bench.fetches(&[(HTTP, false, Fetched::Opaque)]);
    assert_eq!(bench.stops(), Some(StepName::Http));
    assert!(bench.advice().contains("Access-Control-Allow-Origin"));
}

/// Firefox keeps back a response that the page may not read until it has seen its body.
#[test]
fn a_response_that_the_page_may_not_read_and_that_does_not_end() {
    let ends = |after_ms: Millis| {
        let mut bench = Bench::test(HTTP, r#"{"transport":"sse"}"#);
        bench.connect();
        let end = Event::RequestEnded {
            end: Err("the server could not be reached".to_owned()),
            arrival: 0.0,
        };
        assert_eq!(bench.after(after_ms, end), None);
        bench.fetches(&[(HTTP, false, Fetched::Unanswered)]);
        bench
    };
    let mut at_once = ends(5.0);
    assert_eq!(at_once.stops(), Some(StepName::Http));
    assert!(at_once.message().contains("(CORS)"));
    // The first request has been lost as this one is.
    let mut slow = ends(5_000.0);
    slow.fetches(&[(HTTPS, false, Fetched::Unanswered)]);
    assert_eq!(slow.stops(), Some(StepName::Server));
    assert!(slow.message().contains("within 5 s"));
}

const NATS: &str = r#"{"preset":"nats"}"#;
const SUBJECT: &str =
    r#"{"params":{"subject":"a"},"fields":[{"path":"$.payload.v"},{"path":"$.payload.w"}]}"#;

fn handshakes(bench: &Bench) -> Vec<(StepState, String, Option<Millis>)> {
    let steps = bench.report().steps.iter();
    steps
        .filter(|step| step.name == StepName::Handshake)
        .map(|step| (step.state, step.text.clone(), step.ms))
        .collect()
}

#[test]
fn each_step_of_a_handshake_is_one_of_the_ladder() {
    let mut bench = Bench::diagnose(URL, NATS, SUBJECT);
    bench.connect();
    bench.opens(5.0, "");
    bench.says(10.0, "INFO {}\r\n");
    bench.says(20.0, "PONG\r\n");
    assert_eq!(
        handshakes(&bench),
        [
            (
                StepState::Passed,
                "Received: the server's greeting (INFO).".to_owned(),
                Some(10.0)
            ),
            (
                StepState::Passed,
                "Received: the server's answer to the login (PONG).".to_owned(),
                Some(20.0)
            ),
        ]
    );
    assert!(
        bench.says(7.0, "MSG a 0 7\r\n{\"v\":1}\r\n").is_some(),
        "w may still come"
    );
    assert_eq!(
        bench.says(8.0, "MSG a 0 7\r\n{\"w\":2}\r\n"),
        Some(bench.now + 242.0)
    );
    bench.waits();
    assert_eq!(bench.stops(), None, "{:#?}", bench.report());
    assert_eq!(
        bench.step(StepName::Paths).text,
        "payload.v: 1; payload.w: 2."
    );
    assert!(
        bench
            .step(StepName::Message)
            .text
            .contains("First message after 7 ms: {\"subject\":\"a\"")
    );
}

#[test]
fn a_login_that_is_refused() {
    let mut bench = Bench::test(URL, NATS);
    bench.connect();
    bench.opens(5.0, "");
    bench.says(10.0, "INFO {}\r\n");
    assert_eq!(bench.says(20.0, "-ERR 'Authorization Violation'\r\n"), None);
    assert_eq!(bench.stops(), Some(StepName::Handshake));
    let message = bench.message();
    assert!(
        message.contains("the server refused the login: Authorization Violation"),
        "{message}"
    );
    assert!(bench.advice().contains("credentials"));
}

#[test]
fn a_login_of_which_only_the_answer_is_known() {
    let steps = |answers: bool| {
        let mut bench = Bench::test(URL, r#"{"preset":"mqtt"}"#);
        bench.connect();
        bench.opens(5.0, "");
        if answers {
            // CONNACK of MQTT 5: accepted, no properties.
            let (session, _) = bench.session.as_mut().unwrap();
            session.receive_binaries(&[0x20, 3, 0, 0, 0], &[5], &[0.0], bench.now);
            bench.watch();
        }
        bench.waits();
        handshakes(&bench)
    };
    let [(StepState::Passed, text, _)] = &steps(true)[..] else {
        panic!("it is answered")
    };
    assert_eq!(text, "The server answered the login.");
    let [(StepState::Failed, text, _)] = &steps(false)[..] else {
        panic!("it is not answered")
    };
    assert!(!text.contains("Waited"), "{text}");
    assert!(text.contains("did not answer"), "{text}");
}

#[test]
fn a_server_that_does_not_greet() {
    let mut bench = Bench::test(URL, NATS);
    bench.connect();
    bench.opens(5.0, "");
    bench.waits();
    assert_eq!(bench.stops(), Some(StepName::Handshake));
    let [(_, text, _)] = &handshakes(&bench)[..] else {
        panic!("one step")
    };
    assert!(
        text.contains("did not send the greeting of a NATS server"),
        "{text}"
    );
}

#[test]
fn without_a_query_a_login_is_all_that_is_tested() {
    let mut bench = Bench::test(URL, NATS);
    bench.connect();
    bench.opens(5.0, "");
    bench.says(10.0, "INFO {}\r\n");
    assert_eq!(bench.says(20.0, "PONG\r\n"), None);
    assert_eq!((bench.stops(), bench.report().status), (None, "success"));
    assert!(
        bench
            .message()
            .ends_with("Queries say what to subscribe to.")
    );
}

#[test]
fn without_a_login_an_open_socket_says_nothing_of_what_it_speaks() {
    for preset in ["binance", "coinbase"] {
        let mut bench = Bench::test(URL, &format!(r#"{{"preset":"{preset}"}}"#));
        bench.connect();
        bench.now += 5.0;
        let event = Event::Opened {
            subprotocol: String::new(),
            wall: 0.0,
        };
        assert_eq!(bench.after(0.0, event), None, "{preset}");
        assert_eq!((bench.stops(), bench.report().status), (None, "success"));
        assert_eq!(bench.state(StepName::Handshake), StepState::Skipped);
        assert_eq!(
            bench.message(),
            format!(
                "Connected to {URL} in 5 ms. The WebSocket opened. What it speaks is known only once a query subscribes."
            )
        );
    }
}

#[test]
fn a_first_message_that_is_no_feed_is_a_warning() {
    let page = "\n<!DOCTYPE html>\n<html><body><h1>502 Bad Gateway</h1></body></html>";
    let cases = [
        (
            r#"{"time":1700000000000,"value":"#,
            "The first message cannot be read: the message ends in the middle of a value at byte 30.",
        ),
        (page, "The first message is a web page, not a feed."),
        (
            "<html>\r\n<head><title>502 Bad Gateway</title></head>",
            "The first message is a web page, not a feed.",
        ),
    ];
    for (message, says) in cases {
        // Of a query it is said what the panel would say.
        let queries: &[_] = if says.contains("web page") {
            &[None, Some("{}")]
        } else {
            &[None]
        };
        for query in queries {
            let mut bench = Bench::new(URL, "{}", *query, "http://grafana.example.org");
            bench.connect();
            bench.opens(5.0, "");
            bench.says(3.0, message);
            bench.waits();
            assert_eq!(bench.stops(), Some(StepName::Paths), "{message}");
            assert_eq!(bench.report().status, "warning", "{message}");
            let step = bench.step(StepName::Paths);
            assert!(step.text.starts_with(says), "{message}: {step:?}");
            assert!(bench.message().contains(says), "{}", bench.message());
        }
    }
}

#[test]
fn a_good_message_after_one_that_cannot_be_read_is_a_feed() {
    let mut bench = Bench::test(URL, "{}");
    bench.connect();
    bench.opens(5.0, "");
    bench.says(3.0, r#"{"time":1,"value":"#);
    bench.says(3.0, r#"{"time":1,"value":2}"#);
    bench.waits();
    assert_eq!((bench.stops(), bench.report().status), (None, "success"));
}

#[test]
fn a_query_that_takes_a_value_out_of_a_page_is_taken_at_its_word() {
    let query = r#"{"format":"text","fields":[{"path":"$","pattern":"load ([0-9]+)"}]}"#;
    let mut bench = Bench::diagnose(URL, "{}", query);
    bench.connect();
    bench.opens(5.0, "");
    bench.says(3.0, "<html>load 5</html>");
    bench.waits();
    assert_eq!((bench.stops(), bench.report().status), (None, "success"));
}

/// The steps stand below what a diagnosis says, and have the advice.
#[test]
fn a_diagnosis_gives_its_advice_once() {
    let mut closed = Bench::diagnose(URL, "{}", "{}");
    closed.connect();
    closed.opens(5.0, "");
    closed.closes(5.0, 1011, "");
    let mut silent = Bench::diagnose(URL, "{}", "{}");
    silent.connect();
    silent.opens(5.0, "");
    silent.waits();
    let mut refused = Bench::diagnose(URL, "{}", "{}");
    refused.refused(5.0);
    refused.fetches(&[
        (HTTP, true, Fetched::Nothing),
        (HTTP, false, Fetched::Nothing),
        (HTTPS, false, Fetched::Nothing),
    ]);
    for mut bench in [closed, silent, refused] {
        assert!(bench.stops().is_some());
        let (message, advice) = (bench.message(), bench.advice());
        assert!(!message.contains(&advice), "{message}");
        assert!(message.ends_with('.'), "{message}");
    }
}

#[test]
fn what_a_server_says_ends_as_a_sentence_does() {
    let mut bench = Bench::diagnose(URL, NATS, SUBJECT);
    bench.connect();
    bench.opens(5.0, "");
    bench.says(10.0, "INFO {}\r\n");
    bench.says(20.0, "PONG\r\n");
    bench.says(
        1.0,
        "-ERR 'Permissions Violation for Subscription to \"a\"'\r\n",
    );
    assert_eq!(bench.stops(), Some(StepName::Subscription));
    let text = &bench.step(StepName::Subscription).text;
    assert!(text.ends_with("\"a\"."), "{text}");
    let mut text = Bench::test(URL, r#"{"preset":"mqtt"}"#);
    text.connect();
    text.opens(5.0, "");
    text.says(5.0, "hello");
    let step = text.step(StepName::Handshake);
    let said = "the server sent text, but MQTT uses binary messages; is this the path for MQTT?";
    assert!(step.text.ends_with(said), "{}", step.text);
    let mut bye = Bench::test(URL, NATS);
    bye.connect();
    bye.opens(5.0, "");
    bye.closes(5.0, 1008, "Bye.");
    let message = bye.message();
    assert!(!message.contains(".."), "{message}");
    assert!(message.contains("Bye. Check"), "{message}");
}

#[test]
fn a_subscription_that_is_refused_is_in_the_words_of_the_server() {
    let mut bench = Bench::diagnose(URL, NATS, SUBJECT);
    bench.connect();
    bench.opens(5.0, "");
    bench.says(10.0, "INFO {}\r\n");
    bench.says(20.0, "PONG\r\n");
    let refusal = "-ERR 'Permissions Violation for Subscription to \"a\"'\r\n";
    assert_eq!(bench.says(20.0, refusal), None);
    assert_eq!(bench.stops(), Some(StepName::Subscription));
    assert!(
        bench
            .step(StepName::Subscription)
            .text
            .contains("Permissions Violation")
    );
}

#[test]
fn a_path_that_finds_nothing_is_named_and_the_others_are_shown() {
    let fields = r#"{"fields":[{"path":"$.a"},{"path":"$.b.c"},{"path":"$.t","role":"time"}]}"#;
    let mut bench = Bench::diagnose(URL, "{}", fields);
    bench.connect();
    bench.opens(5.0, "");
    bench.says(5.0, "{\"hello\":\"you\"}");
    bench.says(500.0, "{\"a\":1.50,\"t\":0.51}");
    bench.waits();
    assert_eq!(bench.now, 2_010.0, "two seconds after the first message");
    assert_eq!(
        (bench.stops(), bench.report().status),
        (Some(StepName::Paths), "warning")
    );
    assert_eq!(
        bench.step(StepName::Paths).text,
        "a: 1.50; b.c: not found; t: 0.51."
    );
    assert!(bench.message().ends_with("The query found nothing at b.c."));
}

#[test]
fn a_query_that_finds_all_is_done_at_once_whatever_the_format() {
    let fields = r#"{"format":"csv","csv":{"header":true},"fields":[{"path":"$.a"}]}"#;
    let mut bench = Bench::diagnose(URL, "{}", fields);
    bench.connect();
    bench.opens(5.0, "");
    assert_eq!(bench.says(5.0, "a,b\n7,8\n"), None);
    assert_eq!(bench.stops(), None);
    assert_eq!(bench.step(StepName::Paths).text, "a: 7.");
}

#[test]
fn messages_that_cannot_be_read_are_what_is_said_of_the_paths() {
    let mut bench = Bench::diagnose(URL, "{}", r#"{"format":"json","fields":[{"path":"$.a"}]}"#);
    bench.connect();
    bench.opens(5.0, "");
    bench.says(5.0, "{\"a\":");
    bench.waits();
    assert_eq!(bench.stops(), Some(StepName::Paths));
    assert!(
        bench
            .step(StepName::Paths)
            .text
            .contains("could not be read"),
        "{:?}",
        bench.step(StepName::Paths)
    );
}

const TOKEN: &str = r#"{"token":{"path":"/token"},"query":{"access_token":"${token}"}}"#;

/// A connection whose token is answered with this text after so long.
fn with_token(status: u16, body: &str) -> (Bench, Option<Millis>) {
    let mut bench = Bench::test(HTTP, TOKEN);
    bench.connect();
    assert_eq!(bench.state(StepName::Token), StepState::Running);
    let answer = TokenAnswer::Fetched {
        head: ResponseHead {
            status,
            ..ResponseHead::default()
        },
        body: body.as_bytes().to_vec(),
    };
    let until = bench.after(30.0, Event::TokenAnswered(Ok(answer)));
    (bench, until)
}

#[test]
fn a_token_is_a_step_and_shown_nowhere() {
    let (mut bench, until) = with_token(200, "s3cret");
    assert!(until.is_some());
    assert_eq!(bench.step(StepName::Token).ms, Some(30.0));
    bench.opens(7.0, "");
    assert_eq!(bench.step(StepName::Upgrade).ms, Some(7.0));
    bench.says(1.0, "{\"you\":\"s3cret\"}");
    assert_eq!(bench.stops(), None);
    let report = format!("{:?}", bench.report());
    assert!(
        report.contains("***") && !report.contains("s3cret"),
        "{report}"
    );
}

#[test]
fn a_token_that_does_not_come_is_where_it_stops() {
    let (mut bench, until) = with_token(404, "");
    assert_eq!(until, None);
    assert_eq!(bench.stops(), Some(StepName::Token));
    assert!(bench.advice().contains("token's settings"));
    let mut late = Bench::test(HTTP, TOKEN);
    late.connect();
    late.waits();
    assert_eq!(late.stops(), Some(StepName::Token));
}

#[test]
fn a_server_is_asked_over_http_with_the_token_and_the_report_is_without_it() {
    let (mut bench, _) = with_token(200, "s3cret");
    bench.closes(1.0, 1006, "");
    let url = "http://feeds.example.org:9190/a?access_token=s3cret";
    bench.fetches(&[(url, true, Fetched::Status(403))]);
    assert_eq!(bench.stops(), Some(StepName::Http));
    let report = format!("{:?}", bench.report());
    assert!(!report.contains("s3cret"), "{report}");
}

#[test]
fn a_token_is_not_sent_without_the_encryption_of_the_url() {
    let mut bench = Bench::test("https://feeds.example.org/a", TOKEN);
    bench.connect();
    let answer = TokenAnswer::Fetched {
        head: ResponseHead {
            status: 200,
            ..ResponseHead::default()
        },
        body: b"s3cret".to_vec(),
    };
    assert!(bench.after(1.0, Event::TokenAnswered(Ok(answer))).is_some());
    bench.closes(5.0, 1006, "");
    let own = "https://feeds.example.org/a?access_token=s3cret";
    bench.fetches(&[
        (own, true, Fetched::Nothing),
        (own, false, Fetched::Nothing),
        ("http://feeds.example.org/a", false, Fetched::Opaque),
    ]);
    assert_eq!(bench.stops(), Some(StepName::Server));
}

#[test]
fn a_token_that_is_missing_stops_before_the_server() {
    let jsondata = r#"{"token":{"from":"viewer","label":"API key"},"query":{"key":"${token}"}}"#;
    let kept = |token: Option<&str>| {
        let token = token.map(str::to_owned);
        Event::TokenAnswered(Ok(TokenAnswer::Kept(token)))
    };
    let mut missing = Bench::test(URL, jsondata);
    missing.connect();
    assert_eq!(missing.after(1.0, kept(None)), None);
    assert_eq!(missing.stops(), Some(StepName::Token));
    let report = missing.report();
    assert_eq!(report.status, "warning", "nothing is known of the server");
    assert_eq!(
        report.message,
        "The server was not tried: enter your API key first, under \"Your API key\" on the settings page of the data source or at the top of a query."
    );
    let token = missing.step(StepName::Token);
    assert!(
        token.text.ends_with("not entered in this browser."),
        "{token:?}"
    );
    let mut there = Bench::test(URL, jsondata);
    there.connect();
    assert!(there.after(1.0, kept(Some("s3cret"))).is_some());
    there.opens(5.0, "");
    assert_eq!(there.says(5.0, "1"), None);
    assert_eq!(there.stops(), None);
    assert_eq!(there.state(StepName::Token), StepState::Passed);
    assert!(!there.report().text.contains("s3cret"));
}
