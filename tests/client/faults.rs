//! What can go wrong between a connector and its platform: each ends in its kind of error, nothing
//! hangs, and the token goes nowhere else.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use opencti_connector::RegisterConnectorFields;
use opencti_connector::client::{Client, Error, ErrorKind};
use opencti_connector::graphql::About;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::retries::answering_after_about;

pub(crate) const TOKEN: &str = "88ec0c6a-13ce-5e39-b486-354fe4a7084f";
pub(crate) const ABOUT: &str = r#"{"data":{"about":{"version":"6.8.9"}}}"#;

/// A server that does one thing to each connection; its address and the number of connections.
pub(crate) async fn serve<F, A>(answer: F) -> (SocketAddr, Arc<AtomicUsize>)
where
    F: Fn(TcpStream, usize) -> A + Send + 'static,
    A: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let position = count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(answer(stream, position));
        }
    });
    (address, connections)
}

/// Reads the head and the body of one request.
pub(crate) async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                return text.into_owned();
            }
        }
        if stream.read_buf(&mut request).await.unwrap() == 0 {
            return String::from_utf8_lossy(&request).into_owned();
        }
    }
}

pub(crate) fn response(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// A server that answers every request with this.
pub(crate) async fn answering(
    status: &str,
    headers: &str,
    body: &str,
) -> (SocketAddr, Arc<AtomicUsize>) {
    let response = response(status, headers, body);
    serve(move |mut stream, _| {
        let response = response.clone();
        async move {
            read_request(&mut stream).await;
            // A client that has read enough may be gone.
            let _ = stream.write_all(response.as_bytes()).await;
        }
    })
    .await
}

pub(crate) fn client(address: SocketAddr) -> Client {
    Client::builder(format!("http://{address}"), TOKEN)
        .timeout(Duration::from_millis(500))
        .retries(2)
        .retry_delay(Duration::from_millis(1))
        .build()
        .unwrap()
}

pub(crate) async fn ask(address: SocketAddr) -> Error {
    let client = client(address);
    let about = About::new();
    let answer = tokio::time::timeout(Duration::from_secs(20), client.execute(&about));
    let error = answer.await.expect("nothing hangs").unwrap_err();
    assert!(!format!("{error} {error:?}").contains(TOKEN));
    assert_eq!(error.operation(), Some("About"));
    error
}

#[tokio::test]
async fn a_refused_connection_is_unreachable() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(ask(address).await.kind(), ErrorKind::Unreachable);
}

#[tokio::test]
async fn a_connection_that_ends_in_mid_answer_is_tried_again_and_unreachable() {
    let (address, connections) = serve(|mut stream, _| async move {
        read_request(&mut stream).await;
        let cut = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"data\":";
        stream.write_all(cut.as_bytes()).await.unwrap();
    })
    .await;
    assert_eq!(ask(address).await.kind(), ErrorKind::Unreachable);
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_slow_answer_is_a_timeout() {
    let (address, _) = serve(|mut stream, _| async move {
        read_request(&mut stream).await;
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        // Held open until the client gives up.
        let _ = stream.read_u8().await;
    })
    .await;
    assert_eq!(ask(address).await.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_retry_after_is_honoured() {
    let (address, connections) = serve(|mut stream, position| async move {
        read_request(&mut stream).await;
        let answer = if position == 0 {
            response("429 Too Many Requests", "Retry-After: 1\r\n", "slow down")
        } else {
            response("200 OK", "", ABOUT)
        };
        stream.write_all(answer.as_bytes()).await.unwrap();
    })
    .await;
    let begun = Instant::now();
    assert_eq!(
        client(address).execute(&About::new()).await.unwrap(),
        "6.8.9"
    );
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_retry_after_that_is_too_long_is_the_callers_to_wait_for() {
    for (header, least) in [
        ("Retry-After: 3600\r\n", 3600),
        ("Retry-After: Fri, 31 Dec 2100 23:59:59 GMT\r\n", 1_000_000),
    ] {
        let (address, connections) = answering("429 Too Many Requests", header, "").await;
        let error = ask(address).await;
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Status, Some(429))
        );
        assert!(error.retry_after().unwrap() >= Duration::from_secs(least));
        assert_eq!(connections.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn the_error_page_of_a_proxy_is_shown_by_its_first_line() {
    let page = "\n<html>\n<h1>502 Bad Gateway</h1>";
    let (address, connections) = answering("502 Bad Gateway", "", page).await;
    let error = ask(address).await;
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Status, Some(502))
    );
    assert!(
        error.to_string().contains("its body begins \"<html>\""),
        "{error}"
    );
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn too_many_requests_are_tried_again_whatever_the_body() {
    let body = r#"{"errors":[{"message":"Too many requests"}]}"#;
    let (address, connections) = answering("429 Too Many Requests", "", body).await;
    let error = ask(address).await;
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Status, Some(429))
    );
    assert!(
        error.to_string().ends_with(": \"Too many requests\""),
        "{error}"
    );
    assert_eq!(error.graphql_errors()[0].message, "Too many requests");
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_token_that_comes_back_in_an_answer_is_not_shown() {
    let echo = format!("Authorization: Bearer {TOKEN}");
    let refusal = format!(r#"{{"errors":[{{"message":"no such token: {TOKEN}"}}]}}"#);
    for (status, body) in [
        ("502 Bad Gateway", &echo),
        ("200 OK", &echo),
        ("200 OK", &refusal),
    ] {
        let (address, _) = answering(status, "", body).await;
        // `ask` looks for the token in what is shown.
        let error = ask(address).await;
        assert!(error.to_string().contains("***"), "{error}");
    }
}

#[tokio::test]
async fn what_a_platform_says_is_told_to_its_end() {
    let message = "Value does not fit. ".repeat(8) + "at input.type";
    let body = format!(r#"{{"errors":[{{"message":"{message}"}}]}}"#);
    let (address, _) = answering("200 OK", "", &body).await;
    assert!(ask(address).await.to_string().contains("at input.type"));

    let errors = vec![r#"{"message":"no"}"#; 50_000].join(",");
    let (address, _) = answering("200 OK", "", &format!(r#"{{"errors":[{errors}]}}"#)).await;
    assert!(ask(address).await.to_string().ends_with("… and 49980 more"));
}

#[tokio::test]
async fn the_url_may_name_the_endpoint_itself() {
    let (address, _) = serve(|mut stream, _| async move {
        let request = read_request(&mut stream).await;
        assert!(
            request.starts_with("POST /cti/graphql HTTP/1.1"),
            "{request}"
        );
        let answer = response("200 OK", "", ABOUT);
        stream.write_all(answer.as_bytes()).await.unwrap();
    })
    .await;
    for path in ["/cti", "/cti/", "/cti/graphql", "/cti/graphql/"] {
        let client = Client::builder(format!("http://{address}{path}"), TOKEN)
            .retries(0)
            .build()
            .unwrap();
        assert_eq!(
            client.execute(&About::new()).await.unwrap(),
            "6.8.9",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_login_page_is_no_graphql() {
    let (address, connections) = answering("200 OK", "", "<!doctype html>\n<title>Log in").await;
    let error = ask(address).await;
    assert_eq!(error.kind(), ErrorKind::NotGraphql);
    assert!(error.to_string().contains("<!doctype html>"), "{error}");
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn answers_of_a_graphql_server_that_are_none_are_told_apart() {
    for (status, body, kind) in [
        (
            "200 OK",
            r#"{"data":null,"errors":[{"message":"no","extensions":{"code":"AUTH_REQUIRED"}}]}"#,
            ErrorKind::Authentication,
        ),
        (
            "200 OK",
            r#"{"data":{"about":null},"errors":[{"message":"no","name":"ForbiddenAccess"}]}"#,
            ErrorKind::Forbidden,
        ),
        (
            "400 Bad Request",
            r#"{"errors":[{"message":"no field","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}"#,
            ErrorKind::Rejected,
        ),
        (
            "200 OK",
            r#"{"data":null,"errors":[{"message":"oops","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}"#,
            ErrorKind::Platform,
        ),
        (
            "200 OK",
            r#"{"data":{"about":{"version":6}}}"#,
            ErrorKind::UnexpectedAnswer,
        ),
        ("200 OK", r#"{"data":null}"#, ErrorKind::NotGraphql),
        (
            "200 OK",
            r#"{"data":null,"errors":null}"#,
            ErrorKind::NotGraphql,
        ),
        ("200 OK", "", ErrorKind::NotGraphql),
        ("401 Unauthorized", "who are you", ErrorKind::Authentication),
        (
            "401 Unauthorized",
            r#"{"errors":[{"message":"Unauthorized"}]}"#,
            ErrorKind::Authentication,
        ),
        ("403 Forbidden", "", ErrorKind::Forbidden),
        ("404 Not Found", "<html>", ErrorKind::Status),
    ] {
        let (address, connections) = answering(status, "", body).await;
        let error = ask(address).await;
        assert_eq!(error.kind(), kind, "{status} {body}: {error}");
        assert_eq!(connections.load(Ordering::SeqCst), 1, "{status} {body}");
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read_to_its_end() {
    const WHOLE: usize = 100 * 1024 * 1024;
    let (sent, received) = oneshot::channel();
    let sent = Arc::new(std::sync::Mutex::new(Some(sent)));
    let (address, _) = serve(move |mut stream, _| {
        let sent = sent.lock().unwrap().take();
        async move {
            read_request(&mut stream).await;
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {WHOLE}\r\n\r\n");
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut count = 0;
            let chunk = vec![b' '; 64 * 1024];
            while count < WHOLE && stream.write_all(&chunk).await.is_ok() {
                count += chunk.len();
            }
            if let Some(sent) = sent {
                let _ = sent.send(count);
            }
        }
    })
    .await;
    let client = Client::builder(format!("http://{address}"), TOKEN)
        .largest_answer(1024 * 1024)
        .build()
        .unwrap();
    let error = client.execute(&About::new()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    drop(client);
    assert!(received.await.unwrap() < WHOLE);
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let (other, connections) = answering("200 OK", "", ABOUT).await;
    let location = format!("Location: http://{other}/graphql\r\n");
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
    ] {
        let (address, _) = answering(status, &location, "").await;
        let error = ask(address).await;
        assert_eq!(error.kind(), ErrorKind::Status);
        assert!(
            error
                .to_string()
                .contains("the redirect to 127.0.0.1 is not followed"),
            "{error}"
        );
    }
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn each_code_of_the_platform_is_of_a_kind() {
    for (code, kind) in [
        ("AUTH_REQUIRED", ErrorKind::Authentication),
        ("OTP_REQUIRED", ErrorKind::Authentication),
        ("OTP_REQUIRED_ACTIVATION", ErrorKind::Authentication),
        ("FORBIDDEN_ACCESS", ErrorKind::Forbidden),
        ("RESOURCE_NOT_FOUND", ErrorKind::NotFound),
        ("CONFIGURATION_ERROR", ErrorKind::Platform),
        ("FILESYSTEM_ERROR", ErrorKind::Platform),
        ("COMPLEX_SEARCH_ERROR", ErrorKind::Platform),
        ("UNKNOWN_ERROR", ErrorKind::Platform),
        ("VALIDATION_ERROR", ErrorKind::Rejected),
    ] {
        let body = format!(r#"{{"errors":[{{"message":"no","extensions":{{"code":"{code}"}}}}]}}"#);
        let (address, connections) = answering("200 OK", "", &body).await;
        assert_eq!(ask(address).await.kind(), kind, "{code}");
        assert_eq!(connections.load(Ordering::SeqCst), 1, "{code}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_told_from_a_platform_that_is_away() {
    for answer in ["SSH-2.0-OpenSSH_9.6\r\n", "\x15\x03\x01\x00\x02\x02\x16"] {
        let (address, connections) = serve(move |mut stream, _| async move {
            read_request(&mut stream).await;
            let _ = stream.write_all(answer.as_bytes()).await;
        })
        .await;
        let error = ask(address).await;
        assert_eq!(error.kind(), ErrorKind::NotGraphql, "{error}");
        assert!(error.to_string().contains("is not HTTP"), "{error}");
        assert_eq!(connections.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn an_introspection_without_data_is_one_that_is_off() {
    let (address, _) =
        answering_after_about(vec![response("200 OK", "", r#"{"data":null}"#)]).await;
    let client = client(address);
    let platform = client.platform().await.unwrap();
    assert_eq!(
        platform.fields,
        RegisterConnectorFields::for_version("6.8.9").unwrap()
    );
}

#[tokio::test]
async fn dropping_the_future_ends_the_request() {
    let (asked, was_asked) = oneshot::channel();
    let (closed, was_closed) = oneshot::channel();
    let channels = Arc::new(std::sync::Mutex::new(Some((asked, closed))));
    let (address, _) = serve(move |mut stream, _| {
        let channels = channels.lock().unwrap().take();
        async move {
            read_request(&mut stream).await;
            let Some((asked, closed)) = channels else {
                return;
            };
            asked.send(()).unwrap();
            // Returns when the client closes the connection.
            let end = stream.read(&mut [0]).await;
            closed.send(matches!(end, Ok(0) | Err(_))).unwrap();
        }
    })
    .await;
    let client = client(address);
    let request = tokio::spawn(async move { client.execute(&About::new()).await });
    was_asked.await.unwrap();
    request.abort();
    let closed = tokio::time::timeout(Duration::from_secs(20), was_closed).await;
    assert!(closed.expect("nothing hangs").unwrap());
}
