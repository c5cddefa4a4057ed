//! Files of the platform: whole or not at all, and never from elsewhere.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use opencti_connector::client::{Client, Error, ErrorKind};
use platform::{Options, Platform};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use crate::faults::{TOKEN, client, read_request, serve};

const PATH: &str = "/storage/get/import/global/a.txt";

async fn fetch(address: SocketAddr) -> Result<Vec<u8>, Error> {
    client(address).download(PATH).await?.bytes().await
}

/// A server that sends this and closes the connection.
async fn cut(answer: &'static str) -> SocketAddr {
    let (address, _) = serve(move |mut stream, _| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(answer.as_bytes()).await;
    })
    .await;
    address
}

#[tokio::test]
async fn a_file_is_fetched_by_the_path_of_a_message() {
    let platform = Platform::start(Options::default());
    let client = Client::new(platform.url(), platform.token()).unwrap();
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    for id in [
        "import/global/a.txt",
        "import/Report/x/50 % of #1?.txt",
        "import/é&+;=.pdf",
    ] {
        platform.add_file(id, "application/pdf", bytes.clone());
        let path = format!("/storage/get/{id}");
        let of_user = client.acting_as("user-1");
        let file = of_user.download(&path).await.unwrap();
        assert_eq!(file.content_length(), Some(300_000));
        assert_eq!(file.bytes().await.unwrap(), bytes, "{id}");
        let headers = platform.last_request().unwrap().headers;
        assert_eq!(headers["opencti-applicant-id"], "user-1");
    }
}

#[tokio::test]
async fn what_is_refused_has_the_kind_of_its_status() {
    let platform = Platform::start(Options::default());
    let client = Client::new(platform.url(), platform.token()).unwrap();
    let error = client.download(PATH).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert_eq!(error.operation(), Some("Download"));
    let unknown = Client::new(platform.url(), TOKEN).unwrap();
    let error = unknown.download(PATH).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "{error}");
    platform.fail_next(1, 302, &[("location", "https://evil.example.org/")], "");
    let error = client.download(PATH).await.unwrap_err();
    assert_eq!(error.status(), Some(302), "{error}");
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_yet_is_tried_again() {
    let platform = Platform::start(Options::default());
    platform.add_file("import/global/a.txt", "text/plain", b"a".to_vec());
    platform.fail_next(2, 503, &[], "");
    let client = Client::builder(platform.url(), platform.token())
        .retry_delay(Duration::from_millis(1))
        .build()
        .unwrap();
    let bytes = client.download(PATH).await.unwrap().bytes().await.unwrap();
    assert_eq!(bytes, b"a");
}

#[tokio::test]
async fn a_connection_that_is_cut_is_an_error_and_never_a_short_file() {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let error = fetch(cut(answer).await).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");

        let mut file = client(cut(answer).await).download(PATH).await.unwrap();
        let mut bytes = Vec::new();
        let error = file.read_to_end(&mut bytes).await.unwrap_err();
        assert_eq!(bytes, b"half");
        let error = error.downcast::<Error>().unwrap();
        assert_eq!(error.kind(), ErrorKind::Unreachable, "{error}");
    }
    let endless = cut("HTTP/1.1 200 OK\r\n\r\nhalf").await;
    let error = fetch(endless).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedAnswer, "{error}");
}

#[tokio::test]
async fn silence_is_limited_and_not_the_whole() {
    let (address, _) = serve(|mut stream, _| async move {
        read_request(&mut stream).await;
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
        stream.write_all(head.as_bytes()).await.unwrap();
        // Held open until the client gives up.
        let _ = stream.read_u8().await;
    })
    .await;
    let error = fetch(address).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");

    // Longer than the timeout of the client as a whole: a byte each time it asks for one.
    let (more, asked) = mpsc::unbounded_channel::<()>();
    let asked = std::sync::Mutex::new(Some(asked));
    let (address, _) = serve(move |mut stream, _| {
        let asked = asked.lock().unwrap().take();
        async move {
            read_request(&mut stream).await;
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
            stream.write_all(head.as_bytes()).await.unwrap();
            let mut asked = asked.unwrap();
            while asked.recv().await.is_some() {
                let _ = stream.write_all(b"x").await;
            }
        }
    })
    .await;
    let mut file = client(address).download(PATH).await.unwrap();
    for _ in 0..4 {
        more.send(()).unwrap();
        assert_eq!(file.read_u8().await.unwrap(), b'x');
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(file.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn no_path_leads_away_from_the_platform() {
    let (address, connections) = serve(|_, _| async {}).await;
    for path in ["/storage/get/../../graphql", "./a", "/storage/get/a\nb"] {
        let error = client(address).download(path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rejected, "{error}");
    }
    assert_eq!(connections.load(Ordering::SeqCst), 0);

    let platform = Platform::start(Options::default());
    let client = Client::new(platform.url(), platform.token()).unwrap();
    for path in [
        "//evil.example.org/a",
        "https://evil.example.org/a",
        "@evil.example.org",
    ] {
        let error = client.download(path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{path}: {error}");
    }
}
