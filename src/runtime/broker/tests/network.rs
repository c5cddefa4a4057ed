//! What stands between a connector and the broker.

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::*;

async fn listen() -> (TcpListener, Address) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let host = "127.0.0.1".into();
    (
        listener,
        Address {
            host,
            port,
            ..address()
        },
    )
}

#[tokio::test]
async fn a_broker_that_is_not_there_is_unreachable() {
    let (listener, address) = listen().await;
    drop(listener);
    let error = Connection::open(&address).await.unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::Unreachable, "{error}");
    let port = address.port.to_string();
    assert!(error.to_string().contains(&port), "{error}");
    let host = "no-such-host.invalid".into();
    let error = Connection::open(&Address { host, ..address }).await;
    assert_eq!(error.unwrap_err().kind(), BrokerErrorKind::Unreachable);
}

#[tokio::test]
async fn a_port_that_closes_connections_may_be_one_of_tls() {
    let (listener, address) = listen().await;
    let closing = tokio::spawn(async move { drop(listener.accept().await.unwrap()) });
    let error = Connection::open(&address).await.unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::Unreachable, "{error}");
    assert!(error.to_string().contains("`MQ_USE_SSL`"), "{error}");
    closing.await.unwrap();
}

/// A proxy that goes on while it is told so, and then takes and gives nothing.
async fn stalling() -> (Address, watch::Sender<bool>) {
    let (listener, proxy) = listen().await;
    let (go_on, mut stalled) = watch::channel(true);
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let to = address();
        let mut broker = TcpStream::connect((to.host, to.port)).await.unwrap();
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut broker) => {}
            _ = stalled.wait_for(|goes_on| !goes_on) => {}
        }
        // Both stay open.
        let _ = stalled.wait_for(|_| false).await;
    });
    (proxy, go_on)
}

#[tokio::test]
async fn a_connection_that_is_cut_is_lost_at_once() {
    let (listener, proxy) = listen().await;
    let (cut, was_cut) = tokio::sync::oneshot::channel::<()>();
    tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let to = address();
        let mut broker = TcpStream::connect((to.host, to.port)).await.unwrap();
        tokio::select! {
            _ = copy_bidirectional(&mut client, &mut broker) => {}
            _ = was_cut => {}
        }
    });
    let connection = open(&proxy).await;
    let queue = declare(&connection, "classic", &[]).await;
    let mut consumer = connection.consume(&queue, 1).await.unwrap();
    cut.send(()).unwrap();
    let end = timeout(Duration::from_secs(5), consumer.next()).await;
    let error = end.expect("it is not noticed").unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::Lost, "{error}");
    assert!(!connection.is_open());
}

#[tokio::test]
async fn a_stalled_connection_is_noticed_by_its_heartbeats() {
    let (address, proxy) = stalling().await;
    let connection = open(&address).await;
    let queue = declare(&connection, "classic", &[]).await;
    let mut consumer = connection.consume(&queue, 1).await.unwrap();
    let publisher = connection.publisher().await.unwrap();
    proxy.send(false).unwrap();
    let start = Instant::now();
    let confirm = publisher.publish("", &queue, b"a", None).await.unwrap();

    // Two intervals, and the half of one by which lapin looks at it.
    let noticed = timeout(Duration::from_secs(26), consumer.next()).await;
    let error = noticed.expect("it is not noticed").unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::Lost, "{error}");
    assert!(start.elapsed() > Duration::from_secs(9), "{error}");
    let error = confirm.outcome().await.unwrap_err();
    assert_eq!(error.kind(), BrokerErrorKind::Lost, "{error}");
    assert!(!connection.is_open());
}

#[tokio::test]
async fn a_stalled_connection_is_not_waited_for_at_its_end() {
    let (address, proxy) = stalling().await;
    let connection = open(&address).await;
    proxy.send(false).unwrap();
    let start = Instant::now();
    connection.close().await;
    assert!(start.elapsed() < Duration::from_secs(9));
}

#[tokio::test]
async fn an_open_that_is_given_up_leaves_no_connection() {
    let (listener, address) = listen().await;
    let opening = tokio::spawn(async move { Connection::open(&address).await });
    let (mut client, _) = listener.accept().await.unwrap();
    let mut hello = [0; 8];
    tokio::io::AsyncReadExt::read_exact(&mut client, &mut hello)
        .await
        .unwrap();
    assert_eq!(hello, *b"AMQP\0\0\x09\x01");
    opening.abort();
    let end = tokio::io::AsyncReadExt::read(&mut client, &mut hello);
    let end = timeout(DEADLINE, end).await.expect("it is still open");
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
}
