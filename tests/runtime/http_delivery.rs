//! Messages over HTTP.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use opencti_connector::ListenApi;
use opencti_connector::config::Config;
use opencti_connector::kind::InternalEnrichment;
use opencti_connector::runtime::{BoxError, Enrichment, RetryLater, RunErrorKind};
use platform::or_skip;
use reqwest::header::CONTENT_LENGTH;
use reqwest::{Body, StatusCode};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::called::{Called, answer};
use crate::disturbed::Held;
use crate::signer::Signer;
use crate::stage::{Run, SOON, message, number_of, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_answered_when_it_is_done() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let held = Held::new(0);
    let listen = called.registration().await.listen(held.handler(3));
    let run = Run::of(called.over_http(listen));
    let worker = stage.worker();
    let work = stage.platform.add_work(stage.id.as_str());
    let sent = message(&work, 0);
    let mut delivery = Box::pin(called.deliver(&sent));
    tokio::select! {
        () = &mut delivery => panic!("answered before it was done"),
        () = until("the handler is called", || held.calls() == 1) => {}
    }
    assert_eq!(stage.platform.works()[&work]["status"], "progress");
    held.release(1);
    delivery.await;
    // Reported before it is answered for.
    assert!(!stage.platform.works()[&work]["processed_time"].is_null());
    stage.completed(&work).await;
    assert_eq!(worker.parts().len(), 3);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_the_works_and_not_the_requests() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let listen = called.registration().await.listen(async |_: Enrichment| {
        Err::<opencti_connector::runtime::Reply, BoxError>("the service is down".into())
    });
    let run = Run::of(called.over_http(listen));
    let work = stage.platform.add_work(stage.id.as_str());
    called.deliver(&message(&work, 0)).await;
    let ended = stage.completed(&work).await;
    assert!(ended.to_string().contains("the service is down"), "{ended}");
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_a_message_is_answered_for() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let held = Held::new(10);
    let listen = called.registration().await.listen(held.handler(0));
    let run = Run::of(called.over_http(listen));
    // Taken: anything but 202 has the platform send the same again, for ever.
    for body in [
        &b""[..],
        b"{",
        b"not JSON",
        b"{\"internal\": {}} {}",
        b"{\"a\": \"\xff\"}",
    ] {
        let (status, answer) = called.post(body).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{body:?}: {answer}");
    }
    let work = stage.platform.add_work(stage.id.as_str());
    for body in [json!([]), json!({"internal": {"work_id": work}})] {
        let (status, _) = called.post(body.to_string()).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    }
    let ended = stage.completed(&work).await;
    assert!(
        ended.to_string().contains("cannot parse the message"),
        "{ended}"
    );
    assert_eq!(held.calls(), 0);

    let http = reqwest::Client::new();
    let wrong_method = http.get(&called.url).send().await.unwrap();
    assert_eq!(wrong_method.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(wrong_method.headers()["allow"], "POST");
    let healthy = http.get(called.url.replace("/api/callback", "/health"));
    assert_eq!(
        answer(healthy).await,
        (StatusCode::OK, json!({"status": "ok"}))
    );
    let elsewhere = http.post(format!("{}/more", called.url));
    assert_eq!(answer(elsewhere).await.0, StatusCode::NOT_FOUND);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_parsed_ends_the_work_that_it_names() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let held = Held::new(10);
    let listen = called.registration().await.listen(held.handler(0));
    let run = Run::of(called.over_http(listen));
    let deep = "[".repeat(200) + &"]".repeat(200);
    for event in [deep.as_bytes(), b"1e400", b"\"\xff\"", b""] {
        let work = stage.platform.add_work(stage.id.as_str());
        let internal = format!("{{\"internal\": {{\"work_id\": \"{work}\"}}, \"event\": ");
        let (status, _) = called
            .post([internal.as_bytes(), event, b"}"].concat())
            .await;
        assert_eq!(status, StatusCode::ACCEPTED);
        let ended = stage.completed(&work).await;
        assert!(ended.to_string().contains("not JSON"), "{ended}");
    }
    assert_eq!(held.calls(), 0);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_in_hand_is_not_begun_again() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let held = Held::new(0);
    let listen = called.registration().await.listen(held.handler(0));
    let run = Run::of(called.over_http(listen.concurrency(4)));
    let work = stage.platform.add_work(stage.id.as_str());
    let sent = message(&work, 0);
    // The same by its work, and one without a work by its bytes.
    let mut without_work = message("", 1);
    without_work["internal"]["work_id"] = Value::Null;
    let (first, again) = (
        sent.to_string(),
        serde_json::to_string_pretty(&sent).unwrap(),
    );
    let (same, other) = (without_work.to_string(), without_work.to_string());
    let requests = [first, again, same, other].map(|body| called.post(body));
    // Of one the connection is lost before the message is done; it comes again after.
    let lost = stage.platform.add_work(stage.id.as_str());
    let lost_message = message(&lost, 2);
    tokio::select! {
        _ = called.post(lost_message.to_string()) => panic!("answered before it was done"),
        () = until("it is begun", || held.calls() == 1) => {}
    }
    let all = futures_util::future::join_all(requests);
    let release = async {
        until("both are begun", || held.calls() == 3).await;
        held.release(3);
    };
    let (answers, ()) = tokio::join!(all, release);
    for (status, _) in answers {
        assert_eq!(status, StatusCode::ACCEPTED);
    }
    stage.completed(&lost).await;
    called.deliver(&lost_message).await;
    assert_eq!(held.calls(), 3);
    run.stop().await.unwrap();
}

#[tokio::test]
async fn a_message_that_takes_long_is_answered_for_before_the_platform_gives_up() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let held = Held::new(0);
    let listen = called.registration().await.listen(held.handler(0));
    let run = Run::of(called.over_http(listen));
    let work = stage.platform.add_work(stage.id.as_str());
    // By a thread with a clock of its own: that of the handler is moved by hand.
    let (request, body) = (called.request(), message(&work, 0).to_string());
    let (answered, answer_of) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let _ = answered.send(runtime.block_on(answer(request.body(body))));
    });
    until("the handler is called", || held.calls() == 1).await;

    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(239)).await;
    assert!(answer_of.try_recv().is_err(), "answered too early");
    tokio::time::advance(Duration::from_secs(2)).await;
    // While it waits so, the clock stands still.
    let answered = tokio::task::spawn_blocking(move || answer_of.recv_timeout(SOON));
    let (status, _) = answered.await.unwrap().unwrap();
    tokio::time::resume();
    assert_eq!(status, StatusCode::ACCEPTED);
    // It goes on.
    assert_eq!(stage.platform.works()[&work]["status"], "progress");
    held.release(1);
    stage.completed(&work).await;
    assert_eq!(held.calls(), 1);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn not_now_keeps_a_message_in_hand_and_counts_its_attempts() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let (tell, mut told) = mpsc::unbounded_channel();
    let handler = move |enrichment: Enrichment| {
        tell.send(enrichment.attempt()).unwrap();
        async { Err::<opencti_connector::runtime::Reply, _>(RetryLater::after(Duration::ZERO)) }
    };
    let run = Run::of(called.over_http(called.registration().await.listen(handler)));
    let work = stage.platform.add_work(stage.id.as_str());
    called.deliver(&message(&work, 0)).await;
    for attempt in 1..=3 {
        assert_eq!(told.recv().await, Some(attempt));
    }
    let ended = stage.completed(&work).await;
    assert!(
        ended.to_string().contains("gave up after 3 attempts"),
        "{ended}"
    );
    run.stop().await.unwrap();
    assert_eq!(told.recv().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_at_once_are_each_done_once() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let counts: Arc<Vec<AtomicUsize>> = Arc::new((0..1_000).map(|_| AtomicUsize::new(0)).collect());
    let counted = Arc::clone(&counts);
    let listen = called
        .registration()
        .await
        .listen(move |enrichment: Enrichment| {
            counted[number_of(enrichment.entity())].fetch_add(1, Ordering::SeqCst);
            async move { Ok::<_, BoxError>(enrichment.unchanged("nothing is known of it")) }
        });
    let run = Run::of(called.over_http(listen.concurrency(8)));
    let works: Vec<_> = (0..1_000)
        .map(|_| stage.platform.add_work(stage.id.as_str()))
        .collect();
    let messages: Vec<_> = works
        .iter()
        .enumerate()
        .map(|(number, work)| message(work, number))
        .collect();
    // Fewer than there are slots: beyond those the answer is 503, and the platform sends again.
    futures_util::stream::iter(&messages)
        .for_each_concurrent(100, |it| called.deliver(it))
        .await;
    assert!(counts.iter().all(|count| count.load(Ordering::SeqCst) == 1));
    let states = stage.platform.works();
    assert!(
        works
            .iter()
            .all(|work| states[work]["status"] == "complete")
    );
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_are_taken_and_too_large_ones_end_their_work() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let held = Held::new(10);
    let listen = called.registration().await.listen(held.handler(0));
    let run = Run::of(called.over_http(listen));
    let work = stage.platform.add_work(stage.id.as_str());
    let mut large = message(&work, 0);
    large["event"]["more"] = "x".repeat(100_000_000).into();
    called.deliver(&large).await;
    stage.completed(&work).await;
    assert_eq!(held.calls(), 1);

    // One with its length, and one without.
    for is_declared in [true, false] {
        let work = stage.platform.add_work(stage.id.as_str());
        let mut beginning = message(&work, 0).to_string().into_bytes();
        beginning.resize(1 << 20, b' ');
        let pieces =
            std::iter::once(beginning).chain(std::iter::repeat_n(vec![b' '; 1 << 20], 128));
        let pieces = pieces.map(Ok::<_, std::io::Error>);
        let body = Body::wrap_stream(futures_util::stream::iter(pieces));
        let mut request = called.request().body(body);
        if is_declared {
            request = request.header(CONTENT_LENGTH, (129 << 20).to_string());
        }
        let (status, why) = answer(request).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{why}");
        let ended = stage.completed(&work).await;
        let errors = ended["errors"].to_string();
        assert!(errors.contains("larger than 128 MiB"), "{errors}");
    }
    assert_eq!(held.calls(), 1);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_body_holds_up_nobody_else() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let listen = called.registration().await.listen(Held::new(10).handler(0));
    let run = Run::of(called.over_http(listen));
    let works = [0, 1].map(|_| stage.platform.add_work(stage.id.as_str()));
    let (first, second) = (message(&works[0], 0).to_string(), message(&works[1], 1));
    let (send, pieces) = mpsc::unbounded_channel::<Result<Vec<u8>, std::io::Error>>();
    let pieces = futures_util::stream::unfold(pieces, async |mut pieces| {
        pieces.recv().await.map(|piece| (piece, pieces))
    });
    let slow = called.post(Body::wrap_stream(Box::pin(pieces)));
    let others = async {
        let (beginning, tail) = first.as_bytes().split_at(20);
        send.send(Ok(beginning.to_vec())).unwrap();
        called.deliver(&second).await;
        stage.completed(&works[1]).await;
        send.send(Ok(tail.to_vec())).unwrap();
        drop(send);
    };
    let ((status, _), ()) = tokio::join!(slow, others);
    assert_eq!(status, StatusCode::ACCEPTED);
    stage.completed(&works[0]).await;
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_which_nothing_comes_is_given_up() {
    let called = Called::new(or_skip!());
    let held = Held::new(10);
    let listen = called.registration().await.listen(held.handler(0));
    let run = Run::of(called.over_http(listen));
    let nothing = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let answered = answer(called.request().body(Body::wrap_stream(nothing)));
    let (status, _) = tokio::time::timeout(SOON, answered).await.unwrap();
    assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(held.calls(), 0);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_begun_when_it_stops_is_given_back() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let held = Held::new(0);
    let listen = called.registration().await.listen(held.handler(0));
    let run = Run::of(called.over_http(listen));
    let works = [0, 1].map(|_| stage.platform.add_work(stage.id.as_str()));
    let [first, second] = [0, 1].map(|number| message(&works[number], number).to_string());
    let stopping = async {
        until("the first is begun", || held.calls() == 1).await;
        let second = called.post(second);
        let stop = async {
            let stopped = tokio::spawn(run.stop());
            held.release(1);
            stopped.await.unwrap().unwrap();
        };
        tokio::join!(second, stop).0
    };
    let ((first, _), (second, why)) = tokio::join!(called.post(first), stopping);
    // What was in hand has come to its end.
    assert_eq!(first, StatusCode::ACCEPTED);
    stage.completed(&works[0]).await;
    assert_eq!(second, StatusCode::SERVICE_UNAVAILABLE, "{why}");
    assert_eq!(held.calls(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_for_early_is_in_the_queue_after_a_stop() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let held = Held::new(0);
    let listen = called.registration().await.listen(held.handler(0));
    let listen = listen.ack_within(Duration::ZERO).grace(Duration::ZERO);
    let run = Run::of(called.over_http(listen));
    let work = stage.platform.add_work(stage.id.as_str());
    called.deliver(&message(&work, 0)).await;
    until("it is begun", || held.calls() == 1).await;
    assert_eq!(stage.broker.ready(&stage.queue()), 0);
    run.stop().await.unwrap();
    assert_eq!(stage.broker.ready(&stage.queue()), 1);
    assert_eq!(stage.platform.works()[&work]["status"], "progress");
}

#[tokio::test]
async fn a_path_to_which_no_message_can_come_is_refused() {
    let called = Called::new(or_skip!());
    for path in ["/health", "ready", "/messages?from=platform", "/messages#1"] {
        let mut api = ListenApi::default();
        api.path = path.into();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = called.registration().await.listen(Held::new(0).handler(0));
        let error = Run::of(listen.over_http(listener, api)).end().await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), RunErrorKind::Options);
        let text = error.to_string();
        assert!(text.contains(path.trim_start_matches('/')), "{text}");
        assert!(
            text.contains("CONNECTOR_LISTEN_PROTOCOL_API_PATH"),
            "{text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn https_takes_the_certificate_of_the_settings() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let mut api = ListenApi::default();
    api.ssl = true;
    api.path = "messages".into();
    api.ssl_cert = Some(made.cert.pem());
    let bind = || TcpListener::bind("127.0.0.1:0").unwrap();
    let without_key = called.registration().await.listen(Held::new(0).handler(0));
    let error = Run::of(without_key.over_http(bind(), api.clone()))
        .end()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Options);
    assert!(
        error.to_string().contains("LISTEN_PROTOCOL_API_SSL_KEY"),
        "{error}"
    );

    api.ssl_key = Some(made.signing_key.serialize_pem().into());
    let listener = bind();
    let url = format!("https://{}/messages", listener.local_addr().unwrap());
    let listen = called.registration().await.listen(Held::new(10).handler(0));
    let run = Run::of(listen.over_http(listener, api));
    let certificate = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let http = reqwest::Client::builder()
        .tls_certs_only([certificate])
        .build()
        .unwrap();
    let work = stage.platform.add_work(stage.id.as_str());
    let request = http.post(url).bearer_auth(called.signer.token());
    let (status, _) = answer(request.body(message(&work, 0).to_string())).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_configuration_says_where_requests_come() {
    let called = Called::new(or_skip!());
    let stage = &called.stage;
    let taken = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let start = async || {
        let config = Config::sources().variables([
            ("OPENCTI_URL", stage.platform.url()),
            ("OPENCTI_TOKEN", stage.platform.token()),
            ("CONNECTOR_ID", stage.id.as_str()),
            ("CONNECTOR_NAME", "Sample"),
            ("CONNECTOR_SCOPE", "IPv4-Addr"),
            ("CONNECTOR_LISTEN_PROTOCOL", "API"),
            ("CONNECTOR_LISTEN_PROTOCOL_API_PORT", &port),
            ("CONNECTOR_LISTEN_PROTOCOL_API_URI", "http://connector:8080"),
            ("CONNECTOR_LISTEN_PROTOCOL_API_PATH", "/messages"),
        ]);
        let config = config.load().unwrap();
        let registration = config.start::<InternalEnrichment>().await.unwrap();
        registration.listen(Held::new(10).handler(0))
    };
    let error = Run::of(start().await).end().await.unwrap_err();
    assert_eq!(error.kind(), RunErrorKind::Options);
    assert!(
        error.to_string().contains(&format!("port {port}")),
        "{error}"
    );

    drop(taken);
    let run = Run::of(start().await);
    let stored = &stage.platform.connectors()[stage.id.as_str()]["config"];
    assert_eq!(
        stored["listen_callback_uri"],
        "http://connector:8080/messages"
    );
    let work = stage.platform.add_work(stage.id.as_str());
    let url = format!("http://127.0.0.1:{port}/messages");
    let request = reqwest::Client::new()
        .post(url)
        .bearer_auth(Signer::token(&called.signer));
    let request = request.body(message(&work, 0).to_string());
    let begun = std::time::Instant::now();
    let response = loop {
        match request.try_clone().unwrap().send().await {
            Ok(response) => break response,
            Err(error) => assert!(begun.elapsed() < SOON, "nobody listens: {error}"),
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(response.status(), StatusCode::ACCEPTED);
    stage.completed(&work).await;
    run.stop().await.unwrap();
}
