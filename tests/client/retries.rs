//! What is tried again.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use opencti_connector::graphql::AddWork;
use tokio::io::AsyncWriteExt;

use crate::faults::{ABOUT, client, read_request, response, serve};

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
