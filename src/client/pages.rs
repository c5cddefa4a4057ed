//! What an export is to hold, page by page.

use std::collections::{HashMap, HashSet, VecDeque};

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::{Map, Value, json};

use super::{Client, Error, ErrorKind};
use crate::graphql::{ListStix, ListedStix, ReadStix, StixList, StixPage};
use crate::message::{ExportFileMessage, ExportScope, ExportType};
use crate::stix::Object;

/// How many objects a page has at most.
const PAGE: usize = 500;
/// How many objects are read at a time.
const AT_A_TIME: usize = 8;

/// The objects that an export is to hold.
///
/// They are those that pycti 7.261026.0 exports (`utils/opencti_stix2.py`) and the export
/// connectors of the platform ask for: the entity that was asked for; of a selection what
/// `main_filter` lets pass; of a list what its own filters and `access_filter` let pass. The
/// platform shows none that the client's user may not see.
pub(crate) struct ObjectPages {
    client: Client,
    source: Source,
    access: Option<Value>,
    is_full: bool,
    todo: VecDeque<Todo>,
    /// The STIX ids of what is on a page, or going to be.
    known: HashSet<String>,
}

/// Where the entities that were asked for come from.
enum Source {
    /// One, of which nothing has to be asked for but itself.
    Single(String),
    /// Those that were selected, in the user's order.
    Selection { ids: Vec<String>, filters: Value },
    /// Those of a list, page by page.
    List(List),
    /// All were given, or the single one is missing if nothing was read.
    Ended { missing: Option<String> },
}

#[derive(Clone)]
struct List {
    of: StixList,
    types: Vec<String>,
    filters: Value,
    search: Option<String>,
    order: [Option<String>; 2],
    cursor: Option<String>,
}

/// What is to be read.
struct Todo {
    id: String,
    /// Whether it was asked for, and does not merely belong to what was.
    is_asked_for: bool,
}

impl ObjectPages {
    pub(crate) fn new(client: Client, message: &ExportFileMessage) -> Self {
        let access = message.access_filter.clone().map(Value::Object);
        let source = match &message.scope {
            ExportScope::Single { entity_id } => Source::Single(entity_id.clone()),
            ExportScope::Selection { selected_ids, .. } => Source::Selection {
                ids: selected_ids.clone(),
                filters: match &message.main_filter {
                    Some(filter) => Value::Object(filter.clone()),
                    None => all_of([Some(with_ids(selected_ids)), access.clone()]),
                },
            },
            ExportScope::Query { list_params, .. } => {
                let entity_type = message.entity_type.as_deref();
                let entity_type = entity_type.unwrap_or("Stix-Core-Object");
                Source::List(List::new(entity_type, list_params, access.as_ref()))
            }
        };
        Self {
            client,
            source,
            access,
            is_full: message.export_type == Some(ExportType::Full),
            todo: VecDeque::new(),
            known: HashSet::new(),
        }
    }

    /// The next page; none after the last one. After an error, or when the future was dropped, it
    /// can be asked for again.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Object>>, Error> {
        loop {
            if self.todo.is_empty() && !self.refill().await? {
                return match &self.source {
                    Source::Ended {
                        missing: Some(missing),
                    } if self.known.is_empty() => Err(Error::of_missing(missing)),
                    _ => Ok(None),
                };
            }
            let page = match self.todo.front() {
                Some(todo) if todo.is_asked_for && self.is_full => self.connected_page().await?,
                _ => self.simple_page().await?,
            };
            if !page.is_empty() {
                return Ok(Some(page));
            }
        }
    }

    /// Finds more of what was asked for; whether there was more.
    async fn refill(&mut self) -> Result<bool, Error> {
        let (listed, rest) = match &self.source {
            Source::Single(id) => {
                let missing = Some(id.clone());
                (vec![id.clone()], Source::Ended { missing })
            }
            Source::Selection { ids, filters } => {
                let visible = self.visible(filters).await?;
                let selected = ids.iter().filter_map(|id| visible.get(id).cloned());
                (selected.collect(), Source::Ended { missing: None })
            }
            Source::List(list) => {
                let (page, rest) = list.next(&self.client).await?;
                let listed = page.listed.into_iter().map(|listed| listed.id);
                let ended = Source::Ended { missing: None };
                (listed.collect(), rest.map_or(ended, Source::List))
            }
            Source::Ended { .. } => return Ok(false),
        };
        self.source = rest;
        self.todo.extend(listed.into_iter().map(|id| Todo {
            id,
            is_asked_for: true,
        }));
        Ok(true)
    }

    /// Reads a page of what waits, up to the first whose connections are to be found.
    async fn simple_page(&mut self) -> Result<Vec<Object>, Error> {
        let ids = self.waiting(PAGE, |todo| !(self.is_full && todo.is_asked_for));
        let objects = self.read_all(&ids).await?;
        self.todo.drain(..ids.len());
        if self.is_full {
            // These are known since they were found.
            return Ok(objects);
        }
        // A list that changes while it is paged through may show one twice.
        let objects = objects.into_iter();
        Ok(objects
            .filter(|object| self.known.insert(object.id().to_owned()))
            .collect())
    }

    /// Reads some of what was asked for, and finds what it is connected with, which comes next.
    async fn connected_page(&mut self) -> Result<Vec<Object>, Error> {
        let ids = self.waiting(AT_A_TIME, |todo| todo.is_asked_for);
        let mut read = Vec::new();
        for mut object in self.read_all(&ids).await? {
            let connected = self.connected(&mut object).await?;
            read.push((object, connected));
        }
        self.todo.drain(..ids.len());
        let mut page = Vec::new();
        let mut found = Vec::new();
        for (object, connected) in read {
            if self.known.insert(object.id().to_owned()) {
                page.push(object);
            }
            found.extend(connected);
        }
        found.retain(|id| self.known.insert(id.clone()));
        for id in found.into_iter().rev() {
            let is_asked_for = false;
            self.todo.push_front(Todo { id, is_asked_for });
        }
        Ok(page)
    }

    fn waiting(&self, most: usize, is_wanted: impl Fn(&Todo) -> bool) -> Vec<String> {
        let waiting = self.todo.iter().take(most).take_while(|it| is_wanted(it));
        waiting.map(|todo| todo.id.clone()).collect()
    }

    /// Reads objects, several at a time; those that the user may not see are left out.
    async fn read_all(&self, ids: &[String]) -> Result<Vec<Object>, Error> {
        // Collected first: a closure within the stream would keep the future from being `Send`.
        let reads: Vec<_> = ids.iter().map(|id| self.read(id)).collect();
        let mut reads = stream::iter(reads).buffered(AT_A_TIME);
        let mut objects = Vec::new();
        while let Some(object) = reads.next().await {
            objects.extend(object?);
        }
        Ok(objects)
    }

    async fn read(&self, id: &str) -> Result<Option<Object>, Error> {
        let text = self.client.patient().execute(&ReadStix::new(id)).await?;
        // What the platform gives is JSON; what is not can be exported by nobody.
        let object = text.and_then(|text| serde_json::from_str(&text).ok());
        if object.is_none() {
            tracing::warn!(
                object = id,
                "left out of an export: the user may not see it"
            );
        }
        Ok(object)
    }

    /// The STIX ids of what an object refers to, of its relationships and sightings, and of their
    /// other ends, as far as they may be exported. References of a container to what may not are
    /// taken out of it, as pycti does.
    async fn connected(&self, object: &mut Object) -> Result<Vec<String>, Error> {
        let references = references(object);
        let mut relationships = Vec::new();
        let internal_id = object.extension("id").and_then(Value::as_str);
        let id = internal_id.unwrap_or(object.id()).to_owned();
        for list in [StixList::Relationships, StixList::Sightings] {
            let mut page = StixPage::default();
            loop {
                let mut listing = ListStix::new(list).connected_with(&id);
                if let Some(access) = &self.access {
                    listing = listing.filters(access);
                }
                page = list_page(&self.client, listing.after(page.next.as_deref())).await?;
                relationships.append(&mut page.listed);
                if page.next.is_none() {
                    break;
                }
            }
        }
        let ends = relationships.iter().flat_map(|it| it.ends.iter().flatten());
        let candidates: HashSet<_> = references.iter().chain(ends).cloned().collect();
        let visible = self.accessible(candidates, object.id()).await?;
        retain_references(object, &visible);
        let mut connected: Vec<_> = references
            .into_iter()
            .filter(|id| visible.contains(id))
            .collect();
        for ListedStix {
            standard_id, ends, ..
        } in relationships
        {
            // A relationship without both of its ends means nothing.
            if let [Some(source), Some(target)] = ends
                && visible.contains(&source)
                && visible.contains(&target)
            {
                connected.extend([source, target, standard_id]);
            }
        }
        Ok(connected)
    }

    /// Those of the ids that may be exported.
    async fn accessible(
        &self,
        ids: HashSet<String>,
        asked_for: &str,
    ) -> Result<HashSet<String>, Error> {
        let Some(access) = &self.access else {
            return Ok(ids);
        };
        // A marking has none itself, and says what its objects are; the user asked for the object.
        let is_free = |id: &String| id.starts_with("marking-definition--") || id == asked_for;
        let (mut accessible, asked): (HashSet<_>, HashSet<_>) = ids.into_iter().partition(is_free);
        let asked = Vec::from_iter(asked);
        for ids in asked.chunks(PAGE) {
            let filters = all_of([Some(with_ids(ids)), Some(access.clone())]);
            let visible = self.visible(&filters).await?;
            accessible.extend(ids.iter().filter(|id| visible.contains_key(*id)).cloned());
        }
        Ok(accessible)
    }

    /// What the filters let pass: internal ids by both ids.
    async fn visible(&self, filters: &Value) -> Result<HashMap<String, String>, Error> {
        let mut visible = HashMap::new();
        let mut cursor = None;
        loop {
            let listing = ListStix::new(StixList::Any).filters(filters);
            let page = list_page(&self.client, listing.after(cursor.as_deref())).await?;
            for listed in page.listed {
                visible.insert(listed.standard_id, listed.id.clone());
                visible.insert(listed.id.clone(), listed.id);
            }
            cursor = page.next;
            if cursor.is_none() {
                return Ok(visible);
            }
        }
    }
}

impl List {
    fn new(entity_type: &str, params: &Map<String, Value>, access: Option<&Value>) -> Self {
        let text = |name: &str| params.get(name).and_then(Value::as_str).map(str::to_owned);
        let filters = params.get("filters").filter(|filters| filters.is_object());
        let list = StixList::of(entity_type);
        let by = text("orderBy").filter(|by| by != "_score");
        let mode = text("orderMode");
        Self {
            of: list,
            types: vec![entity_type.to_owned()],
            filters: all_of([filters.cloned(), access.cloned()]),
            search: text("search"),
            order: match by {
                Some(by) => [Some(by), mode],
                None => by_creation(mode),
            },
            cursor: None,
        }
    }

    /// The page, and what remains of the list, if anything does.
    async fn next(&self, client: &Client) -> Result<(StixPage, Option<Self>), Error> {
        let mut rest = self.clone();
        let page = match rest.ask(client).await {
            // What the list of one type is ordered by, the list of all types need not know.
            Err(error) if error.kind() == ErrorKind::Rejected && rest.cursor.is_none() => {
                tracing::warn!(%error, "an export is ordered by creation");
                rest.order = by_creation(rest.order[1].take());
                rest.ask(client).await?
            }
            other => other?,
        };
        rest.cursor.clone_from(&page.next);
        let rest = rest.cursor.is_some().then_some(rest);
        Ok((page, rest))
    }

    async fn ask(&self, client: &Client) -> Result<StixPage, Error> {
        let types: Vec<_> = self.types.iter().map(String::as_str).collect();
        let [by, mode] = self.order.each_ref().map(Option::as_deref);
        let listing = ListStix::new(self.of)
            .types(&types)
            .filters(&self.filters)
            .search(self.search.as_deref())
            .order(by, mode)
            .after(self.cursor.as_deref());
        list_page(client, listing).await
    }
}

async fn list_page(client: &Client, listing: ListStix<'_>) -> Result<StixPage, Error> {
    let listing = listing.first(500);
    client.patient().execute(&listing).await
}

/// The order in which pycti lists what has no other, because one by score has no pages.
fn by_creation(mode: Option<String>) -> [Option<String>; 2] {
    let mode = mode.unwrap_or_else(|| "desc".to_owned());
    [Some("created_at".to_owned()), Some(mode)]
}

fn with_ids(ids: &[String]) -> Value {
    json!({
        "mode": "or",
        "filters": [{ "key": "ids", "values": ids, "operator": "eq", "mode": "or" }],
        "filterGroups": [],
    })
}

fn all_of<const N: usize>(groups: [Option<Value>; N]) -> Value {
    let groups: Vec<_> = groups.into_iter().flatten().collect();
    json!({ "mode": "and", "filters": [], "filterGroups": groups })
}

/// The ids that an object refers to, in the platform's extensions too.
fn references(object: &Object) -> Vec<String> {
    let members = Map::from(object.clone());
    let extensions = members.get("extensions").and_then(Value::as_object);
    let extensions = extensions.into_iter().flat_map(Map::values);
    let parts = extensions.filter_map(Value::as_object);
    let mut references = Vec::new();
    for (member, value) in std::iter::once(&members).chain(parts).flatten() {
        match value {
            Value::String(id) if member.ends_with("_ref") => references.push(id.clone()),
            Value::Array(ids) if member.ends_with("_refs") => {
                let ids = ids.iter().filter_map(Value::as_str);
                references.extend(ids.map(str::to_owned));
            }
            _ => {}
        }
    }
    references
}

fn retain_references(object: &mut Object, visible: &HashSet<String>) {
    let mut members = Map::from(std::mem::take(object));
    if let Some(Value::Array(references)) = members.get_mut("object_refs") {
        references.retain(|id| id.as_str().is_some_and(|id| visible.contains(id)));
    }
    *object = members.into();
}

impl std::fmt::Debug for ObjectPages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObjectPages")
            .field("client", &self.client)
            .field("is_full", &self.is_full)
            .finish_non_exhaustive()
    }
}
