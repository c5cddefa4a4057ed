//! The platform's version and the registration fields it accepts.

use serde::Deserialize;
use serde_json::json;

use crate::graphql::operation::operation;
use crate::value::field::RegisterConnectorFields;
use crate::value::since::Part;

/// Reads the version of the platform.
///
/// The answer is the version as text; parse it as a [`PlatformVersion`](crate::PlatformVersion).
///
/// ```
/// use opencti_connector::{PlatformVersion, graphql};
///
/// let body = serde_json::to_string(&graphql::About::new())?;
/// assert_eq!(body, r#"{"query":"query About { about { version } }","variables":{}}"#);
///
/// let version = graphql::About::parse(br#"{"data":{"about":{"version":"6.8.9"}}}"#)?;
/// assert_eq!(version.parse(), PlatformVersion::try_from("6.8.9"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct About;

impl About {
    /// Creates the query.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

operation! {
    About, "About", idempotent: true,
    since: |_this| Part::Always,
    document: |_this| "query About { about { version } }",
    variables: |_this| json!({}),
    answer: |data: AboutData| -> String { data.about.version }
}

#[derive(Deserialize)]
struct AboutData {
    about: Version,
}

#[derive(Deserialize)]
struct Version {
    version: String,
}

/// Reads which fields of a registration the platform accepts, by introspection of
/// `RegisterConnectorInput`.
///
/// The answer is `None` if introspection is disabled and the platform answers with null instead of
/// an error.
///
/// ```
/// use opencti_connector::{Field, graphql::AcceptedFields};
///
/// let answer = br#"{"data":{"__type":{"inputFields":[
///     {"name":"id"}, {"name":"name"}, {"name":"type"}, {"name":"scope"}, {"name":"auto"}]}}}"#;
/// let fields = AcceptedFields::parse(answer)?.expect("introspection is on");
/// assert!(fields.contains(Field::Auto));
/// assert!(!fields.contains(Field::PlaybookCompatible));
/// # Ok::<(), opencti_connector::graphql::AnswerError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct AcceptedFields;

impl AcceptedFields {
    /// Creates the query.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

operation! {
    AcceptedFields, "AcceptedFields", idempotent: true,
    since: |_this| Part::Always,
    document: |_this| "query AcceptedFields { \
        __type(name: \"RegisterConnectorInput\") { inputFields { name } } }",
    variables: |_this| json!({}),
    answer: |data: Option<TypeData>| -> Option<RegisterConnectorFields> {
        data.and_then(|data| data.input_type?.fields).map(|fields| {
            RegisterConnectorFields::from_names(fields.into_iter().map(|field| field.name))
        })
    }
}

#[derive(Deserialize)]
struct TypeData {
    #[serde(rename = "__type")]
    input_type: Option<InputType>,
}

#[derive(Deserialize)]
struct InputType {
    #[serde(rename = "inputFields")]
    fields: Option<Vec<InputField>>,
}

#[derive(Deserialize)]
struct InputField {
    name: String,
}
