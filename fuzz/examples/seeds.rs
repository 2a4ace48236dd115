//! Makes the seeds of `message_sequence` of the recorded feeds:
//! `cargo run --manifest-path fuzz/Cargo.toml --example seeds`.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use freshet_fuzz::session;
use serde_json::Value;

/// More of a feed only makes the fuzzer slow.
const MOST_MESSAGES: usize = 12;

fn main() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seeds = top.join("seeds/message_sequence");
    fs::create_dir_all(&seeds).expect("a folder for the seeds");
    for entry in fs::read_dir(top.join("../recordings")).expect("the folder recordings") {
        let path = entry.expect("an entry").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let text = fs::read_to_string(&path).expect("a recording");
            let mut recording: Value = serde_json::from_str(&text).expect("JSON");
            let name = path.file_stem().expect("a name").to_string_lossy();
            let write =
                |name: &str, seed| fs::write(seeds.join(name), seed).expect("room for a seed");
            write(&name, seed(&recording, false));
            recording["query"]["capacity"] = 3.into();
            recording["query"]["maxSeries"] = 2.into();
            write(&format!("{name}-small"), seed(&recording, true));
        }
    }
}

fn seed(recording: &Value, eventful: bool) -> Vec<u8> {
    let messages = recording["messages"].as_array().expect("messages");
    let messages = messages.iter().take(MOST_MESSAGES).map(payload);
    let messages: Vec<(bool, Vec<u8>)> = messages.collect();
    let borrowed = messages
        .iter()
        .map(|(binary, bytes)| (*binary, bytes.as_slice()));
    session::write(&recording["query"], borrowed, eventful)
}

fn payload(message: &Value) -> (bool, Vec<u8>) {
    match message["text"].as_str() {
        Some(text) => (false, text.as_bytes().to_vec()),
        None => {
            let text = message["base64"].as_str().expect("text or base64");
            (true, BASE64.decode(text).expect("base64"))
        }
    }
}
