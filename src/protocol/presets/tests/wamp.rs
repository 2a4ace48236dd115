//! What queries and data sources may tell WAMP.

use serde_json::{Map, Value, json};

use crate::protocol::Conversation;
use crate::protocol::tests::talk::Talk;

#[test]
fn a_topic_is_a_uri_and_a_match_is_one_of_three() {
    let talk = Talk::open("wamp", &json!({ "realm": "plant" }));
    let fault = |params: Value| {
        talk.check(&params)
            .err()
            .map(|error| error.field().to_owned())
    };
    let field = |name: &str| Some(format!("params.{name}"));
    assert_eq!(fault(json!({ "topic": "a b" })), field("topic"));
    assert_eq!(fault(json!({ "topic": "a.#" })), field("topic"));
    assert_eq!(
        fault(json!({ "topic": "a", "match": "regex" })),
        field("match")
    );
    assert_eq!(fault(json!({ "topic": "a..c", "match": "wildcard" })), None);
}

#[test]
fn only_logins_that_take_the_token_as_it_is_can_be_chosen() {
    let wamp = Conversation::choose(Some("wamp"), Map::new())
        .unwrap()
        .conversation;
    let check = |options: Value| wamp.check_options(options.as_object().unwrap());
    let error = check(json!({ "realm": "a", "authmethods": "wampcra" })).unwrap_err();
    assert_eq!(error.field(), "options.authmethods");
    check(json!({ "realm": "a", "authmethods": "ticket", "authid": "b" })).unwrap();
}
