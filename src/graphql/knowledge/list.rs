//! Listing objects and relationships, page by page.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::graphql::operation::operation;
use crate::value::since::Part;

/// The objects that a list is made of; see [`ListStix`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StixList {
    /// Entities and observables (platform 5.12.0).
    CoreObjects,
    /// Relationships (platform 5.12.16).
    Relationships,
    /// Sightings (platform 5.12.16).
    Sightings,
    /// All of these, and the objects they refer to, e.g. markings (platform 6.1.0).
    ///
    /// Supports neither an order nor restrictions by type or connected entity.
    Any,
}

impl StixList {
    /// Returns the list that holds entities of a type, e.g. `Report` or `stix-core-relationship`.
    ///
    /// ```
    /// use opencti_connector::graphql::StixList;
    ///
    /// assert_eq!(StixList::of("Report"), StixList::CoreObjects);
    /// assert_eq!(StixList::of("stix-core-relationship"), StixList::Relationships);
    /// ```
    #[must_use]
    pub fn of(entity_type: &str) -> Self {
        match entity_type {
            "stix-core-relationship" => Self::Relationships,
            "stix-sighting-relationship" => Self::Sightings,
            _ => Self::CoreObjects,
        }
    }
}

/// Lists the ids of what the user may see, page by page. [`ReadStix`](crate::graphql::ReadStix)
/// reads the object of an id.
///
/// ```
/// use opencti_connector::graphql::{ListStix, StixList};
/// use serde_json::json;
///
/// let filters = json!({"mode": "and", "filterGroups": [], "filters": [
///     {"key": "ids", "values": ["report--9f0a2b4c-7a9b-4a51-9f5e-7d0d5a3a7a11"], "operator": "eq"},
/// ]});
/// let list = ListStix::new(StixList::CoreObjects).types(&["Report"]).filters(&filters);
/// // POST it as JSON.
/// # let _ = serde_json::to_vec(&list)?;
///
/// let page = ListStix::parse(br#"{"data":{"list":{
///     "edges":[{"node":{"id":"9f0a","standard_id":"report--9f0a2b4c-7a9b-4a51-9f5e-7d0d5a3a7a11"}}],
///     "pageInfo":{"endCursor":"WzE3","hasNextPage":true}}}}"#)?;
/// assert_eq!(page.listed[0].id, "9f0a");
/// let next = list.after(page.next.as_deref());
/// # let _ = next;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ListStix<'a> {
    list: StixList,
    types: Option<&'a [&'a str]>,
    connected_with: Option<&'a str>,
    filters: Option<&'a Value>,
    search: Option<&'a str>,
    order: (Option<&'a str>, Option<&'a str>),
    first: u16,
    after: Option<&'a str>,
}

impl<'a> ListStix<'a> {
    /// Creates a query for the first 100 items of the whole list.
    #[must_use]
    pub const fn new(list: StixList) -> Self {
        Self {
            list,
            types: None,
            connected_with: None,
            filters: None,
            search: None,
            order: (None, None),
            first: 100,
            after: None,
        }
    }

    /// Restricts the list to entity types, e.g. `Report`. Applies to [`StixList::CoreObjects`]
    /// only.
    #[must_use]
    pub const fn types(mut self, types: &'a [&'a str]) -> Self {
        self.types = Some(types);
        self
    }

    /// Restricts the list to relationships from or to the entity with this id.
    ///
    /// Applies to [`StixList::Relationships`] and [`StixList::Sightings`] only.
    #[must_use]
    pub const fn connected_with(mut self, id: &'a str) -> Self {
        self.connected_with = Some(id);
        self
    }

    /// Restricts the list by a filter group, e.g. that of an
    /// [`ExportFileMessage`](crate::message::ExportFileMessage).
    #[must_use]
    pub const fn filters(mut self, filters: &'a Value) -> Self {
        self.filters = Some(filters);
        self
    }

    /// Restricts the list to items that contain a text.
    #[must_use]
    pub const fn search(mut self, search: Option<&'a str>) -> Self {
        self.search = search;
        self
    }

    /// Sorts the list by a field, e.g. `created_at`, in the mode `asc` or `desc`.
    ///
    /// Does not apply to [`StixList::Any`].
    #[must_use]
    pub const fn order(mut self, by: Option<&'a str>, mode: Option<&'a str>) -> Self {
        self.order = (by, mode);
        self
    }

    /// Sets the maximum number of items on the page.
    #[must_use]
    pub const fn first(mut self, first: u16) -> Self {
        self.first = first;
        self
    }

    /// Continues after the page that returned this cursor as [`StixPage::next`].
    #[must_use]
    pub const fn after(mut self, cursor: Option<&'a str>) -> Self {
        self.after = cursor;
        self
    }

    fn variables(&self) -> Value {
        let mut variables = json!({
            "filters": self.filters,
            "search": self.search,
            "first": self.first,
            "after": self.after,
        });
        if self.list != StixList::Any {
            variables["orderBy"] = self.order.0.into();
            variables["orderMode"] = self.order.1.into();
        }
        match self.list {
            StixList::CoreObjects => variables["types"] = self.types.into(),
            StixList::Relationships | StixList::Sightings => {
                variables["fromOrToId"] = self.connected_with.into();
            }
            StixList::Any => {}
        }
        variables
    }
}

/// Builds the document of a list from its name, its field, the variables it has beside the common
/// ones, and the selection of its nodes. The alias `list` gives all answers one form.
macro_rules! list_document {
    ($name:literal, $field:literal, [$($variable:literal: $ty:literal),*], $node:literal) => {
        concat!(
            "query ", $name, "($filters: FilterGroup, $search: String, $first: Int, $after: ID",
            $(", $", $variable, ": ", $ty,)*
            ") { list: ", $field, "(filters: $filters, search: $search, first: $first, after: $after",
            $(", ", $variable, ": $", $variable,)*
            ") { edges { node { ", $node, " } } pageInfo { endCursor hasNextPage } } }"
        )
    };
}

macro_rules! relationships_document {
    ($name:literal, $field:literal, $id:literal, $ordering:literal) => {
        list_document!(
            $name, $field,
            ["fromOrToId": $id, "orderBy": $ordering, "orderMode": "OrderingMode"],
            "id standard_id \
             from { ... on StixObject { standard_id } ... on StixCoreRelationship { standard_id } } \
             to { ... on StixObject { standard_id } ... on StixCoreRelationship { standard_id } }"
        )
    };
}

operation! {
    ListStix<'_>, "ListStix", idempotent: true,
    since: |this| match this.list {
        StixList::CoreObjects => Part::ListCoreObjects,
        StixList::Relationships | StixList::Sightings => Part::ListRelationships,
        StixList::Any => Part::ListAny,
    },
    document: |this| match this.list {
        StixList::CoreObjects => list_document!(
            "StixCoreObjects", "stixCoreObjects",
            ["types": "[String]", "orderBy": "StixCoreObjectsOrdering",
             "orderMode": "OrderingMode"],
            "id standard_id"
        ),
        StixList::Relationships => relationships_document!(
            "StixCoreRelationships", "stixCoreRelationships",
            "[String]", "StixCoreRelationshipsOrdering"
        ),
        StixList::Sightings => relationships_document!(
            "StixSightingRelationships", "stixSightingRelationships",
            "String", "StixSightingRelationshipsOrdering"
        ),
        StixList::Any => list_document!(
            "StixObjectOrStixRelationships", "stixObjectOrStixRelationships", [],
            "... on StixObject { id standard_id } ... on StixRelationship { id standard_id }"
        ),
    },
    variables: |this| this.variables(),
    answer: |data: Data| -> StixPage { data.list.into() }
}

/// A page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StixPage {
    /// Items of the page, in the list's order.
    pub listed: Vec<ListedStix>,
    /// Cursor of the next page. `None` on the last page.
    pub next: Option<String>,
}

/// An object or relationship in a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedStix {
    /// Internal id, e.g. `9f0a2b4c-7a9b-4a51-9f5e-7d0d5a3a7a11`.
    pub id: String,
    /// STIX id, e.g. `report--9f0a2b4c-7a9b-4a51-9f5e-7d0d5a3a7a11`.
    pub standard_id: String,
    /// STIX ids of a relationship's source and target. `None` for an end that the user may not see,
    /// and for both ends of an object.
    pub ends: [Option<String>; 2],
}

#[derive(Deserialize)]
struct Data {
    list: Connection,
}

#[derive(Deserialize)]
struct Connection {
    edges: Vec<Edge>,
    #[serde(rename = "pageInfo")]
    page: PageInfo,
}

#[derive(Deserialize)]
struct Edge {
    node: Node,
}

#[derive(Deserialize)]
struct PageInfo {
    #[serde(rename = "endCursor")]
    end: Option<String>,
    #[serde(rename = "hasNextPage")]
    has_next: bool,
}

/// A node without ids is neither an object nor a relationship, and is skipped.
#[derive(Deserialize)]
struct Node {
    id: Option<String>,
    standard_id: Option<String>,
    from: Option<End>,
    to: Option<End>,
}

#[derive(Deserialize)]
struct End {
    standard_id: Option<String>,
}

impl From<Connection> for StixPage {
    fn from(list: Connection) -> Self {
        let listed = list.edges.into_iter().filter_map(|Edge { node }| {
            Some(ListedStix {
                id: node.id?,
                standard_id: node.standard_id?,
                ends: [node.from, node.to].map(|end| end?.standard_id),
            })
        });
        Self {
            listed: listed.collect(),
            next: list.page.end.filter(|_| list.page.has_next),
        }
    }
}
