//! The proxy does to connections what it says.

use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

use platform::{Direction, Proxy};

/// Long for a machine that is busy; what is waited for takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);
/// For what does not happen.
const A_MOMENT: Duration = Duration::from_millis(200);

/// A proxy before a server that sends back what it gets.
fn proxy() -> Proxy {
    let server = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = server.local_addr().unwrap();
    thread::spawn(move || {
        for connection in server.incoming() {
            thread::spawn(move || {
                let mut reader = connection.unwrap();
                let mut writer = reader.try_clone().unwrap();
                let _ = std::io::copy(&mut reader, &mut writer);
            });
        }
    });
    Proxy::before(address)
}

fn connect(proxy: &Proxy) -> TcpStream {
    let client = TcpStream::connect(proxy.addr()).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    client
}

fn is_echoed(client: &mut TcpStream, text: &[u8]) -> bool {
    let mut echo = vec![0; text.len()];
    client.write_all(text).is_ok() && client.read_exact(&mut echo).is_ok() && echo == text
}

/// What still comes until the end of the connection.
fn rest(client: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    if let Err(error) = client.read_to_end(&mut rest) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    }
    rest
}

#[test]
fn a_cut_closes_all_connections_and_new_ones_are_taken() {
    let proxy = proxy();
    let mut clients = [connect(&proxy), connect(&proxy)];
    assert!(clients.iter_mut().all(|client| is_echoed(client, b"x")));
    proxy.cut();
    assert!(clients.iter_mut().all(|client| rest(client).is_empty()));
    assert!(is_echoed(&mut connect(&proxy), b"x"));
}

#[test]
fn refused_connections_fail_and_later_ones_on_the_same_port_do_not() {
    let proxy = proxy();
    let mut before = connect(&proxy);
    assert!(is_echoed(&mut before, b"x"));
    proxy.refuse(true);
    let deadline = Instant::now() + PATIENCE;
    let is_refused = || {
        let error = TcpStream::connect(proxy.addr()).err();
        error.is_some_and(|error| error.kind() == ErrorKind::ConnectionRefused)
    };
    // One that comes at the moment of the change may be taken or reset.
    while !is_refused() {
        assert!(Instant::now() < deadline, "never refused");
    }
    assert!(is_refused(), "and stays so");
    assert!(is_echoed(&mut before, b"x"), "what is open stays open");
    proxy.refuse(false);
    while TcpStream::connect(proxy.addr()).is_err() {
        assert!(Instant::now() < deadline, "always refused");
    }
    assert!(is_echoed(&mut connect(&proxy), b"x"));
}

#[test]
fn a_stalled_connection_is_open_and_silent_and_loses_nothing() {
    let proxy = proxy();
    let mut before = connect(&proxy);
    assert!(is_echoed(&mut before, b"x"));
    proxy.stall(true);
    for client in [&mut before, &mut connect(&proxy)] {
        client.set_read_timeout(Some(A_MOMENT)).unwrap();
        client.write_all(b"y").unwrap();
        let error = client.read(&mut [0]).unwrap_err();
        assert!([ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()));
    }
    proxy.stall(false);
    before.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut echo = [0];
    before.read_exact(&mut echo).unwrap();
    assert_eq!(&echo, b"y");
}

#[test]
fn a_connection_is_cut_after_so_many_bytes_of_a_direction() {
    let proxy = proxy();
    for (direction, arrive) in [(Direction::ToClient, 3), (Direction::ToServer, 0)] {
        let mut client = connect(&proxy);
        assert!(is_echoed(&mut client, b"123456"));
        proxy.cut_after(direction, 3);
        client.write_all(b"abcdef").unwrap();
        let came = rest(&mut client);
        assert!(
            b"abc".starts_with(&came[..]) && came.len() >= arrive,
            "{came:?}"
        );
    }
    assert!(is_echoed(&mut connect(&proxy), b"123456"), "once");
}

#[test]
fn what_is_delayed_comes_later() {
    let proxy = proxy();
    let mut client = connect(&proxy);
    proxy.delay(A_MOMENT);
    let sent = Instant::now();
    assert!(is_echoed(&mut client, b"x"));
    assert!(sent.elapsed() >= 2 * A_MOMENT, "there and back");
}
