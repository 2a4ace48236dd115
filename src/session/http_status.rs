//! What the head of an HTTP response says to a person who set up a data source (RFC 9110 §15), and what to do.

use crate::transport::Transport;

/// Why a response of this `status` is no stream, as the end of a sentence that begins with the server's address;
/// `text` is the server's own, often empty. Behind Grafana's proxy some statuses are Grafana's.
pub(super) fn explain(status: u16, text: &str, is_proxied: bool) -> String {
    let advice = if is_proxied {
        behind_proxy(status)
    } else {
        directly(status)
    };
    let answer = format!("the server answered {status} {text}");
    format!("{}: {advice}", answer.trim_end())
}

fn directly(status: u16) -> &'static str {
    match status {
        401 | 403 => {
            "it requires credentials, or another origin. Use the access mode \"Server (proxy)\", \
             whose headers no viewer can read"
        }
        _ => of_any(status),
    }
}

fn behind_proxy(status: u16) -> &'static str {
    match status {
        400 => {
            "it refused the request. Grafana also reports wrong credentials in this way; check those of the data source"
        }
        401 => {
            "you are no longer signed in to Grafana, or the credentials of the data source are wrong"
        }
        403 => "Grafana or the server behind it denies access. Check permissions and credentials",
        404 => "the path does not exist, or the data source is not saved yet",
        502 | 504 => {
            "Grafana cannot reach the server. Check the URL as seen from the machine Grafana runs on"
        }
        _ => of_any(status),
    }
}

fn of_any(status: u16) -> &'static str {
    match status {
        204 | 205 => "it has nothing to send",
        404 | 410 => "there is nothing at this path. Check the URL and the path of the query",
        405 => "it does not answer GET at this path. Check the URL and the path of the query",
        406 => "it does not send this kind of stream. Check the transport of the data source",
        408 => "the request took too long to reach it",
        429 => "it receives too many requests",
        500..=599 => "it has failed or is overloaded. If this lasts, ask whoever runs it",
        400..=499 => "it refused the request. Check the URL and the path of the query",
        _ => "it is not a stream. Check the URL and the path of the query",
    }
}

/// Why a body of this type cannot be read over `transport`; `None` when it can.
pub(super) fn unreadable(transport: Transport, content_type: &str) -> Option<String> {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let is = |name: &str| essence.eq_ignore_ascii_case(name);
    let (is_events, is_page) = (is("text/event-stream"), is("text/html"));
    let advice = match transport {
        Transport::EventStream if is_events => return None,
        Transport::Lines if is_events => "set the transport of the data source to \"sse\"",
        Transport::Lines if !is_page => return None,
        _ if is_page => "a web page. Check the URL and the path of the query",
        _ => {
            "Server-Sent Events are text/event-stream. Check the URL, or set the transport to \"http\""
        }
    };
    Some(format!("the server sends {essence:?}: {advice}"))
}
