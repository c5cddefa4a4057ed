//! The embedded platform as a program, so that a connector in any language can be run against it.
//!
//! ```sh
//! cargo run -p platform             # the newest version it knows
//! cargo run -p platform -- 6.5.7    # this one: what it does not know is refused
//! ```
//!
//! It takes a free port of loopback, prints where and for whom it serves, one variable a line, and
//! serves until it gets SIGINT (Ctrl-C) or SIGTERM:
//!
//! ```text
//! OPENCTI_URL=http://127.0.0.1:41307
//! OPENCTI_TOKEN=0c1f7a52-6f0e-4f53-9d4b-2f6a3f1f6c0e
//! ```
//!
//! Nothing else goes to standard output, so the lines can be given to a connector as they are. From
//! a shell script (bash):
//!
//! ```sh
//! exec 3< <(exec cargo run --quiet -p platform)
//! platform=$!
//! read -r url <&3 && read -r token <&3 && export "$url" "$token"
//! python main.py    # any connector that takes its platform from these variables
//! kill "$platform"
//! ```
//!
//! Before `kill`, this asks for the version, to see that it is there:
//!
//! ```sh
//! curl -s "$OPENCTI_URL/graphql" -H "Authorization: Bearer $OPENCTI_TOKEN" \
//!     -H 'Content-Type: application/json' -d '{"query": "{ about { version } }"}'
//! ```
//!
//! For a container on the network of the host, which its `127.0.0.1` then is:
//!
//! ```sh
//! cargo run -p platform > platform.env &
//! docker run --network host --env-file platform.env my-connector
//! ```
//!
//! What it serves is `POST /graphql` with what a connector asks for: the version, registration,
//! pings and works; another field is refused as one that the schema lacks. The queues of a connector
//! are declared on a `RabbitMQ` broker, which the registration is answered with: the one of
//! `OPENCTI_TEST_AMQP` (a URI), else one on port 5672 of `127.0.0.1` that takes guest/guest, else a
//! node of its own where `rabbitmq-server` is installed, which ends with the program. Where none is
//! to be had nothing is on port 5672, nor the bucket on port 9000, unless you start it.

use std::{
    env,
    io::{self, Write as _},
    process::ExitCode,
};

use platform::{Broker, Options, Platform};

fn main() -> io::Result<ExitCode> {
    let Some(options) = options() else {
        eprintln!("usage: platform [VERSION], where VERSION is three numbers as in 6.5.7");
        return Ok(ExitCode::from(2));
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        // Before the lines are printed, because who has read them may stop it at once.
        let stopped = stopped()?;
        let platform = Platform::start(Options {
            broker: Broker::shared(),
            ..options
        });
        let mut stdout = io::stdout().lock();
        writeln!(stdout, "OPENCTI_URL={}", platform.url())?;
        writeln!(stdout, "OPENCTI_TOKEN={}", platform.token())?;
        stdout.flush()?;
        stopped.await;
        Ok(ExitCode::SUCCESS)
    })
}

/// What the arguments ask for, if they make sense.
fn options() -> Option<Options> {
    let mut arguments = env::args_os().skip(1);
    let version = match arguments.next() {
        Some(version) => version.into_string().ok()?.leak(),
        None => Options::default().version,
    };
    let is_fine = platform::is_version(version) && arguments.next().is_none();
    is_fine.then(|| Options {
        version,
        broker: Broker::shared(),
        ..Options::default()
    })
}

/// Ends with the first signal to stop. Not with standard input, which a shell closes for what it
/// starts in the background.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    use std::{future::poll_fn, task::Poll};
    use tokio::signal::unix::{SignalKind, signal};

    let mut signals = [
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    ];
    Ok(poll_fn(move |context| {
        // Each is polled, because a signal wakes up only who has asked for it.
        let came = signals.each_mut().map(|signal| signal.poll_recv(context));
        if came.iter().any(Poll::is_ready) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }))
}

#[cfg(windows)]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
