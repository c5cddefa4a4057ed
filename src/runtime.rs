//! Runs a connector: it receives work, sends bundles, and loses nothing on the way.
//!
//! ```no_run
//! use opencti_connector::client::{BoxError, Client};
//! use opencti_connector::runtime::{Enrichment, Reply};
//! use opencti_connector::stix::Tlp;
//! use opencti_connector::{Connector, EntityType};
//! use serde_json::json;
//!
//! async fn enrich(enrichment: Enrichment) -> Result<Reply, BoxError> {
//!     let entity = enrichment.entity();
//!     if !entity.is_at_most(Tlp::Amber) {
//!         return Ok(enrichment.unchanged("marked above TLP:AMBER, so it is not looked up"));
//!     }
//!     let address = entity.text("value").ok_or("the address has no value")?;
//!     let note = json!({
//!         "type": "note", "created": "2026-11-24T00:00:00.000Z",
//!         "content": format!("{address} is in use"), "object_refs": [entity.id()],
//!     });
//!     Ok(enrichment.with([note]))
//! }
//!
//! # async fn start() -> Result<(), BoxError> {
//! let connector = Connector::internal_enrichment()
//!     .id("82b58916-a654-4cd4-81de-700eb72a5c94")
//!     .name("Shodan")
//!     .scope([EntityType::Ipv4Addr])
//!     .build()?;
//! let client = Client::new(
//!     "https://opencti.example.org",
//!     "88ec0c6a-13ce-5e39-b486-354fe4a7084f",
//! )?;
//! let registration = client.register(&connector).await?;
//! registration.listen(enrich).concurrency(8).run().await?;
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `config`, `Config::start` reads the configuration and registers in one call. If the
//! platform is not up yet, it waits. This is a complete connector:
//!
#![cfg_attr(feature = "config", doc = "```no_run")]
#![cfg_attr(not(feature = "config"), doc = "```ignore")]
//! //! Adds to an IP address what a service knows of it.
//! use opencti_connector::config::Config;
//! use opencti_connector::kind::InternalEnrichment;
//! use opencti_connector::runtime::{BoxError, Enrichment, Reply};
//! use opencti_connector::stix::Tlp;
//! use serde_json::json;
//!
//! #[tokio::main]
//! async fn main() -> Result<(), BoxError> {
//!     let registration = Config::load()?.start::<InternalEnrichment>().await?;
//!     registration.listen(enrich).concurrency(8).run().await?;
//!     Ok(())
//! }
//!
//! async fn enrich(enrichment: Enrichment) -> Result<Reply, BoxError> {
//!     let entity = enrichment.entity();
//!     if !entity.is_at_most(Tlp::Amber) {
//!         return Ok(enrichment.unchanged("marked above TLP:AMBER, so it is not looked up"));
//!     }
//!     let address = entity.text("value").ok_or("the address has no value")?;
//!     let Some(ports) = look_up(address).await? else {
//!         return Ok(enrichment.unchanged("nothing is known of it"));
//!     };
//!     let note = json!({
//!         "type": "note", "created": "2026-11-24T00:00:00.000Z",
//!         "content": format!("open ports of {address}: {ports:?}"), "object_refs": [entity.id()],
//!     });                                          // the id is made by the platform's rules
//!     Ok(enrichment.with([note]))
//! }
//! # async fn look_up(_: &str) -> Result<Option<Vec<u16>>, std::io::Error> { Ok(None) }
//! ```
//!
//! | connector | runs by |
//! |---|---|
//! | enrichment, file import, file export, analysis | [`Registration::listen`] |
//! | external import | [`Registration::schedule`] |
//! | stream | [`Registration::follow`] |
//!
//! # Delivery
//!
//! Guarantees for the messages of a connector that listens:
//!
//! | question | answer |
//! |---|---|
//! | How often is a message handled? | At least once. It is acknowledged after the handler returned, the broker confirmed every part of the answer, and the work was reported |
//! | When is it handled more than once? | After a crash, after a lost connection while another replica was free, or by [`RetryLater`]. Repeated imports are harmless, because [ids](crate::stix::id_of) are deterministic; side effects elsewhere must be idempotent. `attempt()` tells you whether this is a redelivery |
//! | What if a message kills the process? | It is delivered [three times](Listen::max_attempts) in all, then its work ends in error. From the second attempt on it is handled alone, so that a crash does not count against other messages |
//! | What counts as an attempt? | A delivery that a handler may have seen; see [attempts](#attempts) |
//! | What if the handler fails? | The work ends in error, with the error and its causes (at most 2,000 characters, no [secret](crate::client#what-is-logged)). A panic and a handler that takes [too long](Listen::timeout) end it too; the text of a panic goes to the log only |
//! | What if a message cannot be parsed? | It is dropped, and its beginning is logged. The work that it names ends in error |
//! | What if users delete the work? | The handler's future is dropped |
//! | What about entities outside of the scope? | They are answered unchanged, unless the connector takes [any scope](Listen::any_scope) |
//! | What if a playbook step fails? | It is answered with the objects as they came, because a step without an answer leaves the playbook hanging. [`FailedStep::Stop`] does not answer |
//! | What about long work? | It is pinged every five minutes. After 25 minutes the message is [acknowledged](Listen::ack_within) while the handler goes on, so a crash after that loses it |
//!
//! Message order is not guaranteed: a message whose attempts were counted goes to the end of the queue,
//! and with [`concurrency`](Listen::concurrency) several are in progress at a time.
//!
//! ## Attempts
//!
//! A quorum queue counts redeliveries itself. A classic queue does not: there the runtime publishes a
//! redelivered message once more, with a header that counts, before it acknowledges the old one. If a
//! shutdown finds a message before its handler was called, the message goes back with its count
//! unchanged. One case is beyond the runtime: a quorum queue counts a message that arrives in the very
//! moment in which an idle consumer is cancelled.
//!
//! # HTTP
//!
//! If `CONNECTOR_LISTEN_PROTOCOL` is `API`, the platform delivers messages as HTTP requests (feature
//! `http`; `Listen::over_http` for a connector without a configuration). Delivery is the same, except:
//!
//! | question | answer |
//! |---|---|
//! | Who can send messages? | Whoever signs with one of the platform's keys, which the registration contains: Ed25519 or RSA (RS256), named by the token's `kid`, with issuer `opencti`, subject `connector` and no audience. Others get 401 before their body is read. An unknown key makes the connector register again, at most once a minute; a withdrawn key is accepted until a token names a new one |
//! | When is a request answered? | With 202 when the message is done, whatever the result, or after 240 seconds while it goes on, because the platform waits for 300. A crash after that loses the message; a shutdown puts it into the queue, for which the broker is needed. With 503 if the connector stops first, so that the platform sends it again |
//! | What if a message in progress comes again? | It is not handled twice. It is recognized by the id of its work, or else by its bytes |
//! | How are attempts counted? | By the process: [`RetryLater`] keeps a message in progress, and a crash forgets the count |
//! | What about a body that is not a message? | It is answered with 202, logged as an error and dropped, and the work that it names ends in error. After any other answer the platform would send it again forever |
//! | How far may clocks differ? | By 60 seconds. If a token is refused for its time, the log says to check the clock |
//! | Can a crowd of clients keep others out? | A connection has 5 seconds for its headers. While all 256 slots are taken, a new connection evicts the oldest one of the address that holds the most, once that is 250 ms old. Requests with a valid token move to 256 slots of their own; beyond those the answer is 503 |
//! | Which other paths are there? | `/health` and `/ready`, as under [monitoring](#monitoring) |
//! | How large can a body be? | 128 MiB, and 256 MiB for all requests in progress; more requests wait, unread. A larger body is dropped like one that is not a message. A body that stalls for 30 seconds gets 408 |
//!
//! # Sending
//!
//! `send` splits a bundle, announces its parts to the work, and publishes them: persistent, routed,
//! confirmed, and up to 64 at a time. It returns when the broker has confirmed all parts. Until then it
//! waits while the queue of bundles is at its [threshold](Listen::queue_threshold), while the broker
//! refuses more or blocks publishers, and while the connection is lost. Drop the future to stop waiting.
//!
//! After a lost connection the unconfirmed parts are published again, so a part may arrive twice. If the
//! broker lost the queue, a ping makes the platform declare it again. While a connector waits, the
//! platform shows it as buffering.
//!
//! Await what you send: if a handler returns while a task that it spawned is still sending, the work ends
//! within 10 seconds, and the rest of that bundle is not sent ([`Ended`](SendErrorKind::Ended)).
//!
//! # Storage
//!
//! Bundles can be stored in addition to the queue, or instead of it: in a directory, and with the feature
//! `s3` in a bucket of an S3 server. Set the variables `CONNECTOR_SEND_TO_*`, or call
//! [`send_to`](Scheduler::send_to).
//!
//! | question | answer |
//! |---|---|
//! | What is stored? | The whole bundle as the handler sends it, with its sender and the user on whose behalf it was sent: member for member what pycti stores. Bundles that wait for approval in the workbench and answers to playbooks are not stored, as in pycti |
//! | Under which name? | The connector's name in lower case, the time in UTC to the nanosecond, and `.json`; characters that a file name cannot have become `_`. Files are never replaced, and an incomplete file ends with `.tmp` |
//! | When? | Before the bundle is published, in the directory first. If a bundle cannot be stored, it is not sent either: the error is of the kind [`Storage`](SendErrorKind::Storage), and names the file and what to do. An unavailable S3 server is asked five times within 30 seconds |
//! | For how long? | As many days as the retention says. Old bundles are removed when the run starts and then every hour, without delaying new ones. Only the connector's own files are removed |
//! | What if nothing goes to the queue? | Nothing is imported or announced, and no draft is opened. Runs have no work and need no broker; a message's work ends with the message |
//! | Which S3 server? | The platform's own, which the registration names ([`s3`](crate::client::Registration::s3)), unless `S3_*` says otherwise. Requests go through the client's proxy and trust its authorities. The token and the headers of the client are never sent there |
//!
//! # Schedule
//!
//! Guarantees for the runs of an external import:
//!
//! | question | answer |
//! |---|---|
//! | When does it run? | At once, and again one period after the end of a run, so runs never overlap. With `CONNECTOR_RUN_AND_TERMINATE`, or a period of zero, it runs once |
//! | What if the queue of bundles is long? | No run starts, the first one included, until the queue is below the [threshold](Scheduler::queue_threshold) |
//! | When does a run have a work? | The first bundle that it [sends](Run::send) opens it; the end of the run ends it. If the process is killed, the next start ends the work in error: the state names it as `opencti_connector_open_work`, which the connector's own state does not see |
//! | What if a run fails? | The failure is logged and recorded on its work; the next run starts on schedule, or as [`FailedRun`] says. A connector that runs once returns the error. After [`RetryLater`] the run starts again at that time, and [`Fatal`](fn@Fatal) ends the connector |
//! | What if users delete the work? | The run's future is dropped |
//! | What survives a crash? | Each [commit](Run::commit). It returns when the broker has confirmed what was sent before and the platform has the state, so a killed process repeats at most what came after. [`commit_later`](Run::commit_later) does not wait for the platform |
//! | What if the platform is away? | A commit waits until it is back, the future is dropped, or the run ends |
//! | What if users reset the state? | The reset wins over the commits of the current run; the next run starts from scratch |
//! | What if a run is stopped? | [`cancelled`](Run::cancelled) resolves, and the state is pinged at once, because Docker kills the process after 10 seconds. After the grace, the future is dropped and the work ends in error |
//!
//! The state also keeps the start of the last successful run as `last_run`, which [`Run::previous`]
//! returns. If the state's type has a member `last_run` of its own, that one is used, be it a number of
//! seconds or a text, as connectors on pycti write it.
//!
//! # Outages
//!
//! | question | answer |
//! |---|---|
//! | What if the platform or the broker is away? | The run waits without limit. It retries after 1 second, doubling up to 30, with jitter. The platform counts as away if it cannot be reached, or answers 429, 502, 503 or 504 |
//! | What if the platform answers with an error? | The request is sent 5 times in all, then the message or the run ends in error. One bad message never holds its place forever |
//! | What if an answer is lost? | The request is sent again only if it is [idempotent](crate::graphql::Operation::IS_IDEMPOTENT) |
//! | And if it is not? | For a new work, a draft, an upload or a bundle, an error says that it may have been done ([`Unconfirmed`](SendErrorKind::Unconfirmed)). The answer to a playbook and the report of a part are assumed to have arrived, with a warning in the log |
//! | What if a handler blocks its thread? | It delays only other handlers: connections and pings have a thread of their own |
//!
//! # Streams
//!
//! A stream connector needs no broker. Guarantees for its events:
//!
//! | question | answer |
//! |---|---|
//! | How often is an event handled? | At least once, and on a quiet stream exactly once, over any number of reconnects and restarts. A crash repeats at most what was handled since the last ping |
//! | In which order? | In the order of the stream, one at a time or in [batches](Follow::batches); with [`concurrency`](Follow::concurrency) in order for each object |
//! | Where does a new process go on? | After the last id of which all events are handled. Several events can share an id, so the state also keeps digests of the events handled after that position (`handled_events`, at most the last 1,024). Two events with the same id, name and data are the same event |
//! | When does the platform learn the position? | At once when a quiet stream brings something; else when the stream pauses for a second, every 10 seconds, and at shutdown |
//! | Where does it start? | Without a position on the platform, where the configuration says, else at the beginning. Older changes are recovered up to the configured time, else up to now, as with pycti |
//! | What if the handler fails? | The event is handled again five times, then the run ends, unless [`FailedEvent`] says otherwise. [`RetryLater`] is not a failure. A batch fails as a whole, unless the handler names the event by [`Events::failed_at`] |
//! | What if an event cannot be parsed, or is [too large](Follow::largest_event)? | It is skipped, and its id is logged |
//! | What if a handler is slow? | The stream is read ahead on a thread of its own, up to 16 MiB |
//! | What if a connection is lost? | It is replaced after [3 seconds](Follow::reconnect_after) or the time that the platform asks for. The wait doubles up to 30 seconds while connections bring nothing new. After [45 seconds](Follow::watchdog) without a byte, a connection counts as lost |
//! | What if the stream is stopped, or reports an error? | The run waits for a stopped stream, and logs the message of an error. If the connector's user may not follow the stream, the run ends |
//! | What if `CONNECTOR_LIVE_STREAM_ID` is missing? | The connector follows the raw stream, and logs that it does |
//! | What if users reset the state? | The events in progress finish, then the stream starts again from the beginning |
//!
//! # Shutdown
//!
//! SIGTERM or SIGINT ends `run`. It takes no more messages, resolves `cancelled()`, and gives work in
//! progress 25 seconds; then it requeues the rest and pings the state. If a handler returns an error by
//! then, its message is redelivered. A second signal ends the wait.
//!
//! `run` returns a [`RunError`] if the connector cannot go on: the token was refused, the connector was
//! deleted, the state cannot be read, the broker refuses the credentials of a new registration, or a
//! handler returned [`Fatal`](fn@Fatal).
//!
//! # Replicas
//!
//! Processes with the same connector id share its queue; the broker spreads the messages. Nothing else is
//! shared, so run an external import or a stream in one process: a second one overwrites the state, and
//! ends the open work of the first as interrupted, with a warning.
//!
//! # Monitoring
//!
//! With the feature `http`, a run serves these paths on the listener passed to `monitor_on`, or on port
//! `CONNECTOR_METRICS_PORT` of all addresses if `CONNECTOR_EXPOSE_METRICS` is set. There is no password;
//! answers contain no secrets and no texts of the platform.
//!
//! | path | 200 | 503, with the reasons as JSON |
//! |---|---|---|
//! | `/health` | the run makes progress | pings have stalled for 5 minutes, handlers have blocked the program's runtime for 10, or the run ended with an error. Use it as the liveness probe: a restart may help |
//! | `/ready` | the connector is connected, and the platform answered the last ping | otherwise, and during shutdown. Use it as the readiness probe |
//! | `/metrics` | metrics in Prometheus' text format | never |
//!
//! Silent clients do not keep probes out; the limits are those of [HTTP](#http).
//!
//! If a handler computes for minutes, or waits for anything but a future, run that part in
//! `tokio::task::spawn_blocking`, so that `/health` can tell it from a handler that hangs.
//!
//! The metrics, prefixed with `CONNECTOR_METRICS_NAMESPACE` and `CONNECTOR_METRICS_SUBSYSTEM`:
//!
//! | metric | counts |
//! |---|---|
//! | `bundles_sent_total` | parts that the broker confirmed, and bundles handed to the platform |
//! | `records_sent_total` | the objects in them |
//! | `runs_total` | started runs of an external import |
//! | `ping_api_total` | pings that the platform answered |
//! | `ping_api_errors_total` | pings that it did not answer |
//! | `errors_total` | failed messages, runs and event handlers, messages and events that cannot be parsed, and parts that the broker returned or refused |
//! | `client_errors_total` | answers with [`RetryLater`] |
//! | `state{state}` | 1 for the current state: `idle`, `running` while something is in progress, or `stopped` once a shutdown began. The label is named after the metric, prefix included |
//! | `messages_total{outcome}` | handled messages: `done`, `failed`, `requeued`, `rejected` (cannot be parsed), `abandoned` (work deleted) |
//! | `message_redeliveries_total` | those of them that were redelivered |
//! | `runs_failed_total` | failed runs; not those that were stopped or postponed |
//! | `stream_events_total{outcome}` | events of a stream: `done`, or `skipped` |
//! | `parts_total{answer}` | the broker's answers to parts: `confirmed`, `returned` (no queue), `nacked` (full) |
//! | `reconnects_total{to}` | lost connections to the `broker` and the `stream` |
//! | `in_flight` | messages, runs or batches of events in progress; a gauge |
//! | `handling_duration_seconds` | how long each of them took; a histogram |
//! | `last_ping_timestamp_seconds` | when the platform last answered a ping, in seconds since 1970; 0 for never |
//!
//! The first eight have pycti's names and types. As in pycti, each counter among them has a gauge
//! `…_created` with the time at which counting began.
//!
//! # Logging
//!
//! Spans and events go to `tracing`; install a subscriber such as `tracing_subscriber::fmt()` to see
//! them. Each message has a span `message` with `connector`, `work`, `entity` and `attempt`.
//!
//! # Sources
//!
//! The platform's behaviour was read from its sources of 2026 (`src/domain/connector.ts`,
//! `src/domain/work.js`, `src/database/rabbitmq.js`). The behaviour of pycti 7.261026.0, and of
//! `RabbitMQ` 3.10.8 on redelivery, was observed in runs of them.
//!
//! [`Registration::follow`]: crate::client::Registration::follow
//! [`Registration::listen`]: crate::client::Registration::listen
//! [`Registration::schedule`]: crate::client::Registration::schedule

mod backoff;
mod broker;
mod delivery;
mod error;
mod handler;
mod monitoring;
mod platform;
mod publishing;
mod run;
mod scheduling;
mod send_error;
mod storage;
mod stream;

pub use self::delivery::listen::Listen;
pub use self::delivery::options::FailedStep;
pub use self::error::{CommitError, CommitErrorKind, Fatal, RetryLater, RunError, RunErrorKind};
pub use self::handler::analysis::{Analysis, Matches};
pub use self::handler::enrichment::{Enrichment, EnrichmentRequest, Reply};
pub use self::handler::export_file::{ExportFile, Exported, Objects};
pub use self::handler::import_file::ImportFile;
pub use self::handler::traits::{AnswerTo, Listens, MessageOf};
pub use self::publishing::send::Sent;
#[cfg(feature = "config")]
pub use self::run::start::{Start, StartError, StartErrorKind, StartWith};
pub use self::scheduling::options::FailedRun;
pub use self::scheduling::run::Run;
pub use self::scheduling::schedule::{Schedule, Scheduled, Scheduler};
pub use self::send_error::{SendError, SendErrorKind};
pub use self::stream::{
    Action, AfterRetries, Batched, Brought, Event, Events, FailedEvent, Follow, Follows, Single,
    StreamSource,
};
pub use crate::client::BoxError;
pub use crate::message::{Content, ExportScope};
pub use jiff;
