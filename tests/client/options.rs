//! What a client is made with: the token in the forms in which people have it, and no secret in
//! what is shown.

use opencti_connector::client::{Client, ErrorKind};
use opencti_connector::graphql::About;
use platform::{Options, Platform};

const URL: &str = "https://opencti.example.org";
const SECRET: &str = "88ec0c6a-13ce-5e39-b486-354fe4a7084f";

#[test]
fn wrong_options_are_all_told_when_the_client_is_built() {
    let secret = "line\nbreak-5ecret";
    let error = Client::builder("ftp://opencti.example.org", "ChangeMe")
        .headers([
            ("X Y".to_owned(), "a".into()),
            ("X-Auth".to_owned(), secret.into()),
        ])
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Options);
    let text = error.to_string();
    for part in ["`http://`", "the token is", "\"X Y\"", "x-auth"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains("5ecret"));

    for (url, part) in [
        ("opencti.example.org", "is not one"),
        ("https://user:pa55@opencti.example.org", "user name"),
    ] {
        let error = Client::new(url, SECRET).unwrap_err();
        assert!(error.to_string().contains(part), "{error}");
        assert!(!error.to_string().contains("pa55"));
    }
    let error = Client::builder("https://opencti.example.org", SECRET)
        .ca_certificates("/etc/ssl/authority.pem")
        .proxy("not a proxy")
        .build()
        .unwrap_err();
    let text = error.to_string();
    assert!(text.contains("PEM") && text.contains("the proxy"), "{text}");
}

#[tokio::test]
async fn white_space_around_a_token_is_not_sent() {
    let platform = Platform::start(Options::default());
    for token in [
        format!(" {}", platform.token()),
        format!("{}\n", platform.token()),
        format!("\t{}\r\n", platform.token()),
    ] {
        let client = Client::new(platform.url(), token).unwrap();
        client.execute(&About::new()).await.unwrap();
        assert_eq!(
            platform.last_request().unwrap().headers["authorization"],
            format!("Bearer {}", platform.token())
        );
    }
}

#[test]
fn a_token_with_its_scheme_is_refused_with_the_way_out() {
    for token in [
        format!("Bearer {SECRET}"),
        format!("bearer\t{SECRET}"),
        format!("  BEARER   {SECRET} "),
        "Bearer".to_owned(),
    ] {
        let error = Client::new(URL, token.as_str()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Options, "{token}");
        let text = error.to_string();
        assert!(text.contains("give the token alone"), "{text}");
        assert!(!text.contains(SECRET), "{text}");
    }
    // A token that merely begins so is one.
    Client::new(URL, format!("bearer{SECRET}")).unwrap();
}

#[test]
fn a_token_that_is_missing_is_refused() {
    for token in ["", " ", "\n", "ChangeMe", " changeme "] {
        let error = Client::new(URL, token).unwrap_err();
        assert!(
            error.to_string().contains("the token is missing"),
            "{token:?}"
        );
    }
}

#[test]
fn neither_a_builder_nor_its_error_shows_a_secret_wherever_it_stands() {
    let builder = || Client::builder(URL, SECRET);
    for (builder, is_refused) in [
        (builder(), false),
        (builder().header("X-Auth", SECRET), false),
        (builder().header(SECRET, "a"), false),
        (builder().header(format!("X {SECRET}"), "a"), true),
        (builder().header("X-Auth", format!("{SECRET}\n")), true),
        (
            builder().proxy(format!("http://user:{SECRET}@proxy:3128")),
            false,
        ),
        (builder().proxy(format!("http://[{SECRET}")), true),
        (builder().ca_certificates(SECRET), true),
        (
            Client::builder(format!("https://user:{SECRET}@opencti.example.org"), "t"),
            true,
        ),
        (Client::builder(format!("https://[{SECRET}"), "t"), true),
        (
            Client::builder(format!("{URL}/?token={SECRET}#{SECRET}"), "t"),
            true,
        ),
        (Client::builder(URL, format!("Bearer {SECRET}")), true),
        (Client::builder(URL, format!("{SECRET}\u{7}x")), true),
    ] {
        let mut shown = format!("{builder:?} {builder:#?}");
        match builder.build() {
            Ok(client) => {
                assert!(!is_refused, "{shown}");
                shown = format!("{shown} {client:?}");
            }
            Err(error) => {
                assert!(is_refused, "{error}");
                shown = format!("{shown} {error} {error:?}");
            }
        }
        assert!(!shown.contains(SECRET), "{shown}");
        assert!(shown.contains("ClientBuilder"), "{shown}");
    }
}

#[test]
fn an_error_in_debug_reads_as_in_display() {
    let error = Client::new("opencti", "ChangeMe").unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
    assert_eq!(format!("{error:#?}"), error.to_string());
}
