//! Servers that many people have: what a data source says to read them, for those who set one up.
//!
//! The settings page offers them, from the table that `npm run generate` makes of this one. The engine itself reads
//! nothing here. A word in capitals in an address is for people to replace: one of [`PLACEHOLDERS`](crate::url::PLACEHOLDERS).

/// A server, or a kind of server, and the data source that reads it.
#[derive(Debug)]
pub struct KnownServer {
    /// The name to show.
    pub title: &'static str,
    /// The address of the data source.
    pub url: &'static str,
    /// The preset that it is talked to with; `None` for servers that send of their own accord.
    pub preset: Option<&'static str>,
    /// What the data source tells the preset.
    pub options: &'static [(&'static str, &'static str)],
    /// Where its token comes from, as `token.from` names it, for servers that always want one.
    pub token: Option<&'static str>,
    /// What else has to be so, in sentences; empty when nothing.
    pub note: &'static str,
}

impl KnownServer {
    /// A server that wants nothing but an address.
    const fn at(title: &'static str, url: &'static str) -> Self {
        Self {
            title,
            url,
            preset: None,
            options: &[],
            token: None,
            note: "",
        }
    }

    /// The same, talked to with a preset, whose params say what queries may ask for.
    const fn speaking(self, preset: &'static str) -> Self {
        Self {
            preset: Some(preset),
            ..self
        }
    }

    /// The same, where each viewer enters a token of their own.
    const fn with_viewers_token(self) -> Self {
        Self {
            token: Some("viewer"),
            ..self
        }
    }

    /// The same, with something to know.
    const fn noting(self, note: &'static str) -> Self {
        Self { note, ..self }
    }
}

/// Every known server, by title. Addresses and ports are those of each project's documentation.
pub const KNOWN_SERVERS: &[KnownServer] = &[
    KnownServer::at("Binance", "wss://stream.binance.com:9443").speaking("binance"),
    KnownServer::at("Centrifugo", "ws://HOST:8000").speaking("centrifugo"),
    KnownServer::at("Coinbase Exchange", "wss://ws-feed.exchange.coinbase.com")
        .speaking("coinbase"),
    KnownServer {
        options: &[("realm", "realm1")],
        ..KnownServer::at("Crossbar.io", "ws://HOST:8080/ws").speaking("wamp")
    },
    KnownServer::at("Deribit", "wss://www.deribit.com").speaking("deribit"),
    KnownServer::at("EMQX", "ws://HOST:8083/mqtt").speaking("mqtt"),
    KnownServer::at("Ethereum node", "ws://HOST:8546")
        .speaking("ethereum")
        .noting(
            "The node must serve WebSockets: geth --ws, with Grafana's address in --ws.origins.",
        ),
    KnownServer::at("Grafana Loki", "ws://HOST:3100")
        .speaking("loki")
        .noting("It tails the logs that the query selects."),
    KnownServer::at("Hasura", "wss://HOST/v1/graphql").speaking("graphql-transport-ws"),
    KnownServer::at("Home Assistant", "ws://HOST:8123")
        .speaking("home-assistant")
        .with_viewers_token()
        .noting("Each viewer enters a long-lived access token of their own."),
    KnownServer::at("Kraken", "wss://ws.kraken.com").speaking("kraken"),
    KnownServer::at("Moonraker (Klipper)", "ws://HOST:7125").speaking("moonraker"),
    KnownServer::at("Mosquitto", "ws://HOST:9001")
        .speaking("mqtt")
        .noting("Mosquitto needs a listener with the line: protocol websockets."),
    KnownServer::at("NATS", "ws://HOST:9222")
        .speaking("nats")
        .noting("The server needs a websocket block in its configuration."),
    KnownServer::at("Node-RED", "ws://HOST:1880/ws/PATH")
        .noting("A websocket out node sends to all of its clients; PATH is that of its listener."),
    KnownServer::at("Polygon stocks", "wss://socket.polygon.io/stocks")
        .speaking("polygon")
        .with_viewers_token()
        .noting("The token is the API key."),
    KnownServer::at("Pusher Channels", "wss://ws-CLUSTER.pusher.com/app/KEY")
        .speaking("pusher")
        .noting("KEY is the key of the app, which is public."),
    KnownServer::at("RabbitMQ Web-MQTT", "ws://HOST:15675/ws")
        .speaking("mqtt")
        .noting("Enable the plugin: rabbitmq-plugins enable rabbitmq_web_mqtt."),
    KnownServer::at("RabbitMQ Web-STOMP", "ws://HOST:15674/ws")
        .speaking("stomp")
        .noting("Enable the plugin: rabbitmq-plugins enable rabbitmq_web_stomp."),
    KnownServer::at("rosbridge (ROS)", "ws://HOST:9090").speaking("rosbridge"),
    KnownServer::at("Signal K", "ws://HOST:3000").speaking("signalk"),
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::protocol::contract::Params;
    use crate::protocol::preset::Preset;
    use crate::protocol::presets::PRESETS;
    use crate::url;

    fn params(pairs: &[(&str, &str)]) -> Params {
        let pairs = pairs.iter();
        pairs
            .map(|(name, text)| ((*name).to_owned(), Value::from(*text)))
            .collect()
    }

    fn preset_of(server: &KnownServer) -> Option<&'static Preset> {
        let name = server.preset?;
        let found = PRESETS.iter().find(|preset| preset.name == name);
        Some(found.unwrap_or_else(|| panic!("{}: no preset {name}", server.title)))
    }

    #[test]
    fn what_is_filled_in_suits_the_preset() {
        for server in KNOWN_SERVERS {
            let Some(preset) = preset_of(server) else {
                assert!(server.options.is_empty());
                continue;
            };
            let options = params(server.options);
            assert_eq!(preset.check_options(&options), Ok(()), "{}", server.title);
        }
    }

    #[test]
    fn what_is_to_be_replaced_in_an_address_is_known() {
        for server in KNOWN_SERVERS {
            let words = server.url.split(|c: char| !c.is_ascii_alphanumeric());
            let capitals = words.filter(|word| {
                word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase())
            });
            for word in capitals {
                let is_known = url::PLACEHOLDERS.iter().any(|(known, _)| *known == word);
                assert!(is_known, "{}: {word}", server.title);
            }
        }
    }

    #[test]
    fn a_preset_that_logs_in_with_a_token_gets_one_where_the_server_wants_it() {
        for server in KNOWN_SERVERS.iter().filter(|server| server.token.is_some()) {
            let preset = preset_of(server);
            assert!(
                preset.is_some_and(|preset| preset.token.is_some()),
                "{}",
                server.title
            );
        }
    }

    #[test]
    fn servers_are_listed_once_and_in_order() {
        let titles: Vec<String> = KNOWN_SERVERS
            .iter()
            .map(|server| server.title.to_lowercase())
            .collect();
        let mut sorted = titles.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(titles, sorted);
    }
}
