//! The trait that all operations implement, and the macro that implements it.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::answer::AnswerError;
use super::upload::Upload;
use crate::value::version::PlatformVersion;

/// A GraphQL operation: serializes as the body of a request and parses the body of the response.
///
/// The trait is sealed. Every operation also has an inherent `parse`, so you need the trait only in
/// code that is generic over operations:
///
/// ```
/// use opencti_connector::graphql::{AnswerError, Operation};
///
/// fn send<O: Operation>(
///     operation: &O,
///     post: impl Fn(String) -> Vec<u8>,
/// ) -> Result<O::Answer, AnswerError> {
///     println!("sending {}", O::NAME);
///     assert!(operation.upload().is_none(), "an operation with a file needs a multipart request");
///     let body = serde_json::to_string(operation).expect("an operation always serializes");
///     O::parse(&post(body))
/// }
/// ```
pub trait Operation: Serialize + sealed::Variables {
    /// Type of the parsed answer, e.g. [`Pong`](crate::graphql::Pong).
    type Answer;

    /// Name of the operation for logs, e.g. `PingConnector`.
    const NAME: &'static str;

    /// Whether repeating the operation is harmless, so that a client may retry it after a lost
    /// response.
    const IS_IDEMPOTENT: bool;

    /// Returns the first platform version that supports the operation. Older versions reject it.
    fn since(&self) -> PlatformVersion;

    /// Returns the GraphQL document.
    fn document(&self) -> Cow<'static, str>;

    /// Returns the file that the operation carries, or `None` if it is sent as JSON.
    ///
    /// [`Upload`] describes the multipart request for a file.
    fn upload(&self) -> Option<Upload<'_>> {
        None
    }

    /// Parses the body of a response.
    ///
    /// # Errors
    ///
    /// Fails if the body is not a GraphQL response, reports errors, or lacks requested data.
    fn parse(body: &[u8]) -> Result<Self::Answer, AnswerError>;
}

pub(super) mod sealed {
    use serde::Serialize;

    pub trait Variables {
        fn variables(&self) -> impl Serialize;
    }
}

pub(super) fn serialize_request<O: Operation, S: Serializer>(
    operation: &O,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Request<'a, V> {
        query: &'a str,
        variables: V,
    }

    Request {
        query: &operation.document(),
        variables: operation.variables(),
    }
    .serialize(serializer)
}

/// Implements [`Operation`] and `Serialize` for a type, and gives it an inherent `parse`.
///
/// `since` evaluates to a `Part`. An operation with `upload` must declare the variable `file` and
/// set it to null. `answer` converts the `data` of the response.
macro_rules! operation {
    (
        $operation:ty, $name:expr, idempotent: $idempotent:literal,
        since: |$asked:ident| $part:expr,
        document: |$this:ident| $document:expr,
        variables: |$that:ident| $variables:expr,
        $(upload: |$with:ident| $upload:expr,)?
        answer: |$data:ident: $data_type:ty| -> $answer:ty { $value:expr }
    ) => {
        impl crate::graphql::operation::sealed::Variables for $operation {
            fn variables(&self) -> impl serde::Serialize {
                let $that = self;
                $variables
            }
        }

        impl crate::graphql::operation::Operation for $operation {
            type Answer = $answer;

            const NAME: &'static str = $name;
            const IS_IDEMPOTENT: bool = $idempotent;

            fn since(&self) -> crate::value::version::PlatformVersion {
                let $asked = self;
                $part.since()
            }

            fn document(&self) -> std::borrow::Cow<'static, str> {
                let $this = self;
                $document.into()
            }

            $(fn upload(&self) -> Option<crate::graphql::upload::Upload<'_>> {
                let $with = self;
                Some($upload)
            })?

            fn parse(body: &[u8]) -> Result<$answer, crate::graphql::answer::AnswerError> {
                let $data: $data_type = crate::graphql::answer::data(body)?;
                Ok($value)
            }
        }

        impl $operation {
            /// Parses the body of a response.
            ///
            /// # Errors
            ///
            /// Fails if the body is not a GraphQL response, reports errors, or lacks requested
            /// data.
            pub fn parse(body: &[u8]) -> Result<$answer, crate::graphql::answer::AnswerError> {
                <Self as crate::graphql::operation::Operation>::parse(body)
            }
        }

        impl serde::Serialize for $operation {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::graphql::operation::serialize_request(self, serializer)
            }
        }
    };
}
pub(super) use operation;
