//! Where a page and a server stand, and what browsers forbid between the two.
//!
//! Addresses are judged as they are written: a page learns of no other. What a name leads to only the browser knows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::Serialize;

/// The page that wants to connect.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Whether it was loaded over https.
    pub is_https: bool,
    /// Whether it is a secure context: over https, or from this machine.
    pub is_secure: bool,
    /// Its host, without a port.
    pub host: String,
}

/// How far away an address is (Local Network Access, WICG draft, "IP address space").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Space {
    /// This machine.
    Loopback,
    /// The network that it is in.
    Local,
    /// Everything else, and every name that says nothing of where it leads.
    Public,
}

impl Space {
    /// The permission that Chrome 145 and later ask the user for (142 to 144 know one for both,
    /// [`ANY_LOCAL`]).
    pub(super) fn permission(self) -> Option<&'static str> {
        match self {
            Self::Loopback => Some("loopback-network"),
            Self::Local => Some("local-network"),
            Self::Public => None,
        }
    }
}

/// The permission of Chrome 142 to 144; later ones know the name still.
pub(super) const ANY_LOCAL: &str = "local-network-access";

/// What the user said to a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Permission {
    /// Yes.
    Granted,
    /// Nothing yet: the browser will ask.
    Prompt,
    /// No.
    Denied,
}

impl Permission {
    /// The state that the Permissions API names so.
    pub fn parse(state: &str) -> Option<Self> {
        Some(match state {
            "granted" => Self::Granted,
            "prompt" => Self::Prompt,
            "denied" => Self::Denied,
            _ => return None,
        })
    }
}

/// What is connected to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Target {
    /// Whether what is said on the way is encrypted.
    pub is_encrypted: bool,
    /// Host and port as they are written.
    pub host_and_port: String,
    /// The host, without brackets.
    pub host: String,
}

impl Target {
    /// The target of an absolute address.
    pub(super) fn of(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        let host_and_port = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = match host_and_port.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host_and_port.split(':').next().unwrap_or_default(),
        };
        Self {
            is_encrypted: matches!(scheme, "wss" | "https"),
            host_and_port: host_and_port.to_owned(),
            host: host.to_owned(),
        }
    }

    /// How far away it is.
    pub(super) fn space(&self) -> Space {
        space_of(&self.host)
    }
}

/// How far away a host is, by what its name or address says.
pub(super) fn space_of(host: &str) -> Space {
    let host = host.trim_matches(['[', ']']).to_ascii_lowercase();
    if let Ok(address) = host.parse::<IpAddr>() {
        return space_of_address(address);
    }
    if host == "localhost" || host.ends_with(".localhost") {
        return Space::Loopback;
    }
    // A name without a dot is one of the local network; .local is multicast DNS (RFC 6762).
    if host.ends_with(".local") || !host.contains('.') {
        return Space::Local;
    }
    Space::Public
}

fn space_of_address(address: IpAddr) -> Space {
    match address {
        IpAddr::V4(address) => space_of_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => space_of_v4(address),
            None => space_of_v6(address),
        },
    }
}

fn space_of_v4(address: Ipv4Addr) -> Space {
    // RFC 6598: behind the provider's own translation.
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    if address.is_loopback() || address.is_unspecified() {
        Space::Loopback
    } else if address.is_private() || address.is_link_local() || is_shared {
        Space::Local
    } else {
        Space::Public
    }
}

fn space_of_v6(address: Ipv6Addr) -> Space {
    if address.is_loopback() || address.is_unspecified() {
        Space::Loopback
    } else if address.is_unique_local() || address.is_unicast_link_local() {
        Space::Local
    } else {
        Space::Public
    }
}

/// Whether a page over https may connect without encryption (W3C Mixed Content §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MixedContent {
    /// It need not: the page is not over https, or the connection is encrypted.
    None,
    /// It may: what stays on this machine is trusted.
    Trusted,
    /// Chrome 147 and later allow it once the user has allowed access to the local network; other browsers do not.
    WithPermission,
    /// No browser allows it.
    Forbidden,
}

/// Whether the page may connect to the target as far as encryption goes.
pub(super) fn mixed_content(page: &Page, target: &Target) -> MixedContent {
    if !page.is_https || target.is_encrypted {
        return MixedContent::None;
    }
    match target.space() {
        Space::Loopback => MixedContent::Trusted,
        Space::Local => MixedContent::WithPermission,
        Space::Public => MixedContent::Forbidden,
    }
}

/// Whether a browser asks the user first (Local Network Access: Chrome 142 and later for requests, 147 and later for
/// WebSockets).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LocalNetwork {
    /// The target is not nearer than the page.
    NotAsked,
    /// It is, and the page may ask for these permissions: the first that the browser knows counts.
    Asked([&'static str; 2]),
    /// It is, and the page is no secure context, so that it is refused unasked.
    Refused,
}

/// Whether the browser asks before this page reaches the target.
pub(super) fn local_network(page: &Page, target: &Target) -> LocalNetwork {
    let space = target.space();
    match space.permission() {
        Some(permission) if space < space_of(&page.host) => {
            if page.is_secure {
                LocalNetwork::Asked([permission, ANY_LOCAL])
            } else {
                LocalNetwork::Refused
            }
        }
        _ => LocalNetwork::NotAsked,
    }
}

/// Parts of a query string that are secrets, by what their names contain.
const SECRETS: [&str; 8] = [
    "token",
    "key",
    "secret",
    "pass",
    "auth",
    "sig",
    "credential",
    "jwt",
];

/// An address to show: without what stands in it for others not to know.
pub(super) fn shown(url: &str) -> String {
    let Some((place, query)) = url.split_once('?') else {
        return url.to_owned();
    };
    let parts = query.split('&').map(|part| {
        let (name, _) = part.split_once('=')?;
        let lower = name.to_ascii_lowercase();
        let is_secret = SECRETS.iter().any(|secret| lower.contains(secret));
        is_secret.then(|| format!("{name}=…"))
    });
    let parts: Vec<String> = parts
        .zip(query.split('&'))
        .map(|(hidden, part)| hidden.unwrap_or_else(|| part.to_owned()))
        .collect();
    format!("{place}?{}", parts.join("&"))
}
