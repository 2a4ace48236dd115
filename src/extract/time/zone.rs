//! Time zones: what offset a zone has at an instant, and which instant a local time is.
//!
//! The zones themselves are someone else's: a [`ZoneData`] answers one question, the offset of a zone at an instant. The
//! browser has one (`wasm::zones`), tests have jiff's. Asking it costs as much as reading a hundred times, so a [`Zone`]
//! keeps what it was told, a few days at a time.

use std::cell::RefCell;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::civil::TimeCursor;
use crate::calendar::DAY_SECONDS;
use crate::error::Error;

/// The clock of one zone.
pub trait ZoneClock {
    /// Seconds that it is ahead of UTC at an instant, in seconds since the epoch; `None` where that is not known.
    fn offset_at(&self, utc: i64) -> Option<i64>;
}

/// What knows zones.
pub trait ZoneData {
    /// The clock of the zone with this IANA name, if there is one.
    fn clock(&self, name: &str) -> Option<Box<dyn ZoneClock>>;

    /// The IANA name of the zone that the user's own clock shows.
    fn local(&self) -> Option<String>;
}

/// Names the zone of the user's own clock.
const BROWSER: &str = "browser";

thread_local! {
    static DATA: RefCell<Option<Rc<dyn ZoneData>>> = const { RefCell::new(None) };
}

/// Says where this thread has its zones from; without, only UTC and offsets are known.
pub fn provide(data: Rc<dyn ZoneData>) {
    DATA.set(Some(data));
}

/// A zone, as an option names it. Zones of one name are equal; a clone shares what is known of it.
#[derive(Clone)]
pub struct Zone(Rc<KnownZone>);

struct KnownZone {
    name: Box<str>,
    clock: Box<dyn ZoneClock>,
    spans: RefCell<Vec<OffsetSpan>>,
}

impl Zone {
    /// The zone that `field` of a query names: `browser`, an offset such as `+02:00`, `UTC` or an IANA name; `None` where
    /// it is empty.
    ///
    /// # Errors
    /// When there is no such zone.
    pub fn parse(field: &str, text: &str) -> Result<Option<Self>, Error> {
        let name = text.trim();
        if name.is_empty() {
            return Ok(None);
        }
        let zone = match fixed(name) {
            Some(seconds) => Some(Self::new(name, Box::new(FixedClock(seconds)))),
            None => Self::find(name),
        };
        zone.map(Some).ok_or_else(|| {
            let known = "there is no time zone of that name; use an IANA name such as Europe/Berlin, an offset such as +02:00, UTC, or browser for the zone of the viewer's browser";
            Error::new(field, text, known)
        })
    }

    /// A zone of whoever has the data.
    fn find(name: &str) -> Option<Self> {
        let data = DATA.with_borrow(Option::clone)?;
        let name = if name == BROWSER {
            data.local()?
        } else {
            name.to_owned()
        };
        Some(Self::new(&name, data.clock(&name)?))
    }

    fn new(name: &str, clock: Box<dyn ZoneClock>) -> Self {
        Self(Rc::new(KnownZone {
            name: name.into(),
            clock,
            spans: RefCell::default(),
        }))
    }

    /// Seconds that its clock is ahead of UTC at an instant.
    pub(super) fn offset_at(&self, utc: i64) -> Option<i64> {
        let index = utc.div_euclid(SPAN);
        let mut spans = self.0.spans.borrow_mut();
        let at = spans.partition_point(|span| span.index < index);
        let span = match spans.get(at).filter(|span| span.index == index) {
            Some(span) => *span,
            None => {
                let span = OffsetSpan::ask(&*self.0.clock, index)?;
                if spans.len() < MAX_SPANS {
                    spans.insert(at, span);
                } else {
                    *spans = vec![span];
                }
                span
            }
        };
        Some(span.offset_at(utc))
    }

    /// The instant at which its clock shows `local`, both in seconds since the epoch, where that came at `came`.
    ///
    /// A time that the clock skips is read with the offset before the gap, so that it lies as far behind the change
    /// (RFC 5545 §3.3.5). One that it shows twice is the first one, unless it came within an hour of the second.
    pub(super) fn to_utc(&self, local: i64, came: i64) -> Option<i64> {
        // No zone is further than a day from UTC, so that these stand on either side of a change that matters.
        let before = self.offset_at(local - DAY_SECONDS)?;
        let after = self.offset_at(local + DAY_SECONDS)?;
        let (first, second) = (local - before, local - after);
        if before == after {
            return Some(first);
        }
        let is_first = self.offset_at(first)? == before;
        let is_second = self.offset_at(second)? == after;
        Some(match (is_first, is_second) {
            (true, true) if came.abs_diff(second) < came.abs_diff(first).min(3600) => second,
            (false, true) => second,
            _ => first,
        })
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Zone").field(&self.0.name).finish()
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

/// The clock of an offset.
struct FixedClock(i64);

impl ZoneClock for FixedClock {
    fn offset_at(&self, _utc: i64) -> Option<i64> {
        Some(self.0)
    }
}

/// `UTC`, `GMT`, `Z` or an offset, in seconds.
fn fixed(name: &str) -> Option<i64> {
    let mut rest = TimeCursor::new(name);
    let is_utc = ["UTC", "GMT"]
        .iter()
        .any(|utc| name.eq_ignore_ascii_case(utc));
    let minutes = if is_utc { Some(0) } else { rest.offset() };
    let minutes = minutes.filter(|_| is_utc || rest.is_empty());
    minutes.map(|minutes| minutes * 60)
}

/// Seconds of what a browser writes behind `GMT`: nothing, `+01:00`, or `-00:01:15` of the times before there were zones.
pub fn read_offset(text: &str) -> Option<i64> {
    let unsigned = text.trim_start_matches(['+', '-', '\u{2212}']);
    let mut parts = unsigned.split(':');
    let mut next = || match parts.next() {
        Some("") | None => Some(0),
        Some(part) => part.parse::<i64>().ok(),
    };
    let seconds = next()? * 3600 + next()? * 60 + next()?;
    Some(if text.starts_with(['-', '\u{2212}']) {
        -seconds
    } else {
        seconds
    })
}

/// Length of a [`OffsetSpan`] in seconds, six days. No zone changes its offset twice in so short a time (the tests look).
const SPAN: i64 = 1 << 19;

/// Spans that are kept of a zone: 16 years of a history, 32 KB.
const MAX_SPANS: usize = 1024;

/// What is known of a zone between two instants.
#[derive(Debug, Clone, Copy)]
struct OffsetSpan {
    /// It begins at so many times [`SPAN`].
    index: i64,
    /// The offset at its beginning.
    first: i64,
    /// When that changes, if it does.
    change: i64,
    /// The offset from then on.
    second: i64,
}

impl OffsetSpan {
    fn ask(clock: &dyn ZoneClock, index: i64) -> Option<Self> {
        let (mut same, mut change) = (index * SPAN, (index + 1) * SPAN);
        let (first, second) = (clock.offset_at(same)?, clock.offset_at(change)?);
        while first != second && change - same > 1 {
            let middle = same.midpoint(change);
            if clock.offset_at(middle)? == first {
                same = middle;
            } else {
                change = middle;
            }
        }
        Some(Self {
            index,
            first,
            change,
            second,
        })
    }

    fn offset_at(self, utc: i64) -> i64 {
        if utc < self.change {
            self.first
        } else {
            self.second
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
