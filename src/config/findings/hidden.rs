//! Hiding secrets in reports: the token, and the user of a URI.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use uuid::Uuid;

use crate::config::config::Config;
use crate::config::findings::report::Report;
use crate::config::sources::tree::Node;
use crate::config::sources::variables::TOKEN;
use crate::value::callback_uri::without_user;
use crate::value::placeholder::is_placeholder;

/// Secrets that no finding may show.
///
/// The values of secret variables are never part of a finding. This hides secrets in unexpected places.
pub(crate) struct Hidden {
    /// The token without quotes and the like, in each spelling.
    tokens: Vec<String>,
}

impl Hidden {
    /// Collects the tokens of the environment and of the file: a token that a variable overrides is
    /// still a secret.
    pub(crate) fn of(config: &Config) -> Self {
        let from_environment = config.variables.get(&TOKEN);
        let from_environment = from_environment.map(|text| text.to_string_lossy().into_owned());
        let in_file = config.in_file(&TOKEN).map_or(Vec::new(), Node::texts);
        let in_file = in_file.into_iter().map(str::to_owned);
        let given = from_environment.into_iter().chain(in_file);
        Self {
            tokens: given.flat_map(|text| spellings(bare(&text))).collect(),
        }
    }

    /// Hides the secrets in values and in messages, which may repeat a value.
    pub(crate) fn hide_in(&self, report: &mut Report) {
        for finding in report.faults.iter_mut().chain(&mut report.warnings) {
            if let Some(value) = &mut finding.value {
                if let Cow::Owned(shown) = without_users(value) {
                    *value = shown;
                }
                if self
                    .tokens
                    .iter()
                    .any(|token| bare(value).eq_ignore_ascii_case(token))
                {
                    "***".clone_into(value);
                }
            }
            for token in self.tokens.iter().filter(|token| !is_short(token)) {
                let value = finding.value.iter_mut();
                for text in value.chain([&mut finding.message]) {
                    replace(text, token);
                }
            }
        }
    }
}

/// Whether a token is too short to look for: it can be part of any word, so it is hidden only if it is
/// the whole value.
fn is_short(token: &str) -> bool {
    const SHORT: usize = 4;
    token.len() < SHORT
}

/// Returns the token without quotes, white space and `Bearer`.
fn bare(text: &str) -> &str {
    const SCHEME: &str = "bearer";
    let is_around = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    let mut text = text.trim_matches(is_around);
    while let Some((scheme, rest)) = text.split_once(char::is_whitespace) {
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            break;
        }
        text = rest.trim_matches(is_around);
    }
    text
}

/// Returns the token as written and, if it is a UUID, as messages about ids write it. Returns none for
/// a placeholder, which occurs in many places of a deployment that is not filled in.
fn spellings(token: &str) -> Vec<String> {
    if token.is_empty() || is_placeholder(token) {
        return Vec::new();
    }
    let mut spellings = vec![token.to_owned()];
    if let Ok(uuid) = Uuid::try_parse(token) {
        spellings.extend([uuid.hyphenated().to_string(), uuid.simple().to_string()]);
    }
    spellings
}

/// Replaces a token in any case, because a type may change the case of a value that it quotes.
fn replace(text: &mut String, token: &str) {
    let lower = text.to_ascii_lowercase();
    let mut shown = String::new();
    let mut from = 0;
    for (at, found) in lower.match_indices(&token.to_ascii_lowercase()) {
        shown += &text[from..at];
        shown += "***";
        from = at + found.len();
    }
    if from > 0 {
        shown += &text[from..];
        *text = shown;
    }
}

/// Removes the users and passwords of the URIs in a text.
pub(crate) fn without_users(text: &str) -> Cow<'_, str> {
    let Some((before, after)) = text.split_once("//") else {
        return text.into();
    };
    let scheme = before.strip_suffix(':');
    let is_scheme = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_one_uri = scheme.is_some_and(is_scheme)
        && !behind_ipv6(after).contains(['[', ']'])
        && !["//", "%40"].iter().any(|odd| after.contains(odd));
    if is_one_uri {
        return without_user(text);
    }
    // Several URIs, or one within a text: a password may contain any character, so everything from
    // the first URI on is hidden.
    if after.contains('@') || after.contains("%40") || has_odd_port(behind_ipv6(after)) {
        return format!("{before}//***").into();
    }
    text.into()
}

/// Skips an IPv6 address at the start, because it contains colons.
fn behind_ipv6(text: &str) -> &str {
    let address = text.strip_prefix('[').and_then(|host| host.split_once(']'));
    match address {
        Some((address, rest)) if address.parse::<Ipv6Addr>().is_ok() => rest,
        _ => text,
    }
}

/// Whether something other than a port follows a colon, which may be a password.
fn has_odd_port(text: &str) -> bool {
    text.split(':').skip(1).any(|port| {
        let digits = port.bytes().take_while(u8::is_ascii_digit).count();
        digits == 0 || port[digits..].starts_with(|c: char| c.is_alphanumeric())
    })
}
