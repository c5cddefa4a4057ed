//! The schema of a version, as the engine wants it.

use std::sync::{Arc, Mutex};

use async_graphql::{
    Error, Result, UploadValue, Value as GraphqlValue,
    context::QueryPathNode,
    dynamic::{
        Enum, Field, FieldFuture, FieldValue, InputObject, InputValue, Interface, InterfaceField,
        Object, ResolverContext, Scalar, Schema, SchemaBuilder, TypeRef, Union,
    },
};
use serde_json::{Value, json};

use super::{
    operations::{self, Operation},
    refusal::{self, auth_required, coded, forbidden_access},
    server::{Applicant, Caller},
    store::{self, Arguments, QueueChange, Store},
    topology::Topology,
    types::{
        ANALYSIS_CONTENT_TYPE, CONNECTOR_TYPE, FILTER_MODE, FILTER_OPERATOR, INPUTS, INTERFACES,
        Members, OBJECTS, ORDERINGS, STIX_TYPES, UNIONS,
    },
    version::Version,
};

pub(super) fn schema(
    version: Version,
    store: &Arc<Mutex<Store>>,
    topology: Option<Arc<Topology>>,
) -> Schema {
    let mut schema = Schema::build("Query", Some("Mutation"), None)
        .data(Arc::clone(store))
        .data(topology)
        .enable_uploading()
        .register(Enum::new("AnalysisContentType").items(ANALYSIS_CONTENT_TYPE))
        .register(Scalar::new("DateTime").validator(is_date_time))
        .register(Enum::new("State").items(["wait", "progress", "complete", "timeout"]));
    let types = CONNECTOR_TYPE.iter().filter(|ty| version.knows(ty.1));
    schema = schema.register(Enum::new("ConnectorType").items(types.map(|ty| ty.0)));
    for &(name, members) in INPUTS {
        let mut known = known(members, version).peekable();
        if known.peek().is_some() {
            schema = schema.register(known.fold(InputObject::new(name), InputObject::field));
        }
    }
    for &(name, members) in OBJECTS {
        let known = members.iter().filter(|member| version.knows(member.2));
        let mut fields = known.map(|&(name, ty, _)| member(name, ty)).peekable();
        if fields.peek().is_some() {
            let interfaces = INTERFACES.iter().filter(|it| it.1.contains(&name));
            let object = interfaces.fold(Object::new(name), |object, it| object.implement(it.0));
            schema = schema.register(fields.fold(object, Object::field));
        }
    }
    if version.knows("5.12.0") {
        schema = with_lists(schema);
    }
    for (name, operations) in operations::TYPES {
        // Work edits returned the work before they returned its id.
        let returned = (name == "WorkEditMutations" && !version.knows("4.0.3")).then_some("Work");
        let known = operations.iter().filter(|it| version.knows(it.since));
        let fields = known.map(|operation| {
            let returns = returned.unwrap_or(operation.returns);
            field(operation, returns, version)
        });
        let mut fields = fields.peekable();
        if fields.peek().is_some() {
            schema = schema.register(fields.fold(Object::new(name), Object::field));
        }
    }
    schema.finish().expect("a schema without contradictions")
}

/// What lists take and give, beside their inputs and objects.
fn with_lists(schema: SchemaBuilder) -> SchemaBuilder {
    let mut schema = schema
        .register(Enum::new("FilterMode").items(FILTER_MODE))
        .register(Enum::new("FilterOperator").items(FILTER_OPERATOR))
        .register(Scalar::new("Any"));
    for (name, values) in ORDERINGS {
        schema = schema.register(Enum::new(name).items(values.iter().copied()));
    }
    for (name, _) in INTERFACES {
        let id = InterfaceField::new("id", type_ref("ID!"));
        let standard_id = InterfaceField::new("standard_id", type_ref("String!"));
        schema = schema.register(Interface::new(name).field(id).field(standard_id));
    }
    for name in UNIONS {
        let union = STIX_TYPES.into_iter();
        schema = schema.register(union.fold(Union::new(name), Union::possible_type));
    }
    schema
}

/// The members that this version knows, as input values.
fn known(members: Members, version: Version) -> impl Iterator<Item = InputValue> {
    members
        .iter()
        .filter(move |member| version.knows(member.2))
        .map(|&(name, ty, _)| InputValue::new(name, type_ref(ty)))
}

/// A field whose value the parent, a JSON object, has under the same name.
fn member(name: &'static str, ty: &'static str) -> Field {
    Field::new(name, type_ref(ty), move |context: ResolverContext<'_>| {
        let parent = context.parent_value.downcast_ref::<Value>();
        let value = parent.map_or(Value::Null, |parent| parent[name].clone());
        match settle(&context, true, Ok(value)) {
            Ok(value) => FieldFuture::Value(value.map(|value| typed(value, ty))),
            Err(error) => FieldFuture::new(async { Err::<Option<FieldValue<'_>>, Error>(error) }),
        }
    })
}

fn field(operation: &'static Operation, returns: &'static str, version: Version) -> Field {
    let nullable = !returns.ends_with('!');
    let field = Field::new(operation.name, type_ref(returns), move |context| {
        FieldFuture::new(async move {
            let answer = run(operation, &context).await.map(|answer| match answer {
                Value::Object(mut object) if returns == "ID!" => {
                    object.remove("id").unwrap_or_default()
                }
                answer => answer,
            });
            settle(&context, nullable, answer)
        })
    });
    known(operation.arguments, version).fold(field, Field::argument)
}

async fn run(operation: &Operation, context: &ResolverContext<'_>) -> Result<Value> {
    match context.data::<Caller>()? {
        Caller::Anonymous => return Err(auth_required()),
        Caller::Powerless if !operation.open => {
            return Err(forbidden_access("You are not allowed to do this."));
        }
        Caller::Powerless | Caller::Connector => {}
    }
    let mut arguments = match context.parent_value.downcast_ref::<Value>() {
        Some(Value::Object(parent)) => parent.clone(),
        _ => Arguments::new(),
    };
    for (name, value) in context.args.iter() {
        let declared = operation.arguments.iter().find(|it| it.0 == name.as_str());
        let value = match declared {
            Some((_, "Upload!", _)) => file(&value.upload()?.value(context)?),
            _ => value.as_value().clone().into_json()?,
        };
        arguments.insert(name.to_string(), value);
    }
    check_objects(operation, &arguments)?;
    let store = context.data::<Arc<Mutex<Store>>>()?;
    let Applicant(applicant) = context.data::<Applicant>()?;
    let run = || {
        let mut store = store::lock(store);
        store.applicant.clone_from(applicant);
        (operation.run)(&mut store, &arguments)
    };
    let Some(topology) = context.data::<Option<Arc<Topology>>>()? else {
        return run();
    };
    let change = store::lock(store).queue_change(operation.name, &arguments);
    let done = match &change {
        Some(QueueChange::Declare(id)) => topology.declare(id).await,
        Some(QueueChange::Delete(id)) => topology.delete(id).await,
        None => Ok(()),
    };
    done.map_err(|error| refusal::internal_error(&format!("broker: {error}")))?;
    let mut answer = run()?;
    let asks = context
        .look_ahead()
        .field("connector_queue_details")
        .exists();
    if let Some(id) = answer["id"].as_str().filter(|_| asks) {
        let size = store::lock(store).queue_sizes.get(id).copied();
        let details = topology.details(id, size).await;
        answer["connector_queue_details"] = details;
    }
    Ok(answer)
}

fn file(upload: &UploadValue) -> Value {
    json!({
        "name": upload.filename,
        "mime": upload.content_type,
        "content": String::from_utf8_lossy(&upload.content),
    })
}

/// The engine looks into an input object but lets a scalar in its place pass.
fn check_objects(operation: &Operation, arguments: &Arguments) -> Result<()> {
    for &(name, ty, _) in operation.arguments {
        let scalar = arguments
            .get(name)
            .filter(|it| !it.is_object() && !it.is_null());
        if scalar.is_some() && INPUTS.iter().any(|input| input.0 == ty) {
            let message = format!(r#"Expected type "{ty}" to be an object."#);
            return Err(coded("BAD_USER_INPUT", &message));
        }
    }
    Ok(())
}

/// An error nulls the field that it came from if this may be null, else the whole answer. The
/// engine does the former only for its macros, and forgets the path of the latter.
fn settle<'a>(
    context: &ResolverContext<'a>,
    nullable: bool,
    answer: Result<Value>,
) -> Result<Option<FieldValue<'a>>> {
    match answer.and_then(field_value) {
        Ok(value) => Ok(value),
        Err(error) if nullable => {
            let error = error.into_server_error(context.item.pos);
            context.add_error(context.set_error_path(error));
            Ok(None)
        }
        Err(error) => {
            let path = context.path_node.map(QueryPathNode::to_string_vec);
            Err(refusal::at(error, path.unwrap_or_default()))
        }
    }
}

/// A union's value tells of which object type it is.
fn typed<'a>(value: FieldValue<'a>, ty: &str) -> FieldValue<'a> {
    if !UNIONS.contains(&ty.trim_end_matches('!')) {
        return value;
    }
    let json = value.downcast_ref::<Value>();
    let name = json.and_then(|json| json["__typename"].as_str());
    let name = name.unwrap_or_default().to_owned();
    value.with_type(name)
}

fn field_value<'a>(json: Value) -> Result<Option<FieldValue<'a>>> {
    Ok(match json {
        Value::Null => None,
        Value::Object(_) => Some(FieldValue::owned_any(json)),
        Value::Array(items) if items.iter().any(Value::is_object) => Some(FieldValue::list(
            items.into_iter().map(FieldValue::owned_any),
        )),
        scalar => Some(FieldValue::value(GraphqlValue::from_json(scalar)?)),
    })
}

fn type_ref(ty: &str) -> TypeRef {
    if let Some(ty) = ty.strip_suffix('!') {
        TypeRef::NonNull(Box::new(type_ref(ty)))
    } else if let Some(ty) = ty.strip_prefix('[').and_then(|ty| ty.strip_suffix(']')) {
        TypeRef::List(Box::new(type_ref(ty)))
    } else {
        TypeRef::named(ty)
    }
}

/// RFC 3339 with a time zone, as the platform's `GraphQLDateTime` asks for.
fn is_date_time(value: &GraphqlValue) -> bool {
    let GraphqlValue::String(text) = value else {
        return false;
    };
    let form = text.replace(|c: char| c.is_ascii_digit(), "0");
    let Some(rest) = form.strip_prefix("0000-00-00T00:00:00") else {
        return false;
    };
    let zone = rest
        .strip_prefix('.')
        .map_or(rest, |fraction| fraction.trim_start_matches('0'));
    matches!(zone, "Z" | "+00:00" | "-00:00")
}
