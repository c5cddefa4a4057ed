//! The metrics in Prometheus' text format, 0.0.4.

use std::fmt::{Display, Write as _};
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use crate::runtime::monitoring::metrics::{BOUNDS, Counter, Durations, Metrics, Outcome};

/// What a connector is at, as pycti names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Idle,
    Running,
    Stopped,
}

impl Metrics {
    pub(crate) fn is_ping_answered(&self) -> bool {
        self.is_ping_answered.load(Ordering::Relaxed)
    }

    /// When the last ping was answered, as the time since 1970.
    fn last_ping(&self) -> Duration {
        Duration::from_millis(self.last_ping.load(Ordering::Relaxed))
    }
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Requeued => "requeued",
            Self::Rejected => "rejected",
            Self::Abandoned => "abandoned",
        }
    }
}

/// All metrics, each name behind a prefix.
pub(crate) fn text(metrics: &Metrics, is_stopping: bool, prefix: &str) -> String {
    let mut page = Page {
        prefix,
        text: String::new(),
    };
    of_pycti(&mut page, metrics);
    let in_flight = metrics.in_flight.load(Ordering::Relaxed);
    let state = match in_flight {
        _ if is_stopping => State::Stopped,
        0 => State::Idle,
        _ => State::Running,
    };
    page.state(state);

    counters(&mut page, metrics);
    page.gauge(
        "in_flight",
        "Number of messages, runs or batches of events in progress",
        in_flight,
    );
    page.durations(
        "handling_duration_seconds",
        "How long a message, a run or a batch of events was in progress",
        &metrics.durations,
    );
    page.gauge(
        "last_ping_timestamp_seconds",
        "When the platform last answered a ping, since 1970",
        metrics.last_ping().as_secs_f64(),
    );
    page.text
}

/// The counters that pycti does not have.
fn counters(page: &mut Page<'_>, metrics: &Metrics) {
    let of_outcome = |outcome: Outcome| (outcome.as_str(), &metrics.messages[outcome as usize]);
    let messages = Outcome::ALL.map(of_outcome);
    page.counters(
        "messages",
        "Number of messages that were handled",
        "outcome",
        &messages,
    );
    page.counter(
        "message_redeliveries",
        "Number of messages that were delivered before",
        &metrics.redeliveries,
    );
    page.counter(
        "runs_failed",
        "Number of runs that failed",
        &metrics.runs_failed,
    );
    page.counters(
        "stream_events",
        "Number of events of the stream",
        "outcome",
        &[
            ("done", &metrics.events_done),
            ("skipped", &metrics.events_skipped),
        ],
    );
    page.counters(
        "parts",
        "Number of answers of the broker to parts of bundles",
        "answer",
        &[
            ("confirmed", &metrics.parts_confirmed),
            ("returned", &metrics.parts_returned),
            ("nacked", &metrics.parts_nacked),
        ],
    );
    page.counters(
        "reconnects",
        "Number of lost connections that are made again",
        "to",
        &[
            ("broker", &metrics.broker_reconnects),
            ("stream", &metrics.stream_reconnects),
        ],
    );
}

/// The counters that pycti has, by its names and words.
fn of_pycti(page: &mut Page<'_>, metrics: &Metrics) {
    let since_1970 = metrics.created.duration_since(SystemTime::UNIX_EPOCH);
    let created = since_1970.unwrap_or_default().as_secs_f64();
    for (name, help, counter) in [
        (
            "bundles_sent",
            "Number of bundles sent",
            &metrics.bundles_sent,
        ),
        (
            "records_sent",
            "Number of records (objects per bundle) sent",
            &metrics.records_sent,
        ),
        ("runs", "Number of runs", &metrics.runs),
        ("ping_api", "Number of pings to the API", &metrics.pings),
        (
            "ping_api_errors",
            "Number of errors when pinging the API",
            &metrics.ping_errors,
        ),
        ("errors", "Number of errors", &metrics.errors),
        (
            "client_errors",
            "Number of client errors",
            &metrics.client_errors,
        ),
    ] {
        page.counter(name, help, counter);
        page.gauge(&format!("{name}_created"), help, created);
    }
}

struct Page<'p> {
    prefix: &'p str,
    text: String,
}

impl Page<'_> {
    fn begin(&mut self, name: &str, help: &str, kind: &str) {
        let prefix = self.prefix;
        let lines = format!("# HELP {prefix}{name} {help}\n# TYPE {prefix}{name} {kind}\n");
        self.text.push_str(&lines);
    }

    fn sample(&mut self, name: &str, labels: impl Display, value: impl Display) {
        // Writing to a text does not fail.
        let _ = writeln!(self.text, "{}{name}{labels} {value}", self.prefix);
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.begin(name, help, "gauge");
        self.sample(name, "", value);
    }

    fn counter(&mut self, name: &str, help: &str, counter: &Counter) {
        let name = format!("{name}_total");
        self.begin(&name, help, "counter");
        self.sample(&name, "", counter.get());
    }

    fn counters(&mut self, name: &str, help: &str, label: &str, counters: &[(&str, &Counter)]) {
        let name = format!("{name}_total");
        self.begin(&name, help, "counter");
        for (value, counter) in counters {
            self.sample(&name, format!("{{{label}=\"{value}\"}}"), counter.get());
        }
    }

    /// As pycti's, whose label has the name of the metric.
    fn state(&mut self, state: State) {
        self.begin("state", "State of connector", "gauge");
        for (name, is_so) in [
            ("idle", state == State::Idle),
            ("running", state == State::Running),
            ("stopped", state == State::Stopped),
        ] {
            let labels = format!("{{{}state=\"{name}\"}}", self.prefix);
            self.sample("state", labels, u8::from(is_so));
        }
    }

    fn durations(&mut self, name: &str, help: &str, durations: &Durations) {
        self.begin(name, help, "histogram");
        let bucket = format!("{name}_bucket");
        let mut count = 0;
        for (bound, counter) in BOUNDS.iter().zip(&durations.buckets) {
            count += counter.get();
            self.sample(&bucket, format!("{{le=\"{bound}\"}}"), count);
        }
        count += durations.longer.get();
        self.sample(&bucket, "{le=\"+Inf\"}", count);
        let nanoseconds = durations.nanoseconds.load(Ordering::Relaxed);
        let sum = Duration::from_nanos(nanoseconds).as_secs_f64();
        self.sample(&format!("{name}_sum"), "", sum);
        self.sample(&format!("{name}_count"), "", count);
    }
}
