//! Rows that outlive their connection, in the browser's real database.

use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{eventually, held, notices, subscribe, values};

const PATH: &str = "/burst?rate=1000&count=30&kept";

/// Reads so many rows and leaves; says their times.
async fn times(target: &Value, count: u64) -> Vec<Value> {
    let delivered = subscribe(json!([target]));
    let packet = delivered.rows("A", count).await;
    assert_eq!(notices(&packet), [""; 0]);
    drop(delivered);
    // Journal and rows in memory are gone with it.
    assert!(eventually(|| held("kept").is_empty()).await);
    values(&packet, "time")
}

#[wasm_bindgen_test]
async fn rows_of_a_connection_that_has_ended_are_read_again_where_the_query_keeps_them() {
    let target = json!({ "refId": "A", "path": PATH, "keepRows": true });
    let first = times(&target, 30).await;
    let both = times(&target, 60).await;
    assert_eq!(both[..30], first[..30], "oldest first, each once");
    // What makes other rows of the same messages is another query.
    let other = json!({ "refId": "A", "path": PATH, "keepRows": true, "fields": [{ "path": "$.time", "role": "time" }, { "path": "$.value" }] });
    assert_eq!(times(&other, 30).await.len(), 30);
    let not_kept = json!({ "refId": "A", "path": PATH });
    assert_eq!(times(&not_kept, 30).await.len(), 30);
}
