//! What is tried again: any operation that was certainly not done, and what can be repeated.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use opencti_connector::client::{Client, ErrorKind};
use opencti_connector::graphql::{About, AddWork};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use crate::faults::{ABOUT, TOKEN, answering, ask, client, read_request, response, serve};

/// A server that tells its version, and answers the other requests one after the other with these;
/// the last one holds for all that follow. The counter is of the other requests.
pub(crate) async fn answering_after_about(answers: Vec<String>) -> (SocketAddr, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let (address, _) = serve(move |mut stream, _| {
        let (answers, count) = (answers.clone(), Arc::clone(&count));
        async move {
            let request = read_request(&mut stream).await;
            let answer = if request.contains("about { version }") {
                response("200 OK", "", ABOUT)
            } else {
                let position = count.fetch_add(1, Ordering::SeqCst);
                answers[position.min(answers.len() - 1)].clone()
            };
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    })
    .await;
    (address, asked)
}

const ADDED: &str = r#"{"data":{"workAdd":{"id":"work_1"}}}"#;

fn add_work() -> AddWork<'static> {
    AddWork::new("550e8400-e29b-41d4-a716-446655440000", "Run")
}

#[tokio::test]
async fn what_cannot_be_repeated_is_tried_once_when_it_may_have_been_done() {
    let lock = r#"{"errors":[{"message":"locked","extensions":{"code":"LOCK_ERROR"}}]}"#;
    for (answer, status) in [
        (response("503 Service Unavailable", "", ""), Some(503)),
        (response("200 OK", "", lock), None),
        // Lost in mid answer.
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".into(),
            None,
        ),
    ] {
        let (address, asked) = answering_after_about(vec![answer]).await;
        let error = client(address).execute(&add_work()).await.unwrap_err();
        assert_eq!(error.status(), status, "{error}");
        assert_eq!(error.operation(), Some("AddWork"));
        assert_eq!(asked.load(Ordering::SeqCst), 1, "{error}");
    }
}

#[tokio::test]
async fn what_cannot_be_repeated_is_tried_again_when_it_was_not_done() {
    let answers = vec![
        response("429 Too Many Requests", "", ""),
        response("429 Too Many Requests", "Retry-After: 0\r\n", "slow down"),
        response("200 OK", "", ADDED),
    ];
    let (address, asked) = answering_after_about(answers).await;
    let work = client(address).execute(&add_work()).await;
    assert_eq!(work.unwrap(), "work_1");
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_mutation_waits_for_a_platform_that_refuses_connections() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = Client::builder(format!("http://{address}"), TOKEN)
        .retries(3)
        .retry_delay(Duration::from_millis(10))
        .build()
        .unwrap();
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        let answer = response("200 OK", "", ABOUT);
        stream.write_all(answer.as_bytes()).await.unwrap();
    });
    client.platform().await.unwrap_err();
    serving.await.unwrap();

    let begun = Instant::now();
    let error = client.execute(&add_work()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert_eq!(error.operation(), Some("AddWork"), "the version is known");
    // The waits before the second, third and fourth attempt.
    assert!(begun.elapsed() >= Duration::from_millis(10 + 20 + 40));
}

/// A server may close a connection that was idle at the moment at which the next request comes.
#[tokio::test]
async fn a_connection_that_the_server_closes_when_idle_fails_nothing() {
    let (address, connections) = serve(|mut stream, _| async move {
        let request = read_request(&mut stream).await;
        let body = if request.contains("about") {
            ABOUT
        } else {
            ADDED
        };
        let answer = response("200 OK", "", body).replace("Connection: close\r\n", "");
        stream.write_all(answer.as_bytes()).await.unwrap();
        // The second request on the connection, or its end.
        read_request(&mut stream).await;
    })
    .await;
    let client = client(address);
    for _ in 0..10 {
        client.execute(&About::new()).await.unwrap();
        client.execute(&add_work()).await.unwrap();
    }
    // That of each work, and no less than that of the first question.
    assert!(connections.load(Ordering::SeqCst) > 10);
}

#[tokio::test]
async fn what_the_platform_failed_at_is_tried_again_where_it_may() {
    for code in ["LOCK_ERROR", "DATABASE_ERROR", "LockError"] {
        let body = format!(r#"{{"data":null,"errors":[{{"message":"no","name":"{code}"}}]}}"#);
        let (address, connections) = answering("200 OK", "", &body).await;
        assert_eq!(ask(address).await.kind(), ErrorKind::Platform, "{code}");
        assert_eq!(connections.load(Ordering::SeqCst), 3, "{code}");
    }
}
