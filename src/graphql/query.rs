//! Custom documents, for what this crate has no operation for.

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
            /// Creates the operation from a document and a JSON object with its variables.
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
    /// A custom query, for what this crate has no operation for. The answer is the response's
    /// `data` as JSON.
    ///
    /// The crate cannot know which platform versions support the document;
    /// [`Operation::since`](crate::graphql::Operation::since) returns the oldest version.
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

    /// A custom mutation, for what this crate has no operation for. The answer is the response's
    /// `data` as JSON.
    ///
    /// The client does not retry it after a lost response, because the platform may have executed
    /// it. To import objects, prefer a bundle: the platform's workers merge it with existing data.
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
