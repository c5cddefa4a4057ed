//! Who may have a message handled over HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use opencti_connector::runtime::RunErrorKind;
use platform::{Hold, or_skip};
use reqwest::StatusCode;
use reqwest::header::AUTHORIZATION;
use serde_json::{Value, json};

use crate::called::{Called, answer};
use crate::disturbed::Held;
use crate::signer::{Signer, jwks};
use crate::stage::{Run, message, until};

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_both_kinds_sign() {
    let called = Called::new(or_skip!());
    let rsa = Signer::rsa("second");
    // Beside others that cannot be gone by, and one without the name of its algorithm.
    let mut unnamed = called.signer.jwk();
    unnamed.as_object_mut().unwrap().remove("alg").unwrap();
    let keys = json!({"keys": [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "third", "alg": "HS256"},
        {"kty": "new", "kid": "fourth"}, "five", unnamed, rsa.jwk(),
    ]});
    called.stage.platform.set_jwks(&keys.to_string());
    let held = Held::new(10);
    let listen = called.registration().await.listen(held.handler(0));
    let run = Run::of(called.over_http(listen));

    for (number, signer) in [&called.signer, &rsa].into_iter().enumerate() {
        let work = called.stage.platform.add_work(called.stage.id.as_str());
        let request = called.request_with(&signer.token());
        let (status, _) = answer(request.body(message(&work, number).to_string())).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        called.stage.completed(&work).await;
    }
    // The scheme in any case, and a token without an expiry, as pycti takes them.
    let mut claims = Signer::claims();
    claims.as_object_mut().unwrap().remove("exp").unwrap();
    let token = called.signer.token_of(&claims);
    let work = called.stage.platform.add_work(called.stage.id.as_str());
    let request = reqwest::Client::new().post(&called.url);
    let request = request.header(AUTHORIZATION, format!("bEARER {token}"));
    let (status, _) = answer(request.body(message(&work, 3).to_string())).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    // By clocks that differ by less than a minute.
    for change in [
        |it: &mut Value| it["exp"] = json!(it["iat"].as_u64().unwrap() - 30),
        |it: &mut Value| it["nbf"] = json!(it["iat"].as_u64().unwrap() + 30),
    ] {
        let mut claims = Signer::claims();
        change(&mut claims);
        let request = called.request_with(&called.signer.token_of(&claims));
        let work = called.stage.platform.add_work(called.stage.id.as_str());
        let (status, _) = answer(request.body(message(&work, 4).to_string())).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{claims}");
    }
    assert_eq!(held.calls(), 5);
    run.stop().await.unwrap();
}

#[tokio::test]
async fn keys_for_something_else_are_not_taken() {
    let called = Called::new(or_skip!());
    for (member, value) in [
        ("use", json!("enc")),
        ("use", json!("tls")),
        ("key_ops", json!([])),
        ("key_ops", json!(["sign"])),
        ("key_ops", json!(["encrypt", "wrapKey"])),
    ] {
        let mut key = called.signer.jwk();
        key[member] = value;
        let keys = json!({"keys": [key]}).to_string();
        called.stage.platform.set_jwks(&keys);
        let listen = called.registration().await.listen(Held::new(0).handler(0));
        let error = Run::of(called.over_http(listen)).end().await.unwrap_err();
        assert_eq!(error.kind(), RunErrorKind::Options, "{keys}");
        let why = "no Ed25519 or RSA key with an id";
        assert!(error.to_string().contains(why), "{error}");
    }
    let mut key = called.signer.jwk();
    key["key_ops"] = json!(["sign", "verify"]);
    let keys = json!({"keys": [key]}).to_string();
    called.stage.platform.set_jwks(&keys);
    let listen = called.registration().await.listen(Held::new(1).handler(0));
    let run = Run::of(called.over_http(listen));
    let work = called.stage.platform.add_work(called.stage.id.as_str());
    called.deliver(&message(&work, 0)).await;
    run.stop().await.unwrap();
}

/// Headers that are not the platform's, each with what is wrong.
fn wrong(signer: &Signer, known: &[&Signer]) -> Vec<(&'static str, Option<String>)> {
    let other = Signer::ed25519("first");
    let unknown = Signer::ed25519("unknown");
    let of = |change: fn(&mut Value)| {
        let mut claims = Signer::claims();
        change(&mut claims);
        Some(format!("Bearer {}", signer.token_of(&claims)))
    };
    let remove = |claims: &mut Value, claim: &str| claims.as_object_mut().unwrap().remove(claim);
    let without = |claim: &str| {
        let mut claims = Signer::claims();
        remove(&mut claims, claim).unwrap();
        Some(format!("Bearer {}", signer.token_of(&claims)))
    };
    let bearer = |token: String| Some(format!("Bearer {token}"));
    let claims = Signer::claims();
    let mut no_key = Header::new(Algorithm::EdDSA);
    no_key.kid = None;
    let part = |value: &Value| {
        use base64::Engine as _;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string())
    };
    let none = json!({"alg": "none", "kid": "first", "typ": "JWT"});
    let unsigned = format!("{}.{}.", part(&none), part(&claims));
    // The public key as a secret, which whoever reads the key set can sign with.
    let mut symmetric = Header::new(Algorithm::HS256);
    symmetric.kid = Some("first".into());
    let secret = known[0].jwk()["x"].as_str().unwrap().to_owned();
    let secret = EncodingKey::from_secret(secret.as_bytes());
    let confused = jsonwebtoken::encode(&symmetric, &claims, &secret).unwrap();
    let right = signer.token();
    let [head, _, signature] = right.split('.').collect::<Vec<_>>()[..] else {
        panic!("{right} is not a token");
    };
    let mut forged = claims.clone();
    forged["exp"] = json!(4_000_000_000_u64);
    let forged = format!("{head}.{}.{signature}", part(&forged));
    vec![
        ("no header", None),
        ("no scheme", Some(right.clone())),
        ("another scheme", Some(format!("Basic {right}"))),
        ("no token", Some("Bearer ".into())),
        ("not a token", bearer("eyJ.a.b".into())),
        ("no algorithm", bearer(unsigned)),
        ("a symmetric one", bearer(confused)),
        ("another key", bearer(other.token())),
        ("an unknown key", bearer(unknown.token())),
        ("no key", bearer(signer.token_with(&no_key, &claims))),
        ("other claims than were signed", bearer(forged)),
        (
            "expired longer ago than clocks differ",
            of(|it| it["exp"] = json!(it["iat"].as_u64().unwrap() - 62)),
        ),
        (
            "an expiry that is not a number",
            of(|it| it["exp"] = json!("4000000000")),
        ),
        (
            "not valid yet",
            of(|it| it["nbf"] = json!(it["iat"].as_u64().unwrap() + 100)),
        ),
        ("another issuer", of(|it| it["iss"] = json!("someone"))),
        (
            "issuers",
            of(|it| it["iss"] = json!(["opencti", "someone"])),
        ),
        (
            "a list of one issuer",
            of(|it| it["iss"] = json!(["opencti"])),
        ),
        ("no issuer", without("iss")),
        ("another subject", of(|it| it["sub"] = json!("user"))),
        ("no subject", without("sub")),
        ("an audience", of(|it| it["aud"] = json!("opencti"))),
        (
            "an audience of several",
            of(|it| it["aud"] = json!(["connector"])),
        ),
        ("an audience that is not one", of(|it| it["aud"] = json!(1))),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_has_a_message_handled() {
    let called = Called::new(or_skip!());
    let held = Held::new(100);
    let listen = called.registration().await.listen(held.handler(0));
    let run = Run::of(called.over_http(listen));
    let http = reqwest::Client::new();
    let work = called.stage.platform.add_work(called.stage.id.as_str());
    let body = message(&work, 0).to_string();
    for (what, header) in wrong(&called.signer, &[&called.signer]) {
        let mut request = http.post(&called.url).body(body.clone());
        if let Some(header) = header {
            request = request.header(AUTHORIZATION, header);
        }
        let (status, answer) = answer(request).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{what}");
        assert_eq!(answer, json!({"error": "Invalid credentials"}), "{what}");
    }
    assert_eq!(held.calls(), 0);
    // Not because nothing is handled at all.
    called.deliver(&message(&work, 0)).await;
    assert_eq!(held.calls(), 1);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_body_is_read_before_its_token_is() {
    let called = Called::new(or_skip!());
    let listen = called.registration().await.listen(Held::new(0).handler(0));
    let run = Run::of(called.over_http(listen));
    let address = called.url.split('/').nth(2).unwrap().to_owned();
    let answer = tokio::task::spawn_blocking(move || {
        let mut client = TcpStream::connect(address).unwrap();
        let head = "POST /api/callback HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n";
        client.write_all(head.as_bytes()).unwrap();
        let mut answer = [0; 12];
        client.read_exact(&mut answer).unwrap();
        String::from_utf8(answer.to_vec()).unwrap()
    });
    assert_eq!(answer.await.unwrap(), "HTTP/1.1 401");
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_asked_for_but_not_with_every_wrong_token() {
    let called = Called::new(or_skip!());
    let held = Held::new(100);
    let listen = called.registration().await.listen(held.handler(0));
    let run = Run::of(called.over_http(listen));
    assert_eq!(called.stage.platform.registrations(), 1);

    let new = Signer::ed25519("new");
    called.stage.platform.set_jwks(&jwks(&[&new]));
    let work = called.stage.platform.add_work(called.stage.id.as_str());
    let request = called.request_with(&new.token());
    let (status, _) = answer(request.body(message(&work, 0).to_string())).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(called.stage.platform.registrations(), 2);

    // The old one is the platform's no more, and does not have it asked again.
    let unknown = Signer::ed25519("unknown");
    for _ in 0..20 {
        for signer in [&called.signer, &unknown] {
            let (status, _) = answer(called.request_with(&signer.token())).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED);
        }
    }
    assert_eq!(called.stage.platform.registrations(), 2);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_wait_for_the_answer_does_not_have_keys_asked_for_again() {
    let called = Called::new(or_skip!());
    let listen = called.registration().await.listen(Held::new(0).handler(0));
    let run = Run::of(called.over_http(listen));
    let unknown = Signer::ed25519("unknown");
    let asked = called.stage.platform.hold("registerConnector", Hold::After);
    {
        let mut gone = Box::pin(answer(called.request_with(&unknown.token())));
        tokio::select! {
            _ = &mut gone => panic!("answered before the keys were asked for"),
            () = until("the keys are asked for", || asked.reached(Duration::ZERO)) => {}
        }
    }
    asked.release();
    let (status, _) = answer(called.request_with(&unknown.token())).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(called.stage.platform.registrations(), 2);
    run.stop().await.unwrap();
}

#[tokio::test]
async fn without_keys_to_go_by_it_does_not_run() {
    let called = Called::new(or_skip!());
    for (keys, why) in [
        ("", "the platform sent no keys"),
        ("{}", "not a JWK set"),
        (r#"{"keys": []}"#, "no Ed25519 or RSA key with an id"),
        (
            r#"{"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "1"}]}"#,
            "no Ed25519 or RSA key with an id",
        ),
    ] {
        called.stage.platform.set_jwks(keys);
        let listen = called.registration().await.listen(Held::new(0).handler(0));
        let error = Run::of(called.over_http(listen)).end().await.unwrap_err();
        assert_eq!(error.kind(), RunErrorKind::Options);
        assert!(error.to_string().contains(why), "{error}");
    }
}
