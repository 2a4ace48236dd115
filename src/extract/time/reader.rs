//! How the times of one field are read.

use super::civil::Civil;
use super::zone::Zone;
use super::{MAX_MS, Moment, TimeFormat, Told, Unit, iso};
use crate::decode::number;
use crate::error::Error;

/// How the times of one field are read: how they are written, and of which zone those are that do not say.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TimeReader {
    pub(super) format: TimeFormat,
    zone: Option<Zone>,
}

impl TimeReader {
    /// A reader that has no use for zones, or reads local times as UTC.
    pub fn new(format: TimeFormat) -> Self {
        Self { format, zone: None }
    }

    /// The reader that the options `timeFormat` and `timeZone` of `field` describe.
    ///
    /// # Errors
    /// When there is no such format, or no such zone.
    pub fn parse(field: &str, format: &str, zone: &str) -> Result<Self, Error> {
        Ok(Self {
            format: TimeFormat::parse(&format!("{field}.timeFormat"), format)?,
            zone: Zone::parse(&format!("{field}.timeZone"), zone)?,
        })
    }

    /// The same format with another zone.
    pub fn in_zone(self, zone: Option<Zone>) -> Self {
        Self { zone, ..self }
    }

    /// Whether it reads a number, and nothing but a number, whatever the number is.
    pub fn is_count(&self) -> bool {
        self.format.is_count()
    }

    /// Whether it finds out how times are written.
    pub fn is_auto(&self) -> bool {
        self.format == TimeFormat::Auto
    }

    /// A number to milliseconds.
    #[inline]
    pub fn number(&self, value: f64) -> Option<f64> {
        self.format.number(value)
    }

    /// A text to a point in time, where it came at `came` (milliseconds since the epoch).
    pub fn text(&self, text: &str, came: f64) -> Option<Moment> {
        match self.format.tell(text)? {
            Told::Millis(ms) => in_range(Moment::sure(ms)),
            Told::Civil(civil) => self.resolve(civil, came),
        }
    }

    /// The same of a text's bytes, where it is written as most feeds do.
    #[inline]
    pub(crate) fn plain(&self, bytes: &[u8], came: f64) -> Option<Moment> {
        let unit = match self.format {
            // Digits without a separator may count seconds.
            TimeFormat::Auto if bytes.get(4) != Some(&b'-') => return None,
            TimeFormat::Iso8601 | TimeFormat::Auto => {
                return self.resolve(iso::from_bytes(bytes)?, came);
            }
            TimeFormat::Seconds => Unit::Seconds,
            TimeFormat::Milliseconds => Unit::Milliseconds,
            TimeFormat::Microseconds => Unit::Microseconds,
            TimeFormat::Nanoseconds => Unit::Nanoseconds,
            TimeFormat::Rfc2822 | TimeFormat::Pattern(_) => return None,
        };
        in_range(Moment::sure(number::digits_scaled(bytes, unit.power())?))
    }

    #[inline]
    fn resolve(&self, civil: Civil, came: f64) -> Option<Moment> {
        in_range(civil.resolve(self.zone.as_ref(), came)?)
    }
}

#[inline]
fn in_range(moment: Moment) -> Option<Moment> {
    (moment.ms.abs() <= MAX_MS).then_some(moment)
}

#[cfg(test)]
mod tests;
