//! Timestamps as STIX has them.

/// Whether a text is a timestamp of STIX 2.1: RFC 3339, in UTC, written with `Z`.
pub(super) fn is_timestamp(text: &str) -> bool {
    parts(text).is_some_and(|[year, month, day, hour, minute, second]| {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            2 => 28 + u32::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        // A leap second is written as 60.
        (1..=12).contains(&month)
            && (1..=days).contains(&day)
            && hour < 24
            && minute < 60
            && second <= 60
    })
}

/// The numbers of `YYYY-MM-DDTHH:MM:SS[.FRACTION]Z`.
fn parts(text: &str) -> Option<[u32; 6]> {
    const SHAPE: &[u8] = b"0000-00-00T00:00:00";
    let (whole, fraction) = text.strip_suffix('Z')?.split_at_checked(SHAPE.len())?;
    let has_shape = whole.bytes().zip(SHAPE).all(|(byte, shape)| match shape {
        b'0' => byte.is_ascii_digit(),
        other => byte == *other,
    });
    let is_fraction = match fraction.strip_prefix('.') {
        Some(digits) => !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()),
        None => fraction.is_empty(),
    };
    let mut numbers = whole.split(['-', 'T', ':']).map(str::parse);
    let mut next = || numbers.next()?.ok();
    (has_shape && is_fraction).then_some(())?;
    Some([next()?, next()?, next()?, next()?, next()?, next()?])
}
