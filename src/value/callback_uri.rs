//! The URI that receives messages over HTTP: its validation, and how errors hide credentials.

use std::borrow::Cow;
use std::fmt;
use std::net::Ipv6Addr;

use serde::{Deserialize, Serialize};

use crate::value::fault::{InvalidValue, Reason};
use crate::value::field::Field;
use crate::value::text::{holds, text_value};

/// The URI at which a connector receives messages over HTTP, as written.
///
/// Building the connector validates the URI, so its faults appear with those of the other values.
/// The URI consists of `http` or `https`, `://`, a host or an IPv6 address in brackets, and
/// optionally a port (at most 65535), a path, a query and a fragment. It contains no user name, no
/// white space and no control characters. These are rules of this crate: the platform accepts any
/// text.
///
/// `Debug` hides anything that may be a user name or a password: everything up to an `@`, and
/// everything after a port that is not a number. `Display` is not implemented.
///
/// ```
/// use opencti_connector::CallbackUri;
///
/// let uri = CallbackUri::from("http://operator:hunter2@connector:7070/api/callback");
/// assert_eq!(format!("{uri:?}"), r#""http://***@connector:7070/api/callback""#);
/// assert_eq!(uri.as_str(), "http://operator:hunter2@connector:7070/api/callback");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallbackUri(String);

impl CallbackUri {
    /// Returns the full URI, including any credentials.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn check(&self) -> Result<(), InvalidValue> {
        check(&self.0)
    }
}

impl fmt::Debug for CallbackUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&without_user(&self.0), f)
    }
}

impl AsRef<str> for CallbackUri {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

text_value!(CallbackUri: equals);

impl<T: Into<String>> From<T> for CallbackUri {
    fn from(uri: T) -> Self {
        Self(uri.into())
    }
}

fn check(uri: &str) -> Result<(), InvalidValue> {
    let (scheme, rest) = match uri.bytes().position(|byte| byte == b':') {
        Some(colon) if uri[colon + 1..].starts_with("//") => (&uri[..colon], &uri[colon + 3..]),
        _ => ("", uri),
    };
    let is_http = ["http", "https"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    let authority = Authority::at_start_of(rest);
    let reasons = [
        (!is_http, &Reason::UriScheme),
        (is_http && authority.has_user, &Reason::UriUserName),
        (is_http && !authority.has_host(), &Reason::UriHost),
        (
            is_http && !authority.port.is_none_or(is_port),
            &Reason::UriPort,
        ),
        (
            holds(
                uri,
                |byte| !byte.is_ascii_graphic(),
                |c| c.is_whitespace() || c.is_control(),
            ),
            &Reason::UriCharacter,
        ),
    ];
    // Only an error needs the search for credentials.
    if reasons.iter().all(|(holds, _)| !holds) {
        return Ok(());
    }
    InvalidValue::refuse_if(Field::ListenCallbackUri, &without_user(uri), &reasons)
}

/// The part between `://` and the first `/`, `?` or `#`, e.g. `user@host:port`.
struct Authority<'a> {
    has_user: bool,
    host: &'a str,
    /// The text after the colon that follows the host. `None` if there is no colon.
    port: Option<&'a str>,
}

impl<'a> Authority<'a> {
    fn at_start_of(text: &'a str) -> Self {
        let is_end = |byte| matches!(byte, b'/' | b'?' | b'#');
        let authority = &text[..text.bytes().position(is_end).unwrap_or(text.len())];
        // A user name can contain an unencoded `@`.
        let (has_user, address) = match authority.rfind('@') {
            Some(at) => (true, &authority[at + 1..]),
            None => (false, authority),
        };
        // An address in brackets contains colons too.
        let bracket = address.rfind(']').unwrap_or(0);
        let colon = address[bracket..].find(':').map(|colon| bracket + colon);
        Self {
            has_user,
            host: &address[..colon.unwrap_or(address.len())],
            port: colon.map(|colon| &address[colon + 1..]),
        }
    }

    fn has_brackets(&self) -> bool {
        self.host.contains('[') || self.host.contains(']')
    }

    fn has_host(&self) -> bool {
        if self.has_brackets() {
            let inner = self.host.strip_prefix('[');
            let inner = inner.and_then(|host| host.strip_suffix(']'));
            inner.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
        } else {
            !self.host.is_empty()
        }
    }
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// Returns the URI with its credentials replaced by `***`, for use in an error.
///
/// A password may contain unencoded characters, so everything up to the last `@` is hidden. If the
/// `@` is encoded or missing, the password starts at the port's position and may end anywhere.
pub(crate) fn without_user(uri: &str) -> Cow<'_, str> {
    let scheme = uri.split_once("://").map(|(scheme, _)| scheme);
    let start = scheme
        .filter(|scheme| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .map_or(0, |scheme| scheme.len() + "://".len());
    let (scheme, rest) = uri.split_at(start);
    if let Some(at) = rest.rfind('@') {
        return format!("{scheme}***{}", &rest[at..]).into();
    }
    let authority = Authority::at_start_of(rest);
    match authority.port {
        Some(port) if !port.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{scheme}{}:***", authority.host).into()
        }
        // Brackets without an address in them may be part of a password.
        _ if authority.has_brackets() && !authority.has_host() => format!("{scheme}***").into(),
        _ => uri.into(),
    }
}
