//! Messages in a format or a protocol that are translated to JSON texts.

use freshet::format::{CsvOptions, Decoder, Documents, Format, Message, SEPARATOR};
use freshet::protocol::{
    self, Control, Conversation, Opening, Params, Protocol, Received, Setup, SubscribeRequest,
    SubscriptionId,
};

/// Small, so that the fuzzer finds what happens at the limit.
const MAX: usize = 4096;

/// Feeds `data` as messages, cut at 0xff 0xfe, in text and binary, and checks what comes out.
pub fn feed(format: &str, csv: CsvOptions, checked: bool, data: &[u8]) {
    let Some(format) = Format::parse(format, csv) else {
        panic!("no format is named {format}");
    };
    let mut decoder = Decoder::new(format, MAX);
    let mut out = Documents::default();
    for message in messages(data) {
        let _ = decoder.decode(Message::Binary(message), &mut out);
        if std::str::from_utf8(message).is_ok() {
            let _ = decoder.decode(Message::Text(message), &mut out);
        }
        check(&out, checked);
        out.clear();
    }
    let _ = decoder.chosen();
    decoder.reconnected();
}

/// Feeds `data` to a protocol as messages, cut at 0xff 0xfe; every third is a text message if it can be. Checks what
/// comes out, and that answers do not outlive their socket.
pub fn feed_protocol(name: &str, checked: bool, data: &[u8]) {
    let Some(entry) = protocol::find(name) else {
        panic!("no protocol is named {name}");
    };
    let mut session = (entry.make)(&Setup::new(MAX));
    session.subscribe(
        SubscriptionId(1),
        &SubscribeRequest::of_text("subscribe"),
        0.0,
    );
    session.opened(&Opening::default(), 0.0);
    assert!(session.poll_transmit().is_some());
    converse(session.as_mut(), checked, data);
    session.handle_timeout(f64::MAX);
    assert_eq!(session.poll_timeout(), None);
    session.closed();
    assert_eq!(session.poll_transmit(), None);
}

/// The same for a protocol that speaks for itself and has asked for what `params` name.
pub fn feed_client(name: &str, checked: bool, params: &[(&str, &str)], data: &[u8]) {
    feed_told_client(name, checked, &[], params, data);
}

/// The same, for a client that the data source tells `options`.
pub fn feed_told_client(
    name: &str,
    checked: bool,
    options: &[(&str, &str)],
    params: &[(&str, &str)],
    data: &[u8],
) {
    let Some(entry) = protocol::find(name) else {
        panic!("no protocol is named {name}");
    };
    let mut request = SubscribeRequest::default();
    for (name, value) in params {
        request.params.insert((*name).to_owned(), (*value).into());
    }
    let mut setup = Setup::new(MAX);
    setup.is_client = true;
    for (name, value) in options {
        setup.options.insert((*name).to_owned(), (*value).into());
    }
    let mut session = (entry.make)(&setup);
    session.subscribe(SubscriptionId(1), &request, 0.0);
    session.opened(&Opening::default(), 0.0);
    converse(session.as_mut(), checked, data);
    session.closed();
    assert_eq!(session.poll_timeout(), None);
    assert_eq!(session.poll_transmit(), None);
}

/// Feeds `data` to a preset that is a script, which has asked for what `params` name.
pub fn feed_preset(name: &str, params: &[(&str, &str)], data: &[u8]) {
    let chosen = Conversation::choose(Some(name), Params::new());
    let Ok(chosen) = chosen else {
        panic!("no preset is named {name}");
    };
    let params = params
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()));
    converse_with(&chosen.conversation, params.collect(), data);
}

/// Takes what stands before the first 0xff 0xfe as a script, and the rest as messages for it.
pub fn feed_script(data: &[u8]) {
    let mut parts = messages(data);
    let script = parts.next().unwrap_or_default();
    let rest = data.get(script.len() + 2..).unwrap_or_default();
    let Ok(script) = serde_json::from_slice::<Params>(script) else {
        return;
    };
    let Ok(chosen) = Conversation::choose(None, script) else {
        return;
    };
    let params = ["topic", "channel", "x"].map(|name| (name.to_owned(), "a".into()));
    converse_with(&chosen.conversation, params.into_iter().collect(), rest);
}

fn converse_with(conversation: &Conversation, params: Params, data: &[u8]) {
    let mut session = conversation.protocol(MAX, &Params::new(), 1);
    // A script without any part is the plain protocol, whose messages the connection takes in batches.
    if session.passes_batches() {
        return;
    }
    let request = SubscribeRequest { text: None, params };
    session.subscribe(SubscriptionId(1), &request, 0.0);
    let opening = Opening {
        token: Some("token".to_owned()),
        ..Opening::default()
    };
    session.opened(&opening, 0.0);
    session.subscribe(SubscriptionId(2), &request, 0.0);
    // Payloads are cut out by their brackets; who reads them checks them.
    converse(session.as_mut(), false, data);
    session.handle_timeout(f64::MAX);
    session.unsubscribe(SubscriptionId(1), "", f64::MAX);
    session.leaving(f64::MAX);
    session.closed();
    assert_eq!(session.poll_timeout(), None);
    assert_eq!(session.poll_transmit(), None);
}

fn converse(session: &mut dyn Protocol, checked: bool, data: &[u8]) {
    let mut received = Received::default();
    for (index, bytes) in messages(data).enumerate() {
        let now = index as f64;
        let message = match std::str::from_utf8(bytes) {
            Ok(_) if index % 3 == 2 => Message::Text(bytes),
            _ => Message::Binary(bytes),
        };
        let _ = protocol::detect(message, MAX);
        while session.poll_timeout().is_some_and(|at| at <= now) {
            let said = session.handle_timeout(now);
            if matches!(
                said,
                Some(Control::Failed(_) | Control::Stopped(_) | Control::TokenRefused(_))
            ) {
                session.closed();
                session.opened(&Opening::default(), now);
            }
        }
        let _ = session.receive(message, now, now, &mut received);
        check(&received.documents, checked);
        assert_eq!(received.arrivals.len(), received.documents.len());
        assert_eq!(received.subscriptions.len(), received.documents.len());
        assert!(session.poll_timeout().is_none_or(|at| at >= now));
        while index % 2 == 0 && session.poll_transmit().is_some() {}
        received.clear();
    }
}

fn messages(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(data);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let cut = bytes.windows(2).position(|pair| pair == [0xff, 0xfe]);
        rest = cut.map(|at| &bytes[at + 2..]);
        Some(cut.map_or(bytes, |at| &bytes[..at]))
    })
}

fn check(out: &Documents, checked: bool) {
    assert!(out.bytes().len() <= 2 * (4 * MAX + 64 * 1024));
    if out.is_empty() {
        assert!(out.bytes().is_empty());
        return;
    }
    let texts: Vec<&[u8]> = out.bytes().split(|byte| *byte == SEPARATOR).collect();
    assert_eq!(texts.len(), out.len());
    for text in texts {
        assert!(std::str::from_utf8(text).is_ok());
        assert!(!checked || freshet::decode::json::validate(text).is_ok());
    }
}
