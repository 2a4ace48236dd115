//! What a text has told, together with the zone of its field and the time it came: a point in time.

use super::civil::{Civil, millis};
use super::zone::Zone;
use crate::calendar::DAY_SECONDS;

/// A point in time as it was read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Milliseconds since the epoch.
    pub ms: f64,
    /// It was written as a local time, and read as UTC since nobody has said of which zone.
    pub is_assumed: bool,
}

impl Moment {
    /// A time that needs no zone.
    #[inline]
    pub(crate) fn sure(ms: f64) -> Self {
        Self {
            ms,
            is_assumed: false,
        }
    }
}

/// A text that is more than this from the time it came is taken for one of the day before or after: a clock that shows
/// 23:59:59 just after midnight is late, not early.
const MOST_APART: i64 = 23 * 3600;

impl Civil {
    /// The point in time, where it came at `came` (milliseconds since the epoch). A local time is one of `zone`; without
    /// a zone it is taken for UTC, and that is said. `None` where the zone's clock cannot be asked.
    #[inline]
    pub(super) fn resolve(self, zone: Option<&Zone>, came: f64) -> Option<Moment> {
        match (self.days, self.offset) {
            (Some(days), Some(offset)) => {
                let seconds = days * DAY_SECONDS + self.seconds - offset * 60;
                Some(Moment::sure(millis(seconds, self.nanos)))
            }
            _ => self.resolve_local(zone, came),
        }
    }

    #[inline(never)]
    fn resolve_local(self, zone: Option<&Zone>, came: f64) -> Option<Moment> {
        let came = (came / 1e3).floor() as i64;
        let fixed = match (self.offset, zone) {
            (Some(minutes), _) => Some(minutes * 60),
            (None, None) => Some(0),
            (None, Some(_)) => None,
        };
        let ahead = |zone: &Zone| zone.offset_at(came);
        let days = match self.days {
            Some(days) => days,
            None => self.day_nearest(came + fixed.or_else(|| zone.and_then(ahead))?),
        };
        let local = days * DAY_SECONDS + self.seconds;
        let utc = match (fixed, zone) {
            (None, Some(zone)) => zone.to_utc(local, came)?,
            (seconds, _) => local - seconds.unwrap_or(0),
        };
        Some(Moment {
            ms: millis(utc, self.nanos),
            is_assumed: self.offset.is_none() && zone.is_none(),
        })
    }

    /// The day of a time of day that came when the local clock showed `now` (seconds): that day, except around midnight.
    fn day_nearest(self, now: i64) -> i64 {
        let today = now.div_euclid(DAY_SECONDS);
        match today * DAY_SECONDS + self.seconds - now {
            ahead if ahead > MOST_APART => today - 1,
            ahead if ahead < -MOST_APART => today + 1,
            _ => today,
        }
    }
}
