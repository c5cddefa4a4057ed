//! The rules of `listen_callback_uri`.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use crate::error::{InvalidValue, Reason};
use crate::field::Field;
use crate::text::holds;

/// `http` or `https`, `://`, a host or `[IPv6]`, optionally `:` and a port, and what follows.
pub(crate) fn check(uri: &str) -> Result<(), InvalidValue> {
    // Searched by bytes: for texts this short a searcher costs more to set up than to run.
    let (scheme, rest) = match uri.split_once(':') {
        Some((scheme, rest)) if rest.starts_with("//") => (scheme, &rest[2..]),
        _ => ("", uri),
    };
    let end = rest
        .bytes()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let authority = &rest[..end.unwrap_or(rest.len())];
    let is_http = ["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let (user, host_and_port) = match authority.rsplit_once('@') {
        Some((user, rest)) => (Some(user), rest),
        None => (None, authority),
    };
    let (host, port) = split_port(host_and_port);
    let reasons = [
        (!is_http, &Reason::UriScheme),
        (is_http && user.is_some(), &Reason::UriUserName),
        (is_http && !is_host(host), &Reason::UriHost),
        (is_http && !port.is_none_or(is_port), &Reason::UriPort),
        (
            holds(
                uri,
                |byte| !byte.is_ascii_graphic(),
                |c| c.is_whitespace() || c.is_control(),
            ),
            &Reason::UriCharacter,
        ),
    ];
    if reasons.iter().all(|(holds, _)| !holds) {
        return Ok(());
    }
    InvalidValue::unless_fine(Field::ListenCallbackUri, &without_user(uri), &reasons)
}

/// Host and what stands behind the colon after it, if there is one.
fn split_port(host_and_port: &str) -> (&str, Option<&str>) {
    let host_end = host_and_port.rfind(']').unwrap_or(0);
    match host_and_port[host_end..].find(':') {
        Some(colon) => {
            let (host, port) = host_and_port.split_at(host_end + colon);
            (host, Some(&port[1..]))
        }
        None => (host_and_port, None),
    }
}

fn is_host(host: &str) -> bool {
    match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && !host.bytes().any(|byte| matches!(byte, b'[' | b']')),
    }
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// The URI as it may stand in an error: a password can be part of its user name, and can hold
/// characters that ought to be encoded, so that all up to the last `@` is hidden.
pub(crate) fn without_user(uri: &str) -> Cow<'_, str> {
    let scheme = uri.split_once("://").map(|(scheme, _)| scheme);
    let start = scheme
        .filter(|scheme| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .map_or(0, |scheme| scheme.len() + "://".len());
    match uri[start..].rfind('@') {
        Some(at) => format!("{}***{}", &uri[..start], &uri[start + at..]).into(),
        None => uri.into(),
    }
}
