//! Numbers as YAML writes them.

/// Parses a whole number as YAML writes it; `None` if it is not one.
pub(crate) fn integer<T>(
    text: &str,
    from_radix: impl Fn(&str, u32) -> Result<T, std::num::ParseIntError>,
) -> Option<T> {
    let radix = [("0x", 16), ("0o", 8)]
        .into_iter()
        .find_map(|(prefix, radix)| {
            let digits = text.strip_prefix(prefix)?;
            digits
                .starts_with(|c: char| c.is_ascii_hexdigit())
                .then_some((digits, radix))
        });
    let (digits, radix) = radix.unwrap_or((text, 10));
    from_radix(digits, radix).ok()
}

/// Parses a finite number; `None` if it is not one.
pub(crate) fn float(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}
