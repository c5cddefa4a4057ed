//! What is allowed but most likely wrong: which warnings there are, in which words and order.

use opencti_connector::{
    AnyConnector, Connector, ConnectorType, EnrichmentResolution, EntityType, Field, RawConnector,
    Warning,
};

const ID: &str = "550e8400-e29b-41d4-a716-446655440000";

fn raw(connector_type: ConnectorType) -> RawConnector {
    use ConnectorType::{InternalEnrichment, InternalExportFile, InternalImportFile};

    let scope = match connector_type {
        InternalEnrichment => Some("Report"),
        InternalImportFile | InternalExportFile => Some("text/csv"),
        _ => None,
    };
    RawConnector::builder()
        .id(ID)
        .name("Some connector")
        .connector_type(connector_type)
        .scope_opt(scope.map(Into::into))
        .build()
}

fn lines(warnings: &[Warning]) -> Vec<String> {
    warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn flags_warn_where_the_platform_does_not_look_at_them() {
    use ConnectorType::{InternalEnrichment, InternalImportFile};

    for &connector_type in ConnectorType::ALL {
        for (auto, only_contextual) in [(false, false), (true, false), (false, true), (true, true)]
        {
            let mut raw = raw(connector_type);
            raw.auto = Some(auto);
            raw.only_contextual = Some(only_contextual);

            let mut expected = Vec::new();
            if auto && ![InternalEnrichment, InternalImportFile].contains(&connector_type) {
                expected.push(format!(
                    "auto does nothing for {connector_type}: only INTERNAL_ENRICHMENT and \
                     INTERNAL_IMPORT_FILE run by themselves; leave it off"
                ));
            }
            if only_contextual && connector_type != InternalImportFile {
                expected.push(format!(
                    "only_contextual does nothing for {connector_type}: only INTERNAL_IMPORT_FILE \
                     takes it; leave it off"
                ));
            }
            let connector = raw.validate().unwrap();
            assert_eq!(lines(&connector.warnings()), expected, "{connector_type}");

            // The same beside a fault.
            raw.id = None;
            let error = raw.validate().unwrap_err();
            assert_eq!(error.faults().len(), 1);
            assert_eq!(lines(error.warnings()), expected, "{connector_type}");
        }
    }
}

const ALL_AT_ONCE: [&str; 7] = [
    "scope \"File\" is not an entity type known to this crate, and never matches unless the platform \
     knows it; did you mean StixFile?",
    "scope \"ip_addr\" is not an entity type known to this crate, and never matches unless the platform \
     knows it; did you mean one of IPv4-Addr, IPv6-Addr?",
    "scope \"\\\"report\\\"\" is not an entity type known to this crate, and never matches unless the \
     platform knows it; did you mean Report?",
    "scope \"X-Acme-Asset\" is not an entity type known to this crate, and never matches unless the \
     platform knows it; check its spelling",
    "enrichment_resolution \"ifdirty\" is not known to this crate; use `none`, `stix_bundle` or \
     `deferred`, unless the platform's documentation says what it does",
    "only_contextual does nothing for INTERNAL_ENRICHMENT: only INTERNAL_IMPORT_FILE takes it; leave \
     it off",
    "version \"1.4\" is neither semantic nor `rolling`, and the platform will log it; write it as in \
     1.4.0",
];

#[test]
fn warnings_stand_in_the_order_of_the_payload() {
    let scope = ["File", "ip_addr", "\"report\"", "X-Acme-Asset"]
        .map(|name| EntityType::custom(name).unwrap());
    let builder = |id| {
        Connector::internal_enrichment()
            .version("1.4")
            .only_contextual(true)
            .enrichment_resolution("ifdirty".parse::<EnrichmentResolution>().unwrap())
            .scope(scope.clone())
            .name("Some connector")
            .id(id)
    };
    let connector = builder(ID).build().unwrap();
    assert_eq!(lines(&connector.warnings()), ALL_AT_ONCE);
    assert_eq!(
        lines(&AnyConnector::from(connector).warnings()),
        ALL_AT_ONCE
    );

    let error = builder("ChangeMe").build().unwrap_err();
    assert_eq!(lines(error.warnings()), ALL_AT_ONCE);

    let fields: Vec<_> = error.warnings().iter().map(Warning::field).collect();
    let mut in_order = fields.clone();
    in_order.sort();
    assert_eq!(fields, in_order);
    assert_eq!(fields.last(), Some(&Field::Version));
}

#[test]
fn what_is_known_of_an_unknown_type_gives_warnings_too() {
    let mut raw = raw(ConnectorType::Stream);
    raw.connector_type = Some("INTERNAL_HUNT".into());
    raw.version = Some("1.4".into());
    raw.enrichment_resolution = Some("ifdirty".into());
    // Whether they do something depends on the type.
    raw.auto = Some(true);
    raw.only_contextual = Some(true);
    let error = raw.validate().unwrap_err();
    assert_eq!(
        lines(error.warnings()),
        [ALL_AT_ONCE[4], ALL_AT_ONCE[6]],
        "{error}"
    );
}
