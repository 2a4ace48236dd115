use super::*;
use crate::extract::time::zone::tests::zone;

const DAY: f64 = 86_400_000.0;

/// What a format reads in a zone of what came at `came`.
fn read(format: &str, time_zone: &str, text: &str, came: f64) -> Option<Moment> {
    let format = TimeFormat::parse("timeFormat", format).unwrap();
    let zone = (!time_zone.is_empty()).then(|| zone(time_zone));
    TimeReader::new(format).in_zone(zone).text(text, came)
}

/// Milliseconds since the epoch of an RFC 3339 text.
fn ms(text: &str) -> f64 {
    let at: jiff::Timestamp = text.parse().unwrap();
    super::super::tests::oracle(at)
}

#[test]
fn local_times_are_of_the_zone_of_the_field() {
    for (format, time_zone, text, utc) in [
        (
            "auto",
            "Europe/Berlin",
            "2026-01-01T12:00:00",
            "2026-01-01T11:00:00Z",
        ),
        (
            "auto",
            "Europe/Berlin",
            "2026-07-01T12:00:00",
            "2026-07-01T10:00:00Z",
        ),
        (
            "auto",
            "Europe/Berlin",
            "2026-07-01 12:00:00.25",
            "2026-07-01T10:00:00.25Z",
        ),
        (
            "auto",
            "browser",
            "2026-07-01T12:00",
            "2026-07-01T10:00:00Z",
        ),
        (
            "iso8601",
            "America/New_York",
            "20260701T120000",
            "2026-07-01T16:00:00Z",
        ),
        (
            "iso8601",
            "Asia/Tokyo",
            "2026-07-01",
            "2026-06-30T15:00:00Z",
        ),
        (
            "auto",
            "+05:30",
            "2026-07-01T12:00:00",
            "2026-07-01T06:30:00Z",
        ),
        (
            "%d.%m.%Y %H:%M",
            "Europe/Berlin",
            "01.07.2026 12:00",
            "2026-07-01T10:00:00Z",
        ),
        (
            "%Y %j %T",
            "-03:30",
            "2026 182 12:00:00",
            "2026-07-01T15:30:00Z",
        ),
    ] {
        let moment = read(format, time_zone, text, 0.0);
        assert_eq!(moment, Some(Moment::sure(ms(utc))), "{text} in {time_zone}");
    }
}

#[test]
fn what_says_its_offset_or_counts_from_the_epoch_is_of_no_zone() {
    for (format, text, utc) in [
        ("auto", "2026-07-01T12:00:00Z", "2026-07-01T12:00:00Z"),
        ("auto", "2026-07-01T12:00:00+01:00", "2026-07-01T11:00:00Z"),
        (
            "auto",
            "2026-07-01 12:00:00 +0100 CET m=+0.1",
            "2026-07-01T11:00:00Z",
        ),
        (
            "auto",
            "Wed, 01 Jul 2026 12:00:00 GMT",
            "2026-07-01T12:00:00Z",
        ),
        (
            "%F %T %z",
            "2026-07-01 12:00:00 +0100",
            "2026-07-01T11:00:00Z",
        ),
        (
            "%F %T %Z",
            "2026-07-01 12:00:00 EST",
            "2026-07-01T17:00:00Z",
        ),
        ("%s", "1782907200", "2026-07-01T12:00:00Z"),
        ("%s%.f", "-1.25", "1969-12-31T23:59:58.75Z"),
        ("auto", "1782907200", "2026-07-01T12:00:00Z"),
        ("auto", "0x6a450240", "2026-07-01T12:04:16Z"),
        ("ms", "1782907200000", "2026-07-01T12:00:00Z"),
    ] {
        for time_zone in ["", "Asia/Tokyo"] {
            let moment = read(format, time_zone, text, 0.0);
            assert_eq!(
                moment,
                Some(Moment::sure(ms(utc))),
                "{text} in {time_zone:?}"
            );
        }
    }
}

#[test]
fn a_local_time_without_a_zone_is_utc_and_says_so() {
    for (format, text) in [
        ("auto", "2026-07-01T12:00:00"),
        ("auto", "2026-07-01 12:00"),
        ("iso8601", "20260701T1200"),
        ("%d.%m.%Y %H:%M", "01.07.2026 12:00"),
    ] {
        let moment = read(format, "", text, 0.0).unwrap();
        assert!(moment.is_assumed, "{text}");
        assert_eq!(moment.ms, ms("2026-07-01T12:00:00Z"), "{text}");
        assert!(
            !read(format, "UTC", text, 0.0).unwrap().is_assumed,
            "{text}"
        );
    }
}

#[test]
fn a_time_of_day_is_of_the_day_on_which_it_came() {
    for (format, time_zone, text, came, utc) in [
        (
            "%H:%M:%S",
            "UTC",
            "12:31:07",
            "2026-07-01T00:30:00Z",
            "2026-07-01T12:31:07Z",
        ),
        (
            "%H:%M:%S",
            "UTC",
            "12:31:07",
            "2026-07-01T22:30:00Z",
            "2026-07-01T12:31:07Z",
        ),
        (
            "%H:%M:%S%.f",
            "UTC",
            "12:31:07.5",
            "2026-07-01T12:31:08Z",
            "2026-07-01T12:31:07.5Z",
        ),
        (
            "%I:%M %p",
            "UTC",
            "12:31 am",
            "2026-07-01T12:00:00Z",
            "2026-07-01T00:31:00Z",
        ),
        // It is tomorrow already in Tokyo, and yesterday still in New York.
        (
            "%R",
            "Asia/Tokyo",
            "01:00",
            "2026-06-30T16:00:10Z",
            "2026-06-30T16:00:00Z",
        ),
        (
            "%R",
            "America/New_York",
            "21:00",
            "2026-07-01T01:00:10Z",
            "2026-07-01T01:00:00Z",
        ),
        (
            "%R",
            "+02:00",
            "00:30",
            "2026-06-30T22:30:10Z",
            "2026-06-30T22:30:00Z",
        ),
        (
            "%T %z",
            "",
            "00:30:00 +0200",
            "2026-06-30T22:30:10Z",
            "2026-06-30T22:30:00Z",
        ),
        // Around midnight the nearest.
        (
            "%T",
            "UTC",
            "23:59:59",
            "2026-07-01T00:00:01Z",
            "2026-06-30T23:59:59Z",
        ),
        (
            "%T",
            "UTC",
            "00:00:01",
            "2026-06-30T23:59:59Z",
            "2026-07-01T00:00:01Z",
        ),
        // The day on which the clock is changed.
        (
            "%T",
            "Europe/Berlin",
            "12:00:00",
            "2026-03-29T10:00:01Z",
            "2026-03-29T10:00:00Z",
        ),
        (
            "%T",
            "Europe/Berlin",
            "00:30:00",
            "2026-03-29T10:00:01Z",
            "2026-03-28T23:30:00Z",
        ),
    ] {
        let moment = read(format, time_zone, text, ms(came));
        assert_eq!(
            moment,
            Some(Moment::sure(ms(utc))),
            "{text} in {time_zone:?}, at {came}"
        );
    }
    let moment = read("%T", "", "12:31:07", 20_000.5 * DAY).unwrap();
    assert_eq!(
        (moment.ms, moment.is_assumed),
        (20_000.0 * DAY + 45_067_000.0, true)
    );
    for (format, text) in [
        ("%T", "25:00:00"),
        ("%T", "2026-07-01"),
        ("auto", "12:31:07"),
        ("iso8601", "12:31:07"),
    ] {
        assert_eq!(read(format, "UTC", text, 0.0), None, "{text}");
    }
}

#[test]
fn bytes_are_read_as_texts_are() {
    let reader = TimeReader::default().in_zone(Some(zone("Europe/Berlin")));
    for text in [
        "2026-07-01T12:00:00",
        "2026-07-01T12:00:00Z",
        "2026-07-01 12:00:00 +0000 UTC",
        "2026-07-01",
    ] {
        let plain = reader.plain(text.as_bytes(), 0.0);
        assert!(plain.is_some(), "{text}");
        assert_eq!(plain, reader.text(text, 0.0), "{text}");
    }
}
