//! The types of the platform's schema that a connector meets, by version.
//!
//! Names, types and nullability are those of `connector.graphql` and `opencti.graphql`; the first
//! versions are those in which pycti began to use a member, or those of the schema where pycti
//! never did or did late.

/// Members of a type: name, GraphQL type, the versions that know it.
pub(super) type Members = &'static [(&'static str, &'static str, &'static str)];

pub(super) const CONNECTOR_TYPE: &[(&str, &str)] = &[
    ("EXTERNAL_IMPORT", "2.0.0"),
    ("INTERNAL_IMPORT_FILE", "2.0.0"),
    ("INTERNAL_ENRICHMENT", "2.0.0"),
    ("INTERNAL_ANALYSIS", "6.1.12"),
    ("INTERNAL_EXPORT_FILE", "2.0.0"),
    ("STREAM", "4.0.0"),
];

/// Since the version that brought pushes of analyses.
pub(super) const ANALYSIS_CONTENT_TYPE: [&str; 2] = ["file", "fields"];

pub(super) const FILTER_MODE: [&str; 2] = ["and", "or"];

pub(super) const FILTER_OPERATOR: [&str; 21] = [
    "eq",
    "not_eq",
    "lt",
    "lte",
    "gt",
    "gte",
    "match",
    "wildcard",
    "contains",
    "not_contains",
    "starts_with",
    "not_starts_with",
    "ends_with",
    "not_ends_with",
    "script",
    "nil",
    "not_nil",
    "search",
    "within",
    "only_eq_to",
    "not_only_eq_to",
];

/// Enums by which lists are ordered, of which a few values are here.
pub(super) const ORDERINGS: [(&str, &[&str]); 4] = [
    (
        "StixCoreObjectsOrdering",
        &["name", "created", "modified", "created_at", "entity_type"],
    ),
    (
        "StixCoreRelationshipsOrdering",
        &["created", "modified", "created_at", "relationship_type"],
    ),
    (
        "StixSightingRelationshipsOrdering",
        &["created", "modified", "created_at", "attribute_count"],
    ),
    ("OrderingMode", &["asc", "desc"]),
];

/// Interfaces with `id` and `standard_id`, and which of the objects below have them.
pub(super) const INTERFACES: [(&str, &[&str]); 2] = [
    ("StixObject", &["StixCoreObject"]),
    (
        "StixRelationship",
        &["StixCoreRelationship", "StixSightingRelationship"],
    ),
];

/// Unions, each of all that is listed. The objects of the schema, such as `Report`, are
/// `StixCoreObject` here, which is an interface there.
pub(super) const UNIONS: [&str; 2] = [
    "StixObjectOrStixRelationship",
    "StixObjectOrStixRelationshipOrCreator",
];

/// What the unions are of.
pub(super) const STIX_TYPES: [&str; 3] = [
    "StixCoreObject",
    "StixCoreRelationship",
    "StixSightingRelationship",
];

pub(super) const INPUTS: &[(&str, Members)] = &[
    (
        "FilterGroup",
        &[
            ("mode", "FilterMode!", "5.12.0"),
            ("filters", "[Filter!]!", "5.12.0"),
            ("filterGroups", "[FilterGroup!]!", "5.12.0"),
        ],
    ),
    (
        "Filter",
        &[
            ("id", "String", "5.12.0"),
            ("key", "[String!]!", "5.12.0"),
            ("values", "[Any!]!", "5.12.0"),
            ("operator", "FilterOperator", "5.12.0"),
            ("mode", "FilterMode", "5.12.0"),
        ],
    ),
    (
        "RegisterConnectorInput",
        &[
            ("id", "ID!", "2.0.0"),
            ("name", "String!", "2.0.0"),
            ("type", "ConnectorType!", "2.0.0"),
            ("scope", "[String!]", "2.0.0"),
            ("auto", "Boolean", "4.0.0"),
            ("auto_update", "Boolean", "6.8.9"),
            ("enrichment_resolution", "String", "6.8.9"),
            ("only_contextual", "Boolean", "4.5.0"),
            ("playbook_compatible", "Boolean", "5.11.0"),
            ("listen_callback_uri", "String", "6.5.7"),
            ("xtm_one_intent", "String", "7.260527.0"),
            ("version", "String", "7.261008.0"),
            ("slug", "String", "7.261008.0"),
        ],
    ),
    (
        "ConnectorInfoInput",
        &[
            ("run_and_terminate", "Boolean!", "6.2.12"),
            ("buffering", "Boolean!", "6.2.12"),
            ("queue_threshold", "Float!", "6.2.12"),
            ("queue_messages_size", "Float!", "6.2.12"),
            ("next_run_datetime", "DateTime", "6.2.12"),
            ("last_run_datetime", "DateTime", "6.2.12"),
        ],
    ),
    (
        "WorkErrorInput",
        &[("error", "String", "4.0.0"), ("source", "String", "4.0.0")],
    ),
    (
        "DraftWorkspaceAddInput",
        &[
            ("name", "String!", "6.4.0"),
            ("entity_id", "String", "6.4.0"),
        ],
    ),
];

pub(super) const OBJECTS: &[(&str, Members)] = &[
    (
        "PageInfo",
        &[
            ("startCursor", "String!", "5.12.0"),
            ("endCursor", "String!", "5.12.0"),
            ("hasNextPage", "Boolean!", "5.12.0"),
            ("hasPreviousPage", "Boolean!", "5.12.0"),
            ("globalCount", "Int!", "5.12.0"),
        ],
    ),
    (
        "StixCoreObject",
        &[
            ("id", "ID!", "5.12.0"),
            ("standard_id", "String!", "5.12.0"),
        ],
    ),
    (
        "StixCoreRelationship",
        &[
            ("id", "ID!", "5.12.0"),
            ("standard_id", "String!", "5.12.0"),
            ("from", "StixObjectOrStixRelationshipOrCreator", "5.12.0"),
            ("to", "StixObjectOrStixRelationshipOrCreator", "5.12.0"),
        ],
    ),
    (
        "StixSightingRelationship",
        &[
            ("id", "ID!", "5.12.0"),
            ("standard_id", "String!", "5.12.0"),
            ("from", "StixObjectOrStixRelationshipOrCreator", "5.12.0"),
            ("to", "StixObjectOrStixRelationshipOrCreator", "5.12.0"),
        ],
    ),
    (
        "StixCoreObjectConnection",
        &[
            ("pageInfo", "PageInfo!", "5.12.0"),
            ("edges", "[StixCoreObjectEdge!]", "5.12.0"),
        ],
    ),
    (
        "StixCoreObjectEdge",
        &[
            ("cursor", "String!", "5.12.0"),
            ("node", "StixCoreObject!", "5.12.0"),
        ],
    ),
    (
        "StixCoreRelationshipConnection",
        &[
            ("pageInfo", "PageInfo!", "5.12.0"),
            ("edges", "[StixCoreRelationshipEdge!]", "5.12.0"),
        ],
    ),
    (
        "StixCoreRelationshipEdge",
        &[
            ("cursor", "String!", "5.12.0"),
            ("node", "StixCoreRelationship!", "5.12.0"),
        ],
    ),
    (
        "StixSightingRelationshipConnection",
        &[
            ("pageInfo", "PageInfo!", "5.12.0"),
            ("edges", "[StixSightingRelationshipEdge!]", "5.12.0"),
        ],
    ),
    (
        "StixSightingRelationshipEdge",
        &[
            ("cursor", "String!", "5.12.0"),
            ("node", "StixSightingRelationship!", "5.12.0"),
        ],
    ),
    (
        "StixObjectOrStixRelationshipConnection",
        &[
            ("pageInfo", "PageInfo!", "5.12.0"),
            ("edges", "[StixObjectOrStixRelationshipEdge!]", "5.12.0"),
        ],
    ),
    (
        "StixObjectOrStixRelationshipEdge",
        &[
            ("cursor", "String!", "5.12.0"),
            ("node", "StixObjectOrStixRelationship!", "5.12.0"),
        ],
    ),
    ("AppInfo", &[("version", "String!", "2.0.0")]),
    ("User", &[("id", "ID!", "2.0.0")]),
    (
        "DraftWorkspace",
        &[
            ("id", "ID!", "6.4.0"),
            ("name", "String!", "6.4.0"),
            ("entity_id", "String", "6.4.0"),
        ],
    ),
    (
        "File",
        &[("id", "ID!", "4.0.0"), ("name", "String!", "4.0.0")],
    ),
    (
        "Connector",
        &[
            ("id", "ID!", "2.0.0"),
            ("name", "String!", "2.0.0"),
            ("active", "Boolean", "2.0.0"),
            ("auto", "Boolean", "4.0.0"),
            ("auto_update", "Boolean", "6.8.9"),
            ("enrichment_resolution", "String", "6.8.9"),
            ("only_contextual", "Boolean", "4.5.0"),
            ("playbook_compatible", "Boolean", "5.11.0"),
            ("connector_type", "String", "2.0.0"),
            ("connector_scope", "[String!]", "2.0.0"),
            ("connector_state", "String", "2.0.1"),
            ("connector_user", "User", "4.0.0"),
            ("connector_user_id", "ID", "5.3.16"),
            (
                "connector_queue_details",
                "ConnectorQueueDetails!",
                "6.1.12",
            ),
            ("connector_info", "ConnectorInfo", "6.2.12"),
            ("updated_at", "DateTime", "2.0.0"),
            ("created_at", "DateTime", "2.0.0"),
            ("config", "ConnectorConfig", "2.0.0"),
            ("built_in", "Boolean", "6.1.12"),
            ("xtm_one_intent", "String", "7.260527.0"),
            ("version", "String", "7.261008.0"),
            ("slug", "String", "7.261008.0"),
            ("jwks", "String!", "7.260224.0"),
        ],
    ),
    (
        "ConnectorConfig",
        &[
            ("uri", "String!", "2.0.0..4.0.4"),
            ("connection", "RabbitMQConnection!", "4.0.4"),
            ("s3", "S3Connection!", "6.9.10"),
            ("listen", "String!", "2.0.0"),
            ("listen_routing", "String!", "5.4.0"),
            ("listen_exchange", "String!", "2.0.0"),
            ("listen_callback_uri", "String", "6.5.7"),
            ("push", "String!", "2.0.0"),
            ("push_routing", "String!", "5.4.0"),
            ("push_exchange", "String!", "2.0.0"),
            ("dead_letter_routing", "String!", "6.8.7"),
        ],
    ),
    (
        "RabbitMQConnection",
        &[
            ("host", "String!", "4.0.4"),
            ("vhost", "String!", "5.3.8"),
            ("use_ssl", "Boolean!", "4.4.0"),
            ("port", "Int!", "4.0.4"),
            ("user", "String!", "4.0.4"),
            ("pass", "String!", "4.0.4"),
        ],
    ),
    (
        "S3Connection",
        &[
            ("endpoint", "String!", "6.9.10"),
            ("port", "Int!", "6.9.10"),
            ("use_ssl", "Boolean!", "6.9.10"),
            ("bucket_name", "String!", "6.9.10"),
            ("bucket_region", "String!", "6.9.10"),
            ("access_key", "String!", "6.9.10"),
            ("secret_key", "String!", "6.9.10"),
        ],
    ),
    (
        "ConnectorInfo",
        &[
            ("run_and_terminate", "Boolean!", "6.2.12"),
            ("buffering", "Boolean!", "6.2.12"),
            ("queue_threshold", "Float!", "6.2.12"),
            ("queue_messages_size", "Float!", "6.2.12"),
            ("next_run_datetime", "DateTime", "6.2.12"),
            ("last_run_datetime", "DateTime", "6.2.12"),
        ],
    ),
    (
        "StreamCollection",
        &[
            ("id", "ID!", "5.7.0"),
            ("name", "String", "5.7.0"),
            ("description", "String", "5.7.0"),
            ("stream_live", "Boolean", "5.7.0"),
            ("stream_public", "Boolean", "5.7.0"),
        ],
    ),
    (
        "ConnectorQueueDetails",
        &[
            ("messages_number", "Float!", "6.1.12"),
            ("messages_size", "Float!", "6.1.12"),
        ],
    ),
    (
        "Work",
        &[
            ("id", "ID!", "4.0.0"),
            ("name", "String", "4.0.0"),
            ("status", "State!", "4.0.0"),
            ("timestamp", "DateTime!", "4.0.0"),
            ("received_time", "DateTime", "4.0.0"),
            ("processed_time", "DateTime", "4.0.0"),
            ("completed_time", "DateTime", "4.0.0"),
            ("completed_number", "Int", "4.0.0"),
            ("draft_context", "String", "6.5.1"),
            ("tracking", "WorkTracking", "5.0.0"),
        ],
    ),
    (
        "WorkTracking",
        &[
            ("import_expected_number", "Int", "5.0.0"),
            ("import_processed_number", "Int", "5.0.0"),
        ],
    ),
];
