//! Zones against jiff, which has the whole of the tz database.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, tz};
use proptest::prelude::*;

use super::*;

struct JiffClock(TimeZone);

impl ZoneClock for JiffClock {
    fn offset_at(&self, utc: i64) -> Option<i64> {
        let at = Timestamp::from_second(utc).ok()?;
        Some(self.0.to_offset(at).seconds().into())
    }
}

/// Zones of jiff, for tests; the user's own clock is in Berlin.
struct JiffZones;

impl ZoneData for JiffZones {
    fn clock(&self, name: &str) -> Option<Box<dyn ZoneClock>> {
        let zone = tz::db().get(name).ok()?;
        Some(Box::new(JiffClock(zone)))
    }

    fn local(&self) -> Option<String> {
        Some("Europe/Berlin".to_owned())
    }
}

/// Has this thread ask jiff for zones.
pub(crate) fn provide_jiff() {
    provide(Rc::new(JiffZones));
}

/// The zone of this name, from jiff.
pub(crate) fn zone(name: &str) -> Zone {
    provide_jiff();
    Zone::parse("timeZone", name).unwrap().unwrap()
}

fn names() -> Vec<String> {
    let names: Vec<String> = tz::db().available().map(|name| name.to_string()).collect();
    assert!(names.len() > 400, "only {} zones", names.len());
    names
}

/// Seconds since the epoch of what a clock would show if that were UTC.
fn seconds(text: &str) -> i64 {
    let local: DateTime = text.parse().unwrap();
    local
        .to_zoned(TimeZone::UTC)
        .unwrap()
        .timestamp()
        .as_second()
}

#[test]
fn knows_offsets_iana_names_and_the_browser() {
    for (name, offset) in [
        ("UTC", 0),
        ("utc", 0),
        ("GMT", 0),
        ("Z", 0),
        ("+02:00", 7200),
        ("-0330", -12_600),
        (" +05 ", 18_000),
        ("Europe/Berlin", 3600),
        ("browser", 3600),
        ("America/New_York", -18_000),
        ("Asia/Kathmandu", 20_700),
        ("Etc/GMT-14", 50_400),
    ] {
        assert_eq!(zone(name).offset_at(1_700_000_000), Some(offset), "{name}");
    }
    assert_eq!(zone("browser"), zone("Europe/Berlin"));
    assert_ne!(zone("+01:00"), zone("Europe/Berlin"));
    assert_eq!(Zone::parse("timeZone", "  "), Ok(None));
}

#[test]
fn refuses_what_is_no_zone() {
    provide_jiff();
    for name in [
        "CEST",
        "Europe/Nowhere",
        "+2",
        "+25:00",
        "UTC+2",
        "+02:00x",
        "local",
    ] {
        let error = Zone::parse("fields[0].timeZone", name)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(&format!("fields[0].timeZone is \"{name}\"")),
            "{error}"
        );
        assert!(
            error.contains("use an IANA name such as Europe/Berlin"),
            "{error}"
        );
    }
}

#[test]
fn without_data_only_offsets_are_known() {
    DATA.set(None);
    assert!(Zone::parse("timeZone", "+02:00").is_ok_and(|zone| zone.is_some()));
    assert!(Zone::parse("timeZone", "Europe/Berlin").is_err());
    assert!(Zone::parse("timeZone", "browser").is_err());
}

#[test]
fn reads_the_offsets_of_browsers() {
    for (text, seconds) in [
        ("", Some(0)),
        ("+01:00", Some(3600)),
        ("-03:30", Some(-12_600)),
        ("\u{2212}08:00", Some(-28_800)),
        ("+5", Some(18_000)),
        ("-00:01:15", Some(-75)),
        ("+x", None),
    ] {
        assert_eq!(read_offset(text), seconds, "{text}");
    }
}

#[test]
fn gaps_and_overlaps() {
    const LATER: &str = "2030-01-01T00:00:00";
    for (name, local, came, utc) in [
        // The clock goes from 2 to 3: what it skips is as far behind the change.
        (
            "Europe/Berlin",
            "2026-03-29T01:59:59",
            LATER,
            "2026-03-29T00:59:59",
        ),
        (
            "Europe/Berlin",
            "2026-03-29T02:30:00",
            LATER,
            "2026-03-29T01:30:00",
        ),
        (
            "Europe/Berlin",
            "2026-03-29T03:00:00",
            LATER,
            "2026-03-29T01:00:00",
        ),
        // It goes from 3 to 2: the first of the two, unless it came with the second.
        (
            "Europe/Berlin",
            "2025-10-26T01:59:59",
            LATER,
            "2025-10-25T23:59:59",
        ),
        (
            "Europe/Berlin",
            "2025-10-26T02:30:00",
            LATER,
            "2025-10-26T00:30:00",
        ),
        (
            "Europe/Berlin",
            "2025-10-26T02:30:00",
            "2025-10-26T00:30:01",
            "2025-10-26T00:30:00",
        ),
        (
            "Europe/Berlin",
            "2025-10-26T02:30:00",
            "2025-10-26T01:30:01",
            "2025-10-26T01:30:00",
        ),
        (
            "Europe/Berlin",
            "2025-10-26T02:59:59",
            "2025-10-26T02:00:01",
            "2025-10-26T01:59:59",
        ),
        (
            "Europe/Berlin",
            "2025-10-26T03:00:00",
            LATER,
            "2025-10-26T02:00:00",
        ),
        (
            "America/New_York",
            "2026-03-08T02:30:00",
            LATER,
            "2026-03-08T07:30:00",
        ),
        (
            "America/New_York",
            "2026-11-01T01:30:00",
            LATER,
            "2026-11-01T05:30:00",
        ),
        // Half an hour, and a day that was left out.
        (
            "Australia/Lord_Howe",
            "2026-04-05T01:45:00",
            LATER,
            "2026-04-04T14:45:00",
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-04T02:15:00",
            LATER,
            "2026-10-03T15:45:00",
        ),
        (
            "Pacific/Apia",
            "2011-12-30T12:00:00",
            LATER,
            "2011-12-30T22:00:00",
        ),
        (
            "Pacific/Apia",
            "2011-12-31T00:00:00",
            LATER,
            "2011-12-30T10:00:00",
        ),
        // In the middle of a month of fasting, and where the change is a minute past midnight.
        (
            "Africa/Casablanca",
            "2026-03-01T12:00:00",
            LATER,
            "2026-03-01T12:00:00",
        ),
        (
            "Africa/Casablanca",
            "2026-04-01T12:00:00",
            LATER,
            "2026-04-01T11:00:00",
        ),
        (
            "America/St_Johns",
            "2005-10-30T00:00:30",
            LATER,
            "2005-10-30T02:30:30",
        ),
        (
            "+05:30",
            "2026-03-29T02:30:00",
            LATER,
            "2026-03-28T21:00:00",
        ),
    ] {
        let read = zone(name).to_utc(seconds(local), seconds(came));
        assert_eq!(read, Some(seconds(utc)), "{local} in {name}, at {came}");
    }
}

/// A change that is not the only one in its [`OffsetSpan`] may be missed; there is none since local mean time ended, as a rule.
#[test]
fn no_zone_changes_twice_in_a_span() {
    let begin = Timestamp::from_second(seconds("1970-01-01T00:00:00")).unwrap();
    let end = Timestamp::from_second(seconds("2060-01-01T00:00:00")).unwrap();
    for name in names() {
        let zone = tz::db().get(&name).unwrap();
        let mut changes = Vec::new();
        let mut offset = zone.to_offset(begin);
        for change in zone
            .following(begin)
            .take_while(|change| change.timestamp() < end)
        {
            if change.offset() != offset {
                changes.push(change.timestamp().as_second());
                offset = change.offset();
            }
        }
        let close = changes.windows(2).find(|pair| pair[1] - pair[0] <= SPAN);
        assert_eq!(close, None, "{name}");
    }
}

#[test]
fn what_is_known_is_asked_once_and_bounded() {
    struct Counted(Rc<RefCell<u32>>);
    impl ZoneClock for Counted {
        fn offset_at(&self, utc: i64) -> Option<i64> {
            *self.0.borrow_mut() += 1;
            Some(if utc < 1_000_000_123 { 3600 } else { 7200 })
        }
    }
    let asked = Rc::new(RefCell::new(0));
    let zone = Zone::new("Test/Zone", Box::new(Counted(Rc::clone(&asked))));
    for utc in 999_999_000..1_000_001_000 {
        let expected = if utc < 1_000_000_123 { 3600 } else { 7200 };
        assert_eq!(zone.offset_at(utc), Some(expected));
    }
    assert!(*asked.borrow() <= 24, "{} questions", asked.borrow());
    for span in 0..3 * MAX_SPANS as i64 {
        zone.offset_at(span * SPAN);
    }
    assert!(zone.0.spans.borrow().len() <= MAX_SPANS);
    assert_eq!(zone.offset_at(1_000_000_122), Some(3600));
    assert_eq!(zone.offset_at(1_000_000_123), Some(7200));
}

/// From the beginning of the year 1970 to the end of 2099.
const INSTANTS: std::ops::Range<i64> = 0..4_102_444_800;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn agrees_with_jiff_on_offsets_and_local_times(instants in prop::collection::vec(INSTANTS, 2)) {
        let later = seconds("2200-01-01T00:00:00");
        for name in names() {
            let (own, zone) = (zone(&name), tz::db().get(&name).unwrap());
            // Around the next change, too, where there is one.
            let around = instants.iter().flat_map(|instant| {
                let at = Timestamp::from_second(*instant).unwrap();
                let change = zone.following(at).next().map(|change| change.timestamp().as_second());
                let change = change.filter(|change| INSTANTS.contains(change)).unwrap_or(*instant);
                [*instant, change - 1, change, change + instant % 7200 - 3600]
            });
            for utc in around {
                let at = Timestamp::from_second(utc).unwrap();
                let offset = zone.to_offset(at);
                prop_assert_eq!(own.offset_at(utc), Some(offset.seconds().into()), "{} at {}", &name, at);
                let civil = tz::Offset::UTC.to_datetime(Timestamp::from_second(utc + i64::from(offset.seconds())).unwrap());
                let expected = zone.to_ambiguous_zoned(civil).compatible().unwrap();
                // Where only the name of the time changes, jiff takes the offset of summer (Greenland in October 2023).
                if expected.datetime() == civil {
                    let local = utc + i64::from(offset.seconds());
                    prop_assert_eq!(own.to_utc(local, later), Some(expected.timestamp().as_second()), "{} in {}", civil, &name);
                }
            }
        }
    }

    #[test]
    fn agrees_with_jiff_on_what_a_clock_skips(instant in INSTANTS, aside in 0i64..7200) {
        let later = seconds("2200-01-01T00:00:00");
        for name in ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "America/St_Johns"] {
            let (own, zone) = (zone(name), tz::db().get(name).unwrap());
            let at = Timestamp::from_second(instant).unwrap();
            let Some(change) = zone.following(at).next() else { continue };
            // As the clock would have gone on without the change.
            let before = zone.to_offset(Timestamp::from_second(change.timestamp().as_second() - 1).unwrap());
            let local = change.timestamp().as_second() + i64::from(before.seconds()) + aside;
            let civil = tz::Offset::UTC.to_datetime(Timestamp::from_second(local).unwrap());
            let expected = zone.to_ambiguous_zoned(civil).compatible().unwrap();
            prop_assert_eq!(own.to_utc(local, later), Some(expected.timestamp().as_second()), "{} in {}", civil, name);
        }
    }
}
