//! Reading of a stream, at its own pace and not at that of the handler.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{Instant, timeout};

use crate::client::{Client, Error, EventStream, StreamRequest};
use crate::runtime::error::{RunError, RunErrorKind};
use crate::runtime::publishing::context::Context;
use crate::runtime::stream::live_stream::Source;
use crate::runtime::stream::pause::{LONGEST, Pause};
use crate::runtime::stream::position::Position;
use crate::runtime::stream::sse::{Parser, RawEvent, Sent};
use crate::value::text::escaped;

/// How many bytes wait for the handler before no more is read; one larger event waits alone.
pub(crate) const BUFFER: usize = 16 * 1024 * 1024;
/// What an item takes beside its data.
const ITEM: usize = 256;

/// How a stream is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadOptions {
    /// How long the platform may be silent.
    pub(crate) watchdog: Duration,
    /// The most bytes of an event.
    pub(crate) largest: usize,
    /// How long to wait before a lost connection is made again.
    pub(crate) reconnect_after: Duration,
}

/// Where to start reading.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    /// Counts the starts, so that what was read before another one is told apart.
    pub(crate) number: u64,
    pub(crate) position: Position,
}

/// What was read, in its order.
pub(crate) struct Item {
    /// The start that it is of.
    pub(crate) start: u64,
    pub(crate) what: What,
    /// Its place in the buffer.
    _room: OwnedSemaphorePermit,
}

/// What was read.
pub(crate) enum What {
    Event {
        id: String,
        event: RawEvent,
    },
    /// The platform is so far.
    Mark(String),
    /// An event that was not kept.
    TooLarge {
        id: String,
        name: String,
        bytes: u64,
    },
    /// The platform recovers nothing.
    NoRecovery,
}

impl What {
    /// What is of interest in what was sent.
    fn of(sent: Sent) -> Option<Self> {
        match sent {
            Sent::Event(mut event) => {
                // As pycti: `connected` has none.
                let id = event.id.take()?;
                Some(match &*event.name {
                    "heartbeat" | "consumer_metrics" | "connected" => Self::Mark(id),
                    "no-recover" => Self::NoRecovery,
                    _ => Self::Event { id, event },
                })
            }
            Sent::TooLarge { id, name, bytes } => Some(Self::TooLarge {
                id: id?,
                name,
                bytes,
            }),
            Sent::Retry(_) => None,
        }
    }

    /// Moves a position past it. Returns whether it has a new id.
    fn pass(&self, position: &mut Position) -> bool {
        match self {
            Self::Event { id, .. } | Self::TooLarge { id, .. } => position.pass_event(id),
            Self::Mark(id) => position.pass_mark(id),
            Self::NoRecovery => {
                position.end_recovery();
                false
            }
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Event { event, .. } => event.data.len().saturating_add(ITEM).min(BUFFER),
            Self::Mark(_) | Self::TooLarge { .. } | Self::NoRecovery => ITEM,
        }
    }
}

/// The data of an event `error`.
#[derive(Deserialize)]
struct StreamError {
    message: String,
}

/// Reads a stream, and reads on over lost connections.
pub(crate) struct Reader {
    client: Client,
    source: Source,
    options: ReadOptions,
    starts: watch::Receiver<Start>,
    items: mpsc::UnboundedSender<Item>,
    room: Arc<Semaphore>,
    shared: Arc<Context>,
}

impl Reader {
    /// A reader, with where to tell it to start and where what it reads comes out.
    pub(crate) fn new(
        client: Client,
        source: Source,
        options: ReadOptions,
        start: Start,
        shared: Arc<Context>,
    ) -> (Self, watch::Sender<Start>, mpsc::UnboundedReceiver<Item>) {
        let (start, starts) = watch::channel(start);
        let (send, items) = mpsc::unbounded_channel();
        let reader = Self {
            client,
            source,
            options,
            starts,
            items: send,
            room: Arc::new(Semaphore::new(BUFFER)),
            shared,
        };
        (reader, start, items)
    }

    /// Reads forever; returns when the platform refuses the stream.
    pub(crate) async fn run(self) -> RunError {
        let mut starts = self.starts.clone();
        loop {
            let start = starts.borrow_and_update().clone();
            tokio::select! {
                end = self.follow(start) => return end,
                changed = starts.changed() => if changed.is_err() {
                    // Nobody takes what is read: the run is over.
                    std::future::pending::<()>().await;
                },
            }
        }
    }

    /// Reads from one start on.
    async fn follow(&self, start: Start) -> RunError {
        let Start {
            number,
            mut position,
        } = start;
        let mut pause = Pause::new(self.options.reconnect_after);
        loop {
            match self.open(&position).await {
                Ok(stream) => {
                    tracing::info!(from = position.start_from(), "following {}", self.source);
                    self.shared.liveness.connected(true);
                    let begun = Instant::now();
                    let lost = self.read(stream, number, &mut position, &mut pause).await;
                    // A quiet stream brings nothing new either.
                    if begun.elapsed() >= LONGEST {
                        pause.reset();
                    }
                    self.shared.metrics.stream_reconnects.one();
                    tracing::warn!("lost {}; reconnecting: {lost}", self.source);
                }
                Err(error) => {
                    if let Some(end) = self.end_of(&error) {
                        return end;
                    }
                    tracing::warn!("{}", self.refusal(&error));
                }
            }
            self.shared.liveness.connected(false);
            pause.wait().await;
        }
    }

    async fn open(&self, position: &Position) -> Result<EventStream, Error> {
        let source = &self.source;
        let request = StreamRequest {
            id: source.id.as_deref(),
            last_event_id: position.start_from(),
            recover: position.recover_until(),
            choices: [
                ("listen-delete", source.listen_delete),
                ("no-dependencies", source.no_dependencies),
                ("with-inferences", source.with_inferences),
            ],
        };
        let opening = self.client.open_stream(request);
        let opened = timeout(self.options.watchdog, opening).await;
        opened.unwrap_or_else(|_| Err(Error::of_silence(self.options.watchdog)))
    }

    /// Reads one connection to its end; gives why it has one.
    async fn read(
        &self,
        mut stream: EventStream,
        start: u64,
        position: &mut Position,
        pause: &mut Pause,
    ) -> String {
        let mut parser = Parser::new(self.options.largest);
        loop {
            // Bytes, and not events: a large one may take long to come in. And only while it is
            // read: while the buffer is full it is not the platform that is silent.
            let bytes = match timeout(self.options.watchdog, stream.chunk()).await {
                Ok(Ok(Some(bytes))) => bytes,
                Ok(Ok(None)) => return "the platform has ended the connection".into(),
                Ok(Err(error)) => return error.to_string(),
                Err(_) => return Error::of_silence(self.options.watchdog).to_string(),
            };
            for sent in parser.read(&bytes) {
                if let Sent::Retry(time) = sent {
                    pause.set(time);
                }
                self.log(&sent);
                let Some(what) = What::of(sent) else {
                    continue;
                };
                // Events of the last id come again with each connection.
                if what.pass(position) {
                    pause.reset();
                }
                self.hand_on(start, what).await;
            }
        }
    }

    /// Logs what has no id, and so is not handed on.
    fn log(&self, sent: &Sent) {
        match sent {
            Sent::Event(event) if event.id.is_none() && event.name == "error" => {
                let data = serde_json::from_str::<StreamError>(&event.data);
                let data = data.as_ref().map_or(&*event.data, |error| &error.message);
                let message = escaped(&self.client.hidden(data), 500);
                tracing::error!(%message, "the platform reports an error of {}", self.source);
            }
            Sent::TooLarge {
                id: None,
                name,
                bytes,
            } => {
                let action = escaped(name, 80);
                tracing::error!(
                    %action,
                    bytes,
                    "an event exceeds the size limit; skipping it"
                );
            }
            _ => {}
        }
    }

    /// Hands on what was read when there is room for it.
    async fn hand_on(&self, start: u64, what: What) {
        let size = u32::try_from(what.size()).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).acquire_many_owned(size).await;
        // Errors are the end of the run: nobody takes what is read.
        if let Ok(room) = room {
            let _ = self.items.send(Item {
                start,
                what,
                _room: room,
            });
        }
    }

    /// The end of the run that a refusal means, if it means one.
    fn end_of(&self, error: &Error) -> Option<RunError> {
        let message = format!(
            "the platform refuses {}: the token is not known, or its user may not follow the \
             stream, for which the right TAXIIAPI and access to the stream are needed",
            self.source
        );
        (error.status() == Some(401)).then(|| RunError::new(RunErrorKind::Authentication, message))
    }

    /// Why the stream cannot be followed for now.
    fn refusal(&self, error: &Error) -> String {
        let source = &self.source;
        match error.status() {
            Some(410) => {
                format!("{source} is stopped on the platform; waiting until it is started")
            }
            Some(404) => {
                format!("the platform does not know {source}, or its URL is wrong; retrying")
            }
            _ => format!("cannot follow {source}; retrying: {error}"),
        }
    }
}
