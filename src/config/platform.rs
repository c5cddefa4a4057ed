//! How to reach the platform.

use std::path::PathBuf;

use url::Url;

use crate::config::reader::{self, Reader};
use crate::config::sources::variables::{CUSTOM_HEADERS, SSL_VERIFY, TOKEN, URL};
use crate::value::secret::Secret;

/// How to reach the platform: the variables `OPENCTI_*`.
///
/// ```
/// use opencti_connector::config::{Config, SslVerify};
///
/// let config = Config::sources()
///     .variables([("OPENCTI_URL", "https://opencti.example.org"), ("OPENCTI_SSL_VERIFY", "false")])
///     .yaml("opencti:\n  token: 88ec0c6a-13ce-5e39-b486-354fe4a7084f\n")
///     .load()?;
///
/// let platform = config.platform()?;
/// assert_eq!(platform.url.host_str(), Some("opencti.example.org"));
/// assert_eq!(platform.ssl_verify, SslVerify::Off);
/// assert_eq!(format!("{:?}", platform.token), "***");
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Platform {
    /// `OPENCTI_URL`: address of the platform, without `/graphql`.
    pub url: Url,
    /// `OPENCTI_TOKEN`: token of the connector's user.
    pub token: Secret,
    /// `OPENCTI_SSL_VERIFY`: whether to verify the platform's certificate.
    pub ssl_verify: SslVerify,
    /// `OPENCTI_CUSTOM_HEADERS`: names and values of headers to add to each request.
    pub custom_headers: Vec<(String, Secret)>,
}

/// Whether to verify the platform's certificate, and against what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SslVerify {
    /// Verify against the certificates of the system. This is the default, unlike in pycti, which
    /// verifies nothing by default.
    #[default]
    System,
    /// Verify against the certificates in this file.
    CaFile(PathBuf),
    /// Do not verify.
    Off,
}

impl Platform {
    /// Reads it. `None` if a value is malformed or missing; a missing one is a fault only if the platform
    /// is needed.
    pub(crate) fn read(reader: &mut Reader<'_>, is_needed: bool) -> Option<Self> {
        let url = url(reader);
        let token = reader.parsed(&TOKEN, token);
        let ssl_verify = reader.parsed(&SSL_VERIFY, ssl_verify);
        let custom_headers = reader.parsed(&CUSTOM_HEADERS, custom_headers);
        for variable in [&URL, &TOKEN] {
            if is_needed && !reader.is_set(variable) {
                reader.missing(
                    variable,
                    "is missing; the connector needs it to reach its platform",
                );
            }
        }
        Some(Self {
            url: url?,
            token: token?,
            ssl_verify: ssl_verify.unwrap_or_default(),
            custom_headers: custom_headers.unwrap_or_default(),
        })
    }
}

/// Reads the address of the platform. Clients append `/graphql` themselves.
fn url(reader: &mut Reader<'_>) -> Option<Url> {
    let mut url = reader.parsed(&URL, platform_url)?;
    let path = url.path().trim_end_matches('/');
    if let Some(folder) = path.strip_suffix("/graphql") {
        let folder = folder.trim_end_matches('/').to_owned();
        url.set_path(&folder);
        reader.warning(
            &URL,
            "ends with `/graphql`, which is removed; write the address without it",
        );
    }
    Some(url)
}

fn platform_url(text: &str) -> Result<Url, String> {
    let url = reader::url(text.trim_end_matches('/'))?;
    for (part, mark) in [(url.query(), '?'), (url.fragment(), '#')] {
        if part.is_some() {
            return Err(format!(
                "contains a `{mark}`, which an address cannot have; remove it and everything after it"
            ));
        }
    }
    Ok(url)
}

fn token(text: &str) -> Result<Secret, String> {
    let scheme = text.get(.."bearer ".len());
    if scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer ")) {
        return Err(
            "begins with `Bearer`, which the connector adds itself; write only the token".into(),
        );
    }
    if text.starts_with(['"', '\'']) || text.ends_with(['"', '\'']) {
        return Err("contains quotes, which the deployment file passes on; remove them".into());
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("contains white space or a control character; remove it".into());
    }
    Ok(text.into())
}

fn ssl_verify(text: &str) -> Result<SslVerify, String> {
    match reader::flag(text) {
        Ok(true) => Ok(SslVerify::System),
        Ok(false) => Ok(SslVerify::Off),
        Err(_) if text.contains("://") => {
            Err("is a URL; write `true`, `false`, or the path of a file with certificates".into())
        }
        Err(_) => Ok(SslVerify::CaFile(text.into())),
    }
}

/// Parses `name:value;name:value`, as in pycti.
fn custom_headers(text: &str) -> Result<Vec<(String, Secret)>, String> {
    let headers = text.split(';').filter(|header| !header.trim().is_empty());
    let header = |(header, position): (&str, usize)| {
        let (name, value) = header.split_once(':').ok_or_else(|| {
            format!("has no colon in header {position}; write `name:value;name:value`")
        })?;
        let name = name.trim();
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if name.is_empty() || !name.chars().all(is_token) {
            return Err(format!(
                "has no valid name in header {position}; write `name:value;name:value`"
            ));
        }
        Ok((name.to_owned(), Secret::from(value.trim())))
    };
    headers.zip(1..).map(header).collect()
}
