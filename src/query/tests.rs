use super::*;

fn parse(json: &str) -> Result<Query, Error> {
    Query::parse(&serde_json::from_str(json).unwrap())
}

#[test]
fn an_empty_query_reads_everything() {
    let query = parse("{}").unwrap();
    assert_eq!(query.capacity, 1000);
    assert_eq!(query.max_rate, 10.0);
    let mut everything = Projection::default();
    everything.reading.retention.tags = true;
    assert_eq!(query.projection, everything);
    assert_eq!((query.path.as_str(), query.request.text), ("", None));
}

#[test]
fn names_the_field_the_value_and_what_would_be_right() {
    let cases = [
        (r#"{"capacity":0}"#, "capacity is \"0\"", "from 1 to"),
        (r#"{"capacity":1.5}"#, "capacity is \"1.5\"", "whole number"),
        (
            r#"{"capacity":"many"}"#,
            "capacity is \"many\"",
            "must be a number",
        ),
        (r#"{"maxRate":-1}"#, "maxRate is \"-1\"", "above 0"),
        (r#"{"format":"xml"}"#, "format is \"xml\"", "msgpack"),
        (r#"{"path":"../up"}"#, "path is \"../up\"", "below"),
        (
            r#"{"parse":["$.a","$..b"]}"#,
            "parse[1] is \"$..b\"",
            "names, indexes from 0 and *",
        ),
        (
            r#"{"mode":"upsert","clearWhen":[{"path":"$.a","op":"is"}]}"#,
            "clearWhen[0].op is \"is\"",
            "use",
        ),
        (
            r#"{"fields":[{"path":"$.a"},{"path":"b"}]}"#,
            "fields[1].path is \"b\"",
            "must begin with $",
        ),
        (
            r#"{"fields":[{"path":"$.a","type":"int"}]}"#,
            "fields[0].type is \"int\"",
            "number",
        ),
        (
            r#"{"fields":[{"path":"$.a","role":"key"}]}"#,
            "fields[0].role is \"key\"",
            "label or id",
        ),
        (
            r#"{"fields":[{"path":"$.a","role":"time","timeFormat":"%Y"}]}"#,
            "fields[0].timeFormat",
            "complete date",
        ),
        (
            r#"{"fields":[{"path":"$.a","role":"id"},{"path":"$.b","role":"id"}]}"#,
            "fields[1].role",
            "only one",
        ),
        (
            r#"{"fields":[{"path":"$.a","role":"time"},{"path":"$.b","role":"time","timeFormat":"%H:%M"}]}"#,
            "fields[1].timeFormat is \"%H:%M\"",
            "give the field with the date a pattern too",
        ),
        (
            r#"{"fields":[{"path":"$.a","role":"time","timeFormat":"%Y"},{"path":"$.b","role":"time","timeFormat":"%H"}]}"#,
            "fields[0].timeFormat is \"%Y %H\"",
            "complete date",
        ),
        (
            r#"{"fields":[{"path":"$.a","role":"time"},{"path":"$.b","role":"time","timeFormat":"seconds"}]}"#,
            "fields[1].timeFormat is \"seconds\"",
            "use auto, s",
        ),
        (
            r#"{"fields":[{"path":"$.a","role":"time","timeZone":"UTC"},{"path":"$.b","role":"time","timeZone":"+01:00"}]}"#,
            "fields[1].timeZone is \"+01:00\"",
            "set it in only one of them",
        ),
        (
            r#"{"fields":[{"path":"$.a","role":"time","timeZone":"CEST"}]}"#,
            "fields[0].timeZone is \"CEST\"",
            "use an IANA name such as Europe/Berlin",
        ),
        (
            r#"{"fields":[{"path":"$.a"},{"path":"$.b","type":"time","timeZone":"+2"}]}"#,
            "fields[1].timeZone is \"+2\"",
            "an offset such as +02:00",
        ),
        (
            r#"{"fields":[{"path":"$.a"},{"path":"$.b","pattern":"([0-9"}]}"#,
            "fields[1].pattern is \"([0-9\"",
            "what its first group matches",
        ),
        (
            r#"{"backfill":{"url":"http://other/"}}"#,
            "backfill.url",
            "another host",
        ),
        (
            r#"{"fields":[{"path":"$.a"}],"backfill":{"url":"h","fields":[{"path":"$.b"}]}}"#,
            "backfill.fields",
            "its fields are a",
        ),
    ];
    for (json, names, says) in cases {
        let error = parse(json).unwrap_err().to_string();
        assert!(
            error.contains(names) && error.contains(says),
            "{json}: {error}"
        );
    }
}

#[test]
fn columns_of_one_name_are_told_apart() {
    let query =
        parse(r#"{"fields":[{"path":"$.bid.price"},{"path":"$.ask.price"},{"path":"$.size"}]}"#)
            .unwrap();
    assert_eq!(query.projection.names(), ["bid.price", "ask.price", "size"]);
}

#[test]
fn how_a_field_is_shown_is_not_part_of_the_reading() {
    let plain = parse(r#"{"fields":[{"path":"$.a"}]}"#).unwrap();
    let shown =
        parse(r#"{"fields":[{"path":"$.a","name":"A","unit":"celsius"}],"capacity":"5"}"#).unwrap();
    assert_eq!(plain.projection.reading, shown.projection.reading);
    assert_eq!(shown.capacity, 5);
}

#[test]
fn a_protocol_is_named_as_a_format() {
    let named = |json: &str| {
        let query = parse(json).unwrap();
        let history = query.backfill.map(|backfill| match backfill {
            Backfill::Fetched(fetched) => fetched.format.name(),
            Backfill::Queried(_) => panic!("nobody is asked"),
        });
        (query.protocol, query.format.name(), history)
    };
    let cases = [
        (r#"{}"#, (None, "auto", None)),
        (r#"{"format":"csv"}"#, (None, "csv", None)),
        (r#"{"format":"nats"}"#, (Some("nats"), "json", None)),
        (
            r#"{"format":"socketio","backfill":{"url":"h"}}"#,
            (Some("socketio"), "json", Some("auto")),
        ),
        (
            r#"{"format":"csv","backfill":{"url":"h"}}"#,
            (None, "csv", Some("csv")),
        ),
        (
            r#"{"format":"nats","backfill":{"url":"h","format":"csv"}}"#,
            (Some("nats"), "json", Some("csv")),
        ),
    ];
    for (json, expected) in cases {
        assert_eq!(named(json), expected, "{json}");
    }
    let refused = |json: &str| parse(json).unwrap_err().to_string();
    assert_eq!(
        refused(r#"{"format":"plain"}"#),
        "format is \"plain\": use auto, json, ndjson, influx, csv, logfmt, msgpack, cbor, text, nats or socketio"
    );
    assert_eq!(
        refused(r#"{"backfill":{"url":"h","format":"nats"}}"#),
        "backfill.format is \"nats\": use auto, json, ndjson, influx, csv, logfmt, msgpack, cbor or text"
    );
}

#[test]
fn names_everything_that_is_wrong_by_its_place_in_the_stored_query() {
    let spec = r#"{
        "format":"xml","path":"../up","capacity":0,"maxRate":-1,"view":"pie","window":"soon","maxSeries":0,
        "csv":{"separator":"ab"},
        "fields":[{"path":" "},{"path":"b","timeFormat":"%Y"},{"path":"$.a","type":"int"},{"path":"$.c","role":"key"}],
        "filter":[{"path":""},{"path":"$.x","op":"~"},{"path":"y","op":"exists"}],
        "mode":"upsert","keys":["","k"],"deleteWhen":[{"path":"$.d","op":"?"}],
        "expireAfter":"0s","bucket":{"interval":"x","reduce":"y"},
        "backfill":{"url":"http://other/","format":"nats","fields":[{"path":""},{"path":"q"}]}
    }"#;
    let errors = Query::check(&serde_json::from_str(spec).unwrap());
    let options: Vec<&str> = errors.iter().map(Error::field).collect();
    assert_eq!(
        options,
        [
            "csv.separator",
            "format",
            "path",
            "fields[1].path",
            "fields[1].timeFormat",
            "fields[2].type",
            "fields[3].role",
            "filter[1].op",
            "filter[2].path",
            "view",
            "window",
            "keys[1]",
            "deleteWhen[0].op",
            "bucket.interval",
            "bucket.reduce",
            "expireAfter",
            "maxSeries",
            "backfill.url",
            "backfill.format",
            "backfill.fields[1].path",
            "capacity",
            "maxRate",
        ]
    );
}

#[test]
fn rows_that_are_not_filled_in_are_passed_over() {
    let query = parse(
        r#"{"fields":[{"path":""},{"path":"$.a"},{"path":" ","role":"nonsense"}],"filter":[{"path":"","op":"?"}],
            "backfill":{"url":"h","fields":[{"path":""}]}}"#,
    )
    .unwrap();
    assert_eq!(query.projection.names(), ["a"]);
    assert!(query.projection.reading.filter.is_empty());
    assert!(matches!(
        query.backfill,
        Some(Backfill::Fetched(FetchedHistory { reading: None, .. }))
    ));
    assert!(Query::check(&QuerySpec::default()).is_empty());
}

#[test]
fn a_history_of_another_data_source_is_asked_for_by_its_uid_and_the_names_of_the_fields() {
    let history = |json: &str| parse(json).unwrap().backfill;
    let asked = r#"{"fields":[{"path":"$.a","name":"A"},{"path":"$.b"},{"path":"$.t","role":"time"}],
        "backfill":{"url":" ","datasource":{"uid":"u","type":"t","name":"N"},"query":{"x":[1]},"key":"k"}}"#;
    assert_eq!(
        history(asked),
        Some(Backfill::Queried(QueriedHistory {
            uid: "u".to_owned(),
            name: "N".to_owned(),
            key: "k".to_owned(),
            names: vec!["A".to_owned(), "b".to_owned()],
        }))
    );
    let unnamed = history(r#"{"backfill":{"datasource":{"uid":"u"}}}"#);
    assert!(matches!(unnamed, Some(Backfill::Queried(QueriedHistory { name, .. })) if name == "u"));
    // Nothing is chosen yet.
    assert_eq!(history(r#"{"backfill":{"datasource":{"type":"t"}}}"#), None);
    let both = parse(r#"{"backfill":{"url":"/h","datasource":{"uid":"u"}}}"#);
    assert_eq!(
        both.unwrap_err().to_string(),
        "backfill.url is \"/h\": the history comes from backfill.datasource already; remove one of the two"
    );
}

#[test]
fn rows_are_kept_where_they_can_be_read_again() {
    let keeps = |json: &str| parse(json).map(|query| query.projection.reading.retention.keeps);
    assert_eq!(keeps("{}"), Ok(false));
    assert_eq!(
        keeps(r#"{"keepRows":false,"bucket":{"interval":"1s"}}"#),
        Ok(false)
    );
    assert_eq!(keeps(r#"{"keepRows":true,"mode":"upsert"}"#), Ok(true));
    let error = keeps(r#"{"keepRows":true,"bucket":{"interval":"1s"}}"#).unwrap_err();
    assert_eq!(error.field(), "keepRows");
}
