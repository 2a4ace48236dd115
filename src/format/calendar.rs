//! Seconds since 1970 to dates.

use super::write;
use crate::calendar::{DAY_SECONDS, date_from_days};

/// Appends a point in time as an ISO 8601 string in UTC, with as much of a fraction as there is. Years
/// that take more than four digits have no such string; then the seconds are written.
pub(crate) fn timestamp(out: &mut Vec<u8>, seconds: i64, nanoseconds: u32) {
    let (year, month, day) = date_from_days(seconds.div_euclid(DAY_SECONDS));
    if !(0..=9999).contains(&year) {
        return write::display(out, seconds);
    }
    let clock = seconds.rem_euclid(DAY_SECONDS);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    let date = format_args!("\"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    write::display(out, date);
    if nanoseconds > 0 {
        write::display(out, format_args!(".{nanoseconds:09}"));
        while out.last() == Some(&b'0') {
            out.pop();
        }
    }
    out.extend_from_slice(b"Z\"");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(seconds: i64, nanoseconds: u32) -> String {
        let mut out = Vec::new();
        timestamp(&mut out, seconds, nanoseconds);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn dates_before_and_after_1970() {
        assert_eq!(written(0, 0), "\"1970-01-01T00:00:00Z\"");
        assert_eq!(written(951_782_400, 0), "\"2000-02-29T00:00:00Z\"");
        assert_eq!(
            written(1_700_000_000, 120_000_000),
            "\"2023-11-14T22:13:20.12Z\""
        );
        assert_eq!(
            written(-1, 999_999_999),
            "\"1969-12-31T23:59:59.999999999Z\""
        );
        assert_eq!(written(253_402_300_799, 0), "\"9999-12-31T23:59:59Z\"");
        assert_eq!(written(253_402_300_800, 0), "253402300800");
        assert_eq!(written(i64::MIN, 1), i64::MIN.to_string());
        assert_eq!(written(i64::MAX, 1), i64::MAX.to_string());
    }
}
