//! What is said of a connection that opened, and what to do when it ends early.

use crate::session::close::{Close, ended};
use crate::session::probe::ProbeReport;
use crate::table::Millis;

/// Of a handshake of which nobody has said why it ended.
pub(super) const UNANSWERED: &str = "The server did not answer.";

/// "code 1008, policy violation, …", with the server's own reason when it gave one.
pub(super) fn close_words(code: u16, reason: Option<&str>) -> String {
    let close = Close {
        code,
        reason: String::new(),
    };
    let said = reason.map(|reason| format!("; it says \"{reason}\""));
    format!(
        "code {code}, {}{}",
        close.meaning(),
        said.unwrap_or_default()
    )
}

/// How a connection that opened has ended, as a sentence or the end of one; `None` while it is open.
pub(super) fn end_words(report: &ProbeReport) -> Option<String> {
    let code = report.close_code?;
    Some(close_words(code, report.close_reason.as_deref()))
}

/// What to do about a connection that was closed with this code before anything came.
pub(super) fn advice_on_close(code: u16) -> &'static str {
    match code {
        1008 | 3000 | 3003 | 4401 | 4403 => {
            "The server requires credentials, another origin or another request. Check what it requires; secrets need the access mode \"Server (proxy)\"."
        }
        1002 | 1003 | 1007 => {
            "The server did not understand what was sent. Check the subscribe message of the query and the protocol of the data source."
        }
        1009 => "A message was too large for the server. Check the subscribe message of the query.",
        1011..=1014 => {
            "The server has a problem. Try again later; if this lasts, ask whoever runs it."
        }
        _ => {
            "Some servers close connections that ask for nothing or speak another protocol: check path and subscribe message of the query, and the protocol of the data source."
        }
    }
}

/// "Connected to … in 5 ms, subprotocol v2."
pub(super) fn connected(report: &ProbeReport, url: &str) -> String {
    let protocol = report.protocol.as_ref();
    let protocol = protocol.map(|protocol| format!(", subprotocol {protocol}"));
    let ms = report.opened_ms.unwrap_or_default().round();
    format!(
        "Connected to {url} in {ms} ms{}.",
        protocol.unwrap_or_default()
    )
}

/// "First message after 5 ms: …", if one came.
pub(super) fn first_message(report: &ProbeReport) -> Option<String> {
    let message = report.first_message.as_ref()?;
    let kind = match report.first_message_binary {
        Some(true) => "First message (binary)",
        _ => "First message",
    };
    let ms = report.first_message_ms.unwrap_or_default().round();
    Some(format!("{kind} after {ms} ms: {message}"))
}

/// That nothing came within so long.
pub(super) fn silence(patience: Millis) -> String {
    format!("No message arrived within {} s.", patience / 1000.0)
}

/// Words as a sentence.
pub(super) fn sentence(words: &str) -> String {
    let words = ended(words.trim());
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// Whether a message is a web page, as proxies answer with where no feed is.
pub(super) fn is_page(message: &str) -> bool {
    let begin = message.trim_start_matches('\u{feff}').trim_start();
    ["<!doctype html", "<html"].iter().any(|known| {
        let begin = begin.get(..known.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(known))
    })
}
