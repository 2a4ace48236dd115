//! Servers that many people have: what a data source says to read them, for those who set one up.
//!
//! The settings page offers them, from the table that `npm run generate` makes of this one. The engine itself reads
//! nothing here. A word in capitals in an address is for people to replace.

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
    /// What a query may ask for: a value for each of the preset's params that has to be given, and perhaps others.
    pub example: &'static [(&'static str, &'static str)],
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
            example: &[],
            note: "",
        }
    }

    /// The same, talked to with a preset that queries tell this.
    const fn speaking(
        self,
        preset: &'static str,
        example: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            preset: Some(preset),
            example,
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
    KnownServer::at("Binance", "wss://stream.binance.com:9443")
        .speaking("binance", &[("streams", "btcusdt@trade")]),
    KnownServer::at("Centrifugo", "ws://HOST:8000").speaking("centrifugo", &[("channel", "news")]),
    KnownServer::at("Coinbase Exchange", "wss://ws-feed.exchange.coinbase.com").speaking(
        "coinbase",
        &[("channel", "ticker"), ("products", "BTC-USD")],
    ),
    KnownServer {
        options: &[("realm", "realm1")],
        ..KnownServer::at("Crossbar.io", "ws://HOST:8080/ws")
            .speaking("wamp", &[("topic", "com.plant.temperature")])
    },
    KnownServer::at("Deribit", "wss://www.deribit.com")
        .speaking("deribit", &[("channel", "ticker.BTC-PERPETUAL.100ms")]),
    KnownServer::at("EMQX", "ws://HOST:8083/mqtt").speaking("mqtt", &[("topic", "plant/#")]),
    KnownServer::at("Ethereum node", "ws://HOST:8546")
        .speaking("ethereum", &[("params", r#"["newHeads"]"#)])
        .noting(
            "The node has to serve WebSocket: geth --ws, with Grafana's address in --ws.origins.",
        ),
    KnownServer::at("Grafana Loki", "ws://HOST:3100")
        .speaking("loki", &[("query", r#"{app="web"}"#)])
        .noting("It tails the logs that the query selects."),
    KnownServer::at("Hasura", "wss://HOST/v1/graphql").speaking(
        "graphql-transport-ws",
        &[("query", "subscription { readings { value } }")],
    ),
    KnownServer::at("Home Assistant", "ws://HOST:8123")
        .speaking("home-assistant", &[("entities", "sensor.power")])
        .with_viewers_token()
        .noting("Each viewer enters a long-lived access token of their own."),
    KnownServer::at("Kraken", "wss://ws.kraken.com")
        .speaking("kraken", &[("channel", "ticker"), ("symbol", "BTC/USD")]),
    KnownServer::at("Moonraker (Klipper)", "ws://HOST:7125").speaking(
        "moonraker",
        &[("objects", r#"{"extruder": ["temperature", "target"]}"#)],
    ),
    KnownServer::at("Mosquitto", "ws://HOST:9001")
        .speaking("mqtt", &[("topic", "plant/#")])
        .noting("Mosquitto needs a listener with the line: protocol websockets."),
    KnownServer::at("NATS", "ws://HOST:9222")
        .speaking("nats", &[("subject", "plant.>")])
        .noting("The server needs a websocket block in its configuration."),
    KnownServer::at("Node-RED", "ws://HOST:1880/ws/PATH")
        .noting("A websocket out node sends to all of its clients; PATH is that of its listener."),
    KnownServer::at("Polygon stocks", "wss://socket.polygon.io/stocks")
        .speaking("polygon", &[("event", "T"), ("symbol", "AAPL")])
        .with_viewers_token()
        .noting("The token is the API key."),
    KnownServer::at("Pusher Channels", "wss://ws-CLUSTER.pusher.com/app/KEY")
        .speaking("pusher", &[("channel", "prices")])
        .noting("KEY is the key of the app, which is public."),
    KnownServer::at("RabbitMQ Web-MQTT", "ws://HOST:15675/ws")
        .speaking("mqtt", &[("topic", "plant/#")])
        .noting("Turn the plugin on: rabbitmq-plugins enable rabbitmq_web_mqtt."),
    KnownServer::at("RabbitMQ Web-STOMP", "ws://HOST:15674/ws")
        .speaking("stomp", &[("destination", "/topic/plant.*")])
        .noting("Turn the plugin on: rabbitmq-plugins enable rabbitmq_web_stomp."),
    KnownServer::at("rosbridge (ROS)", "ws://HOST:9090")
        .speaking("rosbridge", &[("topic", "/odom")]),
    KnownServer::at("Signal K", "ws://HOST:3000").speaking("signalk", &[("path", "navigation.*")]),
];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::protocol::contract::{Params, SubscribeRequest};
    use crate::protocol::preset::Preset;
    use crate::protocol::presets::PRESETS;

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
                assert!(server.options.is_empty() && server.example.is_empty());
                continue;
            };
            let request = SubscribeRequest {
                params: params(server.example),
                ..SubscribeRequest::default()
            };
            assert_eq!(preset.check(&request), Ok(()), "{}", server.title);
            let options = params(server.options);
            assert_eq!(preset.check_options(&options), Ok(()), "{}", server.title);
            let known = |name: &&str| preset.params.iter().any(|param| param.name == *name);
            assert!(server.example.iter().all(|(name, _)| known(name)));
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
