//! How a connector runs.

pub(crate) mod metrics;
pub(crate) mod send_to;

use std::fmt;
use std::time::Duration;

use crate::config::reader::{self, Reader};
use crate::config::run::metrics::MetricsSettings;
use crate::config::sources::variables::{
    DURATION_PERIOD, JSON_LOGGING, LISTEN_API_PATH, LISTEN_API_PORT, LISTEN_API_SSL,
    LISTEN_API_SSL_CERT, LISTEN_API_SSL_KEY, LISTEN_API_SSL_PASSPHRASE, LISTEN_API_URI,
    LISTEN_PROTOCOL, LIVE_STREAM_ID, LIVE_STREAM_LISTEN_DELETE, LIVE_STREAM_NO_DEPENDENCIES,
    LIVE_STREAM_RECOVER_ISO_DATE, LIVE_STREAM_START_TIMESTAMP, LIVE_STREAM_WITH_INFERENCES,
    LOG_LEVEL, MQ_HOST, MQ_PASS, MQ_PORT, MQ_USE_SSL, MQ_USE_SSL_CA, MQ_USE_SSL_CERT,
    MQ_USE_SSL_KEY, MQ_USE_SSL_PASSPHRASE, MQ_USE_SSL_REJECT_UNAUTHORIZED, MQ_USER, MQ_VHOST,
    OLD_QUEUE_PROTOCOL, QUEUE_PROTOCOL, QUEUE_THRESHOLD, RUN_AND_TERMINATE, VALIDATE_BEFORE_IMPORT,
};
use crate::value::broker_settings::BrokerSettings;
use crate::value::callback_uri::CallbackUri;
use crate::value::listen_api::ListenApi;
use crate::value::send_to::SendTo;

/// How a connector runs.
///
/// The [defaults](Self::default) are those of pycti 7.261026.0.
///
/// ```
/// use opencti_connector::config::{Config, ListenProtocol, LogLevel, RunSettings};
/// use std::time::Duration;
///
/// let config = Config::sources()
///     .variables([("CONNECTOR_LOG_LEVEL", "info"), ("CONNECTOR_DURATION_PERIOD", "PT30M")])
///     .load()?;
///
/// let run = config.run_settings()?;
/// assert_eq!(run.log_level, LogLevel::Info);
/// assert_eq!(run.duration_period, Some(Duration::from_secs(30 * 60)));
/// assert_eq!(run.listen, ListenProtocol::Amqp);
/// assert_eq!(run.queue_threshold, RunSettings::default().queue_threshold);
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RunSettings {
    /// `CONNECTOR_LOG_LEVEL`: lowest level to log. Default: `ERROR`.
    pub log_level: LogLevel,
    /// `OPENCTI_JSON_LOGGING`: whether to log as JSON. Default: true.
    pub json_logging: bool,
    /// `CONNECTOR_LISTEN_PROTOCOL` and its parts: how messages reach the connector.
    pub listen: ListenProtocol,
    /// `MQ_*`: how to reach RabbitMQ; overrides the platform's answer.
    pub broker: BrokerSettings,
    /// `CONNECTOR_QUEUE_PROTOCOL`: how bundles are sent.
    pub queue_protocol: QueueProtocol,
    /// `CONNECTOR_QUEUE_THRESHOLD`: queue size, in megabytes (1,000,000 bytes), at which the connector
    /// waits. Default: 500.
    pub queue_threshold: f64,
    /// `CONNECTOR_SEND_TO_*` and `S3_*`: where bundles go.
    pub send_to: SendTo,
    /// `CONNECTOR_DURATION_PERIOD`: time between two runs, e.g. `PT30M`. Zero runs once.
    pub duration_period: Option<Duration>,
    /// `CONNECTOR_RUN_AND_TERMINATE`: whether to stop after one run. Default: false.
    pub run_and_terminate: bool,
    /// `CONNECTOR_VALIDATE_BEFORE_IMPORT`: whether an analyst validates imports. Default: false.
    pub validate_before_import: bool,
    /// `CONNECTOR_EXPOSE_METRICS` and `CONNECTOR_METRICS_*`: how to expose metrics.
    pub metrics: MetricsSettings,
    /// `CONNECTOR_LIVE_STREAM_*`: the stream to follow, and the position to start from.
    pub live_stream: LiveStream,
}

/// A log level, by the names of Python's `logging`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LogLevel {
    /// `DEBUG`, or `NOTSET`, which makes Python log everything.
    Debug,
    /// `INFO`.
    Info,
    /// `WARNING`, or `WARN`.
    Warning,
    /// `ERROR`.
    #[default]
    Error,
    /// `CRITICAL`, or `FATAL`.
    Critical,
}

/// How messages reach a connector: `CONNECTOR_LISTEN_PROTOCOL`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListenProtocol {
    /// `AMQP`: through its queue in RabbitMQ.
    #[default]
    Amqp,
    /// `API`: the platform sends HTTP requests.
    Api(ListenApi),
}

/// How bundles are sent: `CONNECTOR_QUEUE_PROTOCOL`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QueueProtocol {
    /// `amqp`: through RabbitMQ.
    #[default]
    Amqp,
    /// `api`: through the platform.
    Api,
}

/// The live stream to follow, and the position to start from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LiveStream {
    /// `CONNECTOR_LIVE_STREAM_ID`: id of the stream. Default: the raw stream.
    pub id: Option<String>,
    /// `CONNECTOR_LIVE_STREAM_LISTEN_DELETE`: whether to receive deletions. Default: true.
    pub listen_delete: bool,
    /// `CONNECTOR_LIVE_STREAM_NO_DEPENDENCIES`: whether to omit dependencies. Default: true.
    pub no_dependencies: bool,
    /// `CONNECTOR_LIVE_STREAM_WITH_INFERENCES`: whether to receive inferences. Default: false.
    pub with_inferences: bool,
    /// `CONNECTOR_LIVE_STREAM_RECOVER_ISO_DATE`: time up to which past events are sent first, as
    /// written.
    pub recover_iso_date: Option<String>,
    /// `CONNECTOR_LIVE_STREAM_START_TIMESTAMP`: position to start from, as milliseconds since 1970 or as
    /// the position of an event.
    pub start_timestamp: Option<StreamPosition>,
}

/// A position in a live stream: the id of an event, as in the header `Last-Event-ID`, e.g.
/// `1700000000000-3`.
///
/// ```
/// use opencti_connector::config::Config;
///
/// let config = Config::sources()
///     .variables([("CONNECTOR_LIVE_STREAM_START_TIMESTAMP", "1700000000000")])
///     .load()?;
/// let start = config.run_settings()?.live_stream.start_timestamp.unwrap();
/// assert_eq!(start.to_string(), "1700000000000-0");
/// # Ok::<(), opencti_connector::config::Report>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct StreamPosition {
    /// Milliseconds since 1970.
    pub milliseconds: u64,
    /// Number of the event within that millisecond; 0 if only the time is given.
    pub number: u64,
}

impl fmt::Display for StreamPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.milliseconds, self.number)
    }
}

impl Default for RunSettings {
    /// Returns the settings of an empty configuration.
    fn default() -> Self {
        Self {
            log_level: LogLevel::default(),
            json_logging: true,
            listen: ListenProtocol::default(),
            broker: BrokerSettings::default(),
            queue_protocol: QueueProtocol::default(),
            queue_threshold: 500.0,
            send_to: SendTo::default(),
            duration_period: None,
            run_and_terminate: false,
            validate_before_import: false,
            metrics: MetricsSettings::default(),
            live_stream: LiveStream::default(),
        }
    }
}

impl Default for LiveStream {
    fn default() -> Self {
        Self {
            id: None,
            listen_delete: true,
            no_dependencies: true,
            with_inferences: false,
            recover_iso_date: None,
            start_timestamp: None,
        }
    }
}

impl RunSettings {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        let default = Self::default();
        Self {
            log_level: reader
                .parsed(&LOG_LEVEL, log_level)
                .unwrap_or(default.log_level),
            json_logging: reader.flag(&JSON_LOGGING).unwrap_or(default.json_logging),
            listen: listen(reader).unwrap_or(default.listen),
            broker: broker(reader),
            queue_protocol: queue_protocol(reader).unwrap_or(default.queue_protocol),
            queue_threshold: reader
                .parsed(&QUEUE_THRESHOLD, threshold)
                .unwrap_or(default.queue_threshold),
            send_to: send_to::read(reader),
            duration_period: reader.duration(&DURATION_PERIOD),
            run_and_terminate: reader
                .flag(&RUN_AND_TERMINATE)
                .unwrap_or(default.run_and_terminate),
            validate_before_import: reader
                .flag(&VALIDATE_BEFORE_IMPORT)
                .unwrap_or(default.validate_before_import),
            metrics: MetricsSettings::read(reader),
            live_stream: LiveStream::read(reader),
        }
    }
}

impl LiveStream {
    fn read(reader: &mut Reader<'_>) -> Self {
        let default = Self::default();
        Self {
            id: reader.parsed(&LIVE_STREAM_ID, stream_id),
            listen_delete: reader
                .flag(&LIVE_STREAM_LISTEN_DELETE)
                .unwrap_or(default.listen_delete),
            no_dependencies: reader
                .flag(&LIVE_STREAM_NO_DEPENDENCIES)
                .unwrap_or(default.no_dependencies),
            with_inferences: reader
                .flag(&LIVE_STREAM_WITH_INFERENCES)
                .unwrap_or(default.with_inferences),
            recover_iso_date: reader.parsed(&LIVE_STREAM_RECOVER_ISO_DATE, reader::iso_date),
            start_timestamp: reader.parsed(&LIVE_STREAM_START_TIMESTAMP, stream_position),
        }
    }
}

fn log_level(text: &str) -> Result<LogLevel, String> {
    let levels = [
        ("DEBUG", LogLevel::Debug),
        ("INFO", LogLevel::Info),
        ("WARNING", LogLevel::Warning),
        ("WARN", LogLevel::Warning),
        ("ERROR", LogLevel::Error),
        ("CRITICAL", LogLevel::Critical),
        ("FATAL", LogLevel::Critical),
        ("NOTSET", LogLevel::Debug),
    ];
    reader::one_of(&levels, text)
}

fn listen(reader: &mut Reader<'_>) -> Option<ListenProtocol> {
    let protocols = [("AMQP", false), ("API", true)];
    let is_api = reader.parsed(&LISTEN_PROTOCOL, |text| reader::one_of(&protocols, text));
    let api = reader.switched(is_api.unwrap_or_default(), listen_api);
    is_api.map(|is_api| {
        if is_api {
            ListenProtocol::Api(api)
        } else {
            ListenProtocol::Amqp
        }
    })
}

fn listen_api(reader: &mut Reader<'_>) -> ListenApi {
    let ssl = reader.flag(&LISTEN_API_SSL).unwrap_or_default();
    let default = ListenApi::default_with(ssl);
    let api = ListenApi {
        port: reader
            .parsed(&LISTEN_API_PORT, reader::port)
            .unwrap_or(default.port),
        path: reader
            .parsed(&LISTEN_API_PATH, path)
            .unwrap_or(default.path),
        uri: reader
            .text(&LISTEN_API_URI)
            .map_or(default.uri, CallbackUri::from),
        ..default
    };
    reader.switched(ssl, |reader| ListenApi {
        ssl_key: reader.secret(&LISTEN_API_SSL_KEY),
        ssl_cert: reader.parsed(&LISTEN_API_SSL_CERT, certificate),
        ssl_passphrase: reader.secret(&LISTEN_API_SSL_PASSPHRASE),
        ..api
    })
}

fn broker(reader: &mut Reader<'_>) -> BrokerSettings {
    let use_ssl = reader.flag(&MQ_USE_SSL);
    let broker = BrokerSettings {
        host: reader.parsed(&MQ_HOST, reader::host),
        port: reader.parsed(&MQ_PORT, reader::port),
        vhost: reader.text(&MQ_VHOST),
        use_ssl,
        user: reader.text(&MQ_USER),
        password: reader.secret(&MQ_PASS),
        ..BrokerSettings::default()
    };
    // If it is not set, the platform may switch it on.
    reader.switched(use_ssl != Some(false), |reader| BrokerSettings {
        ssl_ca: reader.parsed(&MQ_USE_SSL_CA, certificate),
        ssl_cert: reader.parsed(&MQ_USE_SSL_CERT, certificate),
        ssl_key: reader.secret(&MQ_USE_SSL_KEY),
        ssl_passphrase: reader.secret(&MQ_USE_SSL_PASSPHRASE),
        ssl_reject_unauthorized: reader.flag(&MQ_USE_SSL_REJECT_UNAUTHORIZED),
        ..broker
    })
}

fn queue_protocol(reader: &mut Reader<'_>) -> Option<QueueProtocol> {
    let protocols = [("amqp", QueueProtocol::Amqp), ("api", QueueProtocol::Api)];
    let parse = |text: &str| reader::one_of(&protocols, text);
    // Both have the same path in the file, so only the environment has an old name.
    let is_old = reader.is_in_environment(&OLD_QUEUE_PROTOCOL);
    if is_old {
        reader.warning(
            &OLD_QUEUE_PROTOCOL,
            "is the old name of CONNECTOR_QUEUE_PROTOCOL; rename it",
        );
    }
    let is_new = reader.is_set(&QUEUE_PROTOCOL);
    let variable = if is_old && !is_new {
        &OLD_QUEUE_PROTOCOL
    } else {
        &QUEUE_PROTOCOL
    };
    reader.parsed(variable, parse)
}

fn stream_id(text: &str) -> Result<String, String> {
    if text.contains("//") {
        return Err("is a URL; write only the id of the stream".into());
    }
    Ok(text.to_owned())
}

fn path(text: &str) -> Result<String, String> {
    let start = text.split('/').next().unwrap_or_default();
    if text.contains("//") || start.contains('@') {
        return Err("is not a path; write one as in `/api/callback`".into());
    }
    Ok(text.to_owned())
}

fn certificate(text: &str) -> Result<String, String> {
    if text.contains("://") && !text.contains("-----BEGIN") {
        return Err("is a URL; write the certificate as PEM, or the path of its file".into());
    }
    Ok(text.to_owned())
}

fn stream_position(text: &str) -> Result<StreamPosition, String> {
    let (milliseconds, number) = text.split_once('-').unwrap_or((text, "0"));
    match (milliseconds.parse(), number.parse()) {
        (Ok(milliseconds), Ok(number)) => Ok(StreamPosition {
            milliseconds,
            number,
        }),
        _ => Err(
            "is neither a number of milliseconds since 1970 nor the position of an event; write \
             `1700000000000` or `1700000000000-3`, for example"
                .into(),
        ),
    }
}

fn threshold(text: &str) -> Result<f64, String> {
    let megabytes = text
        .parse()
        .ok()
        .filter(|size: &f64| size.is_finite() && *size >= 0.0);
    megabytes.ok_or_else(|| "is not a number of megabytes; write a number of zero or more".into())
}
