//! Where page and server stand to each other.

use super::*;
use crate::doctor::place::{MixedContent, Space, Target, mixed_content, shown, space_of};

#[test]
fn hosts_are_near_or_far_by_what_they_say() {
    let cases = [
        (
            Space::Loopback,
            &[
                "localhost",
                "a.localhost",
                "LOCALHOST",
                "127.0.0.1",
                "127.9.9.9",
                "::1",
                "[::1]",
                "0.0.0.0",
                "::ffff:127.0.0.1",
            ][..],
        ),
        (
            Space::Local,
            &[
                "10.0.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.5",
                "169.254.1.1",
                "100.64.0.1",
                "fe80::1",
                "fd00::1",
                "printer.local",
                "broker",
            ][..],
        ),
        (
            Space::Public,
            &[
                "example.org",
                "8.8.8.8",
                "172.32.0.1",
                "100.128.0.1",
                "2001:db8::1",
                "local.example",
                "::ffff:8.8.8.8",
            ][..],
        ),
    ];
    for (space, hosts) in cases {
        for host in hosts {
            assert_eq!(space_of(host), space, "{host}");
        }
    }
}

#[test]
fn an_encrypted_page_opens_unencrypted_connections_at_home_only() {
    let cases = [
        ("http://g.example", "ws://h.example", MixedContent::None),
        ("https://g.example", "wss://h.example", MixedContent::None),
        ("https://g.example", "https://h.example", MixedContent::None),
        (
            "https://g.example",
            "ws://h.example",
            MixedContent::Forbidden,
        ),
        (
            "https://g.example",
            "http://8.8.8.8:80/a",
            MixedContent::Forbidden,
        ),
        (
            "https://g.example",
            "ws://127.0.0.1:9000",
            MixedContent::Trusted,
        ),
        (
            "https://g.example",
            "ws://[::1]:9000/x",
            MixedContent::Trusted,
        ),
        (
            "https://g.example",
            "ws://192.168.1.5:9000",
            MixedContent::WithPermission,
        ),
        (
            "https://g.example",
            "ws://broker:9001/mqtt",
            MixedContent::WithPermission,
        ),
    ];
    for (from, url, verdict) in cases {
        assert_eq!(
            mixed_content(&page(from), &Target::of(url)),
            verdict,
            "{from} {url}"
        );
    }
}

#[test]
fn mixed_content_is_not_even_tried() {
    let mut bench = Bench::new("ws://h.example/a", "{}", None, "https://g.example");
    assert_eq!(bench.stops(), Some(StepName::MixedContent));
    assert!(bench.message().contains("served over https://") && bench.advice().contains("wss://"));
    let mut http = Bench::new(
        "http://h.example/a",
        r#"{"transport":"sse"}"#,
        None,
        "https://g.example",
    );
    assert_eq!(http.stops(), Some(StepName::MixedContent));
    assert!(http.advice().contains("https://"), "{}", http.advice());
}

#[test]
fn a_permission_is_asked_for_where_the_server_is_nearer_than_the_page() {
    let cases = [
        ("https://g.example", "wss://h.example", None),
        (
            "https://g.example",
            "wss://192.168.1.5",
            Some("local-network"),
        ),
        (
            "https://g.example",
            "ws://127.0.0.1:1",
            Some("loopback-network"),
        ),
        ("https://192.168.1.9", "wss://192.168.1.5", None),
        (
            "https://192.168.1.9",
            "ws://localhost:1",
            Some("loopback-network"),
        ),
        ("http://localhost", "ws://localhost:1", None),
        ("http://localhost", "ws://192.168.1.5", None),
    ];
    for (from, url, permission) in cases {
        let mut bench = Bench::new(url, "{}", None, from);
        match (bench.diagnosis.poll(0.0), permission) {
            (Inquiry::Permission([first, second]), Some(permission)) => {
                assert_eq!((first, second), (permission, "local-network-access"));
            }
            (Inquiry::Connect(..), None) => {}
            (other, _) => panic!("{from} {url}: {other:?}"),
        }
    }
}

/// A page on the internet, and a server in the user's network that nobody reaches.
fn unreached(permission: Option<Permission>) -> Bench {
    let mut bench = Bench::new("wss://192.168.1.5/a", "{}", None, "https://g.example");
    assert!(matches!(bench.diagnosis.poll(0.0), Inquiry::Permission(_)));
    bench.diagnosis.permission(permission);
    bench.refused(5.0);
    let url = "https://192.168.1.5/a";
    bench.fetches(&[
        (url, true, Fetched::Nothing),
        (url, false, Fetched::Nothing),
    ]);
    bench
}

#[test]
fn a_permission_that_was_refused_is_blamed_when_nobody_is_reached() {
    let mut denied = unreached(Some(Permission::Denied));
    assert_eq!(denied.stops(), Some(StepName::LocalNetwork));
    assert!(
        denied
            .advice()
            .contains("Allow access to the local network")
    );
    let mut prompt = unreached(Some(Permission::Prompt));
    assert_eq!(prompt.stops(), Some(StepName::LocalNetwork));
    assert!(prompt.advice().contains("allow it when the browser asks"));
    for fine in [Some(Permission::Granted), None] {
        let mut bench = unreached(fine);
        assert_eq!(bench.stops(), Some(StepName::Server), "{fine:?}");
        assert!(bench.advice().contains("certificate"), "{}", bench.advice());
    }
}

#[test]
fn a_permission_that_was_not_given_is_no_fault_when_the_socket_opens() {
    let mut bench = Bench::new("wss://192.168.1.5/a", "{}", None, "https://g.example");
    bench.diagnosis.poll(0.0);
    bench.diagnosis.permission(Some(Permission::Prompt));
    assert_eq!(bench.state(StepName::LocalNetwork), StepState::Unknown);
    bench.connect();
    bench.opens(5.0, "");
    bench.says(1.0, "1");
    assert_eq!(bench.stops(), None);
    assert_eq!(bench.state(StepName::LocalNetwork), StepState::Passed);
}

#[test]
fn an_unencrypted_page_reaches_nothing_at_home() {
    let mut bench = Bench::new("ws://192.168.1.5/a", "{}", None, "http://g.example");
    bench.refused(5.0);
    let url = "http://192.168.1.5/a";
    bench.fetches(&[
        (url, true, Fetched::Nothing),
        (url, false, Fetched::Nothing),
        ("https://192.168.1.5/a", false, Fetched::Nothing),
    ]);
    assert_eq!(bench.stops(), Some(StepName::LocalNetwork));
    assert!(bench.advice().contains("Serve Grafana over https://"));
}

#[test]
fn unencrypted_at_home_from_an_encrypted_page_is_tried_and_blamed() {
    let mut bench = Bench::new("ws://192.168.1.5/a", "{}", None, "https://g.example");
    bench.diagnosis.poll(0.0);
    bench.diagnosis.permission(None);
    bench.connect();
    let refused = Event::Refused("insecure".to_owned());
    assert_eq!(bench.after(1.0, refused), None);
    assert_eq!(bench.stops(), Some(StepName::MixedContent));
}

#[test]
fn secrets_in_an_address_are_not_shown() {
    assert_eq!(shown("ws://h/a?period=20&x"), "ws://h/a?period=20&x");
    assert_eq!(
        shown("wss://h/a?api_key=k1&symbol=BTC&Token=t2"),
        "wss://h/a?api_key=…&symbol=BTC&Token=…"
    );
    let mut bench = Bench::test("ws://h.example/a?token=s3cret", r#"{"transport":"sse"}"#);
    bench.connect();
    bench.after(
        1.0,
        Event::Answered(ResponseHead {
            status: 401,
            ..ResponseHead::default()
        }),
    );
    let report = bench.report();
    assert!(
        report.done && report.message.contains("token=…"),
        "{report:?}"
    );
    assert!(!format!("{report:?}").contains("s3cret"));
}

#[test]
fn an_address_without_encryption_is_judged_before_it_is_tried() {
    let judge = |url: &str, from: &str| unencrypted(url, false, &page(from));
    let https = "https://grafana.example.org";
    let forbidden = judge("ws://feeds.example.org", https).unwrap();
    assert!(
        forbidden.contains("opens no unencrypted WebSocket"),
        "{forbidden}"
    );
    let at_home = judge(" ws://192.168.1.5:8123", https).unwrap();
    assert!(
        at_home.contains("Chrome 147 and later allow that"),
        "{at_home}"
    );
    for url in [
        "wss://feeds.example.org",
        "ws://localhost:9190",
        "ws://[::1]:9190",
    ] {
        assert_eq!(judge(url, https), None, "{url}");
    }
    assert_eq!(
        judge("ws://feeds.example.org", "http://grafana.example.org"),
        None
    );
}
