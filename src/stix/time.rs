//! Times as typed objects write them: UTC, with milliseconds.

use std::str::FromStr;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::Offset;

use crate::value::text::{Quoted, text_value};

/// An instant, written in UTC with milliseconds: `2026-11-24T09:30:00.000Z`.
///
/// The platform hashes the times in an id with exactly three digits of milliseconds. Typed objects
/// therefore write every time that way, so that pycti, the platform and this crate agree on the id.
/// A finer fraction is cut off, as the platform does.
///
/// Setters and constructors take anything that is [`IntoTime`]: this type, a
/// [`jiff::Timestamp`](Timestamp), a [`SystemTime`], or text in the form of RFC 3339 with any
/// offset. Parse the text yourself to handle a wrong one at once:
///
/// ```
/// use opencti_connector::stix::model::{NotATime, Report, Time};
///
/// let published: Time = "2026-11-24T10:30:00+01:00".parse()?;
/// assert_eq!(published.to_string(), "2026-11-24T09:30:00.000Z");
/// let report = Report::new("Q3", published);
/// assert!("24 November".parse::<Time>().is_err());
/// # drop(report);
/// # Ok::<(), NotATime>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(Box<str>);

impl Time {
    /// The current time.
    #[must_use]
    pub fn now() -> Self {
        Self::of(Timestamp::now()).unwrap_or_else(|_| Self(EPOCH.into()))
    }

    /// The time as text.
    #[must_use]
    pub const fn as_str(&self) -> &str {
        &self.0
    }

    fn of(timestamp: Timestamp) -> Result<Self, NotATime> {
        // Towards the past before 1970 too, so that milliseconds are cut and never rounded up.
        let milliseconds = timestamp.as_millisecond();
        let floor = if timestamp.as_nanosecond() % 1_000_000 < 0 {
            milliseconds - 1
        } else {
            milliseconds
        };
        let cut = Timestamp::from_millisecond(floor);
        let text = cut.map(|cut| format!("{cut:.3}")).unwrap_or_default();
        // RFC 3339 has four digits of a year and no sign.
        if text.len() == EPOCH.len() && text.as_bytes()[0].is_ascii_digit() {
            return Ok(Self(text.into()));
        }
        Err(NotATime(timestamp.to_string().into()))
    }
}

const EPOCH: &str = "1970-01-01T00:00:00.000Z";

text_value!(Time: prints, equals, parses);

impl FromStr for Time {
    type Err = NotATime;

    /// Parses RFC 3339: a date, `T`, `t` or a space, a time of day, and `Z` or an offset.
    ///
    /// # Errors
    ///
    /// When the text is something else, such as a date alone or a time without an offset.
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let time = parsed(text).and_then(|timestamp| Self::of(timestamp).ok());
        time.ok_or_else(|| NotATime(text.into()))
    }
}

/// The instant that a text of RFC 3339 means. The shape is checked first, since ISO 8601, which
/// jiff parses, has many more.
fn parsed(text: &str) -> Option<Timestamp> {
    const SHAPE: &[u8] = b"0000-00-00 00:00:00";
    const PARSER: DateTimeParser = DateTimeParser::new();
    let (whole, rest) = text.split_at_checked(SHAPE.len())?;
    let has_shape = whole.bytes().zip(SHAPE).all(|(byte, shape)| match shape {
        b'0' => byte.is_ascii_digit(),
        b' ' => matches!(byte, b'T' | b't' | b' '),
        other => byte == *other,
    });
    let digits = rest.strip_prefix('.').map_or(0, |fraction| {
        1 + fraction.bytes().take_while(u8::is_ascii_digit).count()
    });
    let (fraction, offset) = rest.split_at(digits);
    let offset = offset_of(offset)?;
    // Of a fraction jiff takes nine digits; only three are kept.
    let kept = &fraction[..fraction.len().min(4)];
    if !has_shape || fraction == "." {
        return None;
    }
    let local = PARSER.parse_datetime(format!("{whole}{kept}")).ok()?;
    offset.to_timestamp(local).ok()
}

/// `Z`, or `+01:00`.
fn offset_of(text: &str) -> Option<Offset> {
    if matches!(text, "Z" | "z") {
        return Some(Offset::UTC);
    }
    let (sign, rest) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |text: &str, most: i32| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse::<i32>().ok().filter(|number| *number <= most);
        number.filter(|_| is_number)
    };
    let seconds = number(hours, 23)? * 3600 + number(minutes, 59)? * 60;
    Offset::from_seconds(sign * seconds).ok()
}

/// A value that is not an instant that STIX can hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a time such as \"2026-11-24T09:30:00Z\"", Quoted(.0))]
pub struct NotATime(Box<str>);

impl NotATime {
    /// The value that is not a time.
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

/// What a time is given as.
///
/// * [`Time`], [`jiff::Timestamp`](Timestamp), [`SystemTime`]
/// * text in the form of RFC 3339, with `Z` or an offset: `&str`, `String`
///
/// For chrono use `to_rfc3339()`, for the `time` crate `format(&Rfc3339)`; both also convert to
/// [`SystemTime`]. A text that is not a time is a fault of the object: like other faulty values it
/// does not interrupt the chain, and [`Bundle::push`](crate::stix::Bundle::push) names it. A type
/// that is not a time does not compile.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a time",
    note = "give a `Time`, a `jiff::Timestamp`, a `SystemTime`, or text in the form of RFC 3339"
)]
pub trait IntoTime {
    /// The time.
    ///
    /// # Errors
    ///
    /// When the value is not an instant between the years 0 and 9999.
    fn into_time(self) -> Result<Time, NotATime>;
}

impl IntoTime for Time {
    fn into_time(self) -> Result<Time, NotATime> {
        Ok(self)
    }
}

impl IntoTime for Timestamp {
    fn into_time(self) -> Result<Time, NotATime> {
        Time::of(self)
    }
}

impl IntoTime for SystemTime {
    fn into_time(self) -> Result<Time, NotATime> {
        let timestamp = Timestamp::try_from(self);
        timestamp.map_or_else(
            |_| Err(NotATime(format!("{self:?}").into())),
            IntoTime::into_time,
        )
    }
}

impl IntoTime for &str {
    fn into_time(self) -> Result<Time, NotATime> {
        self.parse()
    }
}

impl IntoTime for String {
    fn into_time(self) -> Result<Time, NotATime> {
        self.parse()
    }
}

impl IntoTime for &String {
    fn into_time(self) -> Result<Time, NotATime> {
        self.parse()
    }
}

impl IntoTime for &Time {
    fn into_time(self) -> Result<Time, NotATime> {
        Ok(self.clone())
    }
}

/// A time, or an [`Option`] of one. `None` leaves the member as it is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a time",
    note = "give a `Time`, a `jiff::Timestamp`, a `SystemTime`, text in the form of RFC 3339, or an `Option` of these"
)]
pub trait OptionalTime {
    /// The time, if there is one.
    fn optional_time(self) -> Option<Result<Time, NotATime>>;
}

#[diagnostic::do_not_recommend]
impl<T: IntoTime> OptionalTime for T {
    fn optional_time(self) -> Option<Result<Time, NotATime>> {
        Some(self.into_time())
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoTime> OptionalTime for Option<T> {
    fn optional_time(self) -> Option<Result<Time, NotATime>> {
        self.map(IntoTime::into_time)
    }
}
