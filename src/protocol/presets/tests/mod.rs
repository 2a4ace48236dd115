//! Recorded sessions with the presets that are scripts, as they are shipped, with a made-up clock.

mod action_cable;
mod graphql;
mod signalr;
mod sockjs;
mod wamp;
