//! The keys by which the platform signs its requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{
    AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse,
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::runtime::broker::reconnect::BrokerLink;

/// At most once in this time, however many tokens name unknown keys.
const REFRESH_PERIOD: Duration = Duration::from_secs(60);
const ISSUER: &str = "opencti";
const SUBJECT: &str = "connector";
/// In seconds: how far the platform's clock and this machine's may differ.
const LEEWAY: u64 = 60;

/// The keys, by their ids, as the latest registration tells them.
pub(crate) struct Keys {
    keys: Mutex<Arc<HashMap<String, Key>>>,
    /// When they were asked for again.
    refreshed: tokio::sync::Mutex<Option<Instant>>,
}

struct Key {
    algorithm: Algorithm,
    key: DecodingKey,
}

/// Why a token is refused; for the log, never with the token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("it names no key")]
    NoKey,
    #[error("it names a key that is not the platform's")]
    UnknownKey,
    #[error("it has an audience")]
    Audience,
    #[error("its issuer is a list")]
    Issuers,
    #[error("it has expired; check this machine's clock")]
    Expired,
    #[error("it is not valid yet; check this machine's clock")]
    TooEarly,
    #[error(transparent)]
    Invalid(jsonwebtoken::errors::Error),
}

impl From<jsonwebtoken::errors::Error> for Refusal {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        match error.kind() {
            ErrorKind::ExpiredSignature => Self::Expired,
            ErrorKind::ImmatureSignature => Self::TooEarly,
            _ => Self::Invalid(error),
        }
    }
}

impl Keys {
    /// The keys of a registration; an error in words when there are none to go by.
    pub(crate) fn of(jwks: Option<&str>) -> Result<Self, String> {
        // With both of its implementations built in, which other crates can bring about, it would
        // not choose one itself. One that is installed already is as good.
        let _ = jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER.install_default();
        let keys = parse(jwks.unwrap_or_default())?;
        Ok(Self {
            keys: Mutex::new(Arc::new(keys)),
            refreshed: tokio::sync::Mutex::new(None),
        })
    }

    /// Whether a token is the platform's; a key that is not known is asked for.
    pub(crate) async fn check(&self, token: &str, link: &BrokerLink) -> Result<(), Refusal> {
        match self.verify(token) {
            Err(refusal) if refusal.may_be_of_new_key() && self.refresh(link).await => {
                self.verify(token)
            }
            other => other,
        }
    }

    fn verify(&self, token: &str) -> Result<(), Refusal> {
        let id = jsonwebtoken::decode_header(token)?.kid;
        let id = id.ok_or(Refusal::NoKey)?;
        let keys = Arc::clone(&self.lock());
        let Key { algorithm, key } = keys.get(&id).ok_or(Refusal::UnknownKey)?;
        let mut validation = Validation::new(*algorithm);
        validation.set_issuer(&[ISSUER]);
        validation.sub = Some(SUBJECT.into());
        validation.set_required_spec_claims(&["iss", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = LEEWAY;
        let claims = jsonwebtoken::decode::<Map<String, Value>>(token, key, &validation)?.claims;
        // One that is not a text counts as absent, otherwise.
        if claims.contains_key("aud") {
            return Err(Refusal::Audience);
        }
        // A list counts as right, otherwise, if the issuer is in it.
        if !claims.get("iss").is_some_and(Value::is_string) {
            return Err(Refusal::Issuers);
        }
        Ok(())
    }

    /// Has the connector registered again, and takes the keys of the answer; false when that was
    /// done a short while ago.
    async fn refresh(&self, link: &BrokerLink) -> bool {
        let asked = Instant::now();
        let mut refreshed = self.refreshed.lock().await;
        match *refreshed {
            // By another request while this one waited.
            Some(last) if last >= asked => return true,
            Some(last) if last.elapsed() < REFRESH_PERIOD => return false,
            _ => {}
        }
        // Before it is done: whoever asked may be gone in the middle of it.
        *refreshed = Some(Instant::now());
        let Some(keys) = link.register_again().await else {
            return false;
        };
        match parse(&keys) {
            Ok(keys) => {
                *self.lock() = Arc::new(keys);
                true
            }
            Err(error) => {
                tracing::warn!(error, "the keys of the platform stay as they were");
                false
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Arc<HashMap<String, Key>>> {
        // A panic while the lock was held leaves nothing half done.
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Refusal {
    /// Whether the platform may have changed its keys.
    fn may_be_of_new_key(&self) -> bool {
        match self {
            Self::UnknownKey => true,
            Self::Invalid(error) => matches!(error.kind(), ErrorKind::InvalidSignature),
            _ => false,
        }
    }
}

/// The keys of a JWK set that can be gone by.
fn parse(jwks: &str) -> Result<HashMap<String, Key>, String> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<Value>,
    }

    if jwks.trim().is_empty() {
        return Err("the platform sent no keys".into());
    }
    let set: Set = serde_json::from_str(jwks)
        .map_err(|error| format!("the platform's keys are not a JWK set: {error}"))?;
    let keys: HashMap<_, _> = set.keys.into_iter().filter_map(key).collect();
    if keys.is_empty() {
        return Err(
            "the platform sent no Ed25519 or RSA key with an id that is for signatures".into(),
        );
    }
    Ok(keys)
}

/// A key with its id; none where it is not one of the platform's kinds, Ed25519 and RSA.
fn key(jwk: Value) -> Option<(String, Key)> {
    let jwk: Jwk = serde_json::from_value(jwk).ok()?;
    let common = &jwk.common;
    let is_for_signatures = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature));
    let operations = common.key_operations.as_ref();
    let is_to_verify = operations.is_none_or(|all| all.contains(&KeyOperations::Verify));
    if !is_for_signatures || !is_to_verify {
        return None;
    }
    let algorithm = match (&jwk.algorithm, &jwk.common.key_algorithm) {
        (AlgorithmParameters::OctetKeyPair(pair), None | Some(KeyAlgorithm::EdDSA))
            if pair.curve == EllipticCurve::Ed25519 =>
        {
            Algorithm::EdDSA
        }
        (AlgorithmParameters::RSA(_), None | Some(KeyAlgorithm::RS256)) => Algorithm::RS256,
        _ => return None,
    };
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some((jwk.common.key_id?, Key { algorithm, key }))
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::errors::{Error, ErrorKind};

    use super::Refusal;

    #[test]
    fn a_refusal_by_time_names_the_clock() {
        for kind in [ErrorKind::ExpiredSignature, ErrorKind::ImmatureSignature] {
            let why = Refusal::from(Error::from(kind)).to_string();
            assert!(why.ends_with("; check this machine's clock"), "{why}");
        }
        let why = Refusal::from(Error::from(ErrorKind::InvalidIssuer)).to_string();
        assert!(!why.contains("clock"), "{why}");
    }
}
