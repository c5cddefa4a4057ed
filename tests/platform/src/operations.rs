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

pub(super) const QUERIES: &[Operation] = &[
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
        name: "isWorkAlive",
        since: "6.8.7",
        arguments: &[("id", "ID!", "6.8.7")],
        returns: "Boolean!",
        open: false,
        run: |store, arguments| Ok(store.work(arguments).is_ok().into()),
    },
];

pub(super) const MUTATIONS: &[Operation] = &[
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
];

/// Each of these finds the id of the work among its arguments, where `workEdit` put it.
pub(super) const WORK_EDITS: &[Operation] = &[
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
        "6.5.0",
        &[("draftContext", "String", "6.5.0")],
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
