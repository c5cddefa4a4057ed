//! The queries and mutations of a connector, by version.

use async_graphql::Result;
use serde_json::Value;

use super::{
    store::{Arguments, Store},
    types::Members,
};

/// A field with arguments: what it takes, what it returns, who may ask, and what it does.
pub(super) struct Operation {
    pub(super) name: &'static str,
    pub(super) since: &'static str,
    pub(super) arguments: Members,
    pub(super) returns: &'static str,
    /// Whether a user without any capability may ask.
    pub(super) open: bool,
    pub(super) run: fn(&mut Store, &Arguments) -> Result<Value>,
}

/// Every type whose fields are operations.
pub(super) const TYPES: [(&str, &[Operation]); 5] = [
    ("Query", QUERIES),
    ("Mutation", MUTATIONS),
    ("WorkEditMutations", WORK_EDITS),
    ("StixDomainObjectEditMutations", DOMAIN_OBJECT_EDITS),
    ("StixCoreObjectEditMutations", CORE_OBJECT_EDITS),
];

const QUERIES: &[Operation] = &[
    Operation {
        name: "about",
        since: "2.0.0",
        arguments: &[],
        returns: "AppInfo",
        open: true,
        run: |store, _| Ok(store.about()),
    },
    Operation {
        name: "connector",
        since: "2.0.0",
        arguments: &[("id", "String!", "2.0.0")],
        returns: "Connector",
        open: false,
        run: |store, arguments| Ok(store.connector(arguments)),
    },
    Operation {
        name: "work",
        since: "5.0.0",
        arguments: &[("id", "ID!", "5.0.0")],
        returns: "Work",
        open: false,
        run: |store, arguments| Ok(store.read_work(arguments)),
    },
    Operation {
        name: "isWorkAlive",
        since: "6.8.7",
        arguments: &[("id", "ID!", "6.8.7")],
        returns: "Boolean!",
        open: false,
        run: |store, arguments| Ok(store.work(arguments).is_ok().into()),
    },
    Operation {
        name: "stix",
        since: "5.3.0",
        arguments: &[("id", "String!", "5.3.0")],
        returns: "String",
        open: false,
        run: |store, arguments| Ok(store.stix(arguments)),
    },
    Operation {
        name: "streamCollection",
        since: "5.7.0",
        arguments: &[("id", "String!", "5.7.0")],
        returns: "StreamCollection",
        open: false,
        run: |store, arguments| Ok(store.stream(arguments)),
    },
    listing(
        "stixCoreObjects",
        "5.12.0",
        &[
            ("types", "[String]", "5.12.0"),
            ("filters", "FilterGroup", "5.12.0"),
            ("search", "String", "5.12.0"),
            ("first", "Int", "5.12.0"),
            ("after", "ID", "5.12.0"),
            ("orderBy", "StixCoreObjectsOrdering", "5.12.0"),
            ("orderMode", "OrderingMode", "5.12.0"),
        ],
        "StixCoreObjectConnection",
        |store, arguments| Ok(store.list("stixCoreObjects", arguments)),
    ),
    listing(
        "stixCoreRelationships",
        "5.12.0",
        &[
            ("fromOrToId", "[String]", "5.12.16"),
            ("filters", "FilterGroup", "5.12.0"),
            ("search", "String", "5.12.0"),
            ("first", "Int", "5.12.0"),
            ("after", "ID", "5.12.0"),
            ("orderBy", "StixCoreRelationshipsOrdering", "5.12.0"),
            ("orderMode", "OrderingMode", "5.12.0"),
        ],
        "StixCoreRelationshipConnection",
        |store, arguments| Ok(store.list("stixCoreRelationships", arguments)),
    ),
    listing(
        "stixSightingRelationships",
        "5.12.0",
        &[
            ("fromOrToId", "String", "5.12.16"),
            ("filters", "FilterGroup", "5.12.0"),
            ("search", "String", "5.12.0"),
            ("first", "Int", "5.12.0"),
            ("after", "ID", "5.12.0"),
            ("orderBy", "StixSightingRelationshipsOrdering", "5.12.0"),
            ("orderMode", "OrderingMode", "5.12.0"),
        ],
        "StixSightingRelationshipConnection",
        |store, arguments| Ok(store.list("stixSightingRelationships", arguments)),
    ),
    listing(
        "stixObjectOrStixRelationships",
        "6.1.0",
        &[
            ("filters", "FilterGroup", "6.1.0"),
            ("search", "String", "6.1.0"),
            ("first", "Int", "6.1.0"),
            ("after", "ID", "6.1.0"),
        ],
        "StixObjectOrStixRelationshipConnection",
        |store, arguments| Ok(store.list("stixObjectOrStixRelationships", arguments)),
    ),
];

const fn listing(
    name: &'static str,
    since: &'static str,
    arguments: Members,
    returns: &'static str,
    run: fn(&mut Store, &Arguments) -> Result<Value>,
) -> Operation {
    Operation {
        name,
        since,
        arguments,
        returns,
        open: false,
        run,
    }
}

const MUTATIONS: &[Operation] = &[
    Operation {
        name: "registerConnector",
        since: "2.0.0",
        arguments: &[("input", "RegisterConnectorInput", "2.0.0")],
        returns: "Connector",
        open: false,
        run: Store::register_connector,
    },
    Operation {
        name: "pingConnector",
        since: "2.0.0",
        arguments: &[
            ("id", "ID!", "2.0.0"),
            ("state", "String", "2.0.1"),
            ("connectorInfo", "ConnectorInfoInput", "6.2.12"),
        ],
        returns: "Connector",
        open: false,
        run: Store::ping_connector,
    },
    Operation {
        name: "deleteConnector",
        since: "4.0.0",
        arguments: &[("id", "ID!", "4.0.0")],
        returns: "ID!",
        open: false,
        run: Store::delete_connector,
    },
    Operation {
        name: "workAdd",
        since: "4.0.0",
        arguments: &[
            ("connectorId", "String!", "4.0.0"),
            ("friendlyName", "String", "4.0.0"),
            ("isMultiPartWork", "Boolean", "7.260422.0"),
        ],
        returns: "Work!",
        open: false,
        run: Store::add_work,
    },
    Operation {
        name: "workEdit",
        since: "4.0.0",
        arguments: &[("id", "ID!", "4.0.0")],
        returns: "WorkEditMutations",
        open: false,
        run: |_, arguments| Ok(Value::Object(arguments.clone())),
    },
    Operation {
        name: "playbookStepExecution",
        since: "5.11.0",
        arguments: &[
            ("execution_id", "ID!", "5.11.0"),
            ("event_id", "ID!", "6.1.0"),
            ("execution_start", "DateTime!", "5.11.0"),
            ("data_instance_id", "ID!", "5.11.0"),
            ("playbook_id", "ID!", "5.11.0"),
            ("previous_step_id", "ID!", "5.11.0"),
            ("step_id", "ID!", "5.11.0"),
            ("previous_bundle", "String!", "5.11.0"),
            ("bundle", "String!", "5.11.0"),
        ],
        returns: "Boolean",
        open: false,
        run: |store, arguments| Ok(store.end_playbook_step(arguments)),
    },
    Operation {
        name: "stixBundlePush",
        since: "6.3.0",
        arguments: &[
            ("connectorId", "String!", "6.3.0"),
            ("bundle", "String!", "6.3.0"),
            ("work_id", "String", "6.5.7"),
        ],
        returns: "Boolean",
        open: false,
        run: |store, arguments| Ok(store.push_bundle(arguments)),
    },
    Operation {
        name: "draftWorkspaceAdd",
        since: "6.4.0",
        arguments: &[("input", "DraftWorkspaceAddInput!", "6.4.0")],
        returns: "DraftWorkspace!",
        open: false,
        run: |store, arguments| Ok(store.add_draft(arguments)),
    },
    Operation {
        name: "uploadPending",
        since: "5.1.0",
        arguments: &[
            ("file", "Upload!", "5.1.0"),
            ("entityId", "String", "5.1.0"),
            ("file_markings", "[String!]", "6.5.2"),
        ],
        returns: "File!",
        open: false,
        run: |store, arguments| Ok(store.push_file("uploadPending", arguments)),
    },
    Operation {
        name: "stixDomainObjectsExportPush",
        since: "4.0.0",
        arguments: LIST_EXPORT,
        returns: "Boolean",
        open: false,
        run: |store, arguments| {
            store.push_file("stixDomainObjectsExportPush", arguments);
            Ok(true.into())
        },
    },
    Operation {
        name: "stixCyberObservablesExportPush",
        since: "4.0.0",
        arguments: LIST_EXPORT,
        returns: "Boolean",
        open: false,
        run: |store, arguments| {
            store.push_file("stixCyberObservablesExportPush", arguments);
            Ok(true.into())
        },
    },
    Operation {
        name: "stixCoreObjectsExportPush",
        since: "5.4.0",
        arguments: LIST_EXPORT,
        returns: "Boolean",
        open: false,
        run: |store, arguments| {
            store.push_file("stixCoreObjectsExportPush", arguments);
            Ok(true.into())
        },
    },
    Operation {
        name: "stixDomainObjectEdit",
        since: "4.0.0",
        arguments: &[("id", "ID!", "4.0.0")],
        returns: "StixDomainObjectEditMutations",
        open: false,
        run: |_, arguments| Ok(Value::Object(arguments.clone())),
    },
    Operation {
        name: "stixCoreObjectEdit",
        since: "6.2.0",
        arguments: &[("id", "ID!", "6.2.0")],
        returns: "StixCoreObjectEditMutations",
        open: false,
        run: |_, arguments| Ok(Value::Object(arguments.clone())),
    },
];

const LIST_EXPORT: Members = &[
    ("type", "String!", "4.0.0..5.12.16"),
    ("entity_id", "String", "5.12.16"),
    ("entity_type", "String!", "5.12.16"),
    ("file", "Upload!", "4.0.0"),
    ("file_markings", "[String]!", "6.1.0"),
    ("listFilters", "String", "4.0.0"),
];

/// Of any entity, not of domain objects alone: the platform loads it by its id without a type.
const DOMAIN_OBJECT_EDITS: &[Operation] = &[Operation {
    name: "exportPush",
    since: "4.0.0",
    arguments: &[
        ("file", "Upload!", "4.0.0"),
        ("file_markings", "[String]!", "6.1.0"),
    ],
    returns: "Boolean",
    open: false,
    run: |store, arguments| {
        store.push_file_of_entity("exportPush", arguments)?;
        Ok(true.into())
    },
}];

const CORE_OBJECT_EDITS: &[Operation] = &[Operation {
    name: "analysisPush",
    since: "6.2.0",
    arguments: &[
        ("file", "Upload!", "6.2.0"),
        ("contentSource", "String!", "6.2.0"),
        ("contentType", "AnalysisContentType!", "6.2.0"),
        ("analysisType", "String!", "6.2.0"),
    ],
    returns: "File",
    open: false,
    run: |store, arguments| store.push_file_of_entity("analysisPush", arguments),
}];

/// Each of these finds the id of the work among its arguments, where `workEdit` put it.
const WORK_EDITS: &[Operation] = &[
    work_edit(
        "toReceived",
        "4.0.0",
        &[("message", "String", "4.0.0")],
        Store::receive_work,
    ),
    work_edit(
        "toProcessed",
        "4.0.0",
        &[
            ("message", "String", "4.0.0"),
            ("inError", "Boolean", "4.0.0"),
        ],
        Store::process_work,
    ),
    work_edit("ping", "5.1.0", &[], Store::ping_work),
    work_edit(
        "addExpectations",
        "4.0.0",
        &[("expectations", "Int", "4.0.0")],
        Store::add_expectations,
    ),
    work_edit(
        "reportExpectation",
        "4.0.0",
        &[("error", "WorkErrorInput", "4.0.0")],
        Store::report_expectation,
    ),
    work_edit(
        "addDraftContext",
        "6.5.1",
        &[("draftContext", "String", "6.5.1")],
        Store::add_draft_context,
    ),
    work_edit("delete", "4.0.0", &[], |store, arguments| {
        Ok(store.delete_work(arguments))
    }),
];

const fn work_edit(
    name: &'static str,
    since: &'static str,
    arguments: Members,
    run: fn(&mut Store, &Arguments) -> Result<Value>,
) -> Operation {
    Operation {
        name,
        since,
        arguments,
        returns: "ID!",
        open: false,
        run,
    }
}
