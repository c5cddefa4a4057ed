//! Any document, for what has no operation of its own.

use serde_json::Value;

use crate::graphql::operation::operation;
use crate::value::since::Part;

macro_rules! documents {
    ($(
        $(#[$attribute:meta])*
        $operation:ident, idempotent: $idempotent:literal;
    )+) => {$(
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug)]
        pub struct $operation<'a> {
            document: &'a str,
            variables: &'a Value,
        }

        impl<'a> $operation<'a> {
            /// This document, with an object of its variables.
            #[must_use]
            pub const fn new(document: &'a str, variables: &'a Value) -> Self {
                Self {
                    document,
                    variables,
                }
            }
        }

        operation! {
            $operation<'_>, stringify!($operation), idempotent: $idempotent,
            since: |_this| Part::Always,
            document: |this| this.document.to_owned(),
            variables: |this| this.variables,
            answer: |data: Value| -> Value { data }
        }
    )+};
}

documents! {
    /// A question of the program's own, for what has no operation here: a document that asks, and
    /// its variables. The answer is the member `data`, as JSON.
    ///
    /// Whether the platform's version knows what is asked for is up to the program.
    ///
    /// ```
    /// use opencti_connector::graphql::Query;
    /// use serde_json::json;
    ///
    /// let document = "query($id: String!) { label(id: $id) { value } }";
    /// let variables = json!({ "id": "label--1" });
    /// let query = Query::new(document, &variables);
    /// // With the feature `client`: `client.execute(&query).await?`.
    /// assert_eq!(serde_json::to_value(&query)?["variables"]["id"], "label--1");
    ///
    /// let data = Query::parse(br#"{"data":{"label":{"value":"phishing"}}}"#)?;
    /// assert_eq!(data["label"]["value"], "phishing");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[doc(alias = "helper.api.query")]
    Query, idempotent: true;

    /// A change of the program's own, for what has no operation here: a document that changes
    /// something, and its variables. The answer is the member `data`, as JSON.
    ///
    /// It is not sent again when the connection is lost on the way, since it may have been done. What
    /// a connector imports is better sent in a bundle, which the platform's workers merge with what
    /// is there.
    ///
    /// ```
    /// use opencti_connector::graphql::Mutation;
    /// use serde_json::json;
    ///
    /// let document = "mutation($input: LabelAddInput!) { labelAdd(input: $input) { id } }";
    /// let variables = json!({ "input": { "value": "phishing", "color": "#ff0000" } });
    /// let mutation = Mutation::new(document, &variables);
    /// assert_eq!(serde_json::to_value(&mutation)?["query"], document);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    Mutation, idempotent: false;
}
