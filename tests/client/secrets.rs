//! No error shows a secret, whatever is wrong and wherever the secret comes back.

use opencti_connector::Secret;
use opencti_connector::client::{Client, Error};
use opencti_connector::graphql::About;
use proptest::prelude::*;
use serde_json::json;

use crate::faults::answering;

/// Where an answer repeats a secret.
#[derive(Clone, Copy, Debug)]
enum Place {
    ErrorPage,
    LoginPage,
    Message,
    MessageOfStatus,
    Reason,
    Code,
    Path,
    Redirect,
}

const PLACES: [Place; 8] = [
    Place::ErrorPage,
    Place::LoginPage,
    Place::Message,
    Place::MessageOfStatus,
    Place::Reason,
    Place::Code,
    Place::Path,
    Place::Redirect,
];

/// The status, the headers and the body of an answer with this text in it.
fn answer(place: Place, text: &str) -> (&'static str, String, String) {
    let error = match place {
        Place::ErrorPage => return ("502 Bad Gateway", String::new(), text.into()),
        Place::LoginPage => return ("200 OK", String::new(), text.into()),
        Place::Redirect => {
            let host = text.replace(|c: char| !c.is_ascii_alphanumeric(), "");
            let location = format!("Location: https://{host}.example.org/\r\n");
            return ("302 Found", location, String::new());
        }
        Place::Message | Place::MessageOfStatus => json!({ "message": text }),
        Place::Reason => json!({ "message": "no", "data": { "reason": text } }),
        Place::Code => json!({ "message": "no", "extensions": { "code": text } }),
        Place::Path => json!({ "message": "no", "path": ["a", text, 0] }),
    };
    let body = json!({ "data": null, "errors": [error] });
    let status = match place {
        Place::MessageOfStatus => "503 Service Unavailable",
        _ => "200 OK",
    };
    (status, String::new(), body.to_string())
}

/// Fails where a part of the secret that is long enough to be of use is shown, in any case.
fn assert_hidden(error: &Error, secret: &str) {
    let shown = format!("{error} {error:?} {:?}", error.graphql_errors()).to_lowercase();
    let secret = secret.to_lowercase();
    for start in 0..=secret.len() - 8 {
        let part = &secret[start..start + 8];
        assert!(!shown.contains(part), "{part} of {secret} is in {shown}");
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_an_answer_repeats_of_a_secret_is_hidden(
        // Begins as no placeholder does, and in no quotes.
        token in "[A-Za-z0-9][!-~]{6,58}[A-Za-z0-9]",
        value in "(Basic )?[!-~]{8,60}",
        of_header in any::<bool>(),
        in_capitals in any::<bool>(),
        before in "(<html>)?[ .é\\\\]{0,120}",
        after in "[ .é\\\\]{0,20}",
        place in prop::sample::select(&PLACES),
        is_plain in any::<bool>(),
    ) {
        let plain = |text: String| if is_plain { text.replace(|c: char| !c.is_ascii_alphanumeric(), "x") } else { text };
        let (token, value) = (plain(token), plain(value));
        let secret = if of_header { value.trim_start_matches("Basic ") } else { &token };
        let repeated = if in_capitals { secret.to_uppercase() } else { secret.to_owned() };
        prop_assume!(!token.to_lowercase().contains("changeme") && !token.contains("${") && !token.contains("{{"));
        // A host has no other characters than these.
        let is_host = repeated.bytes().all(|byte| byte.is_ascii_alphanumeric());
        prop_assume!(is_host || !matches!(place, Place::Redirect));
        let (status, headers, body) = answer(place, &format!("{before}{repeated}{after}"));
        let error = runtime().block_on(async {
            let (address, _) = answering(status, &headers, &body).await;
            let client = Client::builder(format!("http://{address}"), token.as_str())
                .headers([("X-Auth".to_owned(), value.as_str().into())])
                .retries(0)
                .build()
                .unwrap();
            client.execute(&About::new()).await.unwrap_err()
        });
        assert_hidden(&error, secret);
        if matches!(place, Place::Message | Place::MessageOfStatus | Place::Reason) {
            prop_assert!(error.to_string().contains("***"), "{}", error);
        }
    }

    #[test]
    fn wrong_options_show_no_secret(
        token in "[A-Za-z0-9]{8,60}",
        value in "[A-Za-z0-9]{8,60}",
        name in "[A-Za-z]{0,3}",
        name_holds in prop::sample::select(&[0, 1, 2]),
        name_is_wrong in any::<bool>(),
    ) {
        let held = ["", &token, &value][name_holds];
        let end = if name_is_wrong { " \n" } else { "" };
        // The line break makes the value one that no header can carry.
        let headers = [(format!("{name}{held}{end}"), Secret::from(format!("{value}\n{value}")))];
        let error = Client::builder("ftp://opencti.example.org", token.as_str())
            .headers(headers)
            .build()
            .unwrap_err();
        assert_hidden(&error, &token);
        assert_hidden(&error, &value);
    }
}
