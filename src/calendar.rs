//! Dates of the proleptic Gregorian calendar to days since 1970-01-01 and back, for whatever reads or writes times
//! (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").

/// Seconds of a day.
pub(crate) const DAY_SECONDS: i64 = 86_400;

/// Days of 400 years, after which the calendar begins anew.
const ERA_DAYS: i64 = 146_097;

/// Days from 0000-03-01, where the eras begin, to 1970-01-01.
const EPOCH: i64 = 719_468;

/// Days since 1970-01-01 of a date that exists (`days_from_civil`).
pub(crate) fn days_from_date(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the day that some have comes last.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * ERA_DAYS + day_of_era - EPOCH
}

/// Year, month and day of a day counted from 1970-01-01 (`civil_from_days`).
pub(crate) fn date_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + EPOCH;
    let era = days.div_euclid(ERA_DAYS);
    let day_of_era = days.rem_euclid(ERA_DAYS);
    let year = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

/// How many days a month has.
pub(crate) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_day_of_an_era_has_its_date() {
        let (mut year, mut month, mut day) = (1999, 12, 31);
        for days in 10_956..10_956 + ERA_DAYS {
            assert_eq!(days_from_date(year, month, day), days);
            assert_eq!(date_from_days(days), (year, month, day));
            day += 1;
            if day > days_in_month(year, month) {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }

    proptest! {
        #[test]
        fn there_and_back(days in -1_000_000_000i64..1_000_000_000) {
            let (year, month, day) = date_from_days(days);
            prop_assert!((1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day));
            prop_assert_eq!(days_from_date(year, month, day), days);
        }
    }
}
