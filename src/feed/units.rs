//! The unit that a name, a text beside it or the values themselves suggest, as Grafana's id of it.

/// What is known of numbers whose unit is looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured<'a> {
    /// The name of their member.
    pub(super) name: &'a str,
    /// The name of what that is a member of.
    pub(super) parent: &'a str,
    /// The text of a member beside it that names a unit.
    pub(super) unit: Option<&'a str>,
    /// The smallest and the largest of the newest.
    pub(super) range: (f64, f64),
}

/// Members that name the unit of the value beside them.
pub(super) const UNIT_NAMES: [&str; 5] = [
    "unit",
    "units",
    "uom",
    "unit_of_measurement",
    "unitOfMeasurement",
];

/// Names that say nothing of what is measured.
const PLAIN_NAMES: [&str; 8] = [
    "value", "val", "v", "reading", "state", "current", "data", "avg",
];

/// Grafana's ids, and how a unit is written where it stands for itself.
const WRITTEN: [(&str, &str); 40] = [
    ("°C", "celsius"),
    ("℃", "celsius"),
    ("C", "celsius"),
    ("celsius", "celsius"),
    ("degC", "celsius"),
    ("°F", "fahrenheit"),
    ("F", "fahrenheit"),
    ("K", "kelvin"),
    ("%", "percent"),
    ("%RH", "humidity"),
    ("hPa", "pressurehpa"),
    ("mbar", "pressurembar"),
    ("bar", "pressurebar"),
    ("Pa", "pressurepa"),
    ("kPa", "pressurekpa"),
    ("psi", "pressurepsi"),
    ("V", "volt"),
    ("mV", "mvolt"),
    ("A", "amp"),
    ("mA", "mamp"),
    ("W", "watt"),
    ("kW", "kwatt"),
    ("Wh", "watth"),
    ("kWh", "kwatth"),
    ("Hz", "hertz"),
    ("lx", "lux"),
    ("ppm", "ppm"),
    ("ppb", "conppb"),
    ("µg/m³", "con\u{3bc}gm3"),
    ("m/s", "velocityms"),
    ("km/h", "velocitykmh"),
    ("kn", "velocityknot"),
    ("m", "lengthm"),
    ("km", "lengthkm"),
    ("mm", "lengthmm"),
    ("°", "degree"),
    ("rpm", "rotrpm"),
    ("dB", "dB"),
    ("dBm", "dBm"),
    ("B", "bytes"),
];

/// Units at the end of a name of several words, such as `delay_ms`; those of one letter are units only there.
const ENDS: [(&str, &str); 37] = [
    ("ms", "ms"),
    ("millis", "ms"),
    ("us", "\u{b5}s"),
    ("ns", "ns"),
    ("s", "s"),
    ("sec", "s"),
    ("secs", "s"),
    ("seconds", "s"),
    ("c", "celsius"),
    ("celsius", "celsius"),
    ("f", "fahrenheit"),
    ("fahrenheit", "fahrenheit"),
    ("kelvin", "kelvin"),
    ("pct", "percent"),
    ("percent", "percent"),
    ("percentage", "percent"),
    ("hpa", "pressurehpa"),
    ("kpa", "pressurekpa"),
    ("pa", "pressurepa"),
    ("psi", "pressurepsi"),
    ("mbar", "pressurembar"),
    ("v", "volt"),
    ("mv", "mvolt"),
    ("ma", "mamp"),
    ("w", "watt"),
    ("kw", "kwatt"),
    ("wh", "watth"),
    ("kwh", "kwatth"),
    ("hz", "hertz"),
    ("bytes", "bytes"),
    ("bps", "bps"),
    ("rpm", "rotrpm"),
    ("kmh", "velocitykmh"),
    ("kph", "velocitykmh"),
    ("knots", "velocityknot"),
    ("usd", "currencyUSD"),
    ("eur", "currencyEUR"),
];

/// What is measured, as a word in a name, with the values between which it is in that unit.
const WORDS: [(&[&str], f64, f64, &str); 22] = [
    (
        &["temperature", "temp", "temperatur"],
        -100.0,
        150.0,
        "celsius",
    ),
    (
        &["temperature", "temp", "temperatur"],
        200.0,
        400.0,
        "kelvin",
    ),
    (&["humidity", "humid", "hum", "rh"], 0.0, 100.0, "humidity"),
    (
        &["pressure", "baro", "barometer"],
        800.0,
        1_100.0,
        "pressurehpa",
    ),
    (
        &["pressure", "baro", "barometer"],
        80_000.0,
        110_000.0,
        "pressurepa",
    ),
    (&["voltage", "volts", "volt"], f64::MIN, f64::MAX, "volt"),
    (&["power", "watts", "watt"], f64::MIN, f64::MAX, "watt"),
    (&["amps", "amperage", "ampere"], f64::MIN, f64::MAX, "amp"),
    (&["kwh"], f64::MIN, f64::MAX, "kwatth"),
    (
        &["battery", "soc", "percent", "percentage", "pct"],
        0.0,
        100.0,
        "percent",
    ),
    (&["bytes"], f64::MIN, f64::MAX, "bytes"),
    (&["co2", "eco2"], 0.0, 100_000.0, "ppm"),
    (&["pm25", "pm10", "pm1"], 0.0, 10_000.0, "con\u{3bc}gm3"),
    (&["illuminance", "lux"], 0.0, f64::MAX, "lux"),
    (&["rssi", "dbm"], -200.0, 50.0, "dBm"),
    (&["rpm"], f64::MIN, f64::MAX, "rotrpm"),
    (&["lat", "latitude"], -90.0, 90.0, "degree"),
    (&["lon", "lng", "longitude"], -180.0, 180.0, "degree"),
    (
        &["heading", "bearing", "azimuth", "course"],
        6.3,
        360.0,
        "degree",
    ),
    (&["frequency", "freq"], f64::MIN, f64::MAX, "hertz"),
    (
        &["altitude", "elevation", "depth"],
        f64::MIN,
        f64::MAX,
        "lengthm",
    ),
    (&["ms", "millis"], f64::MIN, f64::MAX, "ms"),
];

/// Grafana's id of the unit, where one is suggested.
pub(super) fn guess(measured: Measured<'_>) -> Option<&'static str> {
    if let Some(unit) = measured.unit {
        let unit = unit.trim();
        let same = |(written, _): &&(&str, &str)| *written == unit;
        return WRITTEN.iter().find(same).map(|(_, id)| *id);
    }
    let own = words(measured.name);
    let says_nothing = own.iter().all(|word| {
        PLAIN_NAMES.contains(&word.as_str()) || word.bytes().all(|byte| byte.is_ascii_digit())
    });
    of_words(&own, measured.range).or_else(|| {
        let above = words(measured.parent);
        says_nothing.then(|| of_words(&above, measured.range))?
    })
}

fn of_words(words: &[String], (least, most): (f64, f64)) -> Option<&'static str> {
    let (last, before) = words.split_last()?;
    let is_end = |(end, _): &&(&str, &str)| last == end && !before.is_empty();
    if let Some((_, id)) = ENDS.iter().find(is_end) {
        return Some(id);
    }
    let fits = |(names, from, to, _): &&(&[&str], f64, f64, &str)| {
        let is_named = words.iter().any(|word| names.contains(&word.as_str()));
        is_named && least >= *from && most <= *to
    };
    WORDS.iter().find(fits).map(|(_, _, _, id)| *id)
}

/// The words of a name, in small letters: `outdoorTemp_C` has three.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in name.chars() {
        let begins = !c.is_alphanumeric() || (was_small && c.is_uppercase());
        was_small = c.is_lowercase() || c.is_ascii_digit();
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_suggest_units() {
        let cases = [
            ("temperature", "", 21.0, Some("celsius")),
            ("outdoorTemp", "", -5.0, Some("celsius")),
            ("temp_f", "", 70.0, Some("fahrenheit")),
            ("temperature", "", 294.1, Some("kelvin")),
            ("template", "", 21.0, None),
            ("humidity", "", 40.0, Some("humidity")),
            ("pressure", "", 1013.2, Some("pressurehpa")),
            ("pressure", "", 101_325.0, Some("pressurepa")),
            ("pressure", "", 2.0, None),
            ("battery_voltage", "", 3.7, Some("volt")),
            ("power", "", 700.0, Some("watt")),
            ("powerKw", "", 0.7, Some("kwatt")),
            ("rx_bytes", "", 7.0, Some("bytes")),
            ("latencyMs", "", 7.0, Some("ms")),
            ("v", "", 7.0, None),
            ("value", "temperature", 7.0, Some("celsius")),
            ("3", "temperature", 7.0, Some("celsius")),
            ("price", "temperature", 7.0, None),
            ("count", "", 7.0, None),
        ];
        for (name, parent, value, expected) in cases {
            let measured = Measured {
                name,
                parent,
                unit: None,
                range: (value, value),
            };
            assert_eq!(guess(measured), expected, "{name} in {parent}: {value}");
            let told = Measured {
                unit: Some("hPa"),
                ..measured
            };
            assert_eq!(guess(told), Some("pressurehpa"));
        }
    }
}
