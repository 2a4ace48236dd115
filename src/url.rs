//! The address of a feed: the data source's URL with a query's path appended.
//!
//! The path comes from whoever edits a panel, the URL from an administrator, so
//! a path must never lead to another host nor out of the URL's own path. That
//! is why the address is put together as text, piece by piece, instead of
//! being resolved like a link.

use crate::error::Error;

/// Words that stand in the addresses of [known servers](crate::protocol::KNOWN_SERVERS) for what is to be replaced, and
/// what by.
pub const PLACEHOLDERS: [(&str, &str); 4] = [
    ("HOST", "the name of your server"),
    ("PATH", "the path of your server"),
    ("CLUSTER", "the cluster of your app"),
    ("KEY", "the key of your app"),
];

/// What stands in every address of Grafana's data source proxy.
pub const GRAFANA_PROXY: &str = "/api/datasources/proxy/";

/// The address for `path` below `base`, with the scheme a WebSocket needs.
///
/// # Errors
/// When `base` is no ws, wss, http or https URL, or `path` would leave it.
pub fn socket(base: &str, path: &str) -> Result<String, Error> {
    let (scheme, rest) = split(base)?;
    let scheme = if matches!(scheme, "wss" | "https") {
        "wss"
    } else {
        "ws"
    };
    Ok(format!("{scheme}://{}", append(rest, "path", path)?))
}

/// The address for `path` below `base`, with the scheme that HTTP needs.
///
/// # Errors
/// As [`socket`]; `field` names the setting that `path` is from.
pub fn http(base: &str, field: &str, path: &str) -> Result<String, Error> {
    let (scheme, rest) = split(base)?;
    let scheme = if matches!(scheme, "wss" | "https") {
        "https"
    } else {
        "http"
    };
    Ok(format!("{scheme}://{}", append(rest, field, path)?))
}

/// `address`, which [`socket`] made, with what it lacks of the place where servers of a protocol are found: `path` where
/// it names none, and each parameter of `query` that it does not have. Both may be empty.
pub fn complete(address: &str, path: &str, query: impl Iterator<Item = &'static str>) -> String {
    let (place, own) = address.split_once('?').unwrap_or((address, ""));
    let host = place.split_once("://").map_or(place, |(_, rest)| rest);
    let names_none = host.split_once('/').is_none_or(|(_, rest)| rest.is_empty());
    let mut complete = place.to_owned();
    if names_none && !path.is_empty() {
        complete.truncate(place.trim_end_matches('/').len());
        complete.push_str(path);
    }
    let mut parameters = vec![own];
    for parameter in query {
        if !has_parameter(address, name(parameter)) {
            parameters.push(parameter);
        }
    }
    parameters.retain(|one| !one.is_empty());
    if !parameters.is_empty() {
        complete.push('?');
        complete.push_str(&parameters.join("&"));
    }
    complete
}

/// Whether the query string of an address has a parameter of this name.
pub fn has_parameter(address: &str, named: &str) -> bool {
    let own = address.split_once('?').map_or("", |(_, query)| query);
    own.split('&').any(|known| name(known) == named)
}

/// The name of a parameter in a query string.
fn name(parameter: &str) -> &str {
    parameter.split('=').next().unwrap_or_default()
}

/// An address with more in its query, names and values.
pub fn with_query<'q>(address: &str, pairs: impl Iterator<Item = (&'q str, String)>) -> String {
    let mut address = address.to_owned();
    for (name, value) in pairs {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(&encoded(name));
        address.push('=');
        address.push_str(&encoded(&value));
    }
    address
}

/// A text as a part of a URL: everything but unreserved characters (RFC 3986 §2.3) is percent-encoded.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let digit = |four: u8| char::from(b"0123456789ABCDEF"[usize::from(four & 15)]);
            encoded.extend(['%', digit(byte >> 4), digit(byte)]);
        }
    }
    encoded
}

/// The scheme, and what follows `://`.
fn split(base: &str) -> Result<(&'static str, &str), Error> {
    let base = base.trim();
    let example = "use the feed's address, for example wss://example.org/feed";
    if base.is_empty() {
        return Err(Error::new(
            "url",
            base,
            format!("the URL is missing; {example}"),
        ));
    }
    let (scheme, rest) = base
        .split_once("://")
        .ok_or_else(|| Error::new("url", base, format!("the scheme is missing; {example}")))?;
    let known = ["ws", "wss", "http", "https"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(scheme));
    let scheme = known.ok_or_else(|| {
        Error::new(
            "url",
            base,
            format!("the scheme must be ws, wss, http or https; {example}"),
        )
    })?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty()
        || authority.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\')
    {
        return Err(Error::new(
            "url",
            base,
            format!("the host is missing; {example}"),
        ));
    }
    let place = rest.split(['?', '#']).next().unwrap_or_default();
    let mut words = place.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let placeholder = |word| PLACEHOLDERS.iter().find(|(known, _)| *known == word);
    if let Some((word, by)) = words.find_map(placeholder) {
        return Err(Error::new("url", base, format!("replace {word} with {by}")));
    }
    if authority.contains('@') {
        return Err(Error::new(
            "url",
            "(hidden)",
            "browsers refuse a URL with a user name or password; use access through Grafana's proxy for secrets",
        ));
    }
    // The colons of an IPv6 address stand before its bracket.
    if let Some((_, port)) = authority.rsplit_once(':')
        && !port.is_empty()
        && !port.ends_with(']')
        && port.parse::<u16>().is_err()
    {
        let problem = format!("the port must be a number from 0 to {}", u16::MAX);
        return Err(Error::new("url", base, problem));
    }
    Ok((scheme, rest))
}

/// `rest` (host, path and query) with `path` (which may carry a query) appended.
fn append(rest: &str, field: &str, path: &str) -> Result<String, Error> {
    let rest = rest.split('#').next().unwrap_or_default();
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = path.trim();
    if path.is_empty() {
        return Ok(rest.to_owned());
    }
    check(field, path)?;
    let (more, more_query) = path.split_once('?').unwrap_or((path, ""));
    let mut address = place.to_owned();
    if !more.is_empty() || !address.contains('/') {
        address.truncate(address.trim_end_matches('/').len());
        address.push('/');
        address.push_str(more.trim_start_matches('/'));
    }
    let queries: Vec<&str> = [query, more_query]
        .into_iter()
        .filter(|q| !q.is_empty())
        .collect();
    if !queries.is_empty() {
        address.push('?');
        address.push_str(&queries.join("&"));
    }
    Ok(address)
}

/// Refuses what a browser would resolve to another place.
fn check(field: &str, path: &str) -> Result<(), Error> {
    let problem = |text: &str| Err(Error::new(field, path, text));
    if path.contains("://")
        && !path.starts_with('?')
        && path.split('?').next().is_some_and(|p| p.contains("://"))
    {
        return problem(
            "it is appended to the data source's URL and cannot name another host; enter only the part that follows, for example /prices",
        );
    }
    if path.contains('#') {
        return problem("a fragment (#…) cannot be sent; encode # as %23");
    }
    if path.contains('\\') || path.chars().any(char::is_control) {
        return problem(
            "backslashes and control characters are not allowed; percent-encode them (\\ is %5C)",
        );
    }
    let place = path.split('?').next().unwrap_or_default();
    if has_dots(place) {
        return problem("it must stay below the data source's URL; remove . and .. from it");
    }
    Ok(())
}

/// Whether a segment is `.` or `..`, also in spellings that somebody on the way resolves: browsers decode dots (WHATWG
/// URL, "single-dot" and "double-dot URL path segment"), proxies and servers slashes and backslashes too, some of them
/// more than once. `%2F` between other characters is part of a name.
fn has_dots(place: &str) -> bool {
    let mut plain = String::with_capacity(place.len());
    for character in place.chars() {
        plain.push(character.to_ascii_lowercase());
        // As often as it is encoded, in one go: `%2525` becomes `%25`, and that `%`.
        if plain.ends_with("%25") {
            plain.truncate(plain.len() - 2);
        }
    }
    let plain = plain.replace("%2e", ".");
    let plain = plain.replace("%2f", "/").replace("%5c", "/");
    plain
        .split('/')
        .any(|segment| segment == "." || segment == "..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::iter;

    #[test]
    fn appends_paths_and_queries() {
        let cases = [
            ("ws://h:1", "", "ws://h:1"),
            ("ws://h:1/feed?a=1", "", "ws://h:1/feed?a=1"),
            ("ws://h:1", "simple", "ws://h:1/simple"),
            ("ws://h:1/", "/simple?period=5", "ws://h:1/simple?period=5"),
            ("https://h/base/", "x/y", "wss://h/base/x/y"),
            (
                "http://h/base?token=t",
                "x?b=2",
                "ws://h/base/x?token=t&b=2",
            ),
            ("ws://h", "?b=2", "ws://h/?b=2"),
            ("ws://h/p", "?b=2", "ws://h/p?b=2"),
            ("WSS://h", "//evil.org/x", "wss://h/evil.org/x"),
            ("ws://h", "@evil.org", "ws://h/@evil.org"),
            (
                "ws://h",
                "x?to=http://elsewhere",
                "ws://h/x?to=http://elsewhere",
            ),
        ];
        for (base, path, expected) in cases {
            assert_eq!(socket(base, path).unwrap(), expected, "{base} {path}");
        }
        assert_eq!(
            http("wss://h/ws", "backfill.url", "history").unwrap(),
            "https://h/ws/history"
        );
    }

    #[test]
    fn an_address_is_completed_with_what_it_lacks() {
        let cases = [
            ("ws://h:1", "ws://h:1/p/?a=1&b=2"),
            ("ws://h:1/", "ws://h:1/p/?a=1&b=2"),
            ("ws://h/own", "ws://h/own?a=1&b=2"),
            ("ws://h/own/", "ws://h/own/?a=1&b=2"),
            ("ws://h/?b=3", "ws://h/p/?b=3&a=1"),
            ("ws://h?c", "ws://h/p/?c&a=1&b=2"),
            ("ws://h/own?to=x/y&a&b=", "ws://h/own?to=x/y&a&b="),
        ];
        for (address, expected) in cases {
            assert_eq!(
                complete(address, "/p/", ["a=1", "b=2"].into_iter()),
                expected,
                "{address}"
            );
            assert_eq!(complete(address, "", iter::empty()), address);
        }
        assert_eq!(complete("ws://h", "/ws", iter::empty()), "ws://h/ws");
    }

    #[test]
    fn appends_to_the_query() {
        let more = |address| {
            let pairs = [("a b", "1&2".to_owned()), ("t", "é/=".to_owned())];
            with_query(address, pairs.into_iter())
        };
        assert_eq!(more("ws://h"), "ws://h?a%20b=1%262&t=%C3%A9%2F%3D");
        assert_eq!(
            more("ws://h/p?x=1"),
            "ws://h/p?x=1&a%20b=1%262&t=%C3%A9%2F%3D"
        );
        assert_eq!(with_query("ws://h", std::iter::empty()), "ws://h");
    }

    #[test]
    fn refuses_paths_that_lead_elsewhere() {
        for path in [
            "../x",
            "a/../../b",
            "a/%2E%2e/b",
            "./x",
            "a\\b",
            "wss://evil.org",
            "a#b",
            "a\nb",
        ] {
            let error = socket("ws://h/base", path).unwrap_err();
            assert_eq!(error.field(), "path", "{path}");
        }
    }

    #[test]
    fn refuses_dots_in_every_spelling_that_is_resolved_on_the_way() {
        for path in [
            "..%2fadmin",
            "a%2F..%2Fb",
            "%2e%2E%2fadmin",
            "x/..%5Cadmin",
            "%252e%252e/admin",
            "a/%25252e.%25252fadmin",
            "a%2f.",
        ] {
            let error = socket("ws://h/base", path).unwrap_err();
            assert_eq!(error.field(), "path", "{path}");
            assert_eq!(
                http("ws://h/base", "token.path", path).unwrap_err().field(),
                "token.path"
            );
        }
        // Encoded a hundred thousand times, which costs no more than its length.
        let deep = format!("%{}2e./x", "25".repeat(100_000));
        assert_eq!(socket("ws://h", &deep).unwrap_err().field(), "path");
        for path in ["a%2Fb", "v1..v2", "...", "a%2f..b", "100%25", "x?to=..%2f"] {
            assert_eq!(socket("ws://h", path).unwrap(), format!("ws://h/{path}"));
        }
    }

    #[test]
    fn credentials_in_a_url_are_refused_and_not_repeated() {
        for base in [
            "ws://user:hunter2@h",
            "wss://hunter2@h/x",
            "https://a@b:hunter2@h",
        ] {
            let error = socket(base, "").unwrap_err();
            assert_eq!(error.field(), "url");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn refuses_urls_that_are_none() {
        for base in [
            "",
            "example.org",
            "ftp://h",
            "ws://",
            "ws:///x",
            "ws://u:p@h",
            "mqtt://h",
        ] {
            assert_eq!(socket(base, "").unwrap_err().field(), "url", "{base}");
        }
    }

    #[test]
    fn what_was_to_be_replaced_and_still_stands_there_is_named() {
        let cases = [
            (
                "ws://HOST:8123",
                "replace HOST with the name of your server",
            ),
            ("ws://HOST", "replace HOST with the name of your server"),
            (
                "ws://h:1880/ws/PATH",
                "replace PATH with the path of your server",
            ),
            (
                "wss://ws-CLUSTER.pusher.com/app/KEY",
                "replace CLUSTER with the cluster of your app",
            ),
            (
                "wss://ws-eu.pusher.com/app/KEY",
                "replace KEY with the key of your app",
            ),
        ];
        for (base, problem) in cases {
            assert_eq!(socket(base, "").unwrap_err().problem(), problem, "{base}");
        }
        for base in ["ws://host:1", "ws://GHOST/KEYS/MY_KEY", "ws://h/?KEY=1"] {
            assert!(socket(base, "/HOST").is_ok(), "{base}");
        }
    }

    #[test]
    fn says_that_a_port_is_out_of_range() {
        for base in [
            "ws://127.0.0.1:99999",
            "wss://[::1]:65536/x?y",
            "ws://h:a:b",
        ] {
            let error = socket(base, "").unwrap_err().to_string();
            assert!(error.contains("port") && error.contains("65535"), "{error}");
        }
        for base in [
            "ws://h:0",
            "ws://h:65535/x:y",
            "ws://[::1]",
            "ws://h:",
            "ws://h?a=b:99999",
        ] {
            assert!(socket(base, "").is_ok(), "{base}");
        }
    }

    proptest! {
        #[test]
        fn the_host_never_changes(path in any::<String>()) {
            if let Ok(bare) = socket("ws://host.example:1", &path) {
                let address = complete(&bare, "/p", iter::once("a=1"));
                prop_assert!(address.starts_with("ws://host.example:1/"), "{}", address);
            }
            if let Ok(address) = socket("ws://host.example:1/base", &path) {
                let same = address == "ws://host.example:1/base" || address.starts_with("ws://host.example:1/base/") || address.starts_with("ws://host.example:1/base?");
                prop_assert!(same, "{}", address);
            }
        }
    }
}
