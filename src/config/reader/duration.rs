//! Durations as pycti reads them.

use std::fmt;
use std::time::Duration;

use jiff::SpanRelativeTo;
use serde::de::{self, Deserializer, Visitor};

use crate::config::section::shown::Words;

const DAY: u64 = 24 * 60 * 60;
const WRONG: &str = "is not a duration; write it as ISO 8601, as in `PT30M` or `P1D`, or `0`";
const NEGATIVE: &str = "is a negative duration; write one of zero or more";
const TOO_LONG: &str = "is too long; write a shorter duration";

/// Parses an ISO 8601 duration, one of the other forms that pycti accepts, or `0`.
///
/// As in pycti, a year has 365 days and a month 30. The result is truncated to whole seconds.
pub(crate) fn parse(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let text = text.to_ascii_lowercase();
    let (is_negative, unsigned) = match text.strip_prefix('-') {
        Some(unsigned) => (true, unsigned),
        None => (false, text.strip_prefix('+').unwrap_or(&text)),
    };
    let Some(units) = unsigned.strip_prefix('p') else {
        return of_words(text);
    };
    let duration = iso(units).ok_or(WRONG)?;
    if is_negative && duration > Duration::ZERO {
        return Err(NEGATIVE.into());
    }
    Ok(Duration::from_secs(duration.as_secs()))
}

/// Parses what follows the `P` of an ISO 8601 duration. Unlike `jiff`, pycti accepts a fraction of every
/// unit, as in `P1.5D`, and units in any order.
fn iso(units: &str) -> Option<Duration> {
    const DATE: [(char, u64); 4] = [
        ('y', 365 * DAY),
        ('m', 30 * DAY),
        ('w', 7 * DAY),
        ('d', DAY),
    ];
    const TIME: [(char, u64); 3] = [('h', 60 * 60), ('m', 60), ('s', 1)];
    let (mut known, mut rest, mut sum) = (&DATE[..], units, None);
    while !rest.is_empty() {
        let is_date = known.len() == DATE.len();
        if let Some(time) = rest.strip_prefix('t').filter(|_| is_date) {
            (known, rest) = (&TIME, time);
            continue;
        }
        let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let (_, seconds) = known
            .iter()
            .find(|(unit, _)| rest[end..].starts_with(*unit))?;
        let (number, behind) = (&rest[..end], &rest[end + 1..]);
        // Only the last number can have a fraction.
        if !behind.is_empty() && number.contains(['.', ',']) {
            return None;
        }
        sum = Some(
            sum.unwrap_or(Duration::ZERO)
                .checked_add(times(number, *seconds)?)?,
        );
        rest = behind;
    }
    sum
}

/// Multiplies a decimal number with the seconds of its unit.
fn times(number: &str, seconds: u64) -> Option<Duration> {
    const NANOS: u128 = 1_000_000_000;
    // Further digits are below a nanosecond.
    const DIGITS: usize = 9;
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let fraction = &fraction[..fraction.len().min(DIGITS)];
    let fraction: u128 = format!("{fraction:0<DIGITS$}").parse().ok()?;
    let nanos = u128::from(whole.parse::<u64>().ok()?) * NANOS + fraction;
    let nanos = nanos.checked_mul(seconds.into())?;
    let subsec = u32::try_from(nanos % NANOS).ok()?;
    Some(Duration::new(u64::try_from(nanos / NANOS).ok()?, subsec))
}

/// Parses a duration such as `10:00:00`, `1 days`, or both.
fn of_words(mut text: String) -> Result<Duration, String> {
    if text.matches(':').count() == 1 {
        // Hours and minutes alone.
        text += ":00";
    }
    let span: jiff::Span = text.parse().map_err(|_| WRONG)?;
    let days = i64::from(span.get_years()) * 365 + i64::from(span.get_months()) * 30;
    let rest = span
        .years(0)
        .months(0)
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| WRONG)?;
    if span.is_negative() {
        return Err(NEGATIVE.into());
    }
    let days = u64::try_from(days).map_err(|_| WRONG)?;
    let rest = u64::try_from(rest.as_secs()).map_err(|_| WRONG)?;
    Ok(Duration::from_secs(rest + days * DAY))
}

/// Parses a number of seconds, truncated to whole ones; `None` if the text is not a number.
pub(crate) fn of_seconds(text: &str) -> Option<Result<Duration, String>> {
    let number: f64 = text
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite())?;
    if number < 0.0 {
        return Some(Err(NEGATIVE.into()));
    }
    // Exact where it can be: a float has 53 bits.
    let whole = text.parse().map(Duration::from_secs);
    let seconds = whole.or_else(|_| {
        Duration::try_from_secs_f64(number).map(|seconds| Duration::from_secs(seconds.as_secs()))
    });
    Some(seconds.map_err(|_| TOO_LONG.into()))
}

/// Deserializes a duration, in the forms of `CONNECTOR_DURATION_PERIOD` or as a number of seconds.
///
/// Use it in a section of the connector's own settings, for a [`Duration`] or an `Option` of one:
///
/// ```
/// use opencti_connector::config::Config;
/// use std::time::Duration;
///
/// #[derive(serde::Deserialize)]
/// struct Feed {
///     #[serde(deserialize_with = "opencti_connector::config::duration")]
///     interval: Duration,
///     #[serde(default, deserialize_with = "opencti_connector::config::duration")]
///     timeout: Option<Duration>,
/// }
///
/// let config = Config::sources().variables([("FEED_INTERVAL", "P1.5D")]).load()?;
/// let feed: Feed = config.section("feed")?;
/// assert_eq!(feed.interval, Duration::from_secs(36 * 60 * 60));
/// assert_eq!(feed.timeout, None);
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
///
/// # Errors
///
/// If the value is neither.
pub fn duration<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: From<Duration>,
{
    struct AnyForm;

    impl Visitor<'_> for AnyForm {
        type Value = Duration;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a duration, as in `PT30M` or `P1D`, or a number of seconds")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Duration, E> {
            let text = text.trim();
            let read = of_seconds(text).unwrap_or_else(|| parse(text));
            read.map_err(|wrong| E::custom(Words(wrong)))
        }

        fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Duration, E> {
            Ok(Duration::from_secs(seconds))
        }

        fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Duration, E> {
            let seconds = u64::try_from(seconds).map_err(|_| E::custom(Words(NEGATIVE)))?;
            self.visit_u64(seconds)
        }

        fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Duration, E> {
            self.visit_str(&seconds.to_string())
        }
    }

    deserializer.deserialize_any(AnyForm).map(T::from)
}
