//! What the engine does not check in a document, or not as the platform does.

use std::convert::Infallible;

use async_graphql::{
    Error, Name, Value,
    parser::types::{ExecutableDocument, Field, Selection, SelectionSet},
};

use super::{operations, refusal::coded, types::INPUTS};

/// Whether the document asks for the schema. The engine's own switch answers such a query with
/// null and no error.
pub(super) fn introspects(document: &ExecutableDocument) -> bool {
    fields(document)
        .iter()
        .any(|field| matches!(field.name.node.as_str(), "__schema" | "__type"))
}

/// A variable whose declared type does not fit where it is used. The engine has this rule, but its
/// visitor does not pass values on to it (async-graphql 7.2).
pub(super) fn misplaced_variable(document: &ExecutableDocument) -> Option<Error> {
    let declared = |name: &str| {
        let mut definitions = document
            .operations
            .iter()
            .flat_map(|(_, operation)| &operation.node.variable_definitions);
        let definition = &definitions.find(|it| it.node.name.node == name)?.node;
        let default = definition.default_value.as_ref().map_or("", |_| "!");
        Some(format!("{}{default}", definition.var_type.node))
    };
    for field in fields(document) {
        let operations = operations::TYPES.iter().flat_map(|ty| ty.1);
        let arguments = operations
            .filter(|operation| operation.name == field.name.node)
            .flat_map(|operation| operation.arguments);
        for &(name, ty, _) in arguments {
            let Some(value) = field.get_argument(name) else {
                continue;
            };
            // As an enum value of a name that no document has, since the engine does not export
            // its type of values with variables.
            let mark =
                |variable| Ok::<_, Infallible>(Value::Enum(Name::new(format!("${variable}"))));
            let Ok(value) = value.node.clone().into_const_with(mark);
            for (variable, expected) in usages(&value, ty) {
                let given = declared(variable.trim_start_matches('$'));
                if let Some(given) = given.filter(|given| !accepts(expected, given)) {
                    let message = format!(
                        r#"Variable "{variable}" of type "{given}" used in position expecting type "{expected}"."#
                    );
                    return Some(coded("GRAPHQL_VALIDATION_FAILED", &message));
                }
            }
        }
    }
    None
}

/// The names of all fields of the document.
pub(super) fn field_names(document: &ExecutableDocument) -> Vec<String> {
    let fields = fields(document).into_iter();
    fields.map(|field| field.name.node.to_string()).collect()
}

/// All fields of the document, those of its fragments too.
fn fields(document: &ExecutableDocument) -> Vec<&Field> {
    let operations = document.operations.iter();
    let operations = operations.map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values();
    let fragments = fragments.map(|fragment| &fragment.node.selection_set.node);
    let mut fields = Vec::new();
    for selection in operations.chain(fragments) {
        collect(selection, &mut fields);
    }
    fields
}

fn collect<'a>(selection: &'a SelectionSet, fields: &mut Vec<&'a Field>) {
    for item in &selection.items {
        match &item.node {
            Selection::Field(field) => {
                fields.push(&field.node);
                collect(&field.node.selection_set.node, fields);
            }
            Selection::InlineFragment(fragment) => {
                collect(&fragment.node.selection_set.node, fields);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// The variables in a value, each with the type expected in its place.
fn usages(value: &Value, expected: &'static str) -> Vec<(String, &'static str)> {
    match value {
        Value::Enum(name) if name.starts_with('$') => vec![(name.to_string(), expected)],
        Value::Object(members) => INPUTS
            .iter()
            .filter(|input| input.0 == expected.trim_end_matches('!'))
            .flat_map(|input| input.1)
            .filter_map(|&(name, ty, _)| Some(usages(members.get(name)?, ty)))
            .flatten()
            .collect(),
        Value::List(items) => {
            let element = element(expected.trim_end_matches('!')).unwrap_or(expected);
            items
                .iter()
                .flat_map(|item| usages(item, element))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a value of type `given` may stand where `expected` is asked for.
fn accepts(expected: &str, given: &str) -> bool {
    match (expected.strip_suffix('!'), given.strip_suffix('!')) {
        (Some(expected), Some(given)) => accepts(expected, given),
        (Some(_), None) => false,
        (None, Some(given)) => accepts(expected, given),
        (None, None) => match (element(expected), element(given)) {
            (Some(expected), Some(given)) => accepts(expected, given),
            (None, None) => expected == given,
            _ => false,
        },
    }
}

fn element(list: &str) -> Option<&str> {
    list.strip_prefix('[')?.strip_suffix(']')
}
