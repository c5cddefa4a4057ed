//! The files of an export connector.

use serde::Deserialize;
use serde_json::json;

use crate::graphql::operation::operation;
use crate::graphql::upload::Upload;
use crate::value::since::Part;

/// Uploads the export of one entity of any type (platform 6.1.0).
///
/// Older platforms take exports without markings; this crate has no operation for those.
///
/// ```
/// use opencti_connector::graphql::{PushExport, Upload};
/// use opencti_connector::mime;
///
/// let file = Upload::new("report.csv", &mime::TEXT_CSV, b"name\nx\n");
/// let markings = ["613f2e26-407d-48c7-9eca-b8e91df99dc9".to_owned()];
/// let push = PushExport::new("9f0a2b4c-7a9b-4a51-9f5e-7d0d5a3a7a11", file, &markings);
/// // Send it as a multipart request; see `Upload`.
/// # let _ = push;
/// ```
#[doc(alias = "push_entity_export")]
#[derive(Clone, Copy, Debug)]
pub struct PushExport<'a> {
    id: &'a str,
    file: Upload<'a>,
    markings: &'a [String],
}

impl<'a> PushExport<'a> {
    /// Creates the mutation from the entity's id, the file, and the ids of the file's markings.
    ///
    /// An export message holds the markings as `file_markings`.
    #[must_use]
    pub const fn new(id: &'a str, file: Upload<'a>, markings: &'a [String]) -> Self {
        Self { id, file, markings }
    }
}

operation! {
    PushExport<'_>, "StixDomainObjectEdit", idempotent: false,
    since: |_this| Part::FileMarkings,
    // Despite its name this serves every type: the platform loads the object by its id alone
    // (`stixDomainObjectExportPush`), and pycti uses the same document.
    document: |_this| "mutation StixDomainObjectEdit($id: ID!, $file: Upload!, \
        $file_markings: [String]!) { stixDomainObjectEdit(id: $id) { \
        exportPush(file: $file, file_markings: $file_markings) } }",
    variables: |this| json!({ "id": this.id, "file": null, "file_markings": this.markings }),
    upload: |this| this.file,
    answer: |_data: ExportData| -> () { () }
}

#[derive(Deserialize)]
struct ExportData {
    #[serde(rename = "stixDomainObjectEdit")]
    _edited: serde::de::IgnoredAny,
}

/// The kind of list that was exported; see [`PushListExport`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExportedList {
    /// Entities and observables: the message's `entity_type` is `Stix-Core-Object`.
    CoreObjects,
    /// Entities: any other `entity_type`.
    DomainObjects,
    /// Observables: the message's `entity_type` is `Stix-Cyber-Observable`.
    CyberObservables,
}

impl ExportedList {
    /// Returns the list that a message with this `entity_type` requests, by the rule of the
    /// platform's own export connectors.
    ///
    /// ```
    /// use opencti_connector::graphql::ExportedList;
    ///
    /// let list = ExportedList::of("Stix-Cyber-Observable");
    /// assert_eq!(list, ExportedList::CyberObservables);
    /// assert_eq!(ExportedList::of("Report"), ExportedList::DomainObjects);
    /// ```
    #[must_use]
    pub fn of(entity_type: &str) -> Self {
        match entity_type {
            "Stix-Core-Object" => Self::CoreObjects,
            "Stix-Cyber-Observable" => Self::CyberObservables,
            _ => Self::DomainObjects,
        }
    }
}

/// Uploads the export of a list (platform 6.1.0).
///
/// ```
/// use opencti_connector::graphql::{PushListExport, Upload};
/// use opencti_connector::mime;
///
/// let file = Upload::new("reports.csv", &mime::TEXT_CSV, b"name\nx\n");
/// let push = PushListExport::new("Report", file, &[]).filters(r#"{"search":"x"}"#);
/// // Send it as a multipart request; see `Upload`.
/// # let _ = push;
/// ```
#[doc(alias = "push_list_export")]
#[derive(Clone, Copy, Debug)]
pub struct PushListExport<'a> {
    list: ExportedList,
    entity_type: &'a str,
    file: Upload<'a>,
    markings: &'a [String],
    entity_id: Option<&'a str>,
    filters: &'a str,
}

impl<'a> PushListExport<'a> {
    /// Creates the mutation from the type of the entities, the file, and the ids of its markings.
    ///
    /// An export message holds the type and the markings as `entity_type` and `file_markings`. The
    /// list is [`ExportedList::of`] the type.
    #[must_use]
    pub fn new(entity_type: &'a str, file: Upload<'a>, markings: &'a [String]) -> Self {
        Self {
            list: ExportedList::of(entity_type),
            entity_type,
            file,
            markings,
            entity_id: None,
            filters: "",
        }
    }

    /// Overrides the list that follows from the type.
    #[must_use]
    pub const fn list(mut self, list: ExportedList) -> Self {
        self.list = list;
        self
    }

    /// Attaches the export to a container, which the message names as `entity_id`.
    #[must_use]
    pub const fn within(mut self, entity_id: &'a str) -> Self {
        self.entity_id = Some(entity_id);
        self
    }

    /// Sets the list's filters, as text that the platform stores with the file.
    #[must_use]
    pub const fn filters(mut self, filters: &'a str) -> Self {
        self.filters = filters;
        self
    }
}

macro_rules! list_document {
    ($name:literal, $field:literal) => {
        concat!(
            "mutation ",
            $name,
            "($entity_id: String, $entity_type: String!, $file: Upload!, \
             $file_markings: [String]!, $listFilters: String) { ",
            $field,
            "(entity_id: $entity_id, entity_type: $entity_type, file: $file, \
             file_markings: $file_markings, listFilters: $listFilters) }"
        )
    };
}

operation! {
    PushListExport<'_>, "ExportPush", idempotent: false,
    since: |_this| Part::FileMarkings,
    document: |this| match this.list {
        ExportedList::CoreObjects => {
            list_document!("StixCoreObjectsExportPush", "stixCoreObjectsExportPush")
        }
        ExportedList::DomainObjects => {
            list_document!("StixDomainObjectsExportPush", "stixDomainObjectsExportPush")
        }
        ExportedList::CyberObservables => {
            list_document!("StixCyberObservablesExportPush", "stixCyberObservablesExportPush")
        }
    },
    variables: |this| json!({
        "entity_id": this.entity_id,
        "entity_type": this.entity_type,
        "file": null,
        "file_markings": this.markings,
        "listFilters": this.filters,
    }),
    upload: |this| this.file,
    answer: |_data: ListData| -> () { () }
}

/// An answer with one field, named after the list.
#[derive(Deserialize)]
enum ListData {
    #[serde(rename = "stixCoreObjectsExportPush")]
    CoreObjects(serde::de::IgnoredAny),
    #[serde(rename = "stixDomainObjectsExportPush")]
    DomainObjects(serde::de::IgnoredAny),
    #[serde(rename = "stixCyberObservablesExportPush")]
    CyberObservables(serde::de::IgnoredAny),
}
