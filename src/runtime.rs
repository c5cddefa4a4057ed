//! A connector that runs: it listens, works and loses nothing.
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
//! With the feature `config`, `Config::start` makes the registration of a configuration in one call,
//! and waits for a platform that is not up yet. This is a whole connector:
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
//! What is promised of the messages to a connector that listens:
//!
//! | question | answer |
//! |---|---|
//! | how often is a message handled? | at least once: it is acknowledged when its handler has answered, the broker has confirmed every part of the answer, and the work is reported. A process that is killed before that gets it again, or a replica does |
//! | and more than once? | only after a crash, after a lost connection where another replica was free, or by [`RetryLater`]. The process that handled a message recognizes a redelivery of it. Repeated imports are harmless, because [ids](crate::stix::id_of) are deterministic; side effects elsewhere must be idempotent, and `attempt()` tells you whether this is a redelivery |
//! | a message that kills the process? | is delivered [three times](Listen::max_attempts) in all, then its work ends in error. It is delivered alone from the second time on, so that it takes no other message with it |
//! | what counts as an attempt? | a delivery that a handler may have seen. A quorum queue counts redeliveries itself; on a classic queue, which does not, the runtime publishes a redelivered message once more with a header that counts, before it acknowledges the old one. A message that is stopped before its handler was called goes back with the count that it had. One exception: a quorum queue counts a message that arrives in the very moment in which an idle consumer is cancelled |
//! | an error of the handler? | ends the work in error, with the error and its causes (at most 2,000 characters, no [secret](crate::client#what-is-logged)). So does a panic, of the handler as of its error or a destructor, whose text goes to the log alone, and a handler that takes [too long](Listen::timeout) |
//! | a message that is not understood? | is dropped, with its beginning in the log; the work that it names ends in error |
//! | a work that users delete? | its handler is cancelled: the future is dropped |
//! | an entity outside of the scope? | is answered unchanged, unless the connector takes [any](Listen::any_scope) |
//! | a step of a playbook that fails? | is answered with the objects as they came, since a step without an answer leaves the playbook hanging; [`FailedStep::Stop`] leaves it |
//! | long work? | is pinged every five minutes, and [acknowledged](Listen::ack_within) after 25 while it goes on: a crash after that loses it. A broker since 3.12 waits for twelve hours |
//!
//! Not promised is the order of messages: a message that was counted goes to the end of the queue,
//! and with [`concurrency`](Listen::concurrency) several are in hand at a time.
//!
//! # HTTP
//!
//! Where `CONNECTOR_LISTEN_PROTOCOL` is `API`, the platform delivers messages by requests (feature
//! `http`; `Listen::over_http` for a connector without a configuration). What is said of delivery
//! holds for them too, but for these:
//!
//! | question | answer |
//! |---|---|
//! | who can have a message handled? | whoever signs with one of the platform's keys, which the registration contains: Ed25519 or RSA (RS256), named by the token's `kid`; the issuer is `opencti`, the subject `connector`, and there is no audience. Others get 401 before anything of the body is read. Keys that are not known are asked for by a new registration, once a minute at most; one that the platform withdraws is accepted until a token names a new one |
//! | when is a request answered? | with 202 when the message is done, whatever became of it, or after 240 seconds while it goes on, because the platform waits for 300: a crash after that loses it, and a stop puts it back into the queue, for which the broker is needed. One that waits for its turn is not answered for: it comes again, and is the same message. With 503 when the connector stops before it is done, so that it comes again |
//! | a message that comes again while it is in hand? | is not begun twice; it is known by the id of its work, or by its bytes |
//! | how are attempts counted? | by the process, as nobody else does: [`RetryLater`] keeps a message in hand, and a crash forgets the count |
//! | what is not a message, not JSON or not UTF-8? | is answered with 202, logged as an error and dropped; if it names a work, the work ends in error. After any other answer the platform sends it again forever |
//! | how far may clocks differ? | by 60 seconds; a token refused for its time is logged with the advice to check the clock |
//! | can a crowd of clients keep others out? | a connection has 5 seconds for its headers. While all 256 slots are taken, a new connection evicts the oldest one of the address that holds the most, once it is 250 ms old. Requests with a valid token move to 256 slots of their own and are not evicted; beyond those the answer is 503 |
//! | what else is answered there? | `/health` and `/ready`, as under [monitoring](#monitoring) |
//! | large and slow bodies? | up to 128 MiB, and 256 MiB of all whose requests are not answered: more waits, unread. A larger body is dropped like one that is not a message. A body that stalls for 30 seconds gets 408 |
//!
//! # Sending
//!
//! A bundle is split, announced to its work and published in parts that are persistent, routed and
//! confirmed, up to 64 at a time. `send` returns when all are. It waits while the queue of bundles
//! is at its [threshold](Listen::queue_threshold), while the broker refuses more or blocks
//! publishers, and while the connection is lost; whoever does not want to wait drops the future.
//! After a lost connection the parts that were not confirmed are sent again, so that a part may be
//! there twice. Where the broker has lost the queue a ping has the platform declare it again.
//!
//! The platform shows that a connector waits (`buffering`) as soon as it does. When a handler ends
//! while a task it has spawned is still sending, the work ends within 10 seconds, and the rest of that
//! bundle is not sent ([`Ended`](SendErrorKind::Ended)). Await what you send.
//!
//! # Storage
//!
//! Bundles can be stored beside the queue, or in its place: in a directory, and with the feature `s3`
//! in a bucket of an S3 server. The variables `CONNECTOR_SEND_TO_*` say so, or
//! [`send_to`](Scheduler::send_to):
//!
//! | question | answer |
//! |---|---|
//! | what is stored? | the bundle as the handler sends it, whole and before it is split, with who sends it and for whom: what pycti stores, member for member. Not what waits in the workbench for approval, or answers a playbook, as in pycti |
//! | under which name? | that of the connector in lower case, the time in UTC to the nanosecond, and `.json`; `_` stands for what no file may be called. No file is replaced by another, and one that is not whole and on the disk yet ends with `.tmp` |
//! | and when? | before the queue gets it, the directory first. What cannot be stored is not sent either, and is an error of [`Storage`](SendErrorKind::Storage), which names the file and what to do, or the clock if S3 refuses a signature for its time. An S3 server that is away or fails is asked five times, with waits of 30 seconds in all at most. A bundle that is sent again is stored again |
//! | for how long? | as many days as the retention says. Old bundles are removed when the run starts and then every hour, beside sending; no bundle waits for it, and it stops with the run. What others have written stays, also that of a connector whose name begins alike; what cannot be removed is a warning |
//! | what without the queue? | nothing is imported or announced, and no draft is opened. A run has no work, since nothing would come of it, and needs no broker; the work of a message ends with it, since users wait for that. The length of the queue is not waited for |
//! | which S3 server? | the platform's own, as the registration tells ([`s3`](crate::client::Registration::s3)), unless `S3_*` says otherwise. It is asked to put, to list and to delete, with signed addresses of the form `host/bucket/key`. The way there is the client's: its proxy, and its authorities, by which the certificate is verified in any case. The token and the headers are for the platform alone |
//!
//! # Schedule
//!
//! What is promised of the runs of an external import:
//!
//! | question | answer |
//! |---|---|
//! | when does it run? | at once, and again when the period has passed since the end of a run: runs never overlap. `CONNECTOR_RUN_AND_TERMINATE` and a period of zero run it once |
//! | while the queue of bundles is long? | no run begins, the first one neither, until it is below the [threshold](Scheduler::queue_threshold); the platform is told so |
//! | the work on the platform? | is opened by the first bundle that the run [sends](Run::send), so that a run which finds nothing has none; it ends by the run's result. If the process is killed, the next start ends the work in error: the state names it as `opencti_connector_open_work`, which the connector's own state does not see |
//! | a run that fails? | is logged and ends its work in error, as an error or a panic of a message does; the next run comes as planned, or by [`FailedRun`]. A connector that runs once ends with the error. With [`RetryLater`] it has not failed, and is begun again after that time; with [`Fatal`](fn@Fatal) it ends the connector |
//! | a work that users delete? | its run is cancelled: the future is dropped |
//! | what is kept of a run? | Each [commit](Run::commit): it returns when the broker has confirmed what was sent before, and the platform has the state. A process that is killed repeats at most what came after its last commit. [`commit_later`](Run::commit_later) does not wait for the platform. The time of the last successful run is kept as `last_run` |
//! | the platform is away? | A commit waits until the platform is back, the future is dropped, or the run ends |
//! | a reset of the state by a user? | wins over the commits of a run that is at work; the next run begins anew |
//! | a stop in the middle of a run? | is told by [`cancelled`](Run::cancelled); after the time of grace the future is dropped and the work ended in error. The state is pinged at once when the stop is wanted, because Docker kills the process after 10 seconds |
//!
//! A type of state that has a member `last_run` itself keeps it: [`Run::previous`] then reads that, be
//! it a number of seconds or a text, as connectors on pycti write it.
//!
//! # Outages
//!
//! | question | answer |
//! |---|---|
//! | the platform or the broker is away? | The run waits, however long it takes: it tries again after 1 second, doubling up to 30 with a random part. The platform counts as away when it cannot be reached, or answers 429, 502, 503 or 504 |
//! | the platform is there, and fails? | The request is sent 5 times in all, then the message or the run ends in error. One bad message never holds its place forever |
//! | a request whose answer is lost? | It is sent again only if doing it twice is the same as doing it once ([`IS_IDEMPOTENT`](crate::graphql::Operation::IS_IDEMPOTENT)) |
//! | and if it is not? | A new work, a draft, an upload or a bundle for the platform is an error that says it may have been done ([`Unconfirmed`](SendErrorKind::Unconfirmed)). The answer to a playbook and a report of a part are taken as received, with a warning in the log |
//! | a handler that blocks its thread? | It delays only other handlers: connections and pings live on a thread of their own |
//!
//! # Streams
//!
//! A stream connector needs no broker. What is promised of the events to it:
//!
//! | question | answer |
//! |---|---|
//! | how often is an event handled? | at least once, and on a quiet stream exactly once, over any number of reconnects and restarts. A crash repeats at most what was handled since the last ping |
//! | in which order? | in that of the stream, one at a time or in [batches](Follow::batches); with [`concurrency`](Follow::concurrency) in that order for each object |
//! | where does it go on? | after the last id of which all events are handled. Several events can share an id, so the state also keeps digests of the events handled after that position (`handled_events`, at most the last 1,024), and those are skipped when they come again. Two events with the same id, name and data are the same event |
//! | when does the platform know? | at once when a quiet stream brings something; else when it pauses for a second, every 10 seconds, and at the end |
//! | where does it begin? | without a position on the platform where the configuration says, else at the beginning. What is older than the stream is recovered up to the time that the configuration says, else up to now, as with pycti |
//! | an error of the handler, or a panic? | is handled again five times, then it ends the run, unless [`FailedEvent`] says otherwise. [`RetryLater`] is no failure: it waits as often as it takes. A batch fails as a whole, unless the handler names the event by [`Events::failed_at`]: what came before it is handled |
//! | an event that is not understood, or [too large](Follow::largest_event)? | is skipped, with its id in the log |
//! | a slow handler? | holds up nothing but itself: the stream is read on a thread of its own, up to 16 MiB ahead |
//! | a lost connection? | is made again after [3 seconds](Follow::reconnect_after) or the time that the platform asks for, at least a second. The wait doubles, up to 30 seconds, while connections bring nothing new and end soon. Without a byte for [45 seconds](Follow::watchdog) a connection counts as lost |
//! | an error that the stream reports? | is logged with its message (the event `error`, which has no id) |
//! | a stream that is stopped? | is waited for. One that the connector's user may not follow ends the run |
//! | a configuration without `CONNECTOR_LIVE_STREAM_ID`? | has the connector follow the raw stream, and says so in the log |
//! | a state that users reset? | has the stream begin again, with all of its events; handlers that are at work end before |
//!
//! # The end
//!
//! `run` ends by SIGTERM or SIGINT. No more messages are taken, `cancelled()` resolves for handlers
//! that want to know, and what is in hand may take 25 seconds; then the rest is requeued and the
//! state pinged. A handler that answers with an error by then has its message delivered again. A
//! second signal ends the wait. It ends with a [`RunError`] when the connector cannot go on: the
//! token is refused, the connector was deleted, the state is not one that it reads, the broker
//! refuses the credentials of a new registration, or a handler said so by [`Fatal`](fn@Fatal).
//!
//! # Replicas
//!
//! Processes with the same connector id share its queue: the broker spreads the messages. Nothing
//! else is shared; an external import runs in one process.
//!
//! # Monitoring
//!
//! With the feature `http` a run answers over HTTP: on a listener that it is given by `monitor_on`
//! before it runs, or on the port `CONNECTOR_METRICS_PORT` of all addresses where
//! `CONNECTOR_EXPOSE_METRICS` is set. There is no password; what is answered holds no secret, and no
//! text of the platform.
//!
//! | path | answers 200 | 503, with reasons as JSON |
//! |---|---|---|
//! | `/health` | while the run makes progress | when its pings have not been at work for 5 minutes, handlers have blocked the runtime of the program for 10, or the run has ended with an error. A restart may help, so that it is for a liveness probe |
//! | `/ready` | while it listens or follows, and the last ping was answered | else, and as soon as it is to stop. An outage of the platform or the broker, which is waited for, is told here alone |
//! | `/metrics` | with what is counted, in Prometheus' text format | never |
//!
//! Silent clients do not keep probes out: slots and limits are those of [HTTP](#http).
//!
//! A handler that computes, or waits for something else than a future, for minutes should do so in
//! `tokio::task::spawn_blocking`: a loop of the run on the same thread cannot be told from one that
//! hangs.
//!
//! The metrics, behind `CONNECTOR_METRICS_NAMESPACE` and `CONNECTOR_METRICS_SUBSYSTEM`:
//!
//! | metric | counts |
//! |---|---|
//! | `bundles_sent_total` | parts of bundles that the broker has confirmed, and bundles that were handed to the platform |
//! | `records_sent_total` | the objects in them |
//! | `runs_total` | runs of an external import that were begun |
//! | `ping_api_total` | pings that the platform has answered |
//! | `ping_api_errors_total` | pings that it has not |
//! | `errors_total` | failed messages, runs and calls for events, messages and events that cannot be read, and parts that the broker has returned or refused |
//! | `client_errors_total` | how often a handler answered with [`RetryLater`] |
//! | `state{state}` | 1 for what it is: `idle`, `running` while something is in hand, or `stopped` as soon as it is to stop. The label has the name of the metric, with what stands before it |
//! | `messages_total{outcome}` | messages that were in hand: `done`, `failed`, `requeued`, `rejected` because they are not understood, `abandoned` because nobody waits for an answer |
//! | `message_redeliveries_total` | those among them that were delivered before |
//! | `runs_failed_total` | runs that failed; not those that were stopped or come later |
//! | `stream_events_total{outcome}` | events of a stream: `done`, or `skipped` |
//! | `parts_total{answer}` | what the broker has said of parts: `confirmed`, `returned` because there is no queue, `nacked` because it is full |
//! | `reconnects_total{to}` | connections that were lost and are made again: to the `broker`, to the `stream` |
//! | `in_flight` | messages, runs or batches of events in hand; a gauge |
//! | `handling_duration_seconds` | how long each of them was in hand; a histogram |
//! | `last_ping_timestamp_seconds` | when the platform last answered a ping, since 1970; 0 for never |
//!
//! The first eight are pycti's, by the names and the types that it exposes. As there, each counter
//! among them has a gauge `…_created` beside it, with the time at which counting began.
//!
//! # What is logged
//!
//! Spans and events go to `tracing`. Each message has a span `message` with `connector`, `work`,
//! `entity` and `attempt`. A program installs a subscriber to see them, such as
//! `tracing_subscriber::fmt()`.
//!
//! # Sources
//!
//! What the platform does is read from its sources of 2026 (`src/domain/connector.ts`,
//! `src/domain/work.js`, `src/database/rabbitmq.js`); what pycti 7.261026.0 does, and what `RabbitMQ`
//! 3.10.8 says of a redelivery, was observed in runs of them.
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
