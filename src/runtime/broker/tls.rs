//! TLS by what the settings say of certificates: with the broker, and of the platform's requests.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

#[cfg(feature = "http")]
use rustls::ServerConfig;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{self, CryptoProvider};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;

use crate::value::broker_settings::BrokerSettings;
#[cfg(feature = "http")]
use crate::value::listen_api::ListenApi;
use crate::value::secret::Secret;

/// Why no TLS can be made of the settings: which is wrong, and what to do.
///
/// `Display` shows neither a key nor a passphrase.
#[derive(Debug)]
pub(crate) struct TlsError(String);

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TlsError {}

/// TLS as the settings say: certificates are verified by the system's authorities and those of
/// `MQ_USE_SSL_CA`, unless `MQ_USE_SSL_REJECT_UNAUTHORIZED` is false.
pub(crate) fn tls(settings: &BrokerSettings) -> Result<Arc<ClientConfig>, TlsError> {
    // That of the HTTP client. None is installed for the process: that is the program's to do.
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    // Read even where nothing is verified, so that a wrong path does not wait until that changes.
    let authorities = match &settings.ssl_ca {
        Some(pem) => certificates("MQ_USE_SSL_CA", pem)?,
        None => Vec::new(),
    };
    let verifier: Arc<dyn ServerCertVerifier> = if settings.ssl_reject_unauthorized == Some(false) {
        Arc::new(Unverified(Arc::clone(&provider)))
    } else {
        verifier(authorities, Arc::clone(&provider))?
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError(format!("no TLS version can be used: {error}")))?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let config = match (&settings.ssl_cert, &settings.ssl_key) {
        (None, None) => config.with_no_client_auth(),
        (Some(certificate), Some(key)) => {
            let chain = certificates("MQ_USE_SSL_CERT", certificate)?;
            let passphrase = settings.ssl_passphrase.as_ref();
            let passphrase = passphrase.map(|_| "MQ_USE_SSL_PASSPHRASE");
            let key = private_key("MQ_USE_SSL_KEY", key, passphrase)?;
            config.with_client_auth_cert(chain, key).map_err(|error| {
                TlsError(format!(
                    "`MQ_USE_SSL_CERT` and `MQ_USE_SSL_KEY` cannot be used together: {error}"
                ))
            })?
        }
        (certificate, _) => {
            let (given, missing) = match certificate {
                Some(_) => ("MQ_USE_SSL_CERT", "MQ_USE_SSL_KEY"),
                None => ("MQ_USE_SSL_KEY", "MQ_USE_SSL_CERT"),
            };
            return Err(TlsError(format!(
                "`{given}` is set and `{missing}` is not; set both, or none"
            )));
        }
    };
    Ok(Arc::new(config))
}

/// TLS for the platform's requests.
#[cfg(feature = "http")]
pub(crate) fn serving(api: &ListenApi) -> Result<Arc<ServerConfig>, TlsError> {
    const KEY: &str = "LISTEN_PROTOCOL_API_SSL_KEY";
    const CERTIFICATE: &str = "LISTEN_PROTOCOL_API_SSL_CERT";
    let (Some(key), Some(certificate)) = (&api.ssl_key, &api.ssl_cert) else {
        return Err(TlsError(format!(
            "requests are to come over HTTPS, for which `{KEY}` and `{CERTIFICATE}` have to be set"
        )));
    };
    let chain = certificates(CERTIFICATE, certificate)?;
    let passphrase = api.ssl_passphrase.as_ref();
    let passphrase = passphrase.map(|_| "LISTEN_PROTOCOL_API_SSL_PASSPHRASE");
    let key = private_key(KEY, key, passphrase)?;
    let provider = Arc::new(crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError(format!("no TLS version can be used: {error}")))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| {
            TlsError(format!(
                "`{CERTIFICATE}` and `{KEY}` cannot be used together: {error}"
            ))
        })?;
    Ok(Arc::new(config))
}

fn verifier(
    authorities: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, TlsError> {
    let verifier = Verifier::new_with_extra_roots(authorities, provider).map_err(|error| {
        TlsError(format!(
            "the broker's certificate cannot be verified: {error}; name the authority by \
             `MQ_USE_SSL_CA`"
        ))
    })?;
    Ok(Arc::new(verifier))
}

fn certificates(variable: &str, value: &str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let pem = pem(variable, value)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(TlsError(format!(
            "`{variable}` holds no certificate; give PEM, or the path of a PEM file"
        ))),
    }
}

/// The key of a variable; `passphrase` is the variable with one, if there is one.
fn private_key(
    variable: &str,
    key: &Secret,
    passphrase: Option<&str>,
) -> Result<PrivateKeyDer<'static>, TlsError> {
    let pem = pem(variable, key.expose())?;
    if is_encrypted(&pem) {
        let also = passphrase.map(|variable| format!(", whatever `{variable}` says"));
        let also = also.unwrap_or_default();
        return Err(TlsError(format!(
            "`{variable}` is encrypted, which is not supported{also}; write it without a \
             passphrase, as `openssl pkey -in key.pem -out plain.pem` does, to a file that only \
             the connector can read"
        )));
    }
    PrivateKeyDer::from_pem_slice(&pem).map_err(|_| {
        TlsError(format!(
            "`{variable}` holds no private key; give PEM of PKCS#8, PKCS#1 or SEC1, or the path of \
             a file of it"
        ))
    })
}

/// By PKCS#8, or by the headers that OpenSSL wrote before it.
fn is_encrypted(pem: &[u8]) -> bool {
    let pem = String::from_utf8_lossy(pem);
    pem.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || pem.contains("Proc-Type: 4,ENCRYPTED")
}

fn pem<'v>(variable: &str, value: &'v str) -> Result<Cow<'v, [u8]>, TlsError> {
    if value.contains("-----BEGIN") {
        return Ok(Cow::Borrowed(value.as_bytes()));
    }
    // The path is not shown: what is not a path may be part of a key.
    std::fs::read(value.trim())
        .map(Cow::Owned)
        .map_err(|error| {
            TlsError(format!(
                "the file that `{variable}` names cannot be read: {error}; give the path of a PEM \
             file, or PEM itself"
            ))
        })
}

/// Takes every certificate; that the broker holds its key is still checked.
#[derive(Debug)]
struct Unverified(Arc<CryptoProvider>);

impl ServerCertVerifier for Unverified {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
