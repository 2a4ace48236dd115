//! Time zones as the browser knows them.

use freshet::wasm::zones;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{notices, subscribe, values};

/// The milliseconds that a browser makes of an RFC 3339 text.
fn ms(text: &str) -> f64 {
    js_sys::Date::parse(text)
}

/// What local times are in a zone.
async fn read(zone: &str, times: &[&str]) -> (Vec<f64>, Vec<String>) {
    zones::provide();
    let rows: Vec<Value> = times.iter().map(|time| json!({ "t": time })).collect();
    let mut field = json!({ "path": "$[*].t", "name": "at", "type": "time" });
    if !zone.is_empty() {
        field["timeZone"] = json!(zone);
    }
    let delivered = subscribe(json!([{
        "refId": "A", "path": "/echo", "subscribe": json!(rows).to_string(), "fields": [field],
    }]));
    let packet = delivered.rows("A", times.len() as u64).await;
    let read = values(&packet, "at")
        .iter()
        .map(|value| value.as_f64().unwrap())
        .collect();
    (read, notices(&packet))
}

#[wasm_bindgen_test]
async fn local_times_are_of_the_zone_that_the_browser_knows() {
    for (zone, local, utc) in [
        (
            "Europe/Berlin",
            "2026-01-01T12:00:00",
            "2026-01-01T11:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2026-07-01T12:00:00",
            "2026-07-01T10:00:00Z",
        ),
        // The hours around both changes, what is skipped and what is shown twice.
        (
            "Europe/Berlin",
            "2026-03-29T01:59:59",
            "2026-03-29T00:59:59Z",
        ),
        (
            "Europe/Berlin",
            "2026-03-29T02:30:00",
            "2026-03-29T01:30:00Z",
        ),
        (
            "Europe/Berlin",
            "2026-03-29T03:00:00",
            "2026-03-29T01:00:00Z",
        ),
        (
            "Europe/Berlin",
            "2025-10-26T02:30:00",
            "2025-10-26T00:30:00Z",
        ),
        (
            "Europe/Berlin",
            "2025-10-26T03:00:00",
            "2025-10-26T02:00:00Z",
        ),
        (
            "America/New_York",
            "2024-03-10T03:00:00",
            "2024-03-10T07:00:00Z",
        ),
        (
            "Australia/Lord_Howe",
            "2024-10-06T02:15:00",
            "2024-10-05T15:45:00Z",
        ),
        (
            "Asia/Kathmandu",
            "2024-01-01T00:00:00",
            "2023-12-31T18:15:00Z",
        ),
        (
            "Pacific/Apia",
            "2011-12-31T00:00:00",
            "2011-12-30T10:00:00Z",
        ),
        ("Etc/UTC", "2024-01-01T00:00:00", "2024-01-01T00:00:00Z"),
        // Local mean time had seconds.
        (
            "Europe/Berlin",
            "1890-01-01T00:53:28",
            "1890-01-01T00:00:00Z",
        ),
    ] {
        let (read, told) = read(zone, &[local]).await;
        assert_eq!(read, [ms(utc)], "{local} in {zone}");
        assert!(
            !told.iter().any(|text| text.contains("no time zone")),
            "{told:?}"
        );
    }
}

#[wasm_bindgen_test]
async fn the_browsers_own_zone_is_that_of_its_dates() {
    let local = ["2026-01-01T12:00:00", "2026-07-01T12:00:00"];
    let (read, _) = read("browser", &local).await;
    // ECMAScript reads such texts as local times (ECMA-262 §21.4.3.2).
    assert_eq!(read, local.map(ms));
}

#[wasm_bindgen_test]
async fn without_a_zone_it_is_utc_and_that_is_told() {
    let (read, told) = read("", &["2026-07-01T12:00:00"]).await;
    assert_eq!(read, [ms("2026-07-01T12:00:00Z")]);
    assert!(
        told.iter()
            .any(|text| text.contains("no time zone and are read as UTC")),
        "{told:?}"
    );
}

#[wasm_bindgen_test]
async fn a_zone_that_the_browser_does_not_know_is_refused() {
    zones::provide();
    let query =
        json!({ "fields": [{ "path": "$.t", "role": "time", "timeZone": "Mars/Olympus" }] });
    let errors =
        freshet::wasm::check(crate::common::js(&query), wasm_bindgen::JsValue::UNDEFINED).unwrap();
    let errors: Value = serde_wasm_bindgen::from_value(errors).unwrap();
    assert_eq!(errors[0]["option"], "fields[0].timeZone");
    assert_eq!(errors[0]["value"], "Mars/Olympus");
}
