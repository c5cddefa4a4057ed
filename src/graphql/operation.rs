//! The trait of all operations, and the macro that makes one of a type.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::answer::AnswerError;
use super::upload::Upload;
use crate::value::version::PlatformVersion;

/// An operation of the platform: serializes as the body of a request, parses the answer's.
///
/// Sealed: each operation also has its own `parse`, so that the trait is only needed by code that
/// sends any operation:
///
/// ```
/// use opencti_connector::graphql::{AnswerError, Operation};
///
/// fn send<O: Operation>(
///     operation: &O,
///     post: impl Fn(String) -> Vec<u8>,
/// ) -> Result<O::Answer, AnswerError> {
///     println!("sending {}", O::NAME);
///     assert!(operation.upload().is_none(), "one with a file is sent in parts");
///     let body = serde_json::to_string(operation).expect("an operation always makes JSON");
///     O::parse(&post(body))
/// }
/// ```
pub trait Operation: Serialize + sealed::Parts {
    /// What the platform answers.
    type Answer;

    /// The name of the operation in its document, for logs.
    const NAME: &'static str;

    /// Whether doing it twice is the same as doing it once, so that it can be tried again.
    const IS_IDEMPOTENT: bool;

    /// The first platform that knows the operation: an older one refuses it, so it is best not sent
    /// there.
    fn since(&self) -> PlatformVersion;

    /// The document.
    fn document(&self) -> Cow<'static, str>;

    /// The file that goes with it, if any: it is then not sent as JSON, but as [`Upload`] says.
    fn upload(&self) -> Option<Upload<'_>> {
        None
    }

    /// The answer in the body of a response.
    ///
    /// # Errors
    ///
    /// When the body is not a GraphQL answer, reports errors, or misses what was asked for.
    fn parse(body: &[u8]) -> Result<Self::Answer, AnswerError>;
}

pub(super) mod sealed {
    use serde::Serialize;

    pub trait Parts {
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

/// Makes an operation of a type with `document` and `variables`, and `upload` if a file goes with
/// it, whose variable is `file` and null; `data` holds what `answer` turns into the answer.
macro_rules! operation {
    (
        $operation:ty, $name:expr, idempotent: $idempotent:literal,
        since: |$asked:ident| $part:expr,
        document: |$this:ident| $document:expr,
        variables: |$that:ident| $variables:expr,
        $(upload: |$with:ident| $upload:expr,)?
        answer: |$data:ident: $data_type:ty| -> $answer:ty { $value:expr }
    ) => {
        impl crate::graphql::operation::sealed::Parts for $operation {
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
            /// The answer in the body of a response.
            ///
            /// # Errors
            ///
            /// When the body is not a GraphQL answer, reports errors, or misses what was asked for.
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
