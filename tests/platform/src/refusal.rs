//! The platform's errors: their codes, and how versions word them in an answer.

use async_graphql::{Error, ErrorExtensions, Value as GraphqlValue};
use serde_json::{Value, json};

use super::version::Version;

/// Platforms before this one answer as `apollo-errors` did: the name in camel case and the data
/// beside the message, no `extensions`. Reports show the former up to 5.3, codes in 5.12.29.
const CODES_SINCE: &str = "5.12.0";

/// An error with a code of the platform's `src/config/errors.ts`.
pub(super) fn refusal(code: &str, http_status: u16, message: &str) -> Error {
    let genre = match http_status {
        401 | 403 => "TECHNICAL",
        _ => "BUSINESS",
    };
    Error::new(message).extend_with(|_, extensions| {
        extensions.set("code", code);
        let data = async_graphql::value!({ "http_status": http_status, "genre": genre });
        extensions.set("data", data);
    })
}

pub(super) fn auth_required() -> Error {
    refusal("AUTH_REQUIRED", 401, "You must be logged in to do this.")
}

pub(super) fn forbidden_access(message: &str) -> Error {
    refusal("FORBIDDEN_ACCESS", 403, message)
}

pub(super) fn introspection_disabled() -> Error {
    coded(
        "GRAPHQL_VALIDATION_FAILED",
        "GraphQL introspection is not allowed by Apollo Server, but the query contained __schema \
         or __type. To enable introspection, pass introspection: true to ApolloServer in production",
    )
    .extend_with(|_, extensions| extensions.set("validationErrorCode", "INTROSPECTION_DISABLED"))
}

/// What `graphql-constraint-directive` finds, after the platform has put its own code to it.
pub(super) fn validation_error(member: &str, message: &str) -> Error {
    refusal("VALIDATION_ERROR", 500, message)
        .extend_with(|_, extensions| extensions.set("field", member))
}

pub(super) fn work_not_alive() -> Error {
    refusal(
        "WORK_NOT_ALIVE",
        400,
        "Work is no longer alive, no request can be done within the context of this work",
    )
}

/// A fault of the platform itself, such as its `TypeError` for a null that it did not expect.
pub(super) fn internal_error(message: &str) -> Error {
    coded("INTERNAL_SERVER_ERROR", message)
}

/// An error of the GraphQL engine.
pub(super) fn coded(code: &str, message: &str) -> Error {
    Error::new(message)
        .extend_with(|_, extensions| extensions.set("code", GraphqlValue::from(code)))
}

/// Notes the path of an error, for [`shape`] to put in its place.
pub(super) fn at(error: Error, path: Vec<String>) -> Error {
    error.extend_with(|_, extensions| extensions.set("path", path))
}

/// Gives the errors of an answer the form that they have on the platform of this version.
pub(super) fn shape(answer: &mut Value, version: Version) {
    let Some(answer) = answer.as_object_mut() else {
        return;
    };
    let Some(Value::Array(errors)) = answer.get_mut("errors") else {
        return;
    };
    for error in errors.iter_mut() {
        let extensions = error["extensions"].as_object_mut();
        if let Some(path) = extensions.and_then(|extensions| extensions.remove("path")) {
            error["path"] = path;
        }
        if error["extensions"]["code"].is_null() {
            error["extensions"]["code"] = engine_code(error).into();
        }
        if version.knows(CODES_SINCE) {
            error["name"] = error["extensions"]["code"].clone();
        } else if error["extensions"]["data"].is_object() {
            shape_as_apollo_errors(error);
        }
    }
}

/// Apollo's code for an error of the engine, which has none of its own.
fn engine_code(error: &Value) -> &'static str {
    let message = error["message"].as_str().unwrap_or_default();
    let is_about_values = message.starts_with("Invalid value for argument")
        || (message.starts_with("Variable ") && message.ends_with(" is not defined."));
    if is_about_values {
        "BAD_USER_INPUT"
    } else if error["path"].is_array() {
        "INTERNAL_SERVER_ERROR"
    } else {
        "GRAPHQL_VALIDATION_FAILED"
    }
}

fn shape_as_apollo_errors(error: &mut Value) {
    let extensions = error["extensions"].take();
    let code = extensions["code"].as_str().unwrap_or_default();
    let mut data = json!({
        "http_status": extensions["data"]["http_status"],
        "category": extensions["data"]["genre"].as_str().unwrap_or_default().to_lowercase(),
    });
    let generic = match code {
        "FUNCTIONAL_ERROR" => Some("Business validation"),
        "VALIDATION_ERROR" => Some("Validation error"),
        _ => None,
    };
    if let Some(generic) = generic {
        data["reason"] = error["message"].take();
        error["message"] = generic.into();
    }
    error["name"] = camel_case(code).into();
    error["data"] = data;
    if let Some(members) = error.as_object_mut() {
        members.remove("extensions");
    }
}

/// `AuthRequired` for `AUTH_REQUIRED`.
fn camel_case(code: &str) -> String {
    code.split('_')
        .filter_map(|word| word.split_at_checked(1))
        .map(|(first, rest)| first.to_owned() + &rest.to_lowercase())
        .collect()
}
