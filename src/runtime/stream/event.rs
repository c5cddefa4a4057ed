//! What a stream brings.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::vec;

use serde_json::{Map, Value};

use crate::client::BoxError;
use crate::runtime::stream::failed_at::FailedAt;
use crate::runtime::stream::patch::patched;
use crate::runtime::stream::sse::RawEvent;
use crate::stix::Object;

/// What has happened to the object of an [`Event`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// It was made, or is recovered.
    Create,
    /// It was changed.
    Update,
    /// It was deleted.
    Delete,
    /// Others were merged into it.
    Merge,
    /// What this version of the crate does not know, as the platform writes it.
    Other(String),
}

impl Action {
    /// As the platform writes it, such as `create`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Merge => "merge",
            Self::Other(name) => name,
        }
    }
}

impl From<String> for Action {
    fn from(name: String) -> Self {
        match &*name {
            "create" => Self::Create,
            "update" => Self::Update,
            "delete" => Self::Delete,
            "merge" => Self::Merge,
            _ => Self::Other(name),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An event of a live stream: what has happened to an object of the platform.
///
/// A handler that takes it is called for one event after the other, in the order of the stream:
///
/// ```
/// use opencti_connector::runtime::{Action, BoxError, Event};
///
/// async fn follow(event: Event) -> Result<(), BoxError> {
///     let object = event.object();
///     match event.action() {
///         Action::Create if object.object_type() == "indicator" => println!("block {}", object.id()),
///         Action::Update => {
///             let before = event.previous();
///             let score = before.as_ref().and_then(|before| before.extension("score"));
///             println!("{}: {score:?} -> {:?}", object.id(), object.extension("score"));
///         }
///         Action::Delete => println!("unblock {}", object.id()),
///         _ => {}
///     }
///     Ok(())
/// }
/// ```
///
/// An event comes at least once, and on a quiet stream exactly once: after a crash some of the last
/// ones may come again. Clones are cheap.
#[derive(Clone)]
pub struct Event(Arc<Parts>);

struct Parts {
    id: String,
    action: Action,
    object: Object,
    data: Value,
}

impl Event {
    /// Reads an event; its id is known to be there.
    pub(crate) fn read(id: String, raw: &RawEvent) -> Result<Self, serde_json::Error> {
        let mut data: Value = serde_json::from_str(&raw.data)?;
        let object = data
            .as_object_mut()
            .and_then(|members| members.remove("data"));
        let members = match object {
            Some(Value::Object(members)) => members,
            _ => Map::new(),
        };
        Ok(Self(Arc::new(Parts {
            id,
            action: raw.name.clone().into(),
            object: members.into(),
            data,
        })))
    }

    /// Its position in the stream, as in `1700000000000-3`; several events can share one.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// What has happened.
    #[must_use]
    pub fn action(&self) -> &Action {
        &self.0.action
    }

    /// The object as it is after the event; as it was before, when it was deleted.
    ///
    /// Empty in an event of a kind that has none.
    #[must_use]
    pub fn object(&self) -> &Object {
        &self.0.object
    }

    /// The object as it was before the event, by the changes that the platform sends along with an
    /// update or a merge; `None` where there are none.
    #[must_use]
    pub fn previous(&self) -> Option<Object> {
        let patch = self.0.data.get("context")?.get("reverse_patch")?;
        let object = Value::Object(self.0.object.clone().into());
        match patched(object, patch.as_array()?)? {
            Value::Object(members) => Some(members.into()),
            _ => None,
        }
    }

    /// What the event holds beside the object, such as `origin` and `context`.
    #[must_use]
    pub fn data(&self) -> &Value {
        &self.0.data
    }

    /// What has happened, in words for users.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.0.data.get("message")?.as_str()
    }

    /// Who may know of it, such as `external`.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.0.data.get("scope")?.as_str()
    }

    /// Whether it tells of an object that was there before the stream was followed; its id is of
    /// the time when the object was changed last.
    #[must_use]
    pub fn is_recovery(&self) -> bool {
        self.referer() == Some("init")
    }

    /// Whether its object is only sent because another refers to it.
    #[must_use]
    pub fn is_dependency(&self) -> bool {
        self.referer() == Some("dependencies")
    }

    /// The ids of the objects that it changes: a merge changes its sources, too.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &str> {
        let context = self.0.data.get("context");
        let sources = context.and_then(|context| context.get("sources")?.as_array());
        let sources = sources.into_iter().flatten();
        let sources = sources.filter_map(|source| source.get("id")?.as_str());
        std::iter::once(self.object().id()).chain(sources)
    }

    fn referer(&self) -> Option<&str> {
        self.0.data.get("origin")?.get("referer")?.as_str()
    }
}

impl fmt::Debug for Event {
    /// Without the object, which may be large and marked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id())
            .field("action", self.action())
            .field("object", &self.object().id())
            .finish_non_exhaustive()
    }
}

/// Events that follow each other in a live stream.
///
/// A handler that takes them is called for a [batch](crate::runtime::Follow::batches) after the
/// other. It is a list of [`Event`]s, and never empty:
///
/// ```
/// use opencti_connector::runtime::{BoxError, Events};
///
/// async fn follow(events: Events) -> Result<(), BoxError> {
///     for event in &events {
///         println!("{} {}", event.action(), event.object().id());
///     }
///     Ok(())
/// }
/// ```
///
/// Batches are handled one after the other. A handler can do several things at once inside a batch,
/// here up to 8; as the results stay in order, it knows up to where all events are handled:
///
/// ```
/// use futures_util::StreamExt as _;
/// use opencti_connector::runtime::{BoxError, Event, Events};
///
/// async fn follow(events: Events) -> Result<(), BoxError> {
///     let calls = events.clone().into_iter().map(post);
///     let mut results = futures_util::stream::iter(calls).buffered(8).enumerate();
///     while let Some((i, result)) = results.next().await {
///         result.map_err(|error| events.failed_at(i, error))?;
///     }
///     Ok(())
/// }
///
/// async fn post(event: Event) -> Result<(), std::io::Error> {
///     println!("{}", event.object().id());
///     Ok(())
/// }
/// ```
///
/// Events of one object may overtake each other there. To keep their order, take an [`Event`] and
/// set [`concurrency`](crate::runtime::Follow::concurrency).
#[derive(Clone, Debug)]
pub struct Events(Vec<Event>);

impl Events {
    pub(crate) const fn new(events: Vec<Event>) -> Self {
        Self(events)
    }

    /// Returns the error of a handler that has handled the events before the index `i`, and failed
    /// at the one there.
    ///
    /// The events before it count as handled: they do not come again. The log names the event that
    /// failed; [`FailedEvent`](crate::runtime::FailedEvent) decides what becomes of it. A retry
    /// calls the handler with the events from `i` on, and a skip with those after it.
    /// [`RetryLater`](crate::runtime::RetryLater) and [`Fatal`](fn@crate::runtime::Fatal) work as
    /// without it. An index past the end stands for the last event.
    ///
    /// ```
    /// use opencti_connector::runtime::{BoxError, Events};
    ///
    /// # async fn post(id: &str) -> Result<(), std::io::Error> { Ok(()) }
    /// async fn follow(events: Events) -> Result<(), BoxError> {
    ///     for (i, event) in events.iter().enumerate() {
    ///         if let Err(error) = post(event.object().id()).await {
    ///             return Err(events.failed_at(i, error));
    ///         }
    ///     }
    ///     Ok(())
    /// }
    /// ```
    #[must_use = "the handler has to return it"]
    pub fn failed_at(&self, i: usize, error: impl Into<BoxError>) -> BoxError {
        let last = self.0.len().saturating_sub(1);
        FailedAt::new(i.min(last), error.into()).into()
    }
}

impl Deref for Events {
    type Target = [Event];

    fn deref(&self) -> &[Event] {
        &self.0
    }
}

impl IntoIterator for Events {
    type Item = Event;
    type IntoIter = vec::IntoIter<Event>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Events {
    type Item = &'a Event;
    type IntoIter = std::slice::Iter<'a, Event>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(name: &str, data: &Value) -> Event {
        let raw = RawEvent {
            id: None,
            name: name.into(),
            data: data.to_string(),
        };
        Event::read("1-0".into(), &raw).unwrap()
    }

    #[test]
    fn an_update_tells_the_object_before_and_after() {
        let update = event(
            "update",
            &json!({
                "version": "4", "type": "update", "scope": "external", "message": "renames it",
                "origin": {"user_id": "u"}, "data": {"id": "tool--1", "type": "tool", "name": "b"},
                "context": {"patch": [{"op": "replace", "path": "/name", "value": "b"}],
                            "reverse_patch": [{"op": "replace", "path": "/name", "value": "a"}]},
            }),
        );
        assert_eq!(update.action(), &Action::Update);
        assert_eq!(update.object().text("name"), Some("b"));
        assert_eq!(update.previous().unwrap().text("name"), Some("a"));
        assert_eq!(update.message(), Some("renames it"));
        assert_eq!(update.scope(), Some("external"));
        assert_eq!(update.data()["origin"]["user_id"], "u");
        assert!(update.data().get("data").is_none());
        assert!(!update.is_recovery() && !update.is_dependency());
    }

    #[test]
    fn the_origin_tells_recovered_events_and_dependencies() {
        let data = |referer| json!({"origin": {"referer": referer}, "data": {"id": "tool--1"}});
        assert!(event("create", &data("init")).is_recovery());
        assert!(event("create", &data("dependencies")).is_dependency());
        assert!(event("create", &data("init")).previous().is_none());
    }

    #[test]
    fn an_unknown_event_is_kept() {
        let other = event("share", &json!("text"));
        assert_eq!(other.action(), &Action::Other("share".into()));
        assert_eq!(other.object().id(), "");
        assert_eq!(other.data(), "text");
    }
}
