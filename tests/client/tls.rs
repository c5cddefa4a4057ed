//! TLS with the platform.

use opencti_connector::client::{Client, ErrorKind};
use opencti_connector::config::Config;
use opencti_connector::graphql::About;

use crate::https::start;

#[tokio::test]
async fn a_platform_is_trusted_by_its_authority_and_not_without() {
    let (platform, authority) = start("127.0.0.1");
    let trusting = Client::builder(platform.url(), platform.token())
        .ca_certificates(authority)
        .build()
        .unwrap();
    assert_eq!(trusting.execute(&About::new()).await.unwrap(), "7.261008.0");

    let not_trusting = Client::new(platform.url(), platform.token()).unwrap();
    let error = not_trusting.execute(&About::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_certificate_for_another_host_is_refused() {
    let (platform, authority) = start("opencti.example.org");
    let client = Client::builder(platform.url(), platform.token())
        .ca_certificates(authority)
        .build()
        .unwrap();
    let error = client.execute(&About::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
}

#[tokio::test]
async fn without_verification_any_certificate_will_do() {
    let (platform, _) = start("opencti.example.org");
    let client = Client::builder(platform.url(), platform.token())
        .verify_certificate(false)
        .build()
        .unwrap();
    assert_eq!(client.execute(&About::new()).await.unwrap(), "7.261008.0");
}

#[tokio::test]
async fn a_client_follows_the_ssl_verify_of_a_configuration() {
    let (platform, authority) = start("127.0.0.1");
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("authority.pem");
    std::fs::write(&file, authority).unwrap();
    for (ssl_verify, kind) in [
        (file.to_str().unwrap(), None),
        ("false", None),
        ("true", Some(ErrorKind::Tls)),
        ("", Some(ErrorKind::Tls)),
    ] {
        let config = Config::sources()
            .variables([
                ("OPENCTI_URL", platform.url()),
                ("OPENCTI_TOKEN", platform.token()),
                ("OPENCTI_SSL_VERIFY", ssl_verify),
            ])
            .load()
            .unwrap();
        let client = Client::from_config(&config.platform().unwrap()).unwrap();
        let answer = client.execute(&About::new()).await;
        assert_eq!(
            answer.err().map(|error| error.kind()),
            kind,
            "{ssl_verify:?}"
        );
    }
}
